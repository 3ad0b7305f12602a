import { z } from 'zod'
import type { HeartbeatWatch } from '../domain/heartbeatWatch.ts'
import { count } from '../storage/counters.ts'

/** The HeartbeatDesk's own tables: how each heartbeat is, its keys (as hashes), and what was heard of it lately. */

export interface HeartbeatKey {
  readonly id: string
  readonly createdAtMs: number
  /** Of the pings that are kept, the last that came with it. */
  readonly usedAtMs: number | null
}

export interface HeartbeatPing {
  readonly atMs: number
  readonly sign: 'ok' | 'fail'
  /** What it was sent with, cut. */
  readonly detail: string
  /** Null when it came another way than by a key of the heartbeat. */
  readonly keyId: string | null
}

export interface StoredHeartbeat {
  readonly watch: HeartbeatWatch
  /** Shows its state to whoever has it, and does nothing else. */
  readonly badgeToken: string
}

const PINGS_KEPT = 20
/** One that is in use and one that replaces it. */
const KEYS_MAX = 2

const Phase = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('paused') }),
  z.object({
    kind: z.literal('waiting'),
    fromMs: z.number(),
    dueAtMs: z.number(),
    silentAtMs: z.number(),
    isExcused: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('silent'), dueAtMs: z.number(), sinceMs: z.number() }),
  z.object({ kind: z.literal('failed'), sinceMs: z.number() }),
])
const Row = z.object({
  id: z.string(),
  last_ping_at_ms: z.number().nullable(),
  phase: z.string(),
  badge_token: z.string(),
})
const KeyRow = z.object({ id: z.string(), created_at_ms: z.number(), used_at_ms: z.number().nullable() })
const PingRow = z.object({
  at_ms: z.number(),
  sign: z.enum(['ok', 'fail']),
  detail: z.string(),
  key_id: z.string().nullable(),
})

