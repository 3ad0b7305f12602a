import { z } from 'zod'
import type { DeliveryStore } from './deliveryStore.ts'

/** What is told to many becomes rows of the ledger in steps: between two of them the object answers others. */

/** Some 30 ms of work. */
const STEP = 500

const SpreadRow = z.object({
  subject: z.string(),
  position: z.string(),
  filters: z.string(),
  incident_id: z.string().nullable(),
  corrects: z.string().nullable(),
  version: z.number(),
  due_ms: z.number(),
  created_at_ms: z.number(),
})
type SpreadRow = z.infer<typeof SpreadRow>

const Filters = z.array(z.string())

interface NewSpread {
  readonly subject: string
  readonly dueMs: number
  readonly nowMs: number
}

export class NoticeSpread {
  readonly #sql: SqlStorage
  readonly #deliveries: DeliveryStore

  constructor(sql: SqlStorage, deliveries: DeliveryStore) {
    this.#sql = sql
    this.#deliveries = deliveries
    sql.exec(`CREATE TABLE IF NOT EXISTS spreads (
      subject TEXT PRIMARY KEY, position TEXT NOT NULL DEFAULT '', filters TEXT NOT NULL, incident_id TEXT, corrects TEXT,
      version INTEGER NOT NULL, due_ms INTEGER NOT NULL, created_at_ms INTEGER NOT NULL)`)
  }

  /** To those with one of these filters, then to those who follow the incident. Returns how many rows there are at once. */
  toFilters({ subject, dueMs, nowMs }: NewSpread, filters: readonly string[], incidentId: string | null): number {
    this.#begin(subject, JSON.stringify(filters), incidentId, null, 0, dueMs, nowMs)
    return this.step()
  }

  /** To those who have what it corrects in an older wording. */
  toCorrected({ subject, dueMs, nowMs }: NewSpread, corrects: string, version: number): number {
    this.#begin(subject, '[]', null, corrects, version, dueMs, nowMs)
    return this.step()
  }

  isUnderWay(): boolean {
    return this.#next() !== null
  }

  /** To the end, giving way before each step. Returns how many rows it made. */
  async run(storage: DurableObjectStorage): Promise<number> {
    let made = 0
    while (this.isUnderWay()) {
      // Whoever waits for the object goes first.
      await new Promise((resolve) => setTimeout(resolve, 0))
      made += storage.transactionSync(() => this.step())
    }
    return made
  }

  /** The next of the oldest. Returns how many rows it made. */
  step(): number {
    const spread = this.#next()
    if (spread === null) return 0
    return spread.corrects === null
      ? this.#stepThroughSubscribers(spread)
      : this.#stepThroughTold(spread, spread.corrects)
  }

  stop(subject: string): void {
    this.#sql.exec('DELETE FROM spreads WHERE subject = ?', subject)
  }

  #stepThroughSubscribers({ subject, position, filters, ...spread }: SpreadRow): number {
    const { incident_id: incidentId, due_ms: dueMs, created_at_ms: nowMs } = spread
    const after = Number(position)
    const window = this.#sql
      .exec<{ last: number | null; n: number }>(
        'SELECT max(rowid) AS last, count(*) AS n FROM (SELECT rowid FROM subscribers WHERE rowid > ? ORDER BY rowid LIMIT ?)',
        after,
        STEP,
      )
      .one()
    const through = window.last ?? after
    let made = this.#deliveries.enqueue(subject, Filters.parse(JSON.parse(filters)), { after, through }, dueMs, nowMs)
    if (window.n === STEP) this.#move(subject, String(through))
    else {
      // Last, for they are told only where nothing else tells them.
      if (incidentId !== null) made += this.#deliveries.enqueueFollowers(subject, incidentId, dueMs, nowMs)
      this.stop(subject)
    }
    return made
  }

  #stepThroughTold({ subject, position, version, due_ms: dueMs, created_at_ms: nowMs }: SpreadRow, corrects: string) {
    const window = this.#sql
      .exec<{ last: string | null; n: number }>(
        `SELECT max(subscriber_id) AS last, count(*) AS n FROM (
           SELECT subscriber_id FROM deliveries WHERE subject = ? AND subscriber_id > ? ORDER BY subscriber_id LIMIT ?)`,
        corrects,
        position,
        STEP,
      )
      .one()
    const through = window.last ?? position
    const made = this.#deliveries.enqueueCorrection(
      subject,
      corrects,
      version,
      { after: position, through },
      dueMs,
      nowMs,
    )
    if (window.n === STEP) this.#move(subject, through)
    else this.stop(subject)
    return made
  }

  #begin(
    subject: string,
    filters: string,
    incidentId: string | null,
    corrects: string | null,
    version: number,
    dueMs: number,
    nowMs: number,
  ): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO spreads (subject, filters, incident_id, corrects, version, due_ms, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      subject,
      filters,
      incidentId,
      corrects,
      version,
      dueMs,
      nowMs,
    )
  }

  #move(subject: string, position: string): void {
    this.#sql.exec('UPDATE spreads SET position = ? WHERE subject = ?', position, subject)
  }

  #next(): SpreadRow | null {
    const [row] = this.#sql.exec('SELECT * FROM spreads ORDER BY created_at_ms, rowid LIMIT 1').toArray()
    return row === undefined ? null : SpreadRow.parse(row)
  }
}
