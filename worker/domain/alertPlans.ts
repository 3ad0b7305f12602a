import type { Alert } from './alert.ts'
import { isFiring } from './alert.ts'
import { waited } from './alertBatch.ts'
import type { StoredAlert } from './alertIntake.ts'
import type { AlertRecord, BatchPlan, DeskView, Judging } from './batchPlan.ts'
import { NOTHING_PLANNED } from './batchPlan.ts'
import type { IncidentId } from './identifiers.ts'
import { Joining } from './joining.ts'
import type { HeldAlert } from './suppression.ts'
import { Holding } from './suppression.ts'

/** Pure: what changes without a message, because an incident was closed, a silence ended, or an alert fell silent. */

/** Alerts that fired into an incident which had been resolved meanwhile: they fire in a new one instead. */
export function planMove(view: DeskView, moving: readonly StoredAlert[], nowMs: number, judging: Judging): BatchPlan {
  const joining = new Joining()
  const holding = new Holding(view.held)
  const records: AlertRecord[] = []
  for (const { alert, source, incidentId, serviceId, severity } of moving) {
    records.push({ alert, source, incidentId, serviceId, severity, endedAtMs: nowMs, trail: null })
    const judgement = judging.judge(alert)
    // What it had to wait it has waited.
    const by = view.suppressedBy(alert, () => judgement, 0)
    if (by === null) joining.put({ alert, source, judgement, endedAtMs: null, also: [] })
    else {
      const { silencedBy, pausedUntilMs } = by
      const judged = { serviceId: judgement.serviceId, severity: judgement.severity }
      holding.hold({ alert, source, sender: source, ...judged, heldSinceMs: nowMs, pausedUntilMs, silencedBy })
    }
  }
  const sender = moving[0]?.source ?? ''
  const { records: joiners, ...placed } = joining.place(view, judging, sender, nowMs)
  return { ...NOTHING_PLANNED, sender, ...holding.changes(), ...placed, records: [...records, ...joiners] }
}

/** Suppressed alerts of one sender, looked at again: what is no longer suppressed fires as if it had just begun. */
export function planRelease(
  view: DeskView,
  sender: string,
  suppressed: readonly HeldAlert[],
  nowMs: number,
  judging: Judging,
): BatchPlan {
  const joining = new Joining()
  const holding = new Holding(view.held)
  for (const known of suppressed) {
    const { alert, source } = known
    // What a silence hides is asked about each minute: the rules are asked only of the others.
    const judge = () => judging.judge(alert)
    const by = isFiring(alert, nowMs) ? view.suppressedBy(alert, judge, known.heldSinceMs) : null
    if (by !== null) {
      const isNews =
        by.silencedBy.some((id) => !known.silencedBy.includes(id)) || by.pausedUntilMs !== known.pausedUntilMs
      if (isNews) holding.goOn(known, alert, by)
      continue
    }
    holding.drop(alert.fingerprint)
    if (isFiring(alert, nowMs))
      joining.put({ alert, source, judgement: judge(), endedAtMs: null, also: [waited(known, nowMs)] })
  }
  const placed = joining.place(view, judging, sender, nowMs)
  return { ...NOTHING_PLANNED, sender, ...holding.changes(), ...placed }
}

/** Alerts that were not heard of again before their end. */
export function planExpiry(expired: readonly StoredAlert[]): BatchPlan {
  const cleared = new Map<IncidentId, Alert[]>()
  for (const { alert, incidentId } of expired) {
    const others = cleared.get(incidentId)
    if (others === undefined) cleared.set(incidentId, [alert])
    else others.push(alert)
  }
  const records = expired.map(({ alert, source, incidentId, serviceId, severity }) => {
    return { alert, source, incidentId, serviceId, severity, endedAtMs: alert.endsAtMs, trail: null }
  })
  return { ...NOTHING_PLANNED, sender: '', records, cleared }
}
