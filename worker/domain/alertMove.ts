import type { Actor } from './actor.ts'
import type { Incident, NamedIncident } from './incident.ts'
import type { IncidentId } from './identifiers.ts'
import type { Severity } from './severity.ts'

/** Alerts that are to change incidents: what the AlertDesk is asked, and answers. */

/** An incident that a person opened is not known here before alerts are moved to it. */
export interface MoveTarget extends NamedIncident {
  readonly openedAtMs: number
  readonly severity: Severity
  readonly services: readonly string[]
  readonly pages: boolean
}

export interface MoveRequest {
  readonly from: NamedIncident
  readonly fingerprints: readonly string[]
  /** Null: a new incident, with this title or one made of the alerts. */
  readonly to: MoveTarget | { readonly title: string | null }
  readonly reason: string
  readonly by: Actor
}

export type MoveAnswer =
  | { readonly ok: true; readonly incidentId: IncidentId; readonly moved: number }
  /** None of them is in the incident any more, or all of them are in the other one already. */
  | { readonly ok: false; readonly reason: 'nothing_to_move' }

export function moveTargetOf({ id, title, times, severity, services, paging }: Incident): MoveTarget {
  return {
    id,
    title,
    openedAtMs: times.detectedAtMs,
    severity,
    services: services.map((service) => service.id),
    pages: paging !== null,
  }
}
