import type { ComponentStatus } from '../../domain/componentStatus.ts'
import type { Dependency, KnownDependency } from '../../domain/dependency.ts'
import type { ConfigurableView, FormState } from './views.ts'

/** What the console's pages of third parties are rendered from. */

interface Named {
  readonly id: string
  readonly name: string
}

export interface ListedDependency extends KnownDependency {
  /** Of the status pages that show it. */
  readonly shownOn: readonly string[]
  /** Of ours that need it. */
  readonly neededBy: readonly string[]
  /** Of what is followed, what is not on their page. */
  readonly missing: readonly string[]
}

export interface DependenciesView extends ConfigurableView {
  /** Null: the desk that follows them did not answer. */
  readonly dependencies: readonly ListedDependency[] | null
  readonly mayAdd: boolean
}

export interface DependencyPartChoice extends Named {
  /** Null: a word that nobody knows. */
  readonly status: ComponentStatus | null
}

/** What came of reading their page just now. */
export type TriedPage =
  | {
      readonly ok: true
      readonly name: string | null
      /** What it would be here; null: none of what is followed is there. */
      readonly status: ComponentStatus | null
      readonly partsTotal: number
    }
  | { readonly ok: false; readonly error: string }

export interface DependencyView extends ConfigurableView {
  /** Null: a new one. */
  readonly dependency: Dependency | null
  /** What is known of it; null: nothing yet. */
  readonly known: ListedDependency | null
  readonly form: FormState
  readonly tried: TriedPage | null
  /** Theirs, as far as they are known. */
  readonly parts: readonly DependencyPartChoice[]
  readonly mainPage: string
  readonly pages: readonly Named[]
  readonly components: readonly Named[]
  readonly services: readonly Named[]
  /** Rules that go by it, as their addresses and in words. */
  readonly rules: readonly { readonly path: string; readonly words: string }[]
}
