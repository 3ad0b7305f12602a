import type { Outcome } from '../delivery/outcome.ts'
import type { DeliveryStore, DueDelivery } from './deliveryStore.ts'

const BATCH = 50
/** Cloudflare lets six connections be open at once. */
const CONNECTIONS_MAX = 5
/** A run ends here; what is left is the next run's. */
const RUN_MS_MAX = 20_000
/** When so many in a row fail, the carrier is the trouble, not the addresses. */
const FAILURES_IN_A_ROW_MAX = 5
export const PAUSE_MS = 30_000

/** What one lane's notices are sent with; `deliver` gives null for one that was not to be sent after all. */
export interface LaneCarrier {
  readonly deliver: (delivery: DueDelivery) => Promise<Outcome | null>
  readonly close: () => void
}

/**
 * Empties the lanes side by side, each by itself: a carrier that fails or hangs holds up nobody else's. It never
 * throws for one lane's sake.
 */
export class NoticeDrain {
  readonly #deliveries: DeliveryStore
  readonly #open: () => LaneCarrier
  readonly #pausedUntilMs = new Map<string, number>()

  constructor(deliveries: DeliveryStore, open: () => LaneCarrier) {
    this.#deliveries = deliveries
    this.#open = open
  }

  /** Until when nothing is tried in this lane; 0: it is not paused. */
  pausedUntilMs(lane: string): number {
    return this.#pausedUntilMs.get(lane) ?? 0
  }

  paused(nowMs: number): { readonly lane: string; readonly untilMs: number }[] {
    return [...this.#pausedUntilMs]
      .filter(([, untilMs]) => untilMs > nowMs)
      .map(([lane, untilMs]) => ({ lane, untilMs }))
  }

  async run(): Promise<void> {
    const startedAtMs = Date.now()
    for (const [lane, untilMs] of this.#pausedUntilMs) if (untilMs <= startedAtMs) this.#pausedUntilMs.delete(lane)
    const lanes = this.#deliveries.dueLanes(startedAtMs).filter((lane) => !this.#pausedUntilMs.has(lane))
    const connections = Math.max(1, Math.floor(CONNECTIONS_MAX / Math.max(lanes.length, 1)))
    const waiting = lanes.values()
    const worker = async () => {
      for (const lane of waiting) await this.#runLane(lane, connections, startedAtMs + RUN_MS_MAX)
    }
    await Promise.all(Array.from({ length: Math.min(lanes.length, CONNECTIONS_MAX) }, worker))
  }

  async #runLane(lane: string, connections: number, untilMs: number): Promise<void> {
    try {
      if (!(await this.#empty(lane, connections, untilMs))) this.#pause(lane)
    } catch (error) {
      console.error(`Notices could not be sent by ${lane}`, error)
      this.#pause(lane)
    }
  }

  /** False when the carrier is to be left alone for a while. */
  async #empty(lane: string, connections: number, untilMs: number): Promise<boolean> {
    const carrier = this.#open()
    let failuresInARow = 0
    try {
      while (Date.now() < untilMs) {
        const waiting = this.#deliveries.due(lane, Date.now(), BATCH).values()
        let tried = 0
        const connection = async () => {
          for (const delivery of waiting) {
            if (failuresInARow >= FAILURES_IN_A_ROW_MAX || Date.now() >= untilMs) return
            tried++
            failuresInARow = isOfCarrier(await carrier.deliver(delivery)) ? failuresInARow + 1 : 0
          }
        }
        await Promise.all(Array.from({ length: connections }, connection))
        if (failuresInARow >= FAILURES_IN_A_ROW_MAX) return false
        if (tried === 0) return true
      }
      return true
    } finally {
      carrier.close()
    }
  }

  #pause(lane: string): void {
    this.#pausedUntilMs.set(lane, Date.now() + PAUSE_MS)
  }
}

/** A server that puts off one recipient after the other still takes those it knows; each waits by itself. */
function isOfCarrier(outcome: Outcome | null): boolean {
  return outcome !== null && !outcome.ok && outcome.kind === 'temporary' && outcome.carrierWorks !== true
}
