/** How much was published since the page is there, for the metrics. */
type Counter = 'publishes' | 'filesWritten' | 'filesFailed'

export class PublishCounts {
  readonly #kv: SyncKvStorage

  constructor(kv: SyncKvStorage) {
    this.#kv = kv
  }

  add(counter: Counter): void {
    this.#kv.put(counter, this.#of(counter) + 1)
  }

  all(): Readonly<Record<Counter, number>> {
    return {
      publishes: this.#of('publishes'),
      filesWritten: this.#of('filesWritten'),
      filesFailed: this.#of('filesFailed'),
    }
  }

  #of(counter: Counter): number {
    return this.#kv.get<number>(counter) ?? 0
  }
}
