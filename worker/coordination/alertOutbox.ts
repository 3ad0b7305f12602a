import { z } from 'zod'
import type { Effect } from './alertEffects.ts'
import { effectFrom } from './alertEffects.ts'
import { retryAtMs } from './backOff.ts'
import { joinEffects } from './joinEffects.ts'

/**
 * What the AlertDesk still has to tell others, stored with the change that causes it. Each lane (an incident's room,
 * or D1) is emptied in order, one attempt at a time; lanes do not wait for each other. What piled up behind an attempt
 * is told as one where it can be: in a storm a room hears of many alerts at a time.
 */

const Row = z.object({ id: z.number(), body: z.string(), attempts: z.number() })
type OutboxRow = z.infer<typeof Row>

const PARALLEL_LANES_MAX = 6
const ATTEMPT_MS_MAX = 30_000
const JOINED_MAX = 200

/** Delivers one effect; a throw means "again later". The key is the same for every attempt. */
export type Deliver = (lane: string, body: unknown, key: string) => Promise<void>

export class AlertOutbox {
  readonly #sql: SqlStorage
  readonly #write: (statement: string, ...bindings: (string | number)[]) => void
  readonly #deliver: Deliver
  /** Up to here attempts may have been made by an object that is gone. */
  readonly #loadedAtId: number
  readonly #busy = new Map<string, Promise<void>>()

  constructor(sql: SqlStorage, write: (statement: string, ...bindings: (string | number)[]) => void, deliver: Deliver) {
    this.#sql = sql
    this.#write = write
    this.#deliver = deliver
    write(`CREATE TABLE IF NOT EXISTS outbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, body TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0, due_at_ms INTEGER NOT NULL)`)
    this.#loadedAtId = sql.exec<{ id: number | null }>('SELECT max(id) AS id FROM outbox').one().id ?? 0
  }

  /** Call inside the transaction of the change. */
  add(lane: string, body: unknown, nowMs: number): void {
    this.#write('INSERT INTO outbox (lane, body, due_at_ms) VALUES (?, ?, ?)', lane, JSON.stringify(body), nowMs)
  }

  size(): number {
    return this.#sql.exec<{ size: number }>('SELECT count(*) AS size FROM outbox').one().size
  }

  /** When the next attempt is due; null when nothing waits. */
  dueAtMs(): number | null {
    const [row] = this.#sql.exec('SELECT min(due_at_ms) AS due FROM outbox').toArray()
    const due = row?.['due']
    return typeof due === 'number' ? due : null
  }

  /** Attempts all that is due, once. Resolves when every lane is empty or has failed. */
  async drain(now: () => number): Promise<void> {
    const lanes = this.#sql
      .exec<{ lane: string }>(
        'SELECT lane, min(id) AS first FROM outbox GROUP BY lane HAVING min(due_at_ms) <= ? ORDER BY first',
        now(),
      )
      .toArray()
      .map(({ lane }) => lane)
    const worker = async () => {
      for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) await this.#drainLane(lane, now)
    }
    await Promise.all(Array.from({ length: Math.min(PARALLEL_LANES_MAX, lanes.length) }, worker))
  }

  async #drainLane(lane: string, now: () => number): Promise<void> {
    // Whoever is at it already goes on until the lane is empty, so it also takes what was added meanwhile.
    const running = this.#busy.get(lane) ?? this.#empty(lane, now).finally(() => this.#busy.delete(lane))
    this.#busy.set(lane, running)
    await running
  }

  async #empty(lane: string, now: () => number): Promise<void> {
    for (;;) {
      const row = this.#next(lane)
      if (row === null) return
      const { id, body, attempts } = row
      try {
        await within(ATTEMPT_MS_MAX, this.#deliver(lane, JSON.parse(body), `alert-desk:${id}`))
        this.#write('DELETE FROM outbox WHERE id = ?', id)
      } catch (error) {
        console.error('alert effect failed', { lane, id, attempts: attempts + 1, error: String(error) })
        const dueAtMs = retryAtMs(attempts, now())
        this.#write('UPDATE outbox SET attempts = ?, due_at_ms = ? WHERE id = ?', attempts + 1, dueAtMs, id)
        return
      }
    }
  }

  /** The first of a lane, with what waits behind it and can be told together with it: one row from now on. */
  #next(lane: string): OutboxRow | null {
    let joined: Effect | null = null
    let first: OutboxRow | null = null
    let last: OutboxRow | null = null
    // Row by row: most of what waits is not read before its turn.
    for (const found of this.#sql.exec(
      'SELECT id, body, attempts FROM outbox WHERE lane = ? ORDER BY id LIMIT ?',
      lane,
      JOINED_MAX,
    )) {
      const row = Row.parse(found)
      const effect = effectFrom(JSON.parse(row.body))
      first ??= row
      const both: Effect | null = joined === null ? effect : joinEffects(joined, effect)
      if (both === null) break
      joined = both
      last = row
      // What was attempted goes out again as it was, under its key: its receiver may have taken it.
      if (first.attempts > 0 || first.id <= this.#loadedAtId) return first
    }
    if (last === null || last === first) return first
    const body = JSON.stringify(joined)
    this.#write('UPDATE outbox SET body = ? WHERE id = ?', body, last.id)
    this.#write('DELETE FROM outbox WHERE lane = ? AND id < ?', lane, last.id)
    return { ...last, body }
  }
}

/** Rejects when `work` takes too long; the work itself goes on, which is why effects carry a key. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
