import { count } from '../storage/counters.ts'
import type { Effect } from '../domain/decision.ts'
import type { IncidentEvent, RecordedEvent } from '../domain/incidentEvent.ts'
import { callsForHeadline, callsForMeasuring } from '../domain/reassessment.ts'

/** An effect that waits for its turn. Publishing is not among them: it is a copy that catches up. */
export type OutboxEffect = Exclude<Effect, { type: 'publish' }>

export interface QueuedEffect {
  readonly id: number
  readonly effect: OutboxEffect
  readonly attempts: number
}

/**
 * What follows the log at its own pace: the D1 row, the public page, the headline, the measured impact. However much
 * happened meanwhile, there is one thing to do.
 */
export type Copy = 'projection' | 'publication' | 'headline' | 'impact'

export interface CopyProgress {
  readonly wanted: number
  readonly done: number
  readonly attempts: number
  readonly dueMs: number
}

/** The room's storage: the event log, the outbox, how far each copy is. All writes of one decision are one transaction. */
export class RoomLog {
  readonly #storage: DurableObjectStorage

  /** False for an address that no incident was ever opened at: asking there must not leave anything behind. */
  #exists: boolean

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#exists = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'events'").toArray().length > 0
  }

  #create(): void {
    this.#storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS events (sequence INTEGER PRIMARY KEY, recorded TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, effect TEXT NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS copies (
        name TEXT PRIMARY KEY, wanted INTEGER NOT NULL, done INTEGER NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE IF NOT EXISTS command_keys (key TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT;
    `)
    this.#exists = true
  }

  /** Events after `after`, oldest first, at most `limit`. */
  events(after: number, limit: number): RecordedEvent[] {
    if (!this.#exists) return []
    return this.#storage.sql
      .exec<{ recorded: string }>(
        'SELECT recorded FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?',
        after,
        limit,
      )
      .toArray()
      .map(({ recorded }) => readRecorded(recorded))
  }

  knowsKey(key: string): boolean {
    return this.#storage.sql.exec('SELECT 1 FROM command_keys WHERE key = ?', key).toArray().length > 0
  }

  /** Writes a decision whole or not at all. */
  commit(decided: {
    events: readonly RecordedEvent[]
    effects: readonly Effect[]
    idempotencyKey: string | undefined
    nowMs: number
  }): void {
    const { events, effects, idempotencyKey, nowMs } = decided
    const version = events.at(-1)?.sequence
    if (!this.#exists) this.#create()
    this.#storage.transactionSync(() => {
      for (const recorded of events)
        this.#write('INSERT INTO events VALUES (?, ?)', recorded.sequence, JSON.stringify(recorded))
      if (idempotencyKey !== undefined && version !== undefined)
        this.#write('INSERT INTO command_keys VALUES (?, ?)', idempotencyKey, version)
      if (version !== undefined) this.#want('projection', version, nowMs)
      if (version !== undefined && events.some(({ event }) => callsForHeadline(event)))
        this.#want('headline', version, nowMs)
      if (version !== undefined && events.some(({ event }) => callsForMeasuring(event)))
        this.#want('impact', version, nowMs)
      for (const effect of effects) {
        if (effect.type === 'publish') this.#want('publication', version ?? 0, nowMs)
        else {
          // The desk of subscribers holds a notice itself.
          const dueMs = (effect.type === 'release_alerts' ? effect.notBeforeMs : undefined) ?? nowMs
          this.#write('INSERT INTO outbox (effect, due_ms, attempts) VALUES (?, ?, 0)', JSON.stringify(effect), dueMs)
        }
      }
    })
  }

  dueEffects(nowMs: number): QueuedEffect[] {
    return this.#storage.sql
      .exec<{ id: number; effect: string; attempts: number }>(
        'SELECT id, effect, attempts FROM outbox WHERE due_ms <= ? ORDER BY id LIMIT 50',
        nowMs,
      )
      .toArray()
      .map(({ id, effect, attempts }) => ({ id, attempts, effect: readEffect(effect) }))
  }

  finish(effectId: number): void {
    this.#write('DELETE FROM outbox WHERE id = ?', effectId)
  }

  postpone(effectId: number, dueMs: number): void {
    this.#write('UPDATE outbox SET due_ms = ?, attempts = attempts + 1 WHERE id = ?', dueMs, effectId)
  }

  copy(name: Copy): CopyProgress {
    const row = this.#storage.sql
      .exec<{ wanted: number; done: number; due_ms: number; attempts: number }>(
        'SELECT wanted, done, due_ms, attempts FROM copies WHERE name = ?',
        name,
      )
      .toArray()[0]
    return row === undefined
      ? { wanted: 0, done: 0, attempts: 0, dueMs: 0 }
      : { wanted: row.wanted, done: row.done, attempts: row.attempts, dueMs: row.due_ms }
  }

  copyDone(name: Copy, version: number): void {
    this.#write('UPDATE copies SET done = ?, attempts = 0 WHERE name = ?', version, name)
  }

  /** Done, and not to be done again before this moment, whatever happens. */
  copyRests(name: Copy, version: number, untilMs: number): void {
    this.#write('UPDATE copies SET done = ?, due_ms = ?, attempts = 0 WHERE name = ?', version, untilMs, name)
  }

  /** Done for now, and wanted again then, even if nothing happens. */
  copyReturns(name: Copy, atMs: number): void {
    this.#write('UPDATE copies SET done = wanted - 1, due_ms = ?, attempts = 0 WHERE name = ?', atMs, name)
  }

  /** Wanted again, though nothing has happened here; not before its rest is over. */
  copyAgain(name: Copy, nowMs: number): void {
    if (!this.#exists) return
    this.#write(
      'UPDATE copies SET done = wanted - 1, due_ms = max(due_ms, ?) WHERE name = ? AND done >= wanted',
      nowMs,
      name,
    )
  }

  /** The sequence of the newest event of this kind; null when there is none. */
  lastOf(type: IncidentEvent['type']): number | null {
    return this.#storage.sql
      .exec<{ last: number | null }>(
        "SELECT max(sequence) AS last FROM events WHERE json_extract(recorded, '$.event.type') = ?",
        type,
      )
      .one().last
  }

  copyFailed(name: Copy, dueMs: number): void {
    this.#write('UPDATE copies SET due_ms = ?, attempts = attempts + 1 WHERE name = ?', dueMs, name)
  }

  /** When the outbox or a copy wants attention next; null when all is done. */
  nextDueMs(): number | null {
    if (!this.#exists) return null
    const row = this.#storage.sql
      .exec<{ due: number | null }>(
        `SELECT min(due_ms) AS due FROM (
           SELECT due_ms FROM outbox UNION ALL SELECT due_ms FROM copies WHERE done < wanted
         )`,
      )
      .one()
    return row.due
  }

  #want(name: Copy, version: number, nowMs: number): void {
    // What rests is not woken before its time; the other copies are wanted at once.
    const due = name === 'headline' || name === 'impact' ? 'max' : 'min'
    this.#write(
      `INSERT INTO copies VALUES (?, ?, 0, ?, 0)
       ON CONFLICT (name) DO UPDATE SET wanted = excluded.wanted, due_ms = ${due}(due_ms, excluded.due_ms)`,
      name,
      version,
      nowMs,
    )
  }

  #write(query: string, ...bindings: (string | number)[]): void {
    const cursor = this.#storage.sql.exec(query, ...bindings)
    count('allclear_object_rows_written_total', { object: 'IncidentRoom' }, cursor.rowsWritten)
  }
}

/** The log holds only what `commit` wrote. */
function readRecorded(json: string): RecordedEvent {
  return JSON.parse(json) as RecordedEvent
}

function readEffect(json: string): OutboxEffect {
  return JSON.parse(json) as OutboxEffect
}
