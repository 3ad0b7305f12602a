import type { SeverityPart } from './assessSeverity.ts'
import type {
  AffectedComponent,
  IncidentBeginning,
  NamedIncident,
  NamedService,
  Page,
  Person,
  Phase,
  Role,
  Verdict,
} from './incident.ts'
import type { AlertExcerpt, DiagnosticResult } from './incidentEvent.ts'
import type { EscalationPolicy } from './organisation.ts'
import type { Clause } from './headline.ts'
import type { IncidentId } from './identifiers.ts'
import type { PlaybookStep } from './playbook.ts'
import type { UpdateContent } from './pendingUpdate.ts'
import type { Translations } from './publicModel.ts'
import type { Severity } from './severity.ts'

/** What facts amount to, and who is paged for that. */
export interface JudgedSeverity {
  readonly to: Severity
  readonly reason: string
  readonly parts?: readonly SeverityPart[]
  /** Null: nobody is paged for this service and severity. */
  readonly policy: EscalationPolicy | null
}

/** What someone wants to happen. Ids come in from outside, so that a repeated command names the same thing. */
export type IncidentCommand =
  | (IncidentBeginning & {
      readonly type: 'open'
      readonly id: IncidentId
      readonly source: 'alert' | 'person'
      /** Null: nobody is paged for this service and severity. */
      readonly policy: EscalationPolicy | null
    })
  | {
      readonly type: 'join_alerts'
      readonly total: number
      readonly firing: number
      readonly count: number
      readonly sample: readonly AlertExcerpt[]
      /** The incident they were moved from. */
      readonly from?: NamedIncident
      /** Whose alerts these are, and what customers would notice of it. */
      readonly services?: readonly NamedService[]
      readonly components?: readonly AffectedComponent[]
      /** What all of its alerts now amount to, and who is paged for that; absent or null: nobody has judged. */
      readonly severity?: JudgedSeverity | null
    }
  /** It turns out to be one with another incident, which goes on with its alerts. */
  | {
      readonly type: 'merge_into'
      readonly into: NamedIncident & { readonly publicTitle: string; readonly isPublic: boolean }
      readonly reason: string
      /** Names the closing public update, if customers were told of the incident. */
      readonly updateId: string
    }
  /** Another incident was merged into this one. */
  | { readonly type: 'absorb'; readonly from: NamedIncident; readonly reason: string }
  /** Alerts of this incident are another's from now on. */
  | {
      readonly type: 'let_alerts_go'
      readonly to: NamedIncident
      readonly reason: string
      readonly total: number
      readonly firing: number
      readonly count: number
      readonly sample: readonly AlertExcerpt[]
    }
  | {
      readonly type: 'clear_alerts'
      readonly firing: number
      readonly count: number
      readonly sample: readonly AlertExcerpt[]
    }
  | { readonly type: 'acknowledge'; readonly via: 'console' | 'api' | 'link' }
  | { readonly type: 'change_phase'; readonly to: Extract<Phase, 'investigating' | 'identified' | 'monitoring'> }
  | {
      readonly type: 'resolve'
      readonly reason: string
      /** Names and words the closing public update, if customers were told of the incident; null text: a plain default. */
      readonly updateId: string
      readonly publicBody: string | null
    }
  | {
      readonly type: 'change_severity'
      readonly to: Severity
      readonly reason: string
      /** Who is paged when that is worse; null: nobody; absent: whom the present policy names. */
      readonly policy?: EscalationPolicy | null | undefined
    }
  | { readonly type: 'change_title'; readonly title: string; readonly publicTitle: string }
  | { readonly type: 'correct_start'; readonly toMs: number; readonly reason: string }
  | { readonly type: 'set_components'; readonly components: readonly AffectedComponent[] }
  /** Of the id of a draft: the draft is posted, with these words. */
  | (UpdateContent & {
      readonly type: 'post_update'
      readonly id: string
      /** Not before this moment; absent or null: now. */
      readonly postsAtMs?: number | null
    })
  /** Keeps it for later; what was scheduled or waited for its release is a draft again. */
  | { readonly type: 'save_draft'; readonly id: string; readonly content: UpdateContent }
  | { readonly type: 'discard_draft'; readonly id: string }
  /** A second person lets it go out. */
  | { readonly type: 'release_update'; readonly id: string }
  /** The room's alarm: what is due, and may go out, goes out. */
  | { readonly type: 'post_due_updates' }
  | {
      readonly type: 'edit_update'
      /** Names the change, should it have to wait for its release. */
      readonly id: string
      readonly updateId: string
      readonly body: string
      readonly translations: Translations
    }
  | { readonly type: 'withdraw_update'; readonly updateId: string }
  /** The room's alarm: nobody has told customers yet. */
  | { readonly type: 'tell_investigating'; readonly updateId: string }
  | { readonly type: 'take_role'; readonly role: Role; readonly person: Person }
  | { readonly type: 'release_role'; readonly role: Role }
  | { readonly type: 'add_task'; readonly id: string; readonly title: string; readonly owner: Person | null }
  | { readonly type: 'change_task'; readonly id: string; readonly owner: Person | null; readonly done: boolean }
  | { readonly type: 'add_hypothesis'; readonly id: string; readonly statement: string; readonly owner: Person | null }
  | { readonly type: 'judge_hypothesis'; readonly id: string; readonly verdict: Verdict; readonly note: string }
  | { readonly type: 'record_diagnostic'; readonly result: DiagnosticResult }
  /** The room's alarm: page the current step's people, or move on when it is due. */
  | { readonly type: 'escalate' }
  /** Who the current step reaches, resolved at the moment it fired; empty: nobody is on call. */
  | {
      readonly type: 'queue_pages'
      readonly turn: number
      readonly round: number
      readonly step: number
      readonly pages: readonly Pick<Page, 'id' | 'responder' | 'channel' | 'address'>[]
    }
  | { readonly type: 'attempt_page'; readonly pageId: string }
  | { readonly type: 'record_page_sent'; readonly pageId: string; readonly receipt: string }
  | { readonly type: 'record_page_failed'; readonly pageId: string; readonly reason: string; readonly final: boolean }
  | {
      readonly type: 'start_run'
      readonly runId: string
      readonly playbookId: string
      readonly name: string
      readonly requestedBy: Person
      readonly steps: readonly { readonly definition: PlaybookStep; readonly planHash: string }[]
    }
  /** `dead`: its Workflow is known to be gone; otherwise silence decides. */
  | { readonly type: 'resume_run'; readonly runId: string; readonly dead: boolean }
  /** From the Workflow. */
  | { readonly type: 'begin_run_step'; readonly runId: string; readonly index: number }
  | {
      readonly type: 'finish_run_step'
      readonly runId: string
      readonly index: number
      readonly ok: boolean
      readonly output: string
    }
  /** From a human. */
  | {
      readonly type: 'approve_run_step'
      readonly runId: string
      readonly index: number
      readonly planHash: string
      readonly person: Person
      readonly approved: boolean
    }
  | {
      readonly type: 'answer_run_step'
      readonly runId: string
      readonly index: number
      readonly person: Person
      readonly answer: string
    }
  | { readonly type: 'cancel_run'; readonly runId: string }
  | { readonly type: 'record_draft' }
  /** From the room itself. */
  | { readonly type: 'record_headline'; readonly clauses: readonly Clause[]; readonly changed: readonly string[] }
  | {
      readonly type: 'record_impact'
      readonly service: NamedService
      readonly queries: readonly string[]
      readonly affectedUsers: number | null
      readonly errorRate: number | null
      /** Null: it was measured. */
      readonly problem: string | null
      readonly severity: JudgedSeverity | null
    }
