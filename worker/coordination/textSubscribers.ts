import { isGoneForGood, twilioReason } from '../delivery/twilio.ts'
import type { Keyword } from '../domain/phoneNumber.ts'
import type { Subscriber } from '../domain/subscriber.ts'
import { DAY_MS, REPLY_LIMITS, isOverLimit } from '../domain/subscriber.ts'
import { hashKey } from '../storage/masterKey.ts'
import { readShortLink, signLink } from '../storage/subscriberLinks.ts'
import type { DeliveryStore } from './deliveryStore.ts'
import type { Leaving } from './leaving.ts'
import { newcomerOf, openChannel } from './newcomer.ts'
import type { SubscriberStore } from './subscriberStore.ts'

/** Whoever it is that texted back, as far as this desk knows them. */
export interface Heard {
  /** The subscription that an answer is about; null: the number has none here. */
  readonly subscriber: Pick<Subscriber, 'id' | 'filter' | 'state'> | null
  /** False when this number was answered often enough today. */
  readonly mayAnswer: boolean
}

export interface TextLink {
  readonly purpose: 'confirm' | 'manage'
  readonly token: string
}

/** What phones and Twilio say of texts that went out. */
export class TextSubscribers {
  readonly #masterKey: string
  readonly #subscribers: SubscriberStore
  readonly #deliveries: DeliveryStore
  readonly #leaving: Leaving

  constructor(masterKey: string, subscribers: SubscriberStore, deliveries: DeliveryStore, leaving: Leaving) {
    this.#masterKey = masterKey
    this.#subscribers = subscribers
    this.#deliveries = deliveries
    this.#leaving = leaving
  }

  /** A text from the number itself proves whose it is: STOP ends all it has here, START brings it back or confirms. */
  async hear(number: string, keyword: Keyword, nowMs: number): Promise<Heard> {
    const ids = await this.idsOf(number)
    const bucket = await hashKey(`${this.#masterKey} reply ${number}`)
    for (const id of ids) {
      if (keyword === 'stop') this.#leaving.unsubscribe(id, nowMs)
      if (keyword === 'start') this.#subscribers.resume(id, nowMs)
    }
    const known = ids.flatMap((id) => this.#subscribers.byId(id) ?? [])
    const subscriber = known.find(({ state }) => state === 'confirmed') ?? null
    const mayAnswer = !isOverLimit(REPLY_LIMITS, this.#subscribers.asksOf(bucket, nowMs), nowMs)
    if (mayAnswer && keyword !== 'stop') this.#subscribers.noteAsk(bucket, nowMs)
    return { subscriber, mayAnswer }
  }

  /** Where the link in a text leads now: to what was asked for, or to what is subscribed; null when it is forged. */
  async link(page: string, token: string, nowMs: number): Promise<TextLink | null> {
    const id = await readShortLink(this.#masterKey, page, token)
    if (id === null) return null
    const purpose = this.#subscribers.isAsked(id) ? 'confirm' : 'manage'
    return { purpose, token: await signLink(this.#masterKey, purpose, { id, page }, nowMs + DAY_MS) }
  }

  /** All that stands under a number. */
  async idsOf(number: string): Promise<string[]> {
    const { key } = await newcomerOf(this.#masterKey, { kind: 'sms', number }, null)
    return this.#subscribers.idsOfKey(key)
  }

  /** Of a number only the end is shown; its owner gets all that is kept. Null: it is told otherwise. */
  async numberOf(id: string): Promise<string | null> {
    const sealed = this.#subscribers.sealedChannel(id)
    if (sealed === null || this.#subscribers.byId(id)?.kind !== 'sms') return null
    const channel = await openChannel(this.#masterKey, sealed)
    return channel?.kind === 'sms' ? channel.number : null
  }

  /** A text that Twilio had taken did not arrive. */
  noteFailure(subject: string, subscriberId: string, errorCode: string, nowMs: number): 'noted' | 'unknown' {
    if (this.#subscribers.byId(subscriberId)?.kind !== 'sms') return 'unknown'
    const reason = twilioReason(errorCode === '' ? 'unknown' : errorCode, 'it did not arrive')
    this.#deliveries.noteFailure(subject, subscriberId, reason, nowMs)
    // 21610: it answered STOP to Twilio.
    if (errorCode === '21610') this.#leaving.unsubscribe(subscriberId, nowMs)
    else if (isGoneForGood(errorCode)) this.#leaving.suppress(subscriberId, reason, nowMs)
    return 'noted'
  }
}
