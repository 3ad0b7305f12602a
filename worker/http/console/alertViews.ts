import type { AlertSource } from '../../domain/alert.ts'
import type { FiringState, InboxGroup, InboxSort } from '../../domain/alertInbox.ts'
import type { Severity } from '../../domain/severity.ts'
import type { TrailStep } from '../../domain/trail.ts'
import type { IncidentInShort } from '../../storage/incidentTitles.ts'
import type { ConsoleView } from './views.ts'

/** What the inbox of alerts and the page of one alert are rendered from. */

export interface InboxView extends ConsoleView {
  readonly asked: AskedInbox
  /** What is wrong with what was asked, by field. */
  readonly errors: Readonly<Record<string, string>>
  /** Null while the desk does not answer. */
  readonly found: FoundInbox | null
  readonly services: readonly { readonly id: string; readonly name: string }[]
  readonly isFiltered: boolean
}

export interface AskedInbox {
  readonly state: 'firing' | FiringState | 'ended'
  readonly severity: Severity | ''
  readonly service: string
  readonly source: AlertSource | ''
  readonly matchers: string
  readonly q: string
  readonly silence: string
  readonly incident: string
  readonly group: InboxGroup
  readonly sort: InboxSort
}

export interface FoundInbox {
  /** In order; one without a heading when they are not grouped. */
  readonly groups: readonly InboxGroupView[]
  /** Null for those that ended: they are not counted. */
  readonly total: number | null
  readonly byState: Readonly<Record<FiringState, number>> | null
  readonly firstNumber: number
  readonly shown: number
  /** Addresses of other pages. */
  readonly first: string | null
  readonly next: string | null
}

export interface InboxGroupView {
  readonly heading: string | null
  readonly href: string | null
  readonly count: number
  readonly alerts: readonly InboxAlert[]
}

export interface InboxAlert {
  readonly fingerprint: string
  readonly title: string
  readonly summary: string
  readonly state: FiringState | 'ended'
  /** Why it is hidden, or has to wait. */
  readonly why: string | null
  readonly severity: Severity
  /** Its name; one that is not configured as its sender calls it. */
  readonly service: string | null
  readonly source: AlertSource
  readonly incidentId: string | null
  /** Null without one, and while D1 does not know it. */
  readonly incident: IncidentInShort | null
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly startsAtMs: number
  readonly endedAtMs: number | null
}

export interface AlertView extends ConsoleView {
  readonly alert: InboxAlert
  readonly annotations: readonly (readonly [name: string, value: string])[]
  readonly generatorUrl: string | null
  readonly silenceUrl: string
  readonly runbookUrl: string | null
  readonly silencedBy: readonly { readonly id: string; readonly why: string | null }[]
  readonly inhibitedBy: readonly { readonly fingerprint: string; readonly title: string | null }[]
  /** The latest first. */
  readonly firings: readonly {
    readonly incidentId: string
    readonly incidentTitle: string | null
    readonly startsAtMs: number
    readonly endedAtMs: number | null
  }[]
  /** False while D1 does not answer. */
  readonly firingsKnown: boolean
  readonly trail: readonly TrailStep[]
  /** The last message that changed it; null when none is kept. */
  readonly received: ReceivedView | null
}

export interface ReceivedView {
  readonly atMs: number
  readonly bytes: number
  readonly isCut: boolean
  /** Null for those who may not see it: it can hold what its sender keeps secret. */
  readonly message: {
    readonly contentType: string
    readonly headers: readonly (readonly [name: string, value: string])[]
    readonly body: string
  } | null
}
