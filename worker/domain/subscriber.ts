import { z } from 'zod'
import type { ChannelKind } from './channel.ts'
import type { ReaderFilter } from './readerFilter.ts'

/** Who is told what the status page says, and how often one may ask for it. */

export const SUBSCRIBER_STATES = ['pending', 'confirmed', 'unsubscribed', 'suppressed', 'ended'] as const
/** `suppressed`: the address refuses what is sent to it, or its owner complained. `ended`: the incident it followed is over. */
export const SubscriberState = z.enum(SUBSCRIBER_STATES)
export type SubscriberState = z.infer<typeof SubscriberState>

export interface Subscriber {
  readonly id: string
  readonly kind: ChannelKind
  /** As it may be shown: of chats and webhooks only the host. */
  readonly address: string
  readonly state: SubscriberState
  readonly filter: ReaderFilter
  /** The one incident that is followed; null: whatever the filter lets through. */
  readonly incident: { readonly id: string; readonly title: string } | null
  /** Why it is suppressed; empty otherwise. */
  readonly note: string
  readonly createdAtMs: number
  readonly confirmedAtMs: number | null
}

/** A subscription as its owner sees it. */
export interface OwnSubscription extends Pick<Subscriber, 'kind' | 'address' | 'state' | 'incident' | 'confirmedAtMs'> {
  /** The filter, as the query of a URL. */
  readonly query: string
}

/** All that is kept of someone, for their own eyes. */
export interface OwnData {
  readonly subscriptions: readonly {
    readonly channel: ChannelKind
    readonly address: string
    readonly state: SubscriberState
    readonly note: string
    readonly filter: string
    readonly incident: Subscriber['incident']
    readonly createdAt: string
    readonly confirmedAt: string | null
    readonly notices: readonly { readonly title: string; readonly state: DeliveryState; readonly at: string }[]
  }[]
}

export const DELIVERY_STATES = ['queued', 'sending', 'sent', 'failed'] as const
export const DeliveryState = z.enum(DELIVERY_STATES)
export type DeliveryState = z.infer<typeof DeliveryState>

/** What was told to subscribers in one go, and how far it has come. */
export interface Mailing {
  readonly subject: string
  readonly title: string
  readonly createdAtMs: number
  /** Taken back before all of it was out. */
  readonly isWithdrawn: boolean
  readonly counts: Readonly<Record<DeliveryState, number>>
}

/** Such as "118 of 120 sent, 1 waiting, 1 given up". */
export function progressOf({ counts, isWithdrawn }: Pick<Mailing, 'counts' | 'isWithdrawn'>): string {
  const waiting = counts.queued + counts.sending
  const total = waiting + counts.sent + counts.failed
  if (isWithdrawn) return total === 0 ? 'Taken back before it went out' : `Taken back after ${counts.sent} were sent`
  if (total === 0) return 'Nobody to send it to, or sent more than 30 days ago'
  const parts = [`${counts.sent} of ${total} sent`]
  if (waiting > 0) parts.push(`${waiting} waiting`)
  if (counts.failed > 0) parts.push(`${counts.failed} given up`)
  return parts.join(', ')
}

export interface FailedDelivery {
  readonly subject: string
  readonly subscriberId: string
  readonly kind: ChannelKind
  readonly address: string
  readonly title: string
  readonly reason: string
  readonly attempts: number
  /** When it was given up, or when it is tried again. */
  readonly atMs: number
  readonly isGivenUp: boolean
}

/** What became of the day's texts. */
export interface TextUse {
  readonly sent: number
  /** News that was not sent since they were used up. */
  readonly refused: number
  /** Of requests only some go out each day; how many wait for another day, and whether all that come now do. */
  readonly putOff: number
  readonly putsOff: boolean
  readonly dailyMax: number
  readonly endsAtMs: number
}

/** One address in one spelling; null when it is none. The local part keeps its letters: a server may tell them apart. */
export function normaliseEmail(text: string): string | null {
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf('@')
  const email = `${trimmed.slice(0, at)}@${trimmed.slice(at + 1).toLowerCase()}`
  return z.email().max(254).safeParse(email).success ? email : null
}

export interface Limit {
  readonly withinMs: number
  readonly count: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** How many confirmation mails may be asked for, by what they have in common. */
export const CONFIRMATION_LIMITS = {
  address: [
    { withinMs: 10 * MINUTE_MS, count: 1 },
    { withinMs: DAY_MS, count: 5 },
  ],
  ip: [
    { withinMs: HOUR_MS, count: 20 },
    { withinMs: DAY_MS, count: 60 },
  ],
  domain: [{ withinMs: HOUR_MS, count: 300 }],
  // A text costs money, and some earn it by asking for many to numbers of theirs, which lie side by side.
  number: [
    { withinMs: 10 * MINUTE_MS, count: 1 },
    { withinMs: DAY_MS, count: 3 },
  ],
  numberIp: [
    { withinMs: HOUR_MS, count: 5 },
    { withinMs: DAY_MS, count: 10 },
  ],
  numberRange: [
    { withinMs: HOUR_MS, count: 5 },
    { withinMs: DAY_MS, count: 20 },
  ],
  numbers: [{ withinMs: HOUR_MS, count: 60 }],
} as const satisfies Record<string, readonly Limit[]>
export type LimitedBy = keyof typeof CONFIRMATION_LIMITS

/** How many texts from one number are answered. */
export const REPLY_LIMITS = [
  { withinMs: MINUTE_MS, count: 2 },
  { withinMs: DAY_MS, count: 6 },
] as const satisfies readonly Limit[]

/** Whether one more is too many, given the times of those of the last day. */
export function isOverLimit(limits: readonly Limit[], timesMs: readonly number[], nowMs: number): boolean {
  return limits.some(({ withinMs, count }) => timesMs.filter((atMs) => atMs > nowMs - withinMs).length >= count)
}

/** Confirmation links and unconfirmed addresses live this long. */
export const CONFIRM_WITHIN_MS = 7 * DAY_MS
/** What was delivered, given up or unsubscribed is forgotten after this. */
export const KEEP_MS = 30 * DAY_MS
/** What could not be delivered for this long is given up. */
export const GIVE_UP_AFTER_MS = 3 * DAY_MS
/** Following an incident ends with it, and after this at the latest. */
export const FOLLOW_MS_MAX = 90 * DAY_MS

/** When to try again after so many attempts: 30 s, 1 min, 2 min … at most an hour. */
export function deliverAgainAtMs(attempts: number, nowMs: number, retryAfterMs = 0): number {
  const backOffMs = Math.min(HOUR_MS, 30_000 * 2 ** Math.min(Math.max(attempts - 1, 0), 20))
  return nowMs + Math.max(backOffMs, Math.min(retryAfterMs, HOUR_MS))
}
