import type { ConsoleView, FormState } from './views.ts'

/** What the console's page "Appearance" is rendered from. */
export interface AppearanceView extends ConsoleView {
  readonly page: { readonly id: string; readonly name: string; readonly url: string; readonly isMain: boolean }
  readonly form: FormState
  /** What the form started from. */
  readonly seen: string
  /** As they are now. */
  readonly images: { readonly light: string | null; readonly dark: string | null; readonly favicon: string | null }
  /** It looks as the main page does. */
  readonly isMainsOwn: boolean
}
