import type { Alert, AlertSource } from './alert.ts'
import type { Firing, IncomingAlert, InvalidAlert, StoredAlert } from './alertIntake.ts'
import { normaliseAlert, takeAlert } from './alertIntake.ts'
import type { AlertRecord, BatchPlan, DeskView, Judging } from './batchPlan.ts'
import { FlapCounts } from './flapping.ts'
import type { IncidentId } from './identifiers.ts'
import { Joining } from './joining.ts'
import type { HeldAlert } from './suppression.ts'
import { Holding } from './suppression.ts'
import type { TrailStep } from './trail.ts'

/** Pure: what a whole batch changes. The AlertDesk stores the result in one transaction, then tells the rooms. */

export const FIRING_ALERTS_MAX = 100_000

export interface Batch {
  readonly source: AlertSource
  /** The integration it came by, or its source: what the storm limit counts by. */
  readonly sender: string
  readonly alerts: readonly IncomingAlert[]
}

export function planBatch(view: DeskView, batch: Batch, nowMs: number, judging: Judging): BatchPlan {
  const { source, sender } = batch
  const firing = new Map<string, StoredAlert | null>()
  const holding = new Holding(view.held)
  const joining = new Joining()
  const flapping = new FlapCounts(view.flaps, judging.organisation.flapping, nowMs)
  const records = new Map<string, AlertRecord>()
  const repeats = new Map<string, Alert>()
  const cleared = new Map<IncidentId, Map<string, Alert>>()
  const invalid: InvalidAlert[] = []
  let { firingCount } = view
  let accepted = 0
  let turnedAway = 0

  const record = (known: StoredAlert, alert: Alert, endedAtMs: number | null) => {
    const { incidentId, serviceId, severity } = known
    const next = { alert, source: known.source, incidentId, serviceId, severity, endedAtMs, trail: null }
    records.set(recordKey(incidentId, alert.fingerprint), next)
  }
  const end = (known: StoredAlert, alert: Alert) => {
    firing.set(alert.fingerprint, null)
    repeats.delete(alert.fingerprint)
    firingCount--
    record(known, alert, alert.endsAtMs)
    inner(cleared, known.incidentId).set(alert.fingerprint, alert)
  }
  const drop = (fingerprint: string) => {
    holding.drop(fingerprint)
    firingCount--
  }
  const fire = (alert: Alert, from: AlertSource, began: number) => {
    const judgement = judging.judge(alert)
    const by = view.suppressedBy(alert, () => judgement, nowMs)
    if (by === null) {
      joining.put({ alert, source: from, judgement, endedAtMs: null, also: flapSteps(began, judging) })
      return
    }
    firing.set(alert.fingerprint, null)
    repeats.delete(alert.fingerprint)
    const { serviceId, severity } = judgement
    const { silencedBy, pausedUntilMs } = by
    holding.hold({ alert, source: from, sender, serviceId, severity, heldSinceMs: nowMs, pausedUntilMs, silencedBy })
  }
  const goOn = (alert: Alert, isNews: boolean) => {
    const { fingerprint } = alert
    const arriving = joining.get(fingerprint)
    const known = firing.get(fingerprint) ?? view.firing(fingerprint)
    if (arriving !== null) joining.put({ ...arriving, alert })
    else if (known !== null) {
      firing.set(fingerprint, { ...known, alert })
      if (isNews) {
        repeats.delete(fingerprint)
        record(known, alert, null)
      } else repeats.set(fingerprint, alert)
    }
  }

  const goOnHeld = (held: HeldAlert, alert: Alert) => {
    const judge = () => judging.judge(alert)
    const by = view.suppressedBy(alert, judge, held.heldSinceMs)
    if (by !== null) return holding.goOn(held, alert, by)
    holding.drop(alert.fingerprint)
    joining.put({ alert, source: held.source, judgement: judge(), endedAtMs: null, also: [waited(held, nowMs)] })
  }

  for (const each of batch.alerts) {
    const normalised = normaliseAlert(each, nowMs)
    if (!normalised.ok) {
      invalid.push(normalised.reason)
      continue
    }
    const { fingerprint } = normalised.alert
    const arriving = joining.get(fingerprint)
    let known =
      arriving !== null ? null : firing.has(fingerprint) ? (firing.get(fingerprint) ?? null) : view.firing(fingerprint)
    // Its sender said when it would end, and that has passed; what comes now is another firing.
    if (known !== null && !known.alert.endIsTimeout && known.alert.endsAtMs <= nowMs) {
      end(known, known.alert)
      known = null
    }
    let held = arriving === null && known === null ? holding.get(fingerprint) : null
    if (held !== null && !held.alert.endIsTimeout && held.alert.endsAtMs <= nowMs) {
      drop(fingerprint)
      held = null
    }

    const taken = takeAlert(known ?? asFiring(arriving ?? held), normalised.alert, each, nowMs)
    switch (taken.kind) {
      case 'nothing':
        break
      case 'repeats':
      case 'starts_earlier':
      case 'lasts_longer':
        flapping.repeats(fingerprint)
        if (held === null) goOn(taken.alert, taken.kind !== 'repeats')
        else goOnHeld(held, taken.alert)
        break
      case 'ends': {
        const closedByPerson = known !== null && known.incidentResolvedAtMs !== null
        const untilMs = closedByPerson || held !== null ? null : flapping.ends(fingerprint)
        const before = known ?? arriving
        if (untilMs !== null && before !== null)
          // A repeat may take the assumed end back; one that was said would stand.
          goOn({ ...before.alert, endsAtMs: untilMs, endIsTimeout: true, updatedAtMs: nowMs }, false)
        else if (arriving !== null) {
          joining.put({ ...arriving, alert: taken.alert, endedAtMs: taken.alert.endsAtMs })
          firingCount--
        } else if (known !== null) end(known, taken.alert)
        else if (held !== null) drop(fingerprint)
        break
      }
      case 'fires': {
        if (known === null && firingCount >= FIRING_ALERTS_MAX) {
          turnedAway++
          continue
        }
        if (known === null) firingCount++
        // The firing that was closed by a person is over where the new one begins.
        else {
          record(known, { ...known.alert, endsAtMs: nowMs }, taken.alert.startsAtMs)
          firing.set(fingerprint, null)
          repeats.delete(fingerprint)
        }
        fire(taken.alert, source, flapping.fires(fingerprint))
        break
      }
    }
    accepted++
  }

  const placed = joining.place(view, judging, sender, nowMs)
  for (const joiner of placed.records) {
    const { alert, incidentId, endedAtMs } = joiner
    records.set(recordKey(incidentId, alert.fingerprint), joiner)
    cleared.get(incidentId)?.delete(alert.fingerprint)
    if (endedAtMs !== null) inner(cleared, incidentId).set(alert.fingerprint, alert)
  }
  return {
    sender,
    records: [...records.values()],
    repeats: [...repeats.values()],
    ...holding.changes(),
    ...flapping.changes(),
    opened: placed.opened,
    placements: placed.placements,
    gatherings: placed.gatherings,
    joined: placed.joined,
    cleared: withoutEmpty(cleared),
    accepted,
    invalid,
    turnedAway,
  }
}

