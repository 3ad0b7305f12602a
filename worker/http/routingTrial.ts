import type { Judging } from '../domain/batchPlan.ts'
import { compileRule } from '../domain/inhibition.ts'
import { compileJudging } from '../domain/judging.ts'
import type { Organisation } from '../domain/organisation.ts'
import { OrganisationForAlerts } from '../domain/organisation.ts'
import type { Difference, Run } from '../domain/replay.ts'
import { differences, inOrder, replaying, REPLAYED_ALERTS_MAX } from '../domain/replay.ts'
import type { RoutingDraft } from '../domain/routingDraft.ts'
import { isWorse } from '../domain/severity.ts'
import type { JudgedDraft, Tried, TriedAlert, WantedTrial } from '../domain/tryAlert.ts'
import { judgeWanted } from '../domain/tryAlert.ts'
import { database } from '../storage/database.ts'
import type { IncidentInShort } from '../storage/incidentTitles.ts'
import { incidentsInShort } from '../storage/incidentTitles.ts'
import { linearRegexes } from '../storage/linearRegex.ts'
import type { OnCallPlan } from '../storage/onCall.ts'
import { onCallPlan, peopleOfPlan } from '../storage/onCall.ts'
import { loadOrganisation } from '../storage/organisation.ts'
import { alertsSince } from '../storage/pastAlerts.ts'
import { faultsOf } from './configFaults.ts'
import type { Fault } from './problem.ts'

/** Trying routing rules without saving them: for the API and the console alike. Nothing is changed by any of it. */

/** Null before anything has been configured. */
export async function presentOrganisation(env: Env): Promise<Organisation | null> {
  return (await loadOrganisation(database(env.DB)))?.organisation ?? null
}

const DRAFTED = /^(routingRules|groupBy|grouping|flapping|storm)(\.|$)/

/** What stands in the way of saving the draft; faults that the configuration has elsewhere are not its own. */
export async function draftFaults(env: Env, present: Organisation, draft: Partial<RoutingDraft>): Promise<Fault[]> {
  const faults = await faultsOf(database(env.DB), { ...present, ...draft })
  return faults.filter(({ path }) => DRAFTED.test(path))
}

export interface NamedThing {
  readonly id: string
  readonly name: string
}

/** What would be decided, with the names that people know. */
export interface ShownTrial extends Omit<TriedAlert, 'policy' | 'serviceId' | 'incident'> {
  readonly service: NamedThing | null
  readonly incident: { readonly id: string | null; readonly title: string | null; readonly isNew: boolean } | null
  readonly policy: NamedThing | null
  /** Who its first step reaches now. */
  readonly people: readonly NamedThing[]
}

export type Trial =
  | { readonly ok: true; readonly saved: ShownTrial; readonly draft: ShownTrial | null }
  | { readonly ok: false; readonly reason: string }

/** `draft` has no faults. */
export async function tryRouting(
  env: Env,
  present: Organisation,
  wanted: WantedTrial,
  draft: RoutingDraft | null,
): Promise<Trial> {
  const db = database(env.DB)
  const nowMs = Date.now()
  const judged = draft === null ? null : judgedBy(present, draft, wanted, nowMs)
  const [tried, plan] = await Promise.all([
    env.ALERT_DESK.getByName('main').tryAlert(wanted, judged),
    onCallPlan(db, nowMs),
  ])
  const all: readonly Tried[] = tried.draft === null ? [tried.saved] : [tried.saved, tried.draft]
  const ids = all.flatMap((each) => (each.ok && each.tried.incident !== null ? [each.tried.incident.id] : []))
  const incidents = await incidentsInShort(db, ids)
  const shown = ({ tried: one }: Extract<Tried, { ok: true }>) => shownTrial(one, present, plan, incidents, nowMs)
  if (!tried.saved.ok) return tried.saved
  if (tried.draft !== null && !tried.draft.ok) return tried.draft
  return { ok: true, saved: shown(tried.saved), draft: tried.draft === null ? null : shown(tried.draft) }
}

function judgedBy(present: Organisation, draft: RoutingDraft, wanted: WantedTrial, nowMs: number): JudgedDraft | null {
  const judgement = judgeWanted(wanted, judgingBy({ ...present, ...draft }).judge, nowMs)
  return judgement === null ? null : { draft, judgement }
}

/** In the Worker: whatever a draft's patterns take, the desk goes on taking alerts. */
function judgingBy(organisation: Organisation): Judging {
  return compileJudging(OrganisationForAlerts.parse(organisation), linearRegexes())
}

