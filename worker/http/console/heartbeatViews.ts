import type { HeartbeatState } from '../../domain/heartbeatWatch.ts'
import type { Severity } from '../../domain/severity.ts'
import type { ShownOnce } from './signInViews.ts'
import type { ConsoleView, FormState } from './views.ts'

/** What the pages of heartbeats are rendered from. */

export interface ListedHeartbeat {
  readonly id: string
  readonly name: string
  /** The name of its service; null when it has none. */
  readonly service: string | null
  readonly severity: Severity
  readonly state: HeartbeatState
  /** Such as `every 26 h` or `0 3 * * * in Europe/Berlin`. */
  readonly schedule: string
  readonly grace: string
  readonly lastPingAtMs: number | null
  readonly dueAtMs: number | null
  readonly silentAtMs: number | null
  readonly alertsSinceMs: number | null
  /** The incident its alert is in, or was in last. */
  readonly incidentId: string | null
}

interface HeartbeatForms {
  readonly form: FormState
  readonly services: readonly { readonly value: string; readonly label: string }[]
  /** Whether the reader may change the configuration. */
  readonly mayConfigure: boolean
}

export interface HeartbeatsView extends ConsoleView, HeartbeatForms {
  readonly heartbeats: readonly ListedHeartbeat[]
}

export interface HeartbeatView extends ConsoleView, HeartbeatForms {
  readonly heartbeat: ListedHeartbeat
  readonly shown: ShownOnce | null
  readonly keys: readonly { readonly id: string; readonly createdAtMs: number; readonly usedAtMs: number | null }[]
  readonly pings: readonly { readonly atMs: number; readonly sign: 'ok' | 'fail'; readonly detail: string }[]
  readonly badge: { readonly url: string; readonly markdown: string }
}
