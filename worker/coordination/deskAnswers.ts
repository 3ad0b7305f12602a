import type { Alert, AlertSource } from '../domain/alert.ts'
import type { BatchPlan } from '../domain/batchPlan.ts'
import type { IncomingAlert, InvalidAlert } from '../domain/alertIntake.ts'
import type { Received } from '../domain/received.ts'
import type { IncidentId } from '../domain/identifiers.ts'
import type { Suppression } from '../domain/suppression.ts'

/** What the AlertDesk is asked and answers. */

export type IngestRequest = Sender & {
  readonly source: AlertSource
  readonly alerts: readonly IncomingAlert[]
  /** The message they came in. */
  readonly received?: Received
}

/** A sender by its key; or, for what a person sends in its name from the console, the integration itself. */
export type Sender = { readonly key: string } | { readonly integrationId: string; readonly by: string | null }

export type IngestAnswer =
  | {
      readonly ok: true
      readonly accepted: number
      /** How many rows the batch changed; a batch of repeats changes none. */
      readonly changed: number
      readonly incidentIds: readonly string[]
      readonly invalid: readonly InvalidAlert[]
      readonly turnedAway: number
    }
  | { readonly ok: false; readonly reason: 'unknown_key' }

export interface ActiveAlert extends Suppression {
  readonly alert: Alert
  /** Null while it fires suppressed. */
  readonly incidentId: string | null
}

export interface DeskStats {
  readonly firing: number
  /** Firing as well, but hidden by a silence or another alert. */
  readonly suppressed: number
  readonly openIncidents: number
  readonly outbox: number
  /** Rows of the desk's own tables since it was loaded. */
  readonly rowsWritten: number
  readonly loadedAtMs: number
  readonly groupBy: readonly string[]
}

/** `incidentOf` knows what fires once the plan is carried out. */
export function ingestAnswer(
  plan: BatchPlan,
  incidentOf: (fingerprint: string) => IncidentId | undefined,
): IngestAnswer {
  const incidentIds = new Set(plan.records.filter(({ endedAtMs }) => endedAtMs === null).map((r) => r.incidentId))
  for (const id of plan.cleared.keys()) incidentIds.add(id)
  for (const { fingerprint } of plan.repeats) {
    const id = incidentOf(fingerprint)
    if (id !== undefined) incidentIds.add(id)
  }
  const { accepted, invalid, turnedAway } = plan
  const changed = plan.records.length + plan.held.length + plan.dropped.length
  return { ok: true, accepted, changed, incidentIds: [...incidentIds], invalid, turnedAway }
}