function shownTrial(
  { serviceId, incident, policy, ...rest }: TriedAlert,
  { services }: Organisation,
  plan: OnCallPlan,
  incidents: ReadonlyMap<string, IncidentInShort>,
  nowMs: number,
): ShownTrial {
  const service = services.find(({ id }) => id === serviceId)
  const [step] = policy?.steps ?? []
  const people = step === undefined ? [] : peopleOfPlan(plan, step.targets, nowMs)
  return {
    ...rest,
    service: service === undefined ? null : named(service),
    // The id of one that will not be opened means nothing.
    incident:
      incident === null
        ? null
        : {
            id: incident.isNew ? null : incident.id,
            title: incidents.get(incident.id)?.title ?? null,
            isNew: incident.isNew,
          },
    policy: policy === null ? null : named(policy),
    people: people.map(({ responder }) => named(responder)),
  }
}

function named({ id, name }: NamedThing): NamedThing {
  return { id, name }
}

export const REPLAY_DAYS = [1, 7, 30] as const
export type ReplayDays = (typeof REPLAY_DAYS)[number]
const DAY_MS = 24 * 3_600_000

export interface Replayed {
  readonly days: ReplayDays
  /** How many firings were replayed. */
  readonly alerts: number
  /** There were more: only the latest of them were replayed. */
  readonly isCapped: boolean
  readonly sinceMs: number
  readonly tookMs: number
  /** In how many incidents they are in fact, by whatever people and silences did meanwhile. */
  readonly incidentsInFact: number
  readonly before: Run
  readonly after: Run
  readonly raised: number
  readonly lowered: number
  readonly different: readonly Difference[]
}

/** The last days by the rules as they are, and by a draft without faults. */
export async function replayRouting(
  env: Env,
  present: Organisation,
  draft: RoutingDraft,
  days: ReplayDays,
): Promise<Replayed> {
  const nowMs = Date.now()
  const sinceMs = nowMs - days * DAY_MS
  const desk = env.ALERT_DESK.getByName('main')
  const [inIncidents, hidden] = await Promise.all([
    inPages((offset, limit) => alertsSince(database(env.DB), sinceMs, offset, limit)),
    inPages((offset, limit) => desk.hiddenSince(sinceMs, offset, limit)),
  ])
  const kept = [...inIncidents, ...hidden].toSorted((a, b) => b.startsAtMs - a.startsAtMs)
  const taken = kept.slice(0, REPLAYED_ALERTS_MAX)
  const firings = inOrder(
    taken.map(({ fingerprint, source, labels, annotations, startsAtMs, endedAtMs }) => {
      return { fingerprint, source, labels, annotations, startsAtMs, endedAtMs }
    }),
  )
  const compileRegex = linearRegexes()
  const inhibitRules = present.inhibitRules.map((rule) => compileRule(rule, compileRegex))
  const before = await inPieces(replaying(firings, judgingBy(present), inhibitRules))
  const after = await inPieces(replaying(firings, judgingBy({ ...present, ...draft }), inhibitRules))
  const different = differences(firings, before, after)
  const raised = different.filter((each) => isWorse(each.after.severity, each.before.severity)).length
  return {
    days,
    alerts: firings.length,
    isCapped: kept.length > taken.length,
    sinceMs: firings[0]?.startsAtMs ?? sinceMs,
    tookMs: Date.now() - nowMs,
    incidentsInFact: new Set(taken.flatMap((each) => ('incidentId' in each ? [each.incidentId] : []))).size,
    before,
    after,
    raised,
    lowered: different.filter(({ aspects }) => aspects.includes('severity')).length - raised,
    different,
  }
}

/** What a call to an object or to D1 may carry. */
const ALERTS_A_PAGE = 5_000

/** One more than are replayed, if there are as many: then it is known that there were more. */
async function inPages<T>(page: (offset: number, limit: number) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  while (all.length <= REPLAYED_ALERTS_MAX) {
    const next = await page(all.length, ALERTS_A_PAGE)
    all.push(...next)
    if (next.length < ALERTS_A_PAGE) break
  }
  return all
}

/** A few milliseconds of work: thousands of alerts by hundreds of rules take seconds, and others are to be answered meanwhile. */
const STEPS_AT_ONCE = 50

async function inPieces<T>(steps: Generator<void, T>): Promise<T> {
  for (let taken = 1; ; taken++) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (taken % STEPS_AT_ONCE === 0) await scheduler.wait(0)
  }
}
