import type { Alert, AlertSource, Labels } from './alert.ts'
import { isFiring } from './alert.ts'
import { groupKeyOf } from './alertIncident.ts'
import type { Firing, IncomingAlert, InvalidAlert, StoredAlert } from './alertIntake.ts'
import { normaliseAlert, takeAlert } from './alertIntake.ts'
import type { IncidentId } from './identifiers.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import type { HeldAlert, HeldChanges, Suppression } from './suppression.ts'
import { Holding } from './suppression.ts'

/** Pure: what a whole batch changes. The AlertDesk stores the result in one transaction, then tells the rooms. */

/** What the desk knows before the batch. */
export interface DeskView {
  /** Null unless the alert is firing. */
  readonly firing: (fingerprint: string) => StoredAlert | null
  /** Null unless the alert fires suppressed: without an incident. */
  readonly held: (fingerprint: string) => HeldAlert | null
  /** With those that are suppressed. */
  readonly firingCount: number
  /** What keeps an alert from opening or joining an incident now; null: nothing. */
  readonly suppressedBy: (alert: Alert) => Suppression | null
  readonly openIncidentOf: (groupKey: string) => IncidentId | null
  readonly newIncidentId: () => IncidentId
}

/** The last state of one alert within one incident. */
export interface AlertRecord {
  readonly alert: Alert
  readonly source: AlertSource
  readonly incidentId: IncidentId
  /** Null while it fires. */
  readonly endedAtMs: number | null
}

export interface BatchPlan extends HeldChanges {
  /** To write: one record for each alert and incident that changed. */
  readonly records: readonly AlertRecord[]
  /** Unchanged but for when they end: kept in memory, never written. */
  readonly repeats: readonly Alert[]
  /** Incidents that did not exist before. */
  readonly opened: readonly { readonly incidentId: IncidentId; readonly groupKey: string }[]
  /** By incident: what fires in it that did not before. */
  readonly joined: ReadonlyMap<IncidentId, readonly Alert[]>
  /** By incident: what has stopped firing in it. */
  readonly cleared: ReadonlyMap<IncidentId, readonly Alert[]>
  readonly accepted: number
  readonly invalid: readonly InvalidAlert[]
  /** New alerts turned away because too many fire already; known ones never are. */
  readonly turnedAway: number
}

export const FIRING_ALERTS_MAX = 100_000

export function planBatch(
  view: DeskView,
  source: AlertSource,
  incoming: readonly IncomingAlert[],
  nowMs: number,
  organisation: OrganisationForAlerts,
): BatchPlan {
  const firing = new Map<string, StoredAlert | null>()
  const holding = new Holding(view.held)
  const grouping = groupingOf(view, organisation)
  const records = new Map<string, AlertRecord>()
  const repeats = new Map<string, Alert>()
  const joined = new Map<IncidentId, Map<string, Alert>>()
  const cleared = new Map<IncidentId, Map<string, Alert>>()
  const invalid: InvalidAlert[] = []
  let { firingCount } = view
  let accepted = 0
  let turnedAway = 0

  const record = (alert: Alert, recordSource: AlertSource, incidentId: IncidentId, endedAtMs: number | null) => {
    records.set(`${incidentId} ${alert.fingerprint}`, { alert, source: recordSource, incidentId, endedAtMs })
  }
  const end = (known: StoredAlert, alert: Alert) => {
    firing.set(alert.fingerprint, null)
    repeats.delete(alert.fingerprint)
    firingCount--
    record(alert, known.source, known.incidentId, alert.endsAtMs)
    inner(cleared, known.incidentId).set(alert.fingerprint, alert)
  }
  const join = (alert: Alert, alertSource: AlertSource) => {
    const incidentId = grouping.incidentFor(alert.labels)
    firing.set(alert.fingerprint, { alert, source: alertSource, incidentId, incidentResolvedAtMs: null })
    record(alert, alertSource, incidentId, null)
    cleared.get(incidentId)?.delete(alert.fingerprint)
    inner(joined, incidentId).set(alert.fingerprint, alert)
  }
  const drop = (fingerprint: string) => {
    holding.drop(fingerprint)
    firingCount--
  }

  for (const each of incoming) {
    const normalised = normaliseAlert(each, nowMs)
    if (!normalised.ok) {
      invalid.push(normalised.reason)
      continue
    }
    const { fingerprint } = normalised.alert
    let known = firing.has(fingerprint) ? (firing.get(fingerprint) ?? null) : view.firing(fingerprint)
    // Its sender said when it would end, and that has passed; what comes now is another firing.
    if (known !== null && !known.alert.endIsTimeout && known.alert.endsAtMs <= nowMs) {
      end(known, known.alert)
      known = null
    }
    let held = known === null ? holding.get(fingerprint) : null
    if (held !== null && !held.alert.endIsTimeout && held.alert.endsAtMs <= nowMs) {
      drop(fingerprint)
      held = null
    }

    const taken = takeAlert(known ?? asFiring(held), each, nowMs)
    switch (taken.kind) {
      case 'invalid':
        invalid.push(taken.reason)
        continue
      case 'nothing':
        break
      case 'repeats':
      case 'starts_earlier':
        if (held !== null) {
          const by = view.suppressedBy(taken.alert)
          if (by === null) {
            holding.drop(fingerprint)
            join(taken.alert, held.source)
          } else holding.goOn(held, taken.alert, by)
          break
        }
        if (known === null) break
        firing.set(fingerprint, { ...known, alert: taken.alert })
        if (taken.kind === 'repeats') repeats.set(fingerprint, taken.alert)
        else {
          repeats.delete(fingerprint)
          record(taken.alert, known.source, known.incidentId, null)
        }
        break
      case 'ends':
        if (known !== null) end(known, taken.alert)
        else if (held !== null) drop(fingerprint)
        break
      case 'fires': {
        if (known === null && firingCount >= FIRING_ALERTS_MAX) {
          turnedAway++
          continue
        }
        if (known === null) firingCount++
        // The firing that was closed by a person is over where the new one begins.
        else record({ ...known.alert, endsAtMs: nowMs }, known.source, known.incidentId, taken.alert.startsAtMs)
        const by = view.suppressedBy(taken.alert)
        if (by === null) join(taken.alert, source)
        else {
          firing.set(fingerprint, null)
          repeats.delete(fingerprint)
          holding.hold(taken.alert, source, by)
        }
        break
      }
    }
    accepted++
  }

  return {
    records: [...records.values()],
    repeats: [...repeats.values()],
    ...holding.changes(),
    opened: grouping.opened,
    joined: withoutEmpty(joined),
    cleared: withoutEmpty(cleared),
    accepted,
    invalid,
    turnedAway,
  }
}

