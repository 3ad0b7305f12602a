import type { Actor } from './actor.ts'
import type { SeverityPart } from './assessSeverity.ts'
import type {
  AffectedComponent,
  Audience,
  IncidentUpdate,
  IncidentBeginning,
  NamedIncident,
  NamedService,
  Page,
  PagingCause,
  PagingStart,
  Person,
  Phase,
  Role,
  Verdict,
} from './incident.ts'
import type { Clause } from './headline.ts'
import type { IncidentId } from './identifiers.ts'
import type { PendingUpdate } from './pendingUpdate.ts'
import type { Translations } from './publicModel.ts'
import type { Run, RunStep } from './playbookRun.ts'
import type { Refusal } from './refusal.ts'
import type { Severity } from './severity.ts'

/** What happened, in order. The log is the incident; everything else is derived from it and can be rebuilt. */
export interface RecordedEvent {
  /** 1, 2, 3 … without gaps. */
  readonly sequence: number
  readonly atMs: number
  readonly by: Actor
  readonly audience: Audience
  readonly event: IncidentEvent
}

export interface AlertExcerpt {
  readonly fingerprint: string
  readonly title: string
}

/** How bad facts are, and why. */
export interface AmountedTo {
  readonly severity: Severity
  readonly reason: string
  readonly parts?: readonly SeverityPart[]
}

export interface DiagnosticResult {
  readonly kind: 'http' | 'prometheus'
  /** The address or the query, as asked. */
  readonly target: string
  readonly ok: boolean
  /** Plain text, bounded. */
  readonly output: string
  readonly durationMs: number
}

export type IncidentEvent =
  | (IncidentBeginning & { readonly type: 'opened'; readonly id: IncidentId; readonly source: 'alert' | 'person' })
  | {
      readonly type: 'alerts_joined'
      readonly total: number
      readonly firing: number
      readonly sample: readonly AlertExcerpt[]
      readonly count: number
      /** The incident they were moved from; absent: they are new. */
      readonly from?: NamedIncident
      /** Those that were not part of the incident before; absent: none. */
      readonly services?: readonly NamedService[]
      readonly components?: readonly AffectedComponent[]
      /** What all of its alerts amount to; absent when nobody has judged. */
      readonly amountsTo?: AmountedTo
    }
  | {
      readonly type: 'alerts_moved'
      readonly to: NamedIncident
      readonly reason: string
      readonly total: number
      readonly firing: number
      readonly sample: readonly AlertExcerpt[]
      readonly count: number
    }
  | { readonly type: 'merged'; readonly into: NamedIncident; readonly reason: string }
  | { readonly type: 'absorbed'; readonly from: NamedIncident; readonly reason: string }
  | {
      readonly type: 'alerts_cleared'
      readonly firing: number
      readonly sample: readonly AlertExcerpt[]
      readonly count: number
    }
  | { readonly type: 'acknowledged'; readonly via: 'console' | 'api' | 'link' }
  | {
      readonly type: 'phase_changed'
      readonly from: Phase
      readonly to: Phase
      /** When that was, if it is written down afterwards. */
      readonly happenedAtMs?: number
    }
  | { readonly type: 'reopened'; readonly from: Phase; readonly reason: string }
  | { readonly type: 'resolved'; readonly from: Phase; readonly reason: string; readonly happenedAtMs?: number }
  | {
      readonly type: 'severity_changed'
      readonly from: Severity
      readonly to: Severity
      readonly reason: string
      /** Absent when a person set it. */
      readonly parts?: readonly SeverityPart[]
    }
  | { readonly type: 'title_changed'; readonly title: string; readonly publicTitle: string }
  | { readonly type: 'start_corrected'; readonly from: number; readonly to: number; readonly reason: string }
  | { readonly type: 'components_set'; readonly components: readonly AffectedComponent[] }
  | { readonly type: 'update_posted'; readonly update: IncidentUpdate }
  /** Saved, scheduled, or waiting for its release. */
  | { readonly type: 'update_drafted'; readonly pending: PendingUpdate }
  | { readonly type: 'draft_discarded'; readonly id: string; readonly body: string }
  | {
      readonly type: 'update_released'
      readonly id: string
      readonly body: string
      readonly author: Actor
      readonly postsAtMs: number | null
    }
  /** Its time came, and it could not be posted. */
  | { readonly type: 'update_held_back'; readonly id: string; readonly body: string; readonly reason: Refusal }
  | {
      readonly type: 'update_edited'
      readonly updateId: string
      readonly from: { readonly body: string; readonly translations: Translations }
      readonly body: string
      readonly translations: Translations
      readonly releasedBy?: Actor
    }
  | {
      readonly type: 'update_withdrawn'
      readonly updateId: string
      readonly body: string
      /** Where the incident is again; null: it stays where it is. */
      readonly phase: Phase | null
    }
  | { readonly type: 'role_taken'; readonly role: Role; readonly person: Person; readonly from: Person | null }
  | { readonly type: 'role_released'; readonly role: Role; readonly from: Person }
  | { readonly type: 'task_added'; readonly id: string; readonly title: string; readonly owner: Person | null }
  | {
      readonly type: 'task_changed'
      readonly id: string
      readonly title: string
      readonly owner: Person | null
      readonly done: boolean
    }
  | {
      readonly type: 'hypothesis_added'
      readonly id: string
      readonly statement: string
      readonly owner: Person | null
    }
  | {
      readonly type: 'hypothesis_judged'
      readonly id: string
      readonly statement: string
      readonly verdict: Verdict
      readonly note: string
    }
  | { readonly type: 'diagnostic_run'; readonly result: DiagnosticResult }
  | {
      readonly type: 'paging_started'
      readonly paging: PagingStart
      /** Absent in old logs: the incident was opened. */
      readonly because?: PagingCause
    }
  | { readonly type: 'escalated'; readonly step: number; readonly round: number; readonly escalatesAtMs: number | null }
  | { readonly type: 'paging_exhausted'; readonly rounds: number }
  | { readonly type: 'nobody_on_call'; readonly step: number; readonly reason: string }
  | { readonly type: 'page_queued'; readonly page: Page }
  | { readonly type: 'page_attempted'; readonly pageId: string; readonly attempt: number }
  | { readonly type: 'page_sent'; readonly pageId: string; readonly receipt: string }
  | { readonly type: 'page_failed'; readonly pageId: string; readonly reason: string; readonly final: boolean }
  | { readonly type: 'run_started'; readonly run: Run }
  | { readonly type: 'run_resumed'; readonly runId: string; readonly incarnation: number }
  | {
      readonly type: 'run_step_changed'
      readonly runId: string
      readonly index: number
      readonly status: RunStep['status']
      readonly output: string
      readonly approvedBy: Person | null
    }
  | { readonly type: 'run_ended'; readonly runId: string; readonly status: 'succeeded' | 'failed' | 'cancelled' }
  | {
      readonly type: 'assessed'
      readonly clauses: readonly Clause[]
      /** The services of the change that the sentence names. */
      readonly changed: readonly string[]
    }
  | {
      readonly type: 'impact_measured'
      readonly service: NamedService
      /** As asked. */
      readonly queries: readonly string[]
      readonly affectedUsers: number | null
      readonly errorRate: number | null
      readonly problem: string | null
      readonly amountsTo?: AmountedTo
    }
  | { readonly type: 'post_mortem_drafted' }