export class HeartbeatStore {
  readonly #sql: SqlStorage
  readonly #storage: DurableObjectStorage
  /** By heart, because each minute asks for all of them. */
  #known: Map<string, StoredHeartbeat>

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#sql = storage.sql
    this.write(`CREATE TABLE IF NOT EXISTS heartbeats (
      id TEXT PRIMARY KEY, last_ping_at_ms INTEGER, phase TEXT NOT NULL, badge_token TEXT NOT NULL) WITHOUT ROWID`)
    this.write(`CREATE TABLE IF NOT EXISTS heartbeat_keys (
      key_hash TEXT PRIMARY KEY, id TEXT NOT NULL, heartbeat_id TEXT NOT NULL, created_at_ms INTEGER NOT NULL
      ) WITHOUT ROWID`)
    // A ring of slots: each ping takes the place of the oldest that is kept.
    this.write(`CREATE TABLE IF NOT EXISTS pings (
      heartbeat_id TEXT NOT NULL, slot INTEGER NOT NULL, number INTEGER NOT NULL, at_ms INTEGER NOT NULL,
      sign TEXT NOT NULL, detail TEXT NOT NULL, key_id TEXT, PRIMARY KEY (heartbeat_id, slot)) WITHOUT ROWID`)
    this.#known = this.#load()
  }

  #load(): Map<string, StoredHeartbeat> {
    const rows = this.#sql.exec('SELECT * FROM heartbeats').toArray()
    return new Map(
      rows.map((row) => {
        const { id, last_ping_at_ms: lastPingAtMs, phase, badge_token: badgeToken } = Row.parse(row)
        return [id, { watch: { lastPingAtMs, phase: Phase.parse(JSON.parse(phase)) }, badgeToken }]
      }),
    )
  }

  write(statement: string, ...bindings: (string | number | null)[]): void {
    const cursor = this.#sql.exec(statement, ...bindings)
    cursor.toArray()
    count('allclear_object_rows_written_total', { object: 'HeartbeatDesk' }, cursor.rowsWritten)
  }

  /** All of it or nothing, in memory as well. */
  transaction(work: () => void): void {
    try {
      this.#storage.transactionSync(work)
    } catch (error) {
      this.#known = this.#load()
      throw error
    }
  }

  find(id: string): StoredHeartbeat | null {
    return this.#known.get(id) ?? null
  }

  all(): ReadonlyMap<string, StoredHeartbeat> {
    return this.#known
  }

  put(id: string, { watch, badgeToken }: StoredHeartbeat): void {
    const { lastPingAtMs, phase } = watch
    const json = JSON.stringify(phase)
    this.write('INSERT OR REPLACE INTO heartbeats VALUES (?, ?, ?, ?)', id, lastPingAtMs, json, badgeToken)
    this.#known.set(id, { watch, badgeToken })
  }

  remove(id: string): void {
    this.write('DELETE FROM pings WHERE heartbeat_id = ?', id)
    this.write('DELETE FROM heartbeat_keys WHERE heartbeat_id = ?', id)
    this.write('DELETE FROM heartbeats WHERE id = ?', id)
    this.#known.delete(id)
  }

  notePing(id: string, { atMs, sign, detail, keyId }: HeartbeatPing): void {
    const { number } = this.#sql
      .exec<{ number: number }>('SELECT coalesce(max(number), 0) + 1 AS number FROM pings WHERE heartbeat_id = ?', id)
      .one()
    this.write(
      'INSERT OR REPLACE INTO pings VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      number % PINGS_KEPT,
      number,
      atMs,
      sign,
      detail,
      keyId,
    )
  }

  /** The last ones, newest first. */
  pings(id: string): HeartbeatPing[] {
    return this.#sql
      .exec('SELECT * FROM pings WHERE heartbeat_id = ? ORDER BY number DESC', id)
      .toArray()
      .map((row) => {
        const { at_ms: atMs, sign, detail, key_id: keyId } = PingRow.parse(row)
        return { atMs, sign, detail, keyId }
      })
  }

  /** Looks the hash up, so no comparison of secrets takes place that could be timed. */
  findKey(keyHash: string): { readonly heartbeatId: string; readonly keyId: string } | null {
    const [row] = this.#sql
      .exec<{ heartbeat_id: string; id: string }>(
        'SELECT heartbeat_id, id FROM heartbeat_keys WHERE key_hash = ?',
        keyHash,
      )
      .toArray()
    return row === undefined ? null : { heartbeatId: row.heartbeat_id, keyId: row.id }
  }

  /** Where there are two already, the older one makes room. */
  addKey(heartbeatId: string, keyId: string, keyHash: string, nowMs: number): void {
    const superfluous = this.keys(heartbeatId).slice(KEYS_MAX - 1)
    for (const { id } of superfluous) this.removeKey(heartbeatId, id)
    this.write('INSERT INTO heartbeat_keys VALUES (?, ?, ?, ?)', keyHash, keyId, heartbeatId, nowMs)
  }

  removeKey(heartbeatId: string, keyId: string): boolean {
    const isKnown = this.keys(heartbeatId).some(({ id }) => id === keyId)
    if (isKnown) this.write('DELETE FROM heartbeat_keys WHERE heartbeat_id = ? AND id = ?', heartbeatId, keyId)
    return isKnown
  }

  /** Newest first. */
  keys(heartbeatId: string): HeartbeatKey[] {
    return this.#sql
      .exec(
        `SELECT id, created_at_ms,
           (SELECT max(at_ms) FROM pings p WHERE p.heartbeat_id = k.heartbeat_id AND p.key_id = k.id) AS used_at_ms
         FROM heartbeat_keys k WHERE heartbeat_id = ? ORDER BY created_at_ms DESC, id`,
        heartbeatId,
      )
      .toArray()
      .map((row) => {
        const { id, created_at_ms: createdAtMs, used_at_ms: usedAtMs } = KeyRow.parse(row)
        return { id, createdAtMs, usedAtMs }
      })
  }
}
