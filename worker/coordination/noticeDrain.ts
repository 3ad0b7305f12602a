import type { Outcome } from '../delivery/outcome.ts'
import type { DeliveryStore, DueDelivery } from './deliveryStore.ts'

const BATCH = 50
/** Cloudflare lets six connections be open at once. */
const CONNECTIONS_MAX = 5
/** A run ends here; what is left is the next run's. */
const RUN_MS_MAX = 20_000
/** While other lanes wait for a connection, one has its own for so long. */
const TURN_MS = 5_000
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
  readonly #running = new Map<string, Promise<void>>()
  /** Lanes are due that have no connection. */
  #isCrowded = false
  #wake: () => void = () => undefined

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

  /** Something new is due: a run that waits for a slow lane begins with it. */
  wake(): void {
    this.#wake()
  }

  /** Until nothing is due, or for a while. Lanes that hang then are left to themselves; the next run takes the others. */
  async run(): Promise<void> {
    const untilMs = Date.now() + RUN_MS_MAX
    while (Date.now() < untilMs) {
      this.#startDue(untilMs)
      if (this.#running.size === 0) return
      await Promise.race([...this.#running.values(), this.#woken(untilMs)])
      this.#wake()
    }
  }

  #startDue(untilMs: number): void {
    const nowMs = Date.now()
    for (const [lane, pausedUntilMs] of this.#pausedUntilMs)
      if (pausedUntilMs <= nowMs) this.#pausedUntilMs.delete(lane)
    this.#isCrowded = false
    for (const lane of this.#deliveries.dueLanes(nowMs)) {
      if (this.#running.has(lane) || this.#pausedUntilMs.has(lane)) continue
      if (this.#running.size >= CONNECTIONS_MAX) {
        this.#isCrowded = true
        return
      }
      this.#running.set(
        lane,
        this.#runLane(lane, untilMs).finally(() => this.#running.delete(lane)),
      )
    }
  }

  /** At the next word, when something becomes due, or at the end of the run. */
  #woken(untilMs: number): Promise<void> {
    const due = this.#deliveries
      .nextDueMs()
      .filter(({ lane }) => !this.#running.has(lane))
      .map(({ lane, dueMs }) => Math.max(dueMs, this.pausedUntilMs(lane)))
    // What is due already waits for a connection, and not for the time.
    const nowMs = Date.now()
    const atMs = Math.min(untilMs, ...due.filter((dueMs) => dueMs > nowMs))
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, atMs - nowMs))
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #runLane(lane: string, untilMs: number): Promise<void> {
    try {
      if (!(await this.#empty(lane, untilMs))) this.#pause(lane)
    } catch (error) {
      console.error(`Notices could not be sent by ${lane}`, error)
      this.#pause(lane)
    }
  }

  /** False when the carrier is to be left alone for a while. */
  async #empty(lane: string, untilMs: number): Promise<boolean> {
    const carrier = this.#open()
    const turnEndsAtMs = Date.now() + TURN_MS
    const isOver = () => Date.now() >= untilMs || (this.#isCrowded && Date.now() >= turnEndsAtMs)
    let failuresInARow = 0
    try {
      while (!isOver()) {
        const waiting = this.#deliveries.due(lane, Date.now(), BATCH).values()
        let tried = 0
        const connection = async (_: unknown, number: number) => {
          for (const delivery of waiting) {
            tried++
            failuresInARow = isOfCarrier(await carrier.deliver(delivery)) ? failuresInARow + 1 : 0
            if (failuresInARow >= FAILURES_IN_A_ROW_MAX || isOver() || number >= this.#share()) return
          }
        }
        await Promise.all(Array.from({ length: this.#share() }, connection))
        if (failuresInARow >= FAILURES_IN_A_ROW_MAX) return false
        if (tried === 0) return true
      }
      return true
    } finally {
      carrier.close()
    }
  }

  /** How many connections a lane may have. */
  #share(): number {
    return Math.max(1, Math.floor(CONNECTIONS_MAX / Math.max(this.#running.size, 1)))
  }

  #pause(lane: string): void {
    this.#pausedUntilMs.set(lane, Date.now() + PAUSE_MS)
  }
}

/** A server that puts off one recipient after the other still takes those it knows; each waits by itself. */
function isOfCarrier(outcome: Outcome | null): boolean {
  return outcome !== null && !outcome.ok && outcome.kind === 'temporary' && outcome.carrierWorks !== true
}
