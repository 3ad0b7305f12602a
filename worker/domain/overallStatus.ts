import { worstStatus } from './componentStatus.ts'
import type { ComponentStatus } from './componentStatus.ts'
import { isUnderWay } from './maintenance.ts'
import type { PublicModel } from './publicModel.ts'

/** Statuspage's words for the whole page. JSON has them as they are; pages say them in the reader's language. */
export const OVERALL_DESCRIPTIONS = [
  'All Systems Operational',
  'Service Under Maintenance',
  'Partially Degraded Service',
  'Minor Service Outage',
  'Partial System Outage',
  'Major Service Outage',
] as const
export type OverallDescription = (typeof OVERALL_DESCRIPTIONS)[number]

export interface OverallStatus {
  readonly indicator: 'none' | 'minor' | 'major' | 'critical' | 'maintenance'
  readonly description: OverallDescription
}

const OF_WORST: Record<ComponentStatus, OverallStatus> = {
  operational: { indicator: 'none', description: 'All Systems Operational' },
  under_maintenance: { indicator: 'maintenance', description: 'Service Under Maintenance' },
  degraded_performance: { indicator: 'minor', description: 'Partially Degraded Service' },
  partial_outage: { indicator: 'major', description: 'Partial System Outage' },
  major_outage: { indicator: 'critical', description: 'Major Service Outage' },
}

const UNPLACED: OverallStatus = { indicator: 'minor', description: 'Minor Service Outage' }

/**
 * The one line above everything. An incident that customers were told of and that is not yet fixed
 * keeps the page from being green, even when it names no component; so does a maintenance under way.
 */
export function overallStatus(
  model: Pick<PublicModel, 'components' | 'activeIncidents' | 'maintenances'>,
): OverallStatus {
  const worst = worstStatus(model.components.map((component) => component.status))
  const unfixed = model.activeIncidents.some(({ status }) => status === 'investigating' || status === 'identified')
  if (unfixed && (worst === 'operational' || worst === 'under_maintenance')) return UNPLACED
  const isWorkedOn = model.maintenances.some(({ status }) => isUnderWay(status))
  if (worst === 'operational' && isWorkedOn) return OF_WORST.under_maintenance
  return OF_WORST[worst]
}
