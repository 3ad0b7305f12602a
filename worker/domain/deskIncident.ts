import type { OpenIncident } from './grouping.ts'
import type { IncidentId } from './identifiers.ts'
import type { Severity } from './severity.ts'

/** An incident as the AlertDesk knows it: what decides about alerts that come next. */
export interface DeskIncident extends OpenIncident {
  readonly id: IncidentId
  readonly resolvedAtMs: number | null
  /** How many alerts have ever been part of it. */
  readonly total: number
  /** Alerts of these groups join it. */
  readonly groupKeys: readonly string[]
  readonly services: readonly string[]
  /** The worst that its alerts have amounted to. */
  readonly severity: Severity
  /** Whether anyone is paged for it. */
  readonly pages: boolean
  /** Whose alerts opened it. */
  readonly sender: string
}

/** Of an incident that goes on growing by others' alerts only so much is looked at. */
export const GROUP_KEYS_MAX = 200
