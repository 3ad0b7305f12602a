import type { Actor } from './actor.ts'
import type { SeverityPart } from './assessSeverity.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { Clause } from './headline.ts'
import type { EscalationPolicy } from './organisation.ts'
import type { IncidentId } from './identifiers.ts'
import type { PendingUpdate } from './pendingUpdate.ts'
import type { PublicStatus, Translations } from './publicModel.ts'
import type { Run } from './playbookRun.ts'
import type { Severity } from './severity.ts'

/** An incident as its event log tells it. `evolve.ts` folds the log into this; `decide.ts` says what may happen next. */

export const PHASES = ['triggered', 'acknowledged', 'investigating', 'identified', 'monitoring', 'resolved'] as const
export type Phase = (typeof PHASES)[number]

export const ROLES = ['commander', 'technical_lead', 'communications_lead'] as const
export type Role = (typeof ROLES)[number]

export const ROLE_LABEL: Record<Role, string> = {
  commander: 'Commander',
  technical_lead: 'Technical lead',
  communications_lead: 'Communications lead',
}

/** Who may see an entry of the timeline. */
export const AUDIENCES = ['internal', 'stakeholders', 'public'] as const
export type Audience = (typeof AUDIENCES)[number]

export interface Person {
  readonly id: string
  readonly name: string
}

export interface Times {
  /** When it began to hurt; people may correct it. */
  readonly startedAtMs: number
  readonly detectedAtMs: number
  readonly firstPagedAtMs: number | null
  readonly acknowledgedAtMs: number | null
  readonly mitigatedAtMs: number | null
  readonly resolvedAtMs: number | null
}

export interface Task {
  readonly id: string
  readonly title: string
  readonly owner: Person | null
  readonly done: boolean
}

