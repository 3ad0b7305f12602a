import { z } from 'zod'

/** Who gets mail from the status page, and how often one may ask for it. */

export const SUBSCRIBER_STATES = ['pending', 'confirmed', 'unsubscribed', 'suppressed'] as const
/** `suppressed`: the address refused mail for good. */
export const SubscriberState = z.enum(SUBSCRIBER_STATES)
export type SubscriberState = z.infer<typeof SubscriberState>

export interface Subscriber {
  readonly id: string
  readonly email: string
  readonly state: SubscriberState
  /** Only incidents that touch one of these; null: all. */
  readonly components: readonly string[] | null
  readonly wantsPostMortems: boolean
  readonly createdAtMs: number
  readonly confirmedAtMs: number | null
}

export const DELIVERY_STATES = ['queued', 'sending', 'sent', 'failed'] as const
export const DeliveryState = z.enum(DELIVERY_STATES)
export type DeliveryState = z.infer<typeof DeliveryState>

/** What was told to subscribers in one go, and how far it has come. */
export interface Mailing {
  readonly subject: string
  readonly title: string
  readonly createdAtMs: number
  readonly counts: Readonly<Record<DeliveryState, number>>
}

export interface FailedDelivery {
  readonly email: string
  readonly title: string
  readonly reason: string
  readonly attempts: number
  readonly atMs: number
}

/** One address in one spelling; null when it is none. The local part keeps its letters: a server may tell them apart. */
export function normaliseEmail(text: string): string | null {
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf('@')
  const email = `${trimmed.slice(0, at)}@${trimmed.slice(at + 1).toLowerCase()}`
  return z.email().max(254).safeParse(email).success ? email : null
}

/** What is counted as the same address: practically no server tells upper from lower case. */
export function emailKey(email: string): string {
  return email.toLowerCase()
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
} as const satisfies Record<string, readonly Limit[]>
export type LimitedBy = keyof typeof CONFIRMATION_LIMITS

/** Whether one more is too many, given the times of those of the last day. */
export function isOverLimit(limits: readonly Limit[], timesMs: readonly number[], nowMs: number): boolean {
  return limits.some(({ withinMs, count }) => timesMs.filter((atMs) => atMs > nowMs - withinMs).length >= count)
}

/** Confirmation links and unconfirmed addresses live this long. */
export const CONFIRM_WITHIN_MS = 7 * DAY_MS
/** What was delivered, given up or unsubscribed is forgotten after this. */
export const KEEP_MS = 30 * DAY_MS
/** A mail that could not be delivered for this long is given up. */
export const GIVE_UP_AFTER_MS = 3 * DAY_MS

/** When to try a mail again after so many attempts: 30 s, 1 min, 2 min … at most an hour. */
export function deliverAgainAtMs(attempts: number, nowMs: number, retryAfterMs = 0): number {
  const backOffMs = Math.min(HOUR_MS, 30_000 * 2 ** Math.min(Math.max(attempts - 1, 0), 20))
  return nowMs + Math.max(backOffMs, Math.min(retryAfterMs, HOUR_MS))
}
