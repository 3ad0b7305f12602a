import type { AlertSource, Labels } from './alert.ts'
import { alertTitle, byCodePoint, fingerprintOf } from './alert.ts'
import type { IncomingAlert } from './alertIntake.ts'
import { policyForJoined, worstOf } from './alertIncident.ts'
import type { BatchPlan, Judging } from './batchPlan.ts'
import type { IncidentId } from './identifiers.ts'
import type { CompiledRule } from './inhibition.ts'
import { joiningNews } from './joiningNews.ts'
import type { Severity } from './severity.ts'
import { isWorse } from './severity.ts'
import { SimulatedDesk } from './simulatedDesk.ts'
import { hiddenSteps, NOT_SUPPRESSED } from './suppression.ts'
import type { TrailStep } from './trail.ts'
import type { Judge, Judgement } from './triage.ts'
import { Wakes } from './wakes.ts'

/**
 * Pure: what alerts of the past would have come to. They go through the very plans that the AlertDesk makes, begins and
 * ends in order of time; an incident is closed when all that fired in it has ended.
 *
 * Not replayed: silences and what they hid, which no rule would change, and what people did.
 */

/** One firing, as it is kept. */
export interface PastAlert {
  readonly fingerprint: string
  readonly source: AlertSource
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAtMs: number
  /** Null while it fires. */
  readonly endedAtMs: number | null
}

export const REPLAYED_ALERTS_MAX = 20_000

/** What became of one firing. */
export interface Outcome {
  readonly serviceId: string | null
  readonly severity: Severity
  readonly groupKey: string
  /** Which incident: by the first firing that came into it, so that two runs can be compared. Null: none. */
  readonly incident: string | null
  readonly suppressedBy: 'rule' | 'inhibition' | 'pause' | null
  /** The policy that this alert pages by itself; null: none. */
  readonly policyId: string | null
  readonly trail: readonly TrailStep[]
}

export interface Run {
  readonly incidents: number
  /** How often people would have been called: for a new incident, or one that got worse. */
  readonly pages: number
  /** Firings that opened and joined no incident. */
  readonly suppressed: number
  /** For how many firings each rule decided something. */
  readonly byRule: ReadonlyMap<string, number>
  /** In the order of `inOrder`. */
  readonly outcomes: readonly Outcome[]
}

/** Each firing once, oldest first: the same for the same firings in any order. */
export function inOrder(alerts: readonly PastAlert[]): PastAlert[] {
  const firings: PastAlert[] = []
  const latest = new Map<string, number>()
  for (const alert of alerts.toSorted(earliestFirst)) {
    const at = latest.get(alert.fingerprint)
    const before = at === undefined ? undefined : firings[at]
    // A firing that went on into another incident is kept once for each.
    if (at !== undefined && before !== undefined && alert.startsAtMs < endOf(before))
      firings[at] = { ...before, endedAtMs: laterEnd(before.endedAtMs, alert.endedAtMs) }
    else latest.set(alert.fingerprint, firings.push(alert) - 1)
  }
  return firings
}

function earliestFirst(a: PastAlert, b: PastAlert): number {
  return (
    a.startsAtMs - b.startsAtMs ||
    byCodePoint(a.fingerprint, b.fingerprint) ||
    byCodePoint(JSON.stringify(a), JSON.stringify(b))
  )
}

/** What ended as it began has fired all the same. */
function endOf({ startsAtMs, endedAtMs }: PastAlert): number {
  return endedAtMs === null ? Infinity : Math.max(endedAtMs, startsAtMs + 1)
}

function laterEnd(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b)
}

/** `firings` as `inOrder` gives them. One step for each batch of them: who drives it may let others come in between. */
export function replaying(
  firings: readonly PastAlert[],
  judging: Judging,
  inhibitRules: readonly CompiledRule[] = [],
): Generator<void, Run> {
  return new Replay(firings, { ...judging, judge: judgedOnce(judging.judge) }, inhibitRules).run()
}