export const VERDICTS = ['open', 'confirmed', 'refuted'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface Hypothesis {
  readonly id: string
  readonly statement: string
  readonly owner: Person | null
  readonly verdict: Verdict
  readonly note: string
}

/** One call to one person over one channel: a row of the paging ledger. */
export interface Page {
  /** Stable: every attempt carries it, so a receiver can drop repeats. */
  readonly id: string
  /** Which time paging began, as `Paging.turn`; absent in old logs, where it began once. */
  readonly turn?: number
  readonly round: number
  readonly step: number
  readonly responder: Person
  readonly channel: PageChannel
  /** The mail address or webhook URL, as it was when the page was queued: sending needs no look-up. */
  readonly address: string
  readonly state: 'queued' | 'sent' | 'failed'
  readonly queuedAtMs: number
  readonly attempts: number
  /** The provider's receipt, or why it failed. */
  readonly note: string
}

export type PageChannel = 'email' | 'webhook'

/** Why people are called. */
export type PagingCause =
  | { readonly kind: 'opened' }
  /** It is worse than when people were called before. */
  | { readonly kind: 'raised'; readonly from: Severity; readonly to: Severity; readonly reason: string }
  /** What was thought to be mitigated fires again. */
  | { readonly kind: 'reopened'; readonly reason: string }

/** How paging begins. It keeps the policy it started with. */
export interface PagingStart {
  readonly policy: EscalationPolicy
  /** Zero-based; the step that was paged last. */
  readonly step: number
  /** Zero-based; how often the policy has started over. */
  readonly round: number
  /** When the next step is due; null once every round has run out or a human answered. */
  readonly escalatesAtMs: number | null
}

/** The escalation that runs until a human answers; it may begin anew in any open phase. */
export interface Paging extends PagingStart {
  /** `answered`: a human has it. `over`: there is nothing left to answer. */
  readonly state: 'calling' | 'exhausted' | 'answered' | 'over'
  readonly because: PagingCause
  /** Zero-based; how often it has begun anew. */
  readonly turn: number
}

/** What the facts amount to, each as last heard, and what they amounted to when a human had the last word; null: nothing. */
export interface AmountsTo {
  readonly alerts: Severity | null
  readonly impact: Severity | null
  readonly whenSet: Severity | null
}

export interface IncidentUpdate {
  readonly id: string
  readonly audience: Audience
  readonly body: string
  readonly status: PublicStatus | null
  readonly components: readonly {
    readonly id: string
    readonly name: string
    readonly from: ComponentStatus
    readonly to: ComponentStatus
  }[]
  readonly nextUpdateAtMs: number | null
  readonly by: Actor
  /** When it was so: when it was posted, unless it was written down afterwards. */
  readonly atMs: number
  readonly translations?: Translations
  /** The second person who let it go out. */
  readonly releasedBy?: Actor
  /** Until when it can be taken back; absent in old logs and where there is no such time. */
  readonly undoUntilMs?: number
  /** What it said before, oldest first; absent: always the same. */
  readonly edits?: readonly UpdateEdit[]
}

/** Earlier words of an update. */
export interface UpdateEdit {
  readonly body: string
  readonly translations: Translations
  /** Who replaced them, and when. */
  readonly by: Actor
  readonly atMs: number
}

/** The last update for customers, while it can be taken back, and what it changed. */
export interface Undoable {
  readonly updateId: string
  readonly untilMs: number
  readonly before: Pick<Incident, 'phase' | 'components' | 'nextUpdateAtMs' | 'fixedBy'> & {
    readonly mitigatedAtMs: number | null
  }
}

/** Another incident, as it was called then. */
export interface NamedIncident {
  readonly id: IncidentId
  readonly title: string
}

export interface NamedService {
  readonly id: string
  readonly name: string
}

/** A severity from some moment on, and who said so. */
export interface SeverityHad {
  readonly severity: Severity
  readonly reason: string
  readonly by: string
  readonly atMs: number
  /** Of the entry in the timeline. */
  readonly sequence: number
}

/** One sentence about the incident, in clauses that stand on facts. */
export interface Headline {
  readonly sentence: string
  readonly clauses: readonly Clause[]
  /** The services of the change it names. */
  readonly changed: readonly string[]
}

/** What the query of a service's impact said last. */
export interface Measured {
  readonly service: NamedService
  readonly affectedUsers: number | null
  /** Of requests, from 0 to 1. */
  readonly errorRate: number | null
  /** Why it could not be measured. */
  readonly problem: string | null
  /** What that amounts to with the service's tier; null: nothing. */
  readonly severity: Severity | null
  /** Of the entry in the timeline. */
  readonly sequence: number
  readonly atMs: number
}

/** What an incident is when it is opened. */
export interface IncidentBeginning {
  readonly title: string
  /** What customers would see. */
  readonly publicTitle: string
  readonly summary: string
  readonly severity: Severity
  readonly severityReason: string
  /** What it was computed from, the worst first; absent when a person set it, and in old logs. */
  readonly severityParts?: readonly SeverityPart[]
  readonly services: readonly NamedService[]
  readonly components: readonly AffectedComponent[]
  readonly startedAtMs: number
  /** It is over, or nearly: someone writes it down afterwards, with the times of then. Absent: no. */
  readonly isBackdated?: boolean
}

export interface AffectedComponent {
  readonly id: string
  readonly name: string
  readonly status: ComponentStatus
}

export interface Incident {
  readonly id: IncidentId
  /** The sequence of the last event; what `expectedVersion` is compared with. */
  readonly version: number
  readonly title: string
  /** What customers see; never taken from an alert. */
  readonly publicTitle: string
  readonly summary: string
  readonly phase: Phase
  readonly severity: Severity
  readonly severityReason: string
  readonly severityParts: readonly SeverityPart[]
  /** Each it has had, oldest first. */
  readonly severities: readonly SeverityHad[]
  readonly services: readonly NamedService[]
  readonly components: readonly AffectedComponent[]
  readonly times: Times
  /** `fresh`: those that joined since someone answered. */
  readonly alerts: { readonly total: number; readonly firing: number; readonly fresh: number }
  /** A bounded number, in the order in which they joined. */
  readonly alertTitles: readonly string[]
  readonly headline: Headline | null
  /** By service. */
  readonly measured: readonly Measured[]
  readonly amountsTo: AmountsTo
  readonly roles: Readonly<Partial<Record<Role, Person>>>
  readonly tasks: readonly Task[]
  readonly hypotheses: readonly Hypothesis[]
  readonly paging: Paging | null
  readonly pages: readonly Page[]
  readonly runs: readonly Run[]
  /** Oldest first. */
  readonly updates: readonly IncidentUpdate[]
  /** Not posted yet, oldest first. */
  readonly pendingUpdates: readonly PendingUpdate[]
  readonly undoable: Undoable | null
  readonly isBackdated: boolean
  /** When what customers see of it last changed; null while they were never told. */
  readonly publicChangedAtMs: number | null
  readonly nextUpdateAtMs: number | null
  /** What was said to have fixed it; empty while it is open. */
  readonly fixedBy: string
  /** The incident that goes on with its alerts; null unless it was merged. */
  readonly mergedInto: NamedIncident | null
  /** Those that were merged into this one. */
  readonly absorbed: readonly NamedIncident[]
}
