import type { Alert, AlertSource } from './alert.ts'
import type { OrganisationForAlerts } from './alertIncident.ts'
import { groupKeyOf } from './alertIncident.ts'
import type { IncomingAlert, InvalidAlert, StoredAlert } from './alertIntake.ts'
import { normaliseAlert, takeAlert } from './alertIntake.ts'
import type { IncidentId } from './identifiers.ts'

/** Pure: what a whole batch changes. The AlertDesk stores the result in one transaction, then tells the rooms. */

/** What the desk knows before the batch. */
export interface DeskView {
  /** Null unless the alert is firing. */
  readonly firing: (fingerprint: string) => StoredAlert | null
  readonly firingCount: number
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

export interface BatchPlan {
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
  const groups = new Map<string, IncidentId>()
  const records = new Map<string, AlertRecord>()
  const repeats = new Map<string, Alert>()
  const opened: { incidentId: IncidentId; groupKey: string }[] = []
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

    const taken = takeAlert(known, each, nowMs)
    switch (taken.kind) {
      case 'invalid':
        invalid.push(taken.reason)
        continue
      case 'nothing':
        break
      case 'repeats':
        if (known !== null) firing.set(fingerprint, { ...known, alert: taken.alert })
        repeats.set(fingerprint, taken.alert)
        break
      case 'starts_earlier':
        if (known === null) break
        repeats.delete(fingerprint)
        firing.set(fingerprint, { ...known, alert: taken.alert })
        record(taken.alert, known.source, known.incidentId, null)
        break
      case 'ends':
        if (known !== null) end(known, taken.alert)
        break
      case 'fires': {
        if (known === null && firingCount >= FIRING_ALERTS_MAX) {
          turnedAway++
          continue
        }
        if (known === null) firingCount++
        // The firing that was closed by a person is over where the new one begins.
        else record({ ...known.alert, endsAtMs: nowMs }, known.source, known.incidentId, taken.alert.startsAtMs)
        const groupKey = groupKeyOf(taken.alert.labels, organisation)
        let incidentId = groups.get(groupKey) ?? view.openIncidentOf(groupKey)
        if (incidentId === null) {
          incidentId = view.newIncidentId()
          opened.push({ incidentId, groupKey })
        }
        groups.set(groupKey, incidentId)
        firing.set(fingerprint, { alert: taken.alert, source, incidentId, incidentResolvedAtMs: null })
        record(taken.alert, source, incidentId, null)
        cleared.get(incidentId)?.delete(fingerprint)
        inner(joined, incidentId).set(fingerprint, taken.alert)
        break
      }
    }
    accepted++
  }

  return {
    records: [...records.values()],
    repeats: [...repeats.values()],
    opened,
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
  const opened: { incidentId: IncidentId; groupKey: string }[] = []
  const groups = new Map<string, IncidentId>()
  const records: AlertRecord[] = []
  const joined = new Map<IncidentId, Map<string, Alert>>()
  for (const { alert, source, incidentId: from } of moving) {
    const groupKey = groupKeyOf(alert.labels, organisation)
    let incidentId = groups.get(groupKey) ?? view.openIncidentOf(groupKey)
    if (incidentId === null) {
      incidentId = view.newIncidentId()
      opened.push({ incidentId, groupKey })
    }
    groups.set(groupKey, incidentId)
    records.push({ alert, source, incidentId: from, endedAtMs: nowMs }, { alert, source, incidentId, endedAtMs: null })
    inner(joined, incidentId).set(alert.fingerprint, alert)
  }
  return { ...NOTHING, records, opened, joined: withoutEmpty(joined) }
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
