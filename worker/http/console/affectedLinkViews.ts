import type { Audience, AudienceKind } from '../../domain/affectedLink.ts'
import type { ConsoleView, FormState } from './views.ts'

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
  /** Regions, then plans, with the names of the components that their customers use. */
  readonly audiences: readonly {
    readonly kind: AudienceKind
    readonly entries: readonly (Choice & { readonly components: readonly string[] })[]
    /** Names of those that belong to all of them. */
    readonly everybodys: readonly string[]
  }[]
  readonly mayConfigure: boolean
  readonly form: FormState
  /** The link that was just made. */
  readonly made: { readonly url: string; readonly expiresAt: string } | null
  /** Null: not for this role. */
  readonly secrets: { readonly current: Secret; readonly previous: Secret | null } | null
  readonly notice: string | null
}

/** What the form of a region or a plan is rendered from. */
export interface AudienceView extends ConsoleView {
  readonly kind: AudienceKind
  /** Null: a new one. */
  readonly audience: Audience | null
  readonly form: FormState
  readonly components: readonly Choice[]
}