export function replay(
  firings: readonly PastAlert[],
  judging: Judging,
  inhibitRules: readonly CompiledRule[] = [],
): Run {
  const steps = replaying(firings, judging, inhibitRules)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same alert fires again and again, and each of its firings is asked about more than once. */
function judgedOnce(judge: Judge): Judge {
  const known = new Map<string, Judgement>()
  return (alert) => {
    const key = JSON.stringify([alert.labels, alert.annotations])
    const judgement = known.get(key) ?? judge(alert)
    known.set(key, judgement)
    return judgement
  }
}

interface Moment {
  readonly atMs: number
  readonly begins: boolean
  readonly index: number
  readonly firing: PastAlert
}

interface Fate {
  readonly judgement: Judgement
  readonly incidentId: IncidentId | null
  readonly isInhibited: boolean
  readonly trail: readonly TrailStep[]
}

class Replay {
  readonly #desk: SimulatedDesk
  readonly #judging: Judging
  readonly #firings: readonly PastAlert[]
  readonly #fates: Fate[] = []
  /** The latest firing of each alert, by the fingerprint that it has here. */
  readonly #latest = new Map<string, number>()
  /** When what comes and goes was quiet for long enough, and when what waits has waited. */
  readonly #wakes = new Wakes()
  readonly #gathered = new Map<IncidentId, IncidentId>()
  #incidents = 0
  #pages = 0

  constructor(firings: readonly PastAlert[], judging: Judging, inhibitRules: readonly CompiledRule[]) {
    this.#judging = judging
    this.#firings = firings
    this.#desk = new SimulatedDesk(judging, (plan) => this.#watch(plan), inhibitRules)
  }

  *run(): Generator<void, Run> {
    const moments = this.#firings.flatMap((firing, index): Moment[] => [
      { atMs: firing.startsAtMs, begins: true, index, firing },
      ...(firing.endedAtMs === null ? [] : [{ atMs: endOf(firing), begins: false, index, firing }]),
    ])
    moments.sort((a, b) => a.atMs - b.atMs || Number(a.begins) - Number(b.begins) || a.index - b.index)
    // What came at the same moment by the same way came in one batch: its order does not matter.
    const batches = Map.groupBy(moments, ({ atMs, begins, firing }) => `${atMs} ${begins} ${firing.source}`)
    for (const batch of batches.values()) {
      this.#take(batch)
      yield
    }
    this.#wakeUntil(Infinity)
    return this.#result()
  }

  #take(batch: readonly Moment[]): void {
    const [first] = batch
    if (first === undefined) return
    const { atMs, firing } = first
    this.#wakeUntil(atMs)
    const before = batch.map(({ begins, firing: { fingerprint }, index }) => {
      const here = fingerprintOf(identityOf(fingerprint))
      const known = this.#latest.get(here)
      if (begins) this.#latest.set(here, index)
      return known
    })
    const { source } = firing
    const plan = this.#desk.takeBatch({ source, sender: source, alerts: batch.map(incomingAt) }, atMs)
    for (const [i, { begins, index }] of batch.entries()) {
      const known = before[i] === undefined ? undefined : this.#fates[before[i]]
      // It comes and goes, and was kept firing until now.
      if (begins && this.#fates[index] === undefined && known !== undefined) this.#fates[index] = known
    }
    this.#settle(plan, atMs)
  }

  #wakeUntil(beforeMs: number): void {
    for (let due = this.#wakes.next(beforeMs); due !== null; due = this.#wakes.next(beforeMs)) {
      const { atMs, fingerprints } = due
      const { memory, held } = this.#desk
      const quiet = fingerprints.flatMap((each) => memory.firingAlert(each) ?? [])
      const expired = this.#desk.expire(atMs, quiet)
      if (expired !== null) this.#settle(expired, atMs)
      const waiting = fingerprints.flatMap((each) => held.get(each) ?? [])
      const waited = waiting.filter(({ pausedUntilMs }) => pausedUntilMs !== null && pausedUntilMs <= atMs)
      for (const plan of this.#desk.release(waited, atMs)) this.#settle(plan, atMs)
    }
  }

  #watch(plan: BatchPlan): void {
    const { organisation } = this.#judging
    for (const [incidentId, joined] of plan.joined) {
      const known = this.#desk.memory.incident(incidentId)
      const policy =
        known === undefined
          ? policyForJoined(joined, worstOf(joined).severity, organisation)
          : joiningNews(joined, known, organisation).severity?.policy
      if (known === undefined) this.#incidents++
      if (policy !== null && policy !== undefined) this.#pages++
      for (const { alert, judgement } of joined)
        this.#decide(alert.fingerprint, { judgement, incidentId, isInhibited: false, trail: [] })
    }
    for (const { alert, trail } of plan.records) if (trail !== null) this.#decide(alert.fingerprint, { trail })
    for (const { alert, pausedUntilMs } of plan.held) {
      const judgement = this.#judging.judge(alert)
      const hidden = this.#hiddenBy(this.#desk.inhibitorOf(alert.fingerprint))
      const trail = [...judgement.trail, ...hidden]
      this.#decide(alert.fingerprint, { judgement, incidentId: null, isInhibited: hidden.length > 0, trail })
      if (pausedUntilMs !== null) this.#wakes.add(pausedUntilMs, alert.fingerprint)
    }
    for (const { endIsTimeout, endsAtMs, fingerprint } of plan.repeats)
      if (endIsTimeout) this.#wakes.add(endsAtMs, fingerprint)
  }

  #decide(fingerprint: string, decided: Fate | Pick<Fate, 'trail'>): void {
    const index = this.#latest.get(fingerprint)
    if (index === undefined) return
    const known = this.#fates[index]
    if ('judgement' in decided) this.#fates[index] = decided
    else if (known !== undefined) this.#fates[index] = { ...known, ...decided }
  }

  /** What follows from a plan that was carried out. */
  #settle(plan: BatchPlan, atMs: number): void {
    const { memory } = this.#desk
    for (const gathering of plan.gatherings) {
      const [from, into] = [memory.incident(gathering.from), memory.incident(gathering.into)]
      if (from === undefined || into === undefined) continue
      this.#incidents--
      if (isWorse(from.severity, into.severity) || (from.pages && !into.pages)) this.#pages++
      this.#gathered.set(gathering.from, gathering.into)
      this.#desk.gather(gathering, atMs)
    }
    for (const incidentId of plan.cleared.keys())
      if (memory.firingIn(incidentId) === 0) this.#desk.resolve(incidentId, atMs)
    // What an alert that is over has inhibited is looked at again.
    const over = [...[...plan.cleared.values()].flat().map(({ fingerprint }) => fingerprint), ...plan.dropped]
    const freed = this.#desk.inhibitedBy(over)
    if (freed.length > 0) for (const released of this.#desk.release(freed, atMs)) this.#settle(released, atMs)
  }

  #hiddenBy(inhibitor: string | undefined): TrailStep[] {
    if (inhibitor === undefined) return []
    const index = this.#latest.get(inhibitor)
    const source = index === undefined ? undefined : this.#firings[index]
    const alerts = source === undefined ? {} : { [inhibitor]: alertTitle(source) }
    return hiddenSteps({ ...NOT_SUPPRESSED, inhibitedBy: [inhibitor] }, { silences: {}, alerts })
  }

  /** The incident that it has become part of, by way of others. */
  #inTheEnd(id: IncidentId): IncidentId {
    let at = id
    for (let next = this.#gathered.get(at); next !== undefined; next = this.#gathered.get(at)) at = next
    return at
  }

  #result(): Run {
    const leads = new Map<IncidentId, string>()
    const byRule = new Map<string, number>()
    const outcomes = this.#firings.map((firing, i): Outcome => {
      const { fingerprint, startsAtMs } = firing
      const fate = this.#fates[i]
      if (fate === undefined) throw new Error('a firing of the past came to nothing')
      const { judgement, isInhibited, trail } = fate
      const incidentId = fate.incidentId === null ? null : this.#inTheEnd(fate.incidentId)
      if (incidentId !== null && !leads.has(incidentId)) leads.set(incidentId, `${fingerprint} ${startsAtMs}`)
      for (const ruleId of new Set(trail.map((step) => step.ruleId)))
        if (ruleId !== null) byRule.set(ruleId, (byRule.get(ruleId) ?? 0) + 1)
      const { serviceId, severity, groupKey, suppressedByRule } = judgement
      const alert = { ...ALERT, ...firing }
      return {
        serviceId,
        severity,
        groupKey,
        incident: incidentId === null ? null : (leads.get(incidentId) ?? null),
        suppressedBy:
          incidentId !== null ? null : isInhibited ? 'inhibition' : suppressedByRule === null ? 'pause' : 'rule',
        policyId:
          incidentId === null
            ? null
            : (policyForJoined([{ alert, judgement }], severity, this.#judging.organisation)?.id ?? null),
        trail,
      }
    })
    const suppressed = outcomes.filter(({ incident }) => incident === null).length
    return { incidents: this.#incidents, pages: this.#pages, suppressed, byRule, outcomes }
  }
}

