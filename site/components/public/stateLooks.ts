import type { ComponentStatus } from '../../../worker/domain/componentStatus.ts'
import type { OverallStatus } from '../../../worker/domain/overallStatus.ts'
import type { Impact, MaintenanceStatus, PublicStatus } from '../../../worker/domain/publicModel.ts'

/** Each look has a shape in Symbols.astro and colours in public.css. */
export type Look = 'operational' | 'maintenance' | 'degraded' | 'partial' | 'major'

export const LOOK_OF_COMPONENT: Record<ComponentStatus, Look> = {
  operational: 'operational',
  under_maintenance: 'maintenance',
  degraded_performance: 'degraded',
  partial_outage: 'partial',
  major_outage: 'major',
}

export const LOOK_OF_INDICATOR: Record<OverallStatus['indicator'], Look> = {
  none: 'operational',
  maintenance: 'maintenance',
  minor: 'degraded',
  major: 'partial',
  critical: 'major',
}

export const LOOK_OF_IMPACT: Record<Impact, Look | 'unknown'> = {
  none: 'unknown',
  minor: 'degraded',
  major: 'partial',
  critical: 'major',
}

/** The stages of an incident have shapes of their own; only the end has a colour. */
export const LOOK_OF_STAGE: Record<PublicStatus, Look | 'stage'> = {
  investigating: 'stage',
  identified: 'stage',
  monitoring: 'stage',
  resolved: 'operational',
}

/** The same for the states of a maintenance: the colour is that of what its components are in. */
export const LOOK_OF_MAINTENANCE: Record<MaintenanceStatus, Look | 'stage'> = {
  scheduled: 'stage',
  in_progress: 'maintenance',
  verifying: 'maintenance',
  completed: 'operational',
  cancelled: 'stage',
}
