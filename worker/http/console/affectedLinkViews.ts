import type { FormState } from './views.ts'

interface Choice {
  readonly id: string
  readonly name: string
}

interface Secret {
  readonly number: number
  readonly secret: string
}

/** What the console's page of "am I affected" links is rendered from. */
export interface AffectedLinksView {
  readonly me: { readonly name: string }
  /** The page that is chosen. */
  readonly page: string
  readonly pages: readonly Choice[]
  readonly regions: readonly Choice[]
  readonly plans: readonly Choice[]
  readonly components: readonly Choice[]
  readonly groups: readonly Choice[]
  readonly form: FormState
  /** The link that was just made. */
  readonly made: { readonly url: string; readonly expiresAt: string } | null
  /** Null: not for this role. */
  readonly secrets: { readonly current: Secret; readonly previous: Secret | null } | null
  readonly notice: string | null
}