/** Its sender may know it by more than its labels, and that is not kept. */
function identityOf(fingerprint: string) {
  return { fingerprint }
}

function incomingAt({ begins, firing, atMs }: Moment): IncomingAlert {
  const { labels, annotations, fingerprint, startsAtMs } = firing
  const endsAtMs = begins ? FAR_MS : atMs
  return { labels, annotations, startsAtMs, endsAtMs, generatorUrl: '', identity: identityOf(fingerprint) }
}

/** Every firing is told when it ends, so that none is taken to be over by itself. */
const FAR_MS = 8.64e15
const ALERT = { endsAtMs: FAR_MS, endIsTimeout: false, generatorUrl: '', updatedAtMs: 0 }

/** What about a firing comes out differently. */
export const REPLAYED_ASPECTS = ['service', 'severity', 'group', 'paging', 'suppression'] as const
export type ReplayedAspect = (typeof REPLAYED_ASPECTS)[number]

export interface Difference {
  readonly firing: PastAlert
  readonly aspects: readonly ReplayedAspect[]
  readonly before: Outcome
  readonly after: Outcome
}

/** The firings whose outcome differs between two runs of the same. */
export function differences(firings: readonly PastAlert[], before: Run, after: Run): Difference[] {
  return firings.flatMap((firing, i) => {
    const [one, other] = [before.outcomes[i], after.outcomes[i]]
    if (one === undefined || other === undefined) throw new Error('the runs are not of the same firings')
    const aspects = REPLAYED_ASPECTS.filter((aspect) => DIFFERS[aspect](one, other))
    return aspects.length === 0 ? [] : [{ firing, aspects, before: one, after: other }]
  })
}

const DIFFERS: Record<ReplayedAspect, (a: Outcome, b: Outcome) => boolean> = {
  service: (a, b) => a.serviceId !== b.serviceId,
  severity: (a, b) => a.severity !== b.severity,
  // Of one that has no incident on one side, that it has none is what differs.
  group: (a, b) =>
    a.groupKey !== b.groupKey || (a.incident !== b.incident && a.incident !== null && b.incident !== null),
  paging: (a, b) => a.policyId !== b.policyId,
  suppression: (a, b) => a.suppressedBy !== b.suppressedBy,
}
