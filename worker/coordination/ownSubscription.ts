import type { ReaderFilter } from '../domain/readerFilter.ts'
import { writeFilter } from '../domain/readerFilter.ts'
import type { OwnData, OwnSubscription } from '../domain/subscriber.ts'
import type { DeliveryReport } from './deliveryReport.ts'
import type { Leaving } from './leaving.ts'
import type { SubscriberStore } from './subscriberStore.ts'

/** What the holder of a signed link sees of their subscription, and does with it. */
export class OwnSubscriptions {
  readonly #subscribers: SubscriberStore
  readonly #leaving: Leaving
  readonly #report: DeliveryReport

  constructor(subscribers: SubscriberStore, leaving: Leaving, report: DeliveryReport) {
    this.#subscribers = subscribers
    this.#leaving = leaving
    this.#report = report
  }

  shown(id: string): OwnSubscription | null {
    const subscriber = this.#subscribers.byId(id)
    if (subscriber === null) return null
    const { kind, address, state, filter, incident, confirmedAtMs } = subscriber
    return { kind, address, state, query: writeFilter(filter), incident, confirmedAtMs }
  }

  /** False when there is nothing to change (any more). */
  choose(id: string, filter: ReaderFilter): boolean {
    if (this.#subscribers.byId(id)?.state !== 'confirmed') return false
    this.#subscribers.choose(id, filter)
    return true
  }

  /** All that is kept of whoever holds the link, with what else stands under the address. */
  erase(id: string): void {
    for (const each of this.#subscribers.idsWith(id)) this.#leaving.remove(each)
  }

  /** `inFull`: where it is kept in full; null: what is shown of it is all. */
  data(id: string, inFull: string | null): OwnData | null {
    const ids = this.#subscribers.idsWith(id)
    if (this.#subscribers.byId(id) === null) return null
    return {
      subscriptions: ids.flatMap((each) => {
        const subscriber = this.#subscribers.byId(each)
        if (subscriber === null) return []
        const { kind, address, state, note, filter, incident, createdAtMs, confirmedAtMs } = subscriber
        return [
          {
            channel: kind,
            address: inFull ?? address,
            state,
            note,
            filter: writeFilter(filter),
            incident,
            createdAt: iso(createdAtMs),
            confirmedAt: confirmedAtMs === null ? null : iso(confirmedAtMs),
            notices: this.#report.ofSubscriber(each).map(({ title, state: delivery, atMs }) => ({
              title,
              state: delivery,
              at: iso(atMs),
            })),
          },
        ]
      }),
    }
  }
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
