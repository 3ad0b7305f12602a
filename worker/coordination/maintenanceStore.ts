import type { Maintenance, RecordedMaintenanceEvent } from '../domain/maintenance.ts'
import { isOver, nextDueAtMs } from '../domain/maintenance.ts'
import type { MaintenanceEffect } from '../domain/maintenanceCommand.ts'
import type { MaintenanceStatus } from '../domain/publicModel.ts'
import { count } from '../storage/counters.ts'

/** The MaintenanceDesk's own tables: the log, what follows from it, and what others have yet to be told. */

export type Announce = Extract<MaintenanceEffect, { type: 'announce' }>

/** A piece of news that waits for its turn. */
export interface QueuedNews {
  readonly id: number
  readonly maintenanceId: string
  readonly effect: Announce
  readonly atMs: number
  readonly attempts: number
}

/** Where a page of past ones ended. */
export type PastPlace = Pick<Maintenance, 'scheduledForMs'> & { readonly id: string }

/** A maintenance that the status page does not show as it is. */
export interface Unpublished {
  readonly maintenance: Maintenance
  readonly attempts: number
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS events (
  maintenance_id TEXT NOT NULL, sequence INTEGER NOT NULL, recorded TEXT NOT NULL,
  PRIMARY KEY (maintenance_id, sequence)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS maintenances (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  scheduled_for_ms INTEGER NOT NULL,
  is_over INTEGER NOT NULL,
  clock_due_ms INTEGER,
  publish_wanted INTEGER NOT NULL,
  published INTEGER NOT NULL,
  publish_due_ms INTEGER NOT NULL,
  publish_attempts INTEGER NOT NULL,
  document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS maintenances_by_start ON maintenances (is_over, scheduled_for_ms);
CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, maintenance_id TEXT NOT NULL, effect TEXT NOT NULL,
  at_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS command_keys (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL);
`

const NEWS_AT_ONCE_MAX = 50
/** Longer than anyone sends the same command again. */
const KEYS_KEPT_MS = 30 * 24 * 3600 * 1000

export class MaintenanceStore {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    storage.sql.exec(SCHEMA)
  }

  find(id: string): Maintenance | null {
    return this.#read('WHERE id = ?', id)[0] ?? null
  }

  /** Not over, the next first. */
  open(): Maintenance[] {
    return this.#read('WHERE is_over = 0 ORDER BY scheduled_for_ms, id')
  }

  /** Over, the latest first; those that come after `after` in this order. */
  past(after: PastPlace | null, limit: number): Maintenance[] {
    const { scheduledForMs, id } = after ?? { scheduledForMs: Number.MAX_SAFE_INTEGER, id: '' }
    return this.#read(
      'WHERE is_over = 1 AND (scheduled_for_ms, id) < (?, ?) ORDER BY scheduled_for_ms DESC, id DESC LIMIT ?',
      scheduledForMs,
      id,
      limit,
    )
  }

  openCount(): number {
    return this.#storage.sql.exec<{ open: number }>('SELECT count(*) AS open FROM maintenances WHERE is_over = 0').one()
      .open
  }

  /** How many are in each state, and how much others have yet to be told. */
  stats(): { readonly byStatus: Readonly<Record<MaintenanceStatus, number>>; readonly outbox: number } {
    const byStatus = { scheduled: 0, in_progress: 0, verifying: 0, completed: 0, cancelled: 0 }
    const rows = this.#storage.sql.exec<{ status: MaintenanceStatus; found: number }>(
      "SELECT json_extract(document, '$.status') AS status, count(*) AS found FROM maintenances GROUP BY status",
    )
    for (const { status, found } of rows) byStatus[status] = found
    const { waiting } = this.#storage.sql
      .exec<{ waiting: number }>(
        `SELECT (SELECT count(*) FROM outbox)
           + (SELECT count(*) FROM maintenances WHERE published < publish_wanted) AS waiting`,
      )
      .one()
    return { byStatus, outbox: waiting }
  }

  /** Oldest first. */
  events(id: string): RecordedMaintenanceEvent[] {
    return this.#storage.sql
      .exec<{ recorded: string }>('SELECT recorded FROM events WHERE maintenance_id = ? ORDER BY sequence', id)
      .toArray()
      .map(({ recorded }) => readRecorded(recorded))
  }

  knowsKey(key: string): boolean {
    return this.#storage.sql.exec('SELECT 1 FROM command_keys WHERE key = ?', key).toArray().length > 0
  }

  /** Writes a decision whole or not at all. */
  commit(decided: {
    maintenance: Maintenance
    events: readonly RecordedMaintenanceEvent[]
    effects: readonly MaintenanceEffect[]
    idempotencyKey: string | undefined
    nowMs: number
  }): void {
    const { maintenance, events, effects, idempotencyKey, nowMs } = decided
    const { id, version, scheduledForMs, status } = maintenance
    const shows = effects.some(({ type }) => type === 'publish')
    this.#storage.transactionSync(() => {
      for (const recorded of events)
        this.#write('INSERT INTO events VALUES (?, ?, ?)', id, recorded.sequence, JSON.stringify(recorded))
      this.#write(
        `INSERT INTO maintenances VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0, ?)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, scheduled_for_ms = excluded.scheduled_for_ms,
           is_over = excluded.is_over, clock_due_ms = excluded.clock_due_ms, document = excluded.document,
           publish_wanted = max(publish_wanted, excluded.publish_wanted),
           publish_due_ms = iif(excluded.publish_wanted > 0, excluded.publish_due_ms, publish_due_ms)`,
        id,
        version,
        scheduledForMs,
        isOver(status) ? 1 : 0,
        nextDueAtMs(maintenance),
        shows ? version : 0,
        nowMs,
        JSON.stringify(maintenance),
      )
      for (const effect of effects)
        if (effect.type === 'announce')
          this.#write(
            'INSERT INTO outbox (maintenance_id, effect, at_ms, due_ms, attempts) VALUES (?, ?, ?, ?, 0)',
            id,
            JSON.stringify(effect),
            nowMs,
            nowMs,
          )
      if (idempotencyKey !== undefined) this.#write('INSERT INTO command_keys VALUES (?, ?)', idempotencyKey, nowMs)
    })
  }

  /** Those for which something is to happen by itself by now. */
  clockDue(nowMs: number): Maintenance[] {
    return this.#read('WHERE clock_due_ms <= ? ORDER BY clock_due_ms, id', nowMs)
  }

  unpublished(nowMs: number): Unpublished[] {
    return this.#storage.sql
      .exec<{ document: string; publish_attempts: number }>(
        `SELECT document, publish_attempts FROM maintenances
         WHERE published < publish_wanted AND publish_due_ms <= ? ORDER BY publish_due_ms, id`,
        nowMs,
      )
      .toArray()
      .map((row) => ({ maintenance: readMaintenance(row.document), attempts: row.publish_attempts }))
  }

  notePublished({ id, version }: Maintenance): void {
    this.#write('UPDATE maintenances SET published = ?, publish_attempts = 0 WHERE id = ?', version, id)
  }

  postponePublishing(id: string, dueMs: number): void {
    this.#write(
      'UPDATE maintenances SET publish_due_ms = ?, publish_attempts = publish_attempts + 1 WHERE id = ?',
      dueMs,
      id,
    )
  }

  /** In the order in which it happened; nothing of a maintenance whose page readers do not have yet. */
  dueNews(nowMs: number): QueuedNews[] {
    return this.#storage.sql
      .exec<{ id: number; maintenance_id: string; effect: string; at_ms: number; attempts: number }>(
        `SELECT outbox.id, maintenance_id, effect, at_ms, attempts FROM outbox
         JOIN maintenances ON maintenances.id = maintenance_id
         WHERE due_ms <= ? AND published >= publish_wanted ORDER BY outbox.id LIMIT ?`,
        nowMs,
        NEWS_AT_ONCE_MAX,
      )
      .toArray()
      .map((row) => ({
        id: row.id,
        maintenanceId: row.maintenance_id,
        effect: readEffect(row.effect),
        atMs: row.at_ms,
        attempts: row.attempts,
      }))
  }

  finishNews(id: number): void {
    this.#write('DELETE FROM outbox WHERE id = ?', id)
  }

  postponeNews(id: number, dueMs: number): void {
    this.#write('UPDATE outbox SET due_ms = ?, attempts = attempts + 1 WHERE id = ?', dueMs, id)
  }

  forgetKeys(nowMs: number): void {
    this.#write('DELETE FROM command_keys WHERE at_ms < ?', nowMs - KEYS_KEPT_MS)
  }

  /** When the clock, the page or a piece of news wants attention next; null when nothing does. */
  nextDueMs(): number | null {
    return this.#storage.sql
      .exec<{ due: number | null }>(
        `SELECT min(due) AS due FROM (
           SELECT clock_due_ms AS due FROM maintenances
           UNION ALL SELECT publish_due_ms FROM maintenances WHERE published < publish_wanted
           UNION ALL SELECT due_ms FROM outbox
             JOIN maintenances ON maintenances.id = maintenance_id WHERE published >= publish_wanted
         )`,
      )
      .one().due
  }

  #read(where: string, ...values: (string | number)[]): Maintenance[] {
    return this.#storage.sql
      .exec<{ document: string }>(`SELECT document FROM maintenances ${where}`, ...values)
      .toArray()
      .map(({ document }) => readMaintenance(document))
  }

  #write(query: string, ...bindings: (string | number | null)[]): void {
    const cursor = this.#storage.sql.exec(query, ...bindings)
    count('allclear_object_rows_written_total', { object: 'MaintenanceDesk' }, cursor.rowsWritten)
  }
}

/** The tables hold only what `commit` wrote. */
function readMaintenance(json: string): Maintenance {
  return JSON.parse(json) as Maintenance
}

function readRecorded(json: string): RecordedMaintenanceEvent {
  return JSON.parse(json) as RecordedMaintenanceEvent
}

function readEffect(json: string): Announce {
  return JSON.parse(json) as Announce
}