/** Alerts that fired into an incident which had been resolved meanwhile: they fire in a new one instead. */
export function planMove(
  view: DeskView,
  moving: readonly StoredAlert[],
  nowMs: number,
  organisation: OrganisationForAlerts,
): BatchPlan {
  const grouping = groupingOf(view, organisation)
  const holding = new Holding(view.held)
  const records: AlertRecord[] = []
  const joined = new Map<IncidentId, Map<string, Alert>>()
  for (const { alert, source, incidentId: from } of moving) {
    records.push({ alert, source, incidentId: from, endedAtMs: nowMs })
    const by = view.suppressedBy(alert)
    if (by !== null) {
      holding.hold(alert, source, by)
      continue
    }
    const incidentId = grouping.incidentFor(alert.labels)
    records.push({ alert, source, incidentId, endedAtMs: null })
    inner(joined, incidentId).set(alert.fingerprint, alert)
  }
  return { ...NOTHING, ...holding.changes(), records, opened: grouping.opened, joined: withoutEmpty(joined) }
}

/** Suppressed alerts, looked at again: what is no longer suppressed fires as if it had just begun. */
export function planRelease(
  view: DeskView,
  suppressed: Iterable<HeldAlert>,
  nowMs: number,
  organisation: OrganisationForAlerts,
): BatchPlan {
  const grouping = groupingOf(view, organisation)
  const holding = new Holding(view.held)
  const records: AlertRecord[] = []
  const joined = new Map<IncidentId, Map<string, Alert>>()
  for (const known of suppressed) {
    const { alert, source } = known
    const by = isFiring(alert, nowMs) ? view.suppressedBy(alert) : null
    if (by !== null) {
      if (by.silencedBy.some((id) => !known.silencedBy.includes(id))) holding.goOn(known, alert, by)
      continue
    }
    holding.drop(alert.fingerprint)
    if (!isFiring(alert, nowMs)) continue
    const incidentId = grouping.incidentFor(alert.labels)
    records.push({ alert, source, incidentId, endedAtMs: null })
    inner(joined, incidentId).set(alert.fingerprint, alert)
  }
  return { ...NOTHING, ...holding.changes(), records, opened: grouping.opened, joined: withoutEmpty(joined) }
}

/** Alerts that were not heard of again before their end. */
export function planExpiry(expired: readonly StoredAlert[]): BatchPlan {
  const cleared = new Map<IncidentId, Map<string, Alert>>()
  for (const { alert, incidentId } of expired) inner(cleared, incidentId).set(alert.fingerprint, alert)
  return {
    ...NOTHING,
    records: expired.map(({ alert, source, incidentId }) => ({
      alert,
      source,
      incidentId,
      endedAtMs: alert.endsAtMs,
    })),
    cleared: withoutEmpty(cleared),
  }
}

const NOTHING: BatchPlan = {
  records: [],
  repeats: [],
  held: [],
  heldRepeats: [],
  dropped: [],
  opened: [],
  joined: new Map(),
  cleared: new Map(),
  accepted: 0,
  invalid: [],
  turnedAway: 0,
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

/** Puts alerts into the open incident of their group, or into one that is opened for them. */
function groupingOf(view: DeskView, organisation: OrganisationForAlerts) {
  const groups = new Map<string, IncidentId>()
  const opened: { incidentId: IncidentId; groupKey: string }[] = []
  const incidentFor = (labels: Labels): IncidentId => {
    const groupKey = groupKeyOf(labels, organisation)
    let incidentId = groups.get(groupKey) ?? view.openIncidentOf(groupKey)
    if (incidentId === null) {
      incidentId = view.newIncidentId()
      opened.push({ incidentId, groupKey })
    }
    groups.set(groupKey, incidentId)
    return incidentId
  }
  return { opened, incidentFor }
}

function asFiring(held: HeldAlert | null): Firing | null {
  return held === null ? null : { alert: held.alert, incidentResolvedAtMs: null }
}
