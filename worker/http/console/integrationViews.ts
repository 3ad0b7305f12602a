import type { IntegrationKey, Mapping } from '../../domain/integration.ts'
import type { KeptCounts, KeptMessage } from '../../domain/received.ts'
import type { Snippet } from './webhookSnippets.ts'
import type { ShownOnce } from './signInViews.ts'
import type { ConsoleView, FormState } from './views.ts'
import type { TrailStep } from '../../domain/trail.ts'

/** What the pages of integrations are rendered from. */

export interface ListedIntegration {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly liveKeys: number
  readonly revokedAtMs: number | null
  readonly lastUsedAtMs: number | null
  readonly kept: KeptCounts
}

export interface IntegrationsView extends ConsoleView {
  readonly isAdmin: boolean
  readonly integrations: readonly ListedIntegration[]
  readonly revoked: readonly ListedIntegration[]
}

export interface NewIntegrationView extends ConsoleView {
  readonly kinds: readonly { readonly source: string; readonly label: string; readonly what: string }[]
  readonly form: FormState
}

export interface IntegrationView extends ConsoleView {
  readonly integration: Pick<ListedIntegration, 'id' | 'name' | 'kind' | 'revokedAtMs' | 'kept'>
  readonly error: string | null
  /** A key that was made just now. */
  readonly shown: ShownOnce | null
  /** With a word in the place of the key, for it cannot be shown again. */
  readonly snippets: readonly Snippet[]
  readonly keys: readonly IntegrationKey[]
  readonly mayAddKey: boolean
  readonly hasTest: boolean
  readonly canEndTest: boolean
  /** Null: its messages have a form of their own. */
  readonly mapping: { readonly version: number; readonly isSet: boolean } | null
  /** Amazon SNS: ARNs of those that have subscribed; null for other kinds. */
  readonly topics: readonly string[] | null
  /** Sentry: whether its client secret was entered; null for other kinds. */
  readonly hasSecret: boolean | null
  readonly messages: readonly KeptMessage[]
  /** The address of the next page of messages. */
  readonly older: string | null
  /** Where the last test or replay went. */
  readonly incidentIds: readonly string[]
}

/** An alert as a message would become it. */
export interface ShownAlert {
  readonly title: string
  readonly fingerprint: string
  readonly isFiring: boolean
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly annotations: readonly (readonly [name: string, value: string])[]
  readonly startsAtMs: number
  /** What today's rules say of it. */
  readonly judged: readonly TrailStep[]
}

export type ShownOutcome =
  | {
      readonly ok: true
      readonly alerts: readonly ShownAlert[]
      /** Beyond those that are shown. */
      readonly more: number
      readonly changes: readonly string[]
    }
  | { readonly ok: false; readonly reason: string }

export interface MessageView extends ConsoleView {
  readonly integration: { readonly id: string; readonly name: string; readonly kind: string; readonly isLive: boolean }
  readonly message: KeptMessage
  readonly contentType: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  /** What was read of a mail, in JSON; null: all there is stands in the body. */
  readonly read: string | null
  /** Null: was not asked for, or cannot be read again. */
  readonly outcome: ShownOutcome | null
  readonly error: string | null
  /** Null: not a JSON integration. */
  readonly mappingUrl: string | null
}

export interface MappingView extends ConsoleView {
  readonly integration: { readonly id: string; readonly name: string }
  readonly version: number
  readonly versions: readonly Mapping[]
  readonly form: FormState
  /** What may be tried against. */
  readonly messages: readonly { readonly value: string; readonly label: string }[]
  /** What the expression makes of the message; null: not tried yet. */
  readonly outcome: ShownOutcome | null
  readonly error: string | null
}
