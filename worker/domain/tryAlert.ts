import type { AlertSource } from './alert.ts'
import { planBatch } from './alertBatch.ts'
import { policyForJoined } from './alertIncident.ts'
import type { IncomingAlert, InvalidAlert } from './alertIntake.ts'
import { normaliseAlert } from './alertIntake.ts'
import type { DeskView, JoinedAlert, Judging } from './batchPlan.ts'
import type { DeskIncident } from './deskIncident.ts'
import { joiningNews } from './joiningNews.ts'
import type { EscalationPolicy } from './organisation.ts'
import type { RoutingDraft } from './routingDraft.ts'
import type { Severity } from './severity.ts'
import type { TrailStep } from './trail.ts'
import type { Judge, Judgement } from './triage.ts'

/** Pure: what would be decided about an alert that began to fire now. Nothing is changed. */

export interface TriedAlert {
  readonly serviceId: string | null
  readonly severity: Severity
  /** What each decision was and why, in order. */
  readonly trail: readonly TrailStep[]
  /** Null when it would open and join none. */
  readonly incident: { readonly id: string; readonly isNew: boolean } | null
  /** What keeps it from one; null: nothing. */
  readonly suppressedBy: 'rule' | 'silence' | 'inhibition' | 'pause' | null
  /** By whom it would be answered now; null: nobody is paged. */
  readonly policy: EscalationPolicy | null
  /** Why they are paged, or nobody is; a sentence without its full stop. */
  readonly pagingBecause: string
}

export interface WantedTrial {
  readonly incoming: IncomingAlert
  readonly source: AlertSource
  /** The integration it comes by, or its source. */
  readonly sender: string
}

export type Tried =
  | { readonly ok: true; readonly tried: TriedAlert }
  | { readonly ok: false; readonly reason: InvalidAlert }

/** What a draft's rules make of the alert. Judged before the desk is asked: a draft's patterns are never compiled there. */
export interface JudgedDraft {
  readonly draft: RoutingDraft
  readonly judgement: Judgement
}

/** Null for an alert that would not be taken. */
export function judgeWanted({ incoming }: WantedTrial, judge: Judge, nowMs: number): Judgement | null {
  const normalised = normaliseAlert({ ...incoming, endsAtMs: null }, nowMs)
  return normalised.ok ? judge(normalised.alert) : null
}

/** What the desk judges by to try it: nothing is compiled. */
export function judgingByDraft({ organisation, graph }: Judging, { draft, judgement }: JudgedDraft): Judging {
  return { organisation: { ...organisation, ...draft }, judge: () => judgement, graph }
}

/** `incidentBefore`: the incident as it is now. */
export function tryAlert(
  view: DeskView,
  { incoming, source, sender }: WantedTrial,
  incidentBefore: (id: string) => DeskIncident | undefined,
  judging: Judging,
  nowMs: number,
): Tried {
  // As if it were not known yet, and fired on.
  const unknown = { ...view, firing: () => null, held: () => null, firingCount: 0 }
  const alerts = [{ ...incoming, endsAtMs: null }]
  const plan = planBatch(unknown, { source, sender, alerts }, nowMs, judging)
  const [invalid] = plan.invalid
  if (invalid !== undefined) return { ok: false, reason: invalid }
  const [record] = plan.records
  const [held] = plan.held
  const alert = record?.alert ?? held?.alert
  if (alert === undefined) throw new Error('an alert that fires is neither in an incident nor suppressed')
  const judgement = judging.judge(alert)
  const { serviceId, severity } = judgement
  const judged = { serviceId, severity, trail: record?.trail ?? judgement.trail }
  if (record === undefined) {
    const by = view.suppressedBy(alert, () => judgement, nowMs)
    const suppressedBy =
      (by?.silencedBy.length ?? 0) > 0
        ? 'silence'
        : (by?.inhibitedBy.length ?? 0) > 0
          ? 'inhibition'
          : by?.ruleId !== null
            ? 'rule'
            : 'pause'
    return {
      ok: true,
      tried: { ...judged, incident: null, suppressedBy, policy: null, pagingBecause: NOBODY_WHILE[suppressedBy] },
    }
  }
  const known = incidentBefore(record.incidentId)
  const incident = { id: record.incidentId, isNew: known === undefined }
  const paging = pagingOf({ alert, judgement }, known, judging)
  return { ok: true, tried: { ...judged, incident, suppressedBy: null, ...paging } }
}

const NOBODY_WHILE = {
  rule: 'a rule suppresses it',
  silence: 'a silence hides it',
  inhibition: 'another alert inhibits it',
  pause: 'it has to fire on first',
} as const

/** Whom one alert pages, into an incident that is known or a new one. */
export function pagingOf(
  joined: JoinedAlert,
  known: DeskIncident | undefined,
  { organisation }: Judging,
): Pick<TriedAlert, 'policy' | 'pagingBecause'> {
  const { pages, severity } = joined.judgement
  if (!pages) return { policy: null, pagingBecause: 'a rule says that nobody is paged for it' }
  const policy = policyForJoined([joined], severity, organisation)
  if (policy === null) return { policy, pagingBecause: `nothing says whom ${severity} of its service pages` }
  if (known === undefined) return { policy, pagingBecause: 'it opens an incident' }
  if (joiningNews([joined], known, organisation).severity === undefined)
    return { policy: null, pagingBecause: 'people were paged for its incident, and it is no worse' }
  return known.pages
    ? { policy, pagingBecause: `it is worse than its incident was (${known.severity})` }
    : { policy, pagingBecause: 'nobody was paged for its incident before' }
}
