import type { Actor } from '../domain/actor.ts'
import type { Alert } from '../domain/alert.ts'
import { excerptOf, incidentFromAlerts, policyForJoined } from '../domain/alertIncident.ts'
import type { AlertRecord, BatchPlan } from '../domain/batchPlan.ts'
import type { DeskIncident } from '../domain/deskIncident.ts'
import type { IncidentId } from '../domain/identifiers.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { joiningNews } from '../domain/joiningNews.ts'
import type { OrganisationForAlerts } from '../domain/organisation.ts'
import type { AlertRow } from '../storage/alerts.ts'

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
  /** The lane's incident turns out to be one with another. */
  | { readonly kind: 'gather'; readonly into: string }
  /** These alerts are no longer this incident's: D1 hears of the other one by `project`. */
  | { readonly kind: 'forget'; readonly incidentId: string; readonly fingerprints: readonly string[] }
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

/** The incidents around a plan. */
interface Around {
  readonly before: (id: IncidentId) => DeskIncident | undefined
  readonly after: (id: IncidentId) => DeskIncident | undefined
  readonly firingIn: ReadonlyMap<IncidentId, number>
}

export const D1_LANE = 'd1'
const PROJECTED_A_EFFECT_MAX = 500

/** `before` and `after` are how things are, and will be once the plan is carried out. */
export function effectsOf(
  plan: BatchPlan,
  { before, after, firingIn }: Around,
  organisation: OrganisationForAlerts,
  nowMs: number,
): QueuedEffect[] {
  const effects: QueuedEffect[] = []
  const submit = (lane: IncidentId, command: IncidentCommand, alerts: readonly Alert[]) => {
    const fingerprints = alerts.map(({ fingerprint }) => fingerprint)
    effects.push({ lane, effect: { kind: 'submit', command, fingerprints } })
  }
  for (const { incidentId: id, isStorm } of plan.opened) {
    const joined = plan.joined.get(id) ?? []
    const begins = incidentFromAlerts(joined, organisation, nowMs, isStorm)
    const policy = policyForJoined(joined, begins.severity, organisation)
    submit(id, { type: 'open', id, ...begins, source: 'alert', policy }, [])
  }
  for (const [id, joined] of plan.joined) {
    const isNew = plan.opened.some(({ incidentId }) => incidentId === id)
    const news = isNew ? {} : joiningNews(joined, before(id), organisation)
    const alerts = joined.map(({ alert }) => alert)
    const total = after(id)?.total ?? alerts.length
    // What clears in the same batch fired until now.
    const firing = (firingIn.get(id) ?? 0) + (plan.cleared.get(id)?.length ?? 0)
    const sample = excerptOf(alerts)
    submit(id, { type: 'join_alerts', total, firing, count: alerts.length, sample, ...news }, alerts)
  }
  for (const [id, alerts] of plan.cleared) {
    if (after(id)?.resolvedAtMs !== null) continue
    const firing = firingIn.get(id) ?? 0
    submit(id, { type: 'clear_alerts', firing, count: alerts.length, sample: excerptOf(alerts) }, [])
  }

  for (const { from, into } of plan.gatherings) effects.push({ lane: from, effect: { kind: 'gather', into } })

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
  const { alert, source, incidentId, endedAtMs, serviceId, severity } = record
  const { fingerprint, labels, annotations, startsAtMs, generatorUrl } = alert
  return [
    { fingerprint, incidentId, source, labels, annotations, startsAtMs, endedAtMs, generatorUrl, serviceId, severity },
  ]
}

/** The outbox holds only effects. */
export function effectFrom(body: unknown): Effect {
  return body as Effect
}
