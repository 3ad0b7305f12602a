import type { BounceReport } from '../domain/returnedMail.ts'
import type { DeliveryStore } from './deliveryStore.ts'
import type { SubscriberStore } from './subscriberStore.ts'

const NOTE_OF: Record<BounceReport['kind'], string> = {
  bounce: 'Mail to the address came back.',
  complaint: 'The reader complained about a mail.',
}

/** How it ends with a subscriber: nothing that has not gone out yet goes any more. Runs in a transaction. */
export class Leaving {
  readonly #subscribers: SubscriberStore
  readonly #deliveries: DeliveryStore

  constructor(subscribers: SubscriberStore, deliveries: DeliveryStore) {
    this.#subscribers = subscribers
    this.#deliveries = deliveries
  }

  unsubscribe(id: string, nowMs: number): void {
    this.#end(id, 'unsubscribed', '', nowMs)
  }

  /** All that someone has under the address: it is the address that refuses. */
  suppress(id: string, reason: string, nowMs: number): void {
    const subscriber = this.#subscribers.byId(id)
    // A browser that is gone refused nothing: who comes back has another endpoint.
    if (subscriber?.kind === 'push') return void this.#end(id, 'unsubscribed', reason, nowMs)
    for (const each of this.#subscribers.idsWith(id)) this.#end(each, 'suppressed', reason, nowMs)
  }

  /** Returns how many subscribers get nothing more. */
  reportBounces(reports: readonly BounceReport[], nowMs: number): number {
    let suppressed = 0
    for (const { email, kind, permanent, reason } of reports) {
      if (!permanent && kind === 'bounce') continue
      for (const id of this.#subscribers.idsOfEmail(email.trim()))
        if (this.#end(id, 'suppressed', reason === '' ? NOTE_OF[kind] : reason, nowMs)) suppressed++
    }
    return suppressed
  }

  remove(id: string): void {
    this.#deliveries.remove(id)
    this.#subscribers.remove(id)
  }

  #end(id: string, state: 'unsubscribed' | 'suppressed', note: string, nowMs: number): boolean {
    this.#deliveries.dropWaiting(id)
    const before = this.#subscribers.byId(id)
    if (before === null || before.state === 'suppressed') return false
    this.#subscribers.end(id, state, note, nowMs)
    return true
  }
}
