import type { Actor } from '../domain/actor.ts'
import type { Alert } from '../domain/alert.ts'
import type { AlertRecord, BatchPlan } from '../domain/alertBatch.ts'
import type { OrganisationForAlerts } from '../domain/organisation.ts'
import { excerptOf, incidentFromAlerts } from '../domain/alertIncident.ts'
import { policyForAlerts } from '../domain/escalation.ts'
import type { IncidentId } from '../domain/identifiers.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { AlertRow } from '../storage/alerts.ts'
import type { DeskIncident } from './alertStore.ts'

/** What the AlertDesk tells others of a change: each incident's room in a lane of its own, D1 in another. */

export type Effect =
  | {
      readonly kind: 'submit'
      readonly command: IncidentCommand
      readonly fingerprints: readonly string[]
      /** Allclear itself when absent. */
      readonly by?: Actor
    }
  | SilenceWarning
  | { readonly kind: 'project'; readonly records: readonly (readonly [incidentId: string, fingerprint: string])[] }

/** To the author of a silence: it ends soon, and what it hides fires still. */
export interface SilenceWarning {
  readonly kind: 'warn_of_silence'
  readonly silenceId: string
  /** The end it warns of; by then it may have been moved. */
  readonly endsAtMs: number
  readonly hides: number
  readonly sample: readonly string[]
}

interface QueuedEffect {
  readonly lane: string
  readonly effect: Effect
}

const D1_LANE = 'd1'
const PROJECTED_A_EFFECT_MAX = 500

/** `after` is how things are once the plan is carried out. */
export function effectsOf(
  plan: BatchPlan,
  after: {
    readonly incident: (id: IncidentId) => DeskIncident | undefined
    readonly firingIn: ReadonlyMap<IncidentId, number>
  },
  organisation: OrganisationForAlerts,
  nowMs: number,
): QueuedEffect[] {
  const effects: QueuedEffect[] = []
  const submit = (lane: IncidentId, command: IncidentCommand, alerts: readonly Alert[]) => {
    const fingerprints = alerts.map(({ fingerprint }) => fingerprint)
    effects.push({ lane, effect: { kind: 'submit', command, fingerprints } })
  }
  for (const { incidentId: id } of plan.opened) {
    const begins = incidentFromAlerts(plan.joined.get(id) ?? [], organisation, nowMs)
    const { services, policies } = organisation
    const affected = services.filter((service) => begins.services.some((named) => named.id === service.id))
    const policy = policyForAlerts(affected, begins.severity, policies)
    submit(id, { type: 'open', id, ...begins, source: 'alert', policy }, [])
  }
  for (const [id, alerts] of plan.joined) {
    const total = after.incident(id)?.total ?? alerts.length
    // What clears in the same batch fired until now.
    const firing = (after.firingIn.get(id) ?? 0) + (plan.cleared.get(id)?.length ?? 0)
    submit(id, { type: 'join_alerts', total, firing, count: alerts.length, sample: excerptOf(alerts) }, alerts)
  }
  for (const [id, alerts] of plan.cleared) {
    if (after.incident(id)?.resolvedAtMs !== null) continue
    const firing = after.firingIn.get(id) ?? 0
    submit(id, { type: 'clear_alerts', firing, count: alerts.length, sample: excerptOf(alerts) }, [])
  }

  const records = plan.records.map(({ incidentId, alert }) => [incidentId, alert.fingerprint] as const)
  for (let from = 0; from < records.length; from += PROJECTED_A_EFFECT_MAX)
    effects.push({
      lane: D1_LANE,
      effect: { kind: 'project', records: records.slice(from, from + PROJECTED_A_EFFECT_MAX) },
    })
  return effects
}

/** An alert as D1 has it. */
export function rowsOf(record: AlertRecord | null): AlertRow[] {
  if (record === null) return []
  const { alert, source, incidentId, endedAtMs } = record
  const { fingerprint, labels, annotations, startsAtMs, generatorUrl } = alert
  return [{ fingerprint, incidentId, source, labels, annotations, startsAtMs, endedAtMs, generatorUrl }]
}

/** The outbox holds only effects. */
export function effectFrom(body: unknown): Effect {
  return body as Effect
}
