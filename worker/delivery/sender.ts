import type { Channel } from '../domain/channel.ts'
import type { Language } from '../domain/language.ts'
import type { Notice } from '../domain/notice.ts'
import type { ReaderFilter } from '../domain/readerFilter.ts'
import type { Outcome } from './outcome.ts'

/** What a channel is given to carry; each puts it into its own form. */

/** Asks whether what was subscribed is wanted. */
export interface ConfirmationRequest {
  readonly kind: 'confirmation'
  readonly pageName: string
  readonly publicUrl: string
  readonly confirmUrl: string
  /** Of the one incident to be followed; null: all that the filter lets through. */
  readonly incidentTitle: string | null
  /** Tells one request from the next, so that the second is not dropped as a repeat. */
  readonly requestedAtMs: number
}

/** The link to one's own subscription, which was asked for from outside. */
export interface ManageLinkRequest {
  readonly kind: 'manage_link'
  readonly pageName: string
  readonly publicUrl: string
  readonly requestedAtMs: number
}

export interface Message {
  /** Of this notice to this subscriber: each attempt carries it, so that a receiver can drop repeats. */
  readonly id: string
  readonly subscriberId: string
  readonly content: Notice | ConfirmationRequest | ManageLinkRequest
  readonly language: Language
  readonly filter: ReaderFilter
  readonly links: Links
  /** What the first notice of its thread was called; null where there is none, or nobody remembers. */
  readonly threadTitle: string | null
  /** They had it in other words. */
  readonly isCorrection: boolean
  /** They follow only this incident, and it is over. */
  readonly isLast: boolean
  readonly nowMs: number
}

export interface Links {
  /** Opens a page that asks; a POST to it unsubscribes at once (RFC 8058). */
  readonly unsubscribe: string
  /** Where they change what they get, or leave. */
  readonly manage: string
}

/** Carries messages on every channel for a while: what it has opened stays open until `close`. */
export interface Carrier {
  /** Never throws for one message's sake: what goes wrong is an outcome with a kind. */
  readonly deliver: (channel: Channel, message: Message) => Promise<Outcome>
  readonly close: () => void
}
