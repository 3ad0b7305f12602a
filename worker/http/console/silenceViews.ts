import type { SilenceState } from '../../domain/silence.ts'
import type { ConsoleView, FormState } from './views.ts'

/** What the page "Silences" is rendered from. */
export interface SilencesView extends ConsoleView {
  /** By state, each in the order of Alertmanager: what ends or begins next stands first. */
  readonly silences: Readonly<Record<SilenceState, readonly ListedSilence[]>>
  /** Expired ones beyond those that are shown. */
  readonly expiredMore: number
  /** How many alerts fire right now that a silence or another alert hides. */
  readonly hiddenNow: number
  readonly form: FormState
  readonly durations: readonly { readonly value: string; readonly label: string }[]
}

export interface ListedSilence {
  readonly id: string
  /** As amtool takes them. */
  readonly matchers: readonly string[]
  readonly createdBy: string
  readonly comment: string
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly hid: number
}