function recordKey(incidentId: IncidentId, fingerprint: string): string {
  return `${incidentId} ${fingerprint}`
}

function inner(outer: Map<IncidentId, Map<string, Alert>>, id: IncidentId): Map<string, Alert> {
  const found = outer.get(id)
  if (found !== undefined) return found
  const made = new Map<string, Alert>()
  outer.set(id, made)
  return made
}

function withoutEmpty(outer: ReadonlyMap<IncidentId, ReadonlyMap<string, Alert>>): Map<IncidentId, Alert[]> {
  return new Map([...outer].filter(([, alerts]) => alerts.size > 0).map(([id, alerts]) => [id, [...alerts.values()]]))
}

function asFiring(known: { readonly alert: Alert } | null): Firing | null {
  return known === null ? null : { alert: known.alert, incidentResolvedAtMs: null }
}

/** The trail of an alert that comes and goes says so. */
function flapSteps(began: number, { organisation: { flapping } }: Judging): TrailStep[] {
  if (began < flapping.firings) return []
  const because = `it began ${began} times within ${flapping.withinMinutes} min, and is over once it was quiet for ${flapping.quietMinutes} min`
  return [{ about: 'flapping', decided: 'comes and goes', because, ruleId: null }]
}

/** The trail of an alert that was suppressed at first says so. */
export function waited({ heldSinceMs, pausedUntilMs }: HeldAlert, nowMs: number): TrailStep {
  const seconds = Math.round((nowMs - heldSinceMs) / 1000)
  return pausedUntilMs === null
    ? {
        about: 'suppression',
        decided: 'no longer suppressed',
        because: `what hid it is over after ${seconds} s`,
        ruleId: null,
      }
    : { about: 'pause', decided: 'fired on', because: `it still fired after ${seconds} s`, ruleId: null }
}
