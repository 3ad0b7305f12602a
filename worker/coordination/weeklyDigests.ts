import type { PublicModel } from '../domain/publicModel.ts'
import { digestOf, nextDigestMs } from '../domain/weeklyDigest.ts'
import { STORED_MODEL, readModel } from '../publishing/storedModel.ts'
import type { NoticeLedger } from './noticeLedger.ts'
import type { SubscriberStore } from './subscriberStore.ts'

const NEXT = 'nextDigestMs'
const TOLD = 'digestToldMs'
/** What has been published cannot be read just now. */
const RETRY_MS = 10 * 60_000

/** When the week's mail is due, and that it is told. It is made from what readers have, as it is stored. */
export class WeeklyDigests {
  readonly #storage: DurableObjectStorage
  readonly #subscribers: SubscriberStore
  readonly #notices: NoticeLedger

  constructor(storage: DurableObjectStorage, subscribers: SubscriberStore, notices: NoticeLedger) {
    this.#storage = storage
    this.#subscribers = subscribers
    this.#notices = notices
  }

  /** Null while nobody wants one, or nothing was published. */
  nextMs(): number | null {
    return this.#subscribers.wantsDigest() ? (this.#storage.kv.get<number>(NEXT) ?? null) : null
  }

  /** Sets the time when someone wants a digest and none is set, and tells the one that is due. */
  async run(bucket: R2Bucket, folderOf: () => Promise<string>, nowMs: number): Promise<void> {
    if (!this.#subscribers.wantsDigest()) return
    const dueMs = this.#storage.kv.get<number>(NEXT)
    if (dueMs !== undefined && dueMs > nowMs) return
    const model = await storedModel(bucket, folderOf)
    if (model === null) {
      if (dueMs !== undefined) this.#storage.kv.put(NEXT, nowMs + RETRY_MS)
      return
    }
    this.#storage.transactionSync(() => {
      if (dueMs !== undefined) {
        const toldMs = this.#storage.kv.get<number>(TOLD) ?? null
        this.#notices.tellDigest(digestOf(model, toldMs, nowMs), nowMs)
        this.#storage.kv.put(TOLD, nowMs)
      }
      this.#storage.kv.put(NEXT, nextDigestMs(model.page.timeZone, nowMs))
    })
  }
}

async function storedModel(bucket: R2Bucket, folderOf: () => Promise<string>): Promise<PublicModel | null> {
  try {
    const file = await bucket.get((await folderOf()) + STORED_MODEL)
    return file === null ? null : readModel(await file.text())
  } catch (error) {
    console.error('The published model could not be read', error)
    return null
  }
}
