import type { Actor } from './actor.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { Audience } from './incident.ts'
import type { PublicStatus, Translations } from './publicModel.ts'

/** An update before anyone outside has it: a draft, one that waits for its time, one that waits for a second person. */

/** What an update says, before it is said: what it changes is only known then. */
export interface UpdateContent {
  readonly audience: Audience
  readonly body: string
  readonly status: PublicStatus | null
  readonly components: readonly { readonly id: string; readonly name: string; readonly status: ComponentStatus }[]
  /** A promise to a moment. */
  readonly nextUpdateAtMs: number | null
  /** A promise that counts from the moment it is posted. */
  readonly nextUpdateAfterMs?: number | null
  readonly translations?: Translations
  /** When it was so; only in an incident that is written down afterwards. */
  readonly happenedAtMs?: number | null
  /** Whether subscribers are told; absent: unless the incident is written down afterwards. */
  readonly notify?: boolean
}

export interface PendingUpdate {
  readonly id: string
  /** `ready`: it is posted as soon as nothing stands in the way. */
  readonly state: 'draft' | 'ready'
  readonly content: UpdateContent
  /** The posted update whose words it replaces; null: it is an update of its own. */
  readonly rewords: string | null
  /** Not before; null: nothing waits for a time. */
  readonly postsAtMs: number | null
  readonly needsRelease: boolean
  readonly releasedBy: Actor | null
  /** Who worded it last. */
  readonly by: Actor
  readonly atMs: number
  /** Why it went back to being a draft; null: it did not. */
  readonly problem: string | null
}

export const PENDING_UPDATES_MAX = 30
/** Further ahead nobody knows what is the matter. */
export const POSTS_WITHIN_MS_MAX = 30 * 24 * 3600 * 1000

export type PendingState = 'draft' | 'scheduled' | 'awaiting_release' | 'due'

/** What an update waits for. */
export function pendingState(pending: PendingUpdate, nowMs: number): PendingState {
  if (pending.state === 'draft') return 'draft'
  if (pending.needsRelease && pending.releasedBy === null) return 'awaiting_release'
  return pending.postsAtMs !== null && pending.postsAtMs > nowMs ? 'scheduled' : 'due'
}

/** When the next of them is to be posted; null: none waits for a time. */
export function nextPostAtMs(pending: readonly PendingUpdate[]): number | null {
  const times = pending.flatMap((each) => {
    const waits = each.state === 'draft' || (each.needsRelease && each.releasedBy === null)
    return waits ? [] : [each.postsAtMs ?? 0]
  })
  return times.length === 0 ? null : Math.min(...times)
}

/** Two people are two ids; a token is whoever it was given to. */
export function isSamePerson(a: Actor, b: Actor): boolean {
  if (a.kind === 'system' || b.kind === 'system') return a.kind === b.kind && a.name === b.name
  return a.kind === b.kind && a.id === b.id
}
