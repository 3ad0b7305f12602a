import type { Language } from '../domain/language.ts'
import { TELL_WORDS } from '../domain/words/tellWords.ts'

/** What a page of the status page says, without how it looks: `plainText.ts` and `markdownText.ts` write it down. */

export interface Told {
  readonly language: Language
  readonly title: string
  /** Null where the page does not grow old. */
  readonly asOfMs: number | null
  readonly parts: readonly Part[]
}

/** Apart from `body`, which is Markdown that people wrote, all of it is text that means nothing but itself. */
export type Part =
  | { readonly kind: 'section'; readonly title: string }
  /** An incident, a maintenance or a post-mortem that is told at length. */
  | { readonly kind: 'subject'; readonly title: string; readonly url: string }
  | { readonly kind: 'sentence'; readonly text: string }
  | { readonly kind: 'states'; readonly rows: readonly StateRow[] }
  | { readonly kind: 'figures'; readonly rows: readonly { readonly figure: string; readonly name: string }[] }
  | { readonly kind: 'entries'; readonly rows: readonly Entry[] }
  | { readonly kind: 'tasks'; readonly rows: readonly { readonly isDone: boolean; readonly text: string }[] }
  | { readonly kind: 'links'; readonly rows: readonly { readonly label: string; readonly url: string }[] }
  | {
      readonly kind: 'update'
      readonly atMs: number
      readonly label: string
      readonly notes: readonly string[]
      readonly body: string
    }
  | { readonly kind: 'text'; readonly body: string }

export interface StateRow {
  readonly state: string
  readonly name: string
  /** Of its own status page, where that is somewhere else. */
  readonly url?: string
}

/** One thing in a list, on one line. */
export interface Entry {
  /** Such as 2026-11-24 14:02 UTC. */
  readonly when: string
  /** Its state; null where it has none. */
  readonly label: string | null
  readonly title: string
  readonly url: string
}

export function sentence(text: string): Part {
  return { kind: 'sentence', text }
}

/** With the stop that the language ends a sentence with. */
export function ended(text: string, language: Language): string {
  return `${text}${TELL_WORDS[language].stop.trim()}`
}
