import { z } from 'zod'

/** Statuspage's words for a component, from well to worst; `under_maintenance` ranks just above well. */
export const COMPONENT_STATUSES = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const
export const ComponentStatus = z.enum(COMPONENT_STATUSES)
export type ComponentStatus = z.infer<typeof ComponentStatus>

export const COMPONENT_STATUS_LABEL: Record<ComponentStatus, string> = {
  operational: 'Operational',
  under_maintenance: 'Under maintenance',
  degraded_performance: 'Degraded performance',
  partial_outage: 'Partial outage',
  major_outage: 'Major outage',
}

export function worstStatus(statuses: Iterable<ComponentStatus>): ComponentStatus {
  let worst = 0
  for (const status of statuses) worst = Math.max(worst, COMPONENT_STATUSES.indexOf(status))
  return COMPONENT_STATUSES[worst] ?? 'operational'
}
