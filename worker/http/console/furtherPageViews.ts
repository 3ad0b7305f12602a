import type { PageAccess } from '../../domain/furtherPage.ts'
import type { ListedPage } from '../pageSettings.ts'
import type { ShownOnce } from './signInViews.ts'
import type { ConsoleView, FormState } from './views.ts'

/** What the console's pages of further status pages are rendered from. */

interface Named {
  readonly id: string
  readonly name: string
}

export interface FurtherPagesView extends ConsoleView {
  readonly main: { readonly name: string; readonly url: string }
  readonly pages: readonly (Omit<ListedPage, 'components'> & {
    readonly components: readonly string[]
    /** Nobody gets in: it is behind a password, and none is set. */
    readonly isLocked: boolean
  })[]
  readonly canEdit: boolean
  readonly mayAdd: boolean
}

export interface FurtherPageView extends ConsoleView {
  /** Null: it is to be added. */
  readonly known: {
    readonly id: string
    readonly name: string
    readonly url: string
    readonly access: PageAccess['kind']
    readonly hasPassword: boolean
    readonly keys: readonly {
      readonly id: string
      readonly name: string
      readonly createdAtMs: number
      readonly lastUsedAtMs: number | null
    }[]
  } | null
  readonly form: FormState
  /** What the form started from. */
  readonly seen: string
  readonly components: readonly Named[]
  /** What these are where the page has none of its own. */
  readonly main: { readonly timeZone: string; readonly language: string }
  readonly passwordCharactersMin: number
  readonly keysMax: number
  readonly shown: ShownOnce | null
  /** Beside the form of the same name. */
  readonly errors: { readonly password?: string; readonly key?: string }
}
