import type { Outcome } from '../delivery/outcome.ts'
import { GIVE_UP_AFTER_MS, deliverAgainAtMs } from '../domain/subscriber.ts'
import type { DeliveryStore, DueDelivery } from './deliveryStore.ts'
import { CONFIRMATION, isRequest } from './deliveryStore.ts'
import type { Leaving } from './leaving.ts'
import type { MailingStore } from './mailingStore.ts'
import type { NoticeSending } from './noticeSending.ts'
import type { SubscriberStore } from './subscriberStore.ts'

/** Sends what is due, one row of the ledger at a time. */
export class NoticeCourier {
  readonly #storage: DurableObjectStorage
  readonly #mailings: MailingStore
  readonly #deliveries: DeliveryStore
  readonly #leaving: Leaving
  readonly #subscribers: SubscriberStore

  constructor(
    storage: DurableObjectStorage,
    mailings: MailingStore,
    deliveries: DeliveryStore,
    leaving: Leaving,
    subscribers: SubscriberStore,
  ) {
    this.#storage = storage
    this.#mailings = mailings
    this.#deliveries = deliveries
    this.#leaving = leaving
    this.#subscribers = subscribers
  }

  /** Marked before and after: dying in between sends it again, under the same id. Null: it was not to be sent. */
  async deliver(sending: NoticeSending, delivery: DueDelivery): Promise<Outcome | null> {
    const content = isRequest(delivery.subject) ? null : this.#mailings.content(delivery.subject)
    if (content === null && !isRequest(delivery.subject)) {
      this.#deliveries.settle(delivery, 'failed', Date.now(), 'What it was to say is no longer kept.')
      return null
    }
    const send = await sending.prepare(delivery, content, Date.now())
    // Edited meanwhile: it goes out as it is now, for who is told of the edit is known by what went out.
    if (content !== null && this.#mailings.content(delivery.subject)?.version !== content.version)
      return this.deliver(sending, delivery)
    if (!this.#deliveries.markSending(delivery, content?.version ?? 1)) {
      this.#deliveries.drop(delivery)
      return null
    }
    await this.#storage.sync()
    const outcome = await send()
    this.#storage.transactionSync(() => this.#settle(delivery, outcome, Date.now()))
    return outcome
  }

  #settle(delivery: DueDelivery, outcome: Outcome, nowMs: number): void {
    this.#deliveries.countOutcome(delivery.kind, outcome.ok ? 'sent' : outcome.kind)
    if (outcome.ok) {
      this.#deliveries.settle(delivery, 'sent', nowMs, '')
      if (delivery.subject === CONFIRMATION && outcome.confirms === true)
        this.#subscribers.confirm(delivery.subscriberId, nowMs)
      return
    }
    if (outcome.kind === 'temporary' && nowMs < delivery.createdAtMs + GIVE_UP_AFTER_MS) {
      const dueMs = outcome.againAtMs ?? deliverAgainAtMs(delivery.attempts + 1, nowMs, outcome.retryAfterMs)
      return this.#deliveries.settle(delivery, 'queued', dueMs, outcome.reason)
    }
    this.#deliveries.settle(delivery, 'failed', nowMs, outcome.reason)
    if (outcome.recipientRefused === true) this.#leaving.suppress(delivery.subscriberId, outcome.reason, nowMs)
  }
}
