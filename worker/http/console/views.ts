import type { KnownDependency } from '../../domain/dependency.ts'
import type { AccessRole } from '../../domain/actor.ts'
import type { ScoredChange } from '../../domain/changeScore.ts'
import type { Incident, IncidentUpdate, NamedService, Person, Phase } from '../../domain/incident.ts'
import type { IncidentEvent, RecordedEvent } from '../../domain/incidentEvent.ts'
import type { Language } from '../../domain/language.ts'
import type { PublicIncident } from '../../domain/publicModel.ts'
import type { Runbook } from '../../domain/runbooks.ts'
import type { Severity } from '../../domain/severity.ts'
import type { UpdateRules } from '../../domain/updateRules.ts'
import type { SimilarIncident } from '../../storage/similarIncidents.ts'

/** What the pages of incidents are rendered from: exactly what they show. */

/** Common to all of them. */
export interface ConsoleView {
  readonly me: Me
  readonly nowMs: number
  /** The zone in which times are written and asked for: the status page's. */
  readonly timeZone: string
  readonly notice: string | null
}

/** Of what is configured. */
export interface ConfigurableView extends ConsoleView {
  readonly mayConfigure: boolean
}

export interface Me {
  readonly id: string
  readonly name: string
  readonly role: AccessRole
  /** Whether they may change things, or only look. */
  readonly canAct: boolean
}

export interface ListedIncident {
  readonly id: string
  readonly title: string
  readonly phase: Phase
  readonly severity: Severity
  readonly services: readonly string[]
  readonly commander: string | null
  readonly alertsFiring: number
  /** Those that joined since someone answered. */
  readonly alertsFresh: number
  /** One sentence that sums it up; empty while there is none. */
  readonly headline: string
  readonly startedAtMs: number
  readonly detectedAtMs: number
  readonly resolvedAtMs: number | null
  readonly nextUpdateAtMs: number | null
  readonly isPublic: boolean
}

export interface IncidentsView extends ConsoleView {
  readonly filter: IncidentsFilter
  /** The worst first; null where the filter leaves them out. */
  readonly open: readonly ListedIncident[] | null
  /** More are open than are shown. */
  readonly openCutOff: boolean
  /** Newest first; null where the filter leaves them out. */
  readonly resolved: readonly ListedIncident[] | null
  /** The address of the next page of resolved ones. */
  readonly older: string | null
}

export interface IncidentsFilter {
  readonly state: 'all' | 'open' | 'resolved'
  readonly severity: Severity | ''
  readonly q: string
  /** Only resolved ones detected before this are shown: a later page. */
  readonly before: number | null
}

export interface NewIncidentView extends ConsoleView {
  readonly services: readonly NamedService[]
  readonly components: readonly NamedService[]
  readonly form: FormState
  readonly commandId: string
}

/** A form as it was sent, so that nothing has to be typed twice, and what is wrong with it. */
export interface FormState {
  /** By field; a field with several values has them in a list. */
  readonly values: Readonly<Record<string, string | readonly string[]>>
  readonly errors: Readonly<Record<string, string>>
}

export interface RoomView extends ConsoleView {
  readonly incident: Incident
  readonly timeline: Timeline
  readonly alerts: {
    readonly listed: readonly ListedAlert[]
    readonly offset: number
    readonly pageSize: number
  }
  readonly people: readonly Person[]
  readonly components: readonly NamedService[]
  readonly playbooks: readonly { readonly id: string; readonly name: string; readonly description: string }[]
  readonly rules: UpdateRules
  readonly templates: readonly { readonly id: string; readonly name: string }[]
  /** In which updates are written; the others are translations. */
  readonly pageLanguage: Language
  readonly similar: readonly SimilarIncident[]
  readonly runbooks: readonly Runbook[]
  /** What may have set it off, the likeliest first. */
  readonly changes: readonly ScoredChange[]
  /** In trouble, and needed by what the incident is about. */
  readonly thirdParties: readonly KnownDependency[]
  /** Open incidents that this one may be merged into, or its alerts moved to; the newest first. */
  readonly others: readonly { readonly id: string; readonly title: string; readonly severity: Severity }[]
  /** What could not be loaded just now, in words; the rest of the room works without. */
  readonly missing: readonly string[]
  readonly publicUrl: string
  readonly commandId: string
  readonly refused: RefusedForm | null
}

/** The form that was sent last, when it has to be shown again: to be corrected, or to be edited after a preview. */
export interface RefusedForm extends FormState {
  /** Such as `update`, `severity` or `task-<id>`. */
  readonly form: string
  /** Null when it is only to be edited. */
  readonly message: string | null
}

export interface ListedAlert {
  readonly fingerprint: string
  readonly title: string
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly summary: string
  readonly firing: boolean
  readonly startsAtMs: number
  readonly endsAtMs: number
  /** Only addresses that a browser can follow safely. */
  readonly generatorUrl: string | null
  /** Where it can be silenced; null when it is over. */
  readonly silenceUrl: string | null
}

export const TIMELINE_FILTERS = ['all', 'updates', 'public'] as const
export type TimelineFilter = (typeof TIMELINE_FILTERS)[number]

export interface Timeline {
  readonly filter: TimelineFilter
  /** Newest first. */
  readonly entries: readonly TimelineEntry[]
  /** The page before this one starts here; null when this one reaches the beginning. */
  readonly olderBefore: number | null
  /** False on an older page, which does not change any more. */
  readonly isLatest: boolean
}

export interface TimelineEntry {
  readonly sequence: number
  readonly atMs: number
  readonly by: string
  readonly audience: RecordedEvent['audience']
  readonly type: IncidentEvent['type']
  readonly headline: string
  readonly detail: string | null
  /** Set for updates, whose text is markdown. */
  readonly update: IncidentUpdate | null
}

export interface UpdatePreviewView extends ConsoleView {
  readonly incidentId: string
  readonly incidentTitle: string
  readonly statusPageName: string
  /** As customers will see the incident; null for an internal update. */
  readonly incident: PublicIncident | null
  readonly update: IncidentUpdate
  /** As a subscriber gets it: the HTML without its frame. */
  readonly mail: { readonly subject: string; readonly text: string; readonly html: string } | null
  readonly feed: { readonly title: string; readonly html: string; readonly xml: string } | null
  readonly needsRelease: boolean
  readonly postsAtMs: number | null
  /** The form's fields, to post it or to go back to it. */
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** A posted update, and other words for it. */
export interface UpdateEditView extends ConsoleView {
  readonly incidentId: string
  readonly incidentTitle: string
  readonly update: IncidentUpdate
  readonly pageLanguage: Language
  readonly form: FormState
  readonly message: string | null
  /** What changes is shown before it is changed. */
  readonly isToConfirm: boolean
  readonly commandId: string
}
