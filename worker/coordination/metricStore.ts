import type { Metric, MetricPoint } from '../domain/metric.ts'
import { POINT_AGE_MS_MAX } from '../domain/metric.ts'
import type { Rollup } from '../domain/metricSeries.ts'
import { HOUR_MS, rollUp, startOfHour } from '../domain/metricSeries.ts'
import { count } from '../storage/counters.ts'

/** The MetricDesk's own tables: the values of a day, what each hour came to, and how asking for them goes. */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS points (metric TEXT, at_ms INTEGER, value REAL NOT NULL, PRIMARY KEY (metric, at_ms)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hours (metric TEXT, at_ms INTEGER, document TEXT NOT NULL, PRIMARY KEY (metric, at_ms)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hours_to_sum (metric TEXT, at_ms INTEGER, PRIMARY KEY (metric, at_ms)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS polls (
  metric TEXT PRIMARY KEY, due_ms INTEGER NOT NULL, until_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, failure TEXT
);
`

/** An hour can be summed again for as long as values of it may come. */
const POINTS_KEPT_MS = POINT_AGE_MS_MAX + 2 * HOUR_MS
const HOURS_KEPT_MS = 90 * 24 * HOUR_MS

export interface Poll {
  readonly metric: string
  readonly dueMs: number
  /** Up to where values were asked for; 0: never. */
  readonly untilMs: number
  readonly attempts: number
  /** What went wrong when it was asked last. */
  readonly failure: string | null
}

export class MetricStore {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    storage.sql.exec(SCHEMA)
  }

  get metrics(): readonly Metric[] {
    return this.#storage.kv.get<readonly Metric[]>('metrics') ?? []
  }

  /** Whether they differ from what was there. What is kept of one that is gone goes with it. */
  useMetrics(metrics: readonly Metric[]): boolean {
    const before = this.metrics
    if (JSON.stringify(metrics) === JSON.stringify(before)) return false
    this.#storage.kv.put('metrics', metrics)
    for (const { id, source } of before) {
      const now = metrics.find((each) => each.id === id)
      if (JSON.stringify(now?.source) !== JSON.stringify(source)) this.#write('DELETE FROM polls WHERE metric = ?', id)
      if (now !== undefined) continue
      for (const table of ['points', 'hours', 'hours_to_sum']) this.#write(`DELETE FROM ${table} WHERE metric = ?`, id)
    }
    return true
  }

  put(metric: string, points: readonly MetricPoint[]): void {
    if (points.length === 0) return
    this.#storage.transactionSync(() => {
      for (const { atMs, value } of points)
        this.#write('INSERT OR REPLACE INTO points VALUES (?, ?, ?)', metric, atMs, value)
      for (const hourMs of new Set(points.map(({ atMs }) => startOfHour(atMs))))
        this.#write('INSERT OR IGNORE INTO hours_to_sum VALUES (?, ?)', metric, hourMs)
      this.#storage.kv.put('isFresh', true)
    })
  }

  /** Sums the hours that values came for, from all that is kept of them. */
  sumHours(): void {
    const due = this.#storage.sql.exec<{ metric: string; at_ms: number }>('SELECT * FROM hours_to_sum').toArray()
    for (const { metric, at_ms: hourMs } of due)
      this.#storage.transactionSync(() => {
        const values = this.points(metric, hourMs, hourMs + HOUR_MS).map(({ value }) => value)
        const sum = rollUp(hourMs, values)
        if (sum !== null)
          this.#write('INSERT OR REPLACE INTO hours VALUES (?, ?, ?)', metric, hourMs, JSON.stringify(sum))
        this.#write('DELETE FROM hours_to_sum WHERE metric = ? AND at_ms = ?', metric, hourMs)
      })
  }

  /** Oldest first. */
  points(metric: string, fromMs: number, beforeMs = Number.MAX_SAFE_INTEGER): MetricPoint[] {
    return this.#storage.sql
      .exec<{ at_ms: number; value: number }>(
        'SELECT at_ms, value FROM points WHERE metric = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms',
        metric,
        fromMs,
        beforeMs,
      )
      .toArray()
      .map((row) => ({ atMs: row.at_ms, value: row.value }))
  }

  /** Newest first. */
  lastPoints(metric: string, limit: number): MetricPoint[] {
    return this.#storage.sql
      .exec<{ at_ms: number; value: number }>(
        'SELECT at_ms, value FROM points WHERE metric = ? ORDER BY at_ms DESC LIMIT ?',
        metric,
        limit,
      )
      .toArray()
      .map((row) => ({ atMs: row.at_ms, value: row.value }))
  }

  /** Oldest first. */
  hours(metric: string, fromMs: number): Rollup[] {
    return this.#storage.sql
      .exec<{ document: string }>(
        'SELECT document FROM hours WHERE metric = ? AND at_ms >= ? ORDER BY at_ms',
        metric,
        fromMs,
      )
      .toArray()
      .map((row) => rollupFrom(row.document))
  }

  poll(metric: string): Poll {
    const [row] = this.#storage.sql
      .exec<{ due_ms: number; until_ms: number; attempts: number; failure: string | null }>(
        'SELECT due_ms, until_ms, attempts, failure FROM polls WHERE metric = ?',
        metric,
      )
      .toArray()
    if (row === undefined) return { metric, dueMs: 0, untilMs: 0, attempts: 0, failure: null }
    const { due_ms: dueMs, until_ms: untilMs, attempts, failure } = row
    return { metric, dueMs, untilMs, attempts, failure }
  }

  putPoll({ metric, dueMs, untilMs, attempts, failure }: Poll): void {
    this.#write('INSERT OR REPLACE INTO polls VALUES (?, ?, ?, ?, ?)', metric, dueMs, untilMs, attempts, failure)
  }

  /** Whether values came that readers do not have; and when they last got any. */
  get publishing(): { readonly isFresh: boolean; readonly atMs: number; readonly attempts: number } {
    const { kv } = this.#storage
    return {
      isFresh: kv.get<boolean>('isFresh') ?? false,
      atMs: kv.get<number>('publishedAtMs') ?? 0,
      attempts: kv.get<number>('publishAttempts') ?? 0,
    }
  }

  notePublishing(state: { readonly isFresh: boolean; readonly atMs: number; readonly attempts: number }): void {
    const { kv } = this.#storage
    kv.put('isFresh', state.isFresh)
    kv.put('publishedAtMs', state.atMs)
    kv.put('publishAttempts', state.attempts)
  }

  /** When a value came last, of any; null: none is kept. */
  lastValueMs(): number | null {
    return this.#storage.sql.exec<{ at: number | null }>('SELECT max(at_ms) AS at FROM hours').one().at
  }

  forget(nowMs: number): void {
    this.#write('DELETE FROM points WHERE at_ms < ?', nowMs - POINTS_KEPT_MS)
    this.#write('DELETE FROM hours WHERE at_ms < ?', nowMs - HOURS_KEPT_MS)
  }

  #write(query: string, ...bindings: (string | number | null)[]): void {
    const cursor = this.#storage.sql.exec(query, ...bindings)
    count('allclear_object_rows_written_total', { object: 'MetricDesk' }, cursor.rowsWritten)
  }
}

/** Only `sumHours` writes them. */
function rollupFrom(json: string): Rollup {
  return JSON.parse(json) as Rollup
}
