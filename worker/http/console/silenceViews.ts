import type { Occurrence } from '../../domain/recurrence.ts'
import type { SilenceState } from '../../domain/silence.ts'
import type { ConsoleView, FormState } from './views.ts'

/** What the page "Silences" is rendered from. */
export interface SilencesView extends ConsoleView {
  readonly q: string
  /** By state, each in the order of Alertmanager: what ends or begins next stands first. */
  readonly silences: Readonly<Record<SilenceState, readonly ListedSilence[]>>
  /** Expired ones beyond those that are shown. */
  readonly expiredMore: number
  /** How many alerts fire right now that a silence or another alert hides. */
  readonly hiddenNow: number
  readonly form: SilenceFormView
}

/** The page of one silence. */
export interface SilenceView extends ConsoleView {
  readonly silence: ListedSilence
  /** After the present or next one. */
  readonly later: readonly Occurrence[]
  /** The first of what it hides now. */
  readonly hidden: readonly { readonly fingerprint: string; readonly title: string }[]
  readonly form: SilenceFormView
}

export interface SilenceFormView extends FormState {
  readonly durations: readonly { readonly value: string; readonly label: string }[]
  readonly preview: SilencePreview | null
}

/** What a silence would do, shown before it is made. */
export interface SilencePreview {
  readonly firing: number
  readonly hides: number
  readonly sample: readonly string[]
  /** So much that it has to be confirmed. */
  readonly broad: boolean
  /** The next ones, when it recurs. */
  readonly occurrences: readonly Occurrence[]
}

export interface ListedSilence {
  readonly id: string
  readonly state: SilenceState
  /** As amtool takes them. */
  readonly matchers: readonly string[]
  readonly createdBy: string
  readonly comment: string
  readonly startsAtMs: number
  readonly endsAtMs: number
  /** How it recurs, in words. */
  readonly recurs: string | null
  readonly hid: number
  readonly hidesNow: number
  /** It ends soon, and what it hides fires still. */
  readonly warns: boolean
}
