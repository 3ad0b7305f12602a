import type { AccessRole } from '../../domain/actor.ts'
import type { Scope } from '../env.ts'

/** What the pages around signing in are rendered from. */

export interface LoginView {
  readonly error: string | null
  readonly email: string
  /** Where to go afterwards: a path of the console. */
  readonly next: string
}

export interface SetUpView {
  /** Null: the link is used up or too old. */
  readonly person: { readonly name: string; readonly email: string } | null
  readonly error: string | null
  readonly action: string
  readonly passwordCharactersMin: number
}

/** Something secret that is shown once, right after it was made. */
export interface ShownOnce {
  readonly title: string
  readonly explanation: string
  readonly value: string
  readonly snippets: readonly { readonly title: string; readonly text: string }[]
}

export interface SettingsView {
  readonly me: { readonly id: string; readonly name: string; readonly email: string; readonly role: AccessRole }
  readonly notice: string | null
  readonly error: string | null
  readonly shown: ShownOnce | null
  readonly account: {
    readonly hasPassword: boolean
    readonly sessions: number
    readonly passkeys: readonly {
      readonly id: string
      readonly name: string
      readonly createdAtMs: number
      readonly lastUsedAtMs: number | null
    }[]
  }
  /** Null: not for this role. */
  readonly people:
    | readonly {
        readonly id: string
        readonly name: string
        readonly email: string
        readonly role: AccessRole
        readonly signsInWith: string
        readonly mayChange: boolean
      }[]
    | null
  readonly rolesToGive: readonly AccessRole[]
  readonly tokens:
    | readonly {
        readonly id: string
        readonly name: string
        readonly role: AccessRole
        readonly scopes: readonly string[]
        readonly createdAtMs: number
        readonly lastUsedAtMs: number | null
      }[]
    | null
  readonly scopes: readonly Scope[]
  /** What page webhooks are signed with; null: not for this role. */
  readonly pageWebhookSecret: string | null
  /** Whether the configuration is theirs to change. */
  readonly mayConfigure: boolean
}
