import { z } from 'zod'
import { fingerprintOf } from '../domain/alert.ts'
import { IntegrationSource } from '../domain/integration.ts'
import type { KeptCounts, KeptMessage, KeptReceived, Received } from '../domain/received.ts'
import { RECEIVED_BYTES_MAX, RECEIVED_KEPT_MS, RECEIVED_REFUSED_MAX, RECEIVED_TAKEN_MAX } from '../domain/received.ts'

/**
 * Messages as they were received: those that changed something, and those that could not be understood. The bodies lie
 * in a table of their own, so that lists and searches go through small rows and need no index to be written.
 */

const Row = z.object({
  id: z.number(),
  integration_id: z.string(),
  source: IntegrationSource,
  at_ms: z.number(),
  bytes: z.number(),
  is_cut: z.number(),
  fingerprints: z.string(),
  changes: z.number(),
  refused: z.string().nullable(),
  sent_by: z.string().nullable(),
})
const BodyRow = z.object({ content_type: z.string(), headers: z.string(), body: z.string() })
const Headers = z.record(z.string(), z.string())
const CountRow = z.object({ integration_id: z.string(), is_refused: z.number(), n: z.number(), at_ms: z.number() })

/** Refused as a whole: nothing of it was taken. */
const IS_REFUSED = `(refused IS NOT NULL AND fingerprints = '' AND changes = 0)`
const FINGERPRINTS_MAX = 10_000
const REFUSAL_LENGTH_MAX = 1_000
const CONTENT_TYPE_LENGTH_MAX = 200
const HEADERS_LENGTH_MAX = 10_000

type Write = (statement: string, ...bindings: (string | number | null)[]) => void

export interface MessageToKeep {
  readonly integrationId: string
  readonly source: IntegrationSource
  readonly received: Received
  readonly fingerprints?: readonly string[]
  readonly changes?: number
  readonly refused?: string | null
  readonly by?: string | null
}

export class ReceivedStore {
  readonly #sql: SqlStorage
  readonly #write: Write
  /** How many are kept, by integration and kind, so that a storm is trimmed as it comes. */
  readonly #counts = new Map<string, number>()
  /** By integration and kind: a message that comes again and changes no alert is not kept again. */
  readonly #latest = new Map<string, string>()
  #lastId = 0

  constructor(sql: SqlStorage, write: Write) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS received (
      id INTEGER PRIMARY KEY, integration_id TEXT NOT NULL, source TEXT NOT NULL, at_ms INTEGER NOT NULL,
      bytes INTEGER NOT NULL, is_cut INTEGER NOT NULL, fingerprints TEXT NOT NULL, changes INTEGER NOT NULL,
      refused TEXT, sent_by TEXT)`)
    write(`CREATE TABLE IF NOT EXISTS received_bodies (
      id INTEGER PRIMARY KEY, content_type TEXT NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL)`)
    this.#recount()
  }

  /** Call inside the transaction of what it changed. */
  keep(message: MessageToKeep, nowMs: number): void {
    const { integrationId, source, received, fingerprints = [], changes = 0, by = null } = message
    const refused = message.refused?.slice(0, REFUSAL_LENGTH_MAX) ?? null
    const kind = kindOf(integrationId, refused !== null && fingerprints.length === 0 && changes === 0)
    if (fingerprints.length === 0) {
      const digest = fingerprintOf({ refused: refused ?? '', body: received.body })
      if (this.#latest.get(kind) === digest) return
      this.#latest.set(kind, digest)
    }

    const id = Math.max(this.#lastId + 1, nowMs)
    this.#lastId = id
    const { text, bytes } = bounded(received.body)
    this.#write(
      'INSERT INTO received VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      integrationId,
      source,
      nowMs,
      bytes,
      text.length < received.body.length ? 1 : 0,
      fingerprints.slice(0, FINGERPRINTS_MAX).join(' '),
      changes,
      refused,
      by,
    )
    const headers = JSON.stringify(received.headers)
    this.#write(
      'INSERT INTO received_bodies VALUES (?, ?, ?, ?)',
      id,
      received.contentType.slice(0, CONTENT_TYPE_LENGTH_MAX),
      headers.length > HEADERS_LENGTH_MAX ? '{}' : headers,
      text,
    )
    this.#counted(kind)
  }

  /** Newest first. */
  list(integrationId: string, limit: number, beforeId = Number.MAX_SAFE_INTEGER): KeptMessage[] {
    return this.#sql
      .exec(
        'SELECT * FROM received WHERE integration_id = ? AND id < ? ORDER BY id DESC LIMIT ?',
        integrationId,
        beforeId,
        limit,
      )
      .toArray()
      .map(messageFrom)
  }

  find(id: number): KeptReceived | null {
    const [row] = this.#sql.exec('SELECT * FROM received WHERE id = ?', id).toArray()
    const [body] = this.#sql.exec('SELECT * FROM received_bodies WHERE id = ?', id).toArray()
    if (row === undefined || body === undefined) return null
    const { content_type: contentType, headers, body: text } = BodyRow.parse(body)
    return { ...messageFrom(row), received: { contentType, headers: Headers.parse(JSON.parse(headers)), body: text } }
  }

  /** The last one that changed the alert. */
  latestOf(fingerprint: string): KeptReceived | null {
    if (!/^[0-9a-f]{16}$/.test(fingerprint)) return null
    const [row] = this.#sql
      .exec<{ id: number }>(
        'SELECT id FROM received WHERE instr(fingerprints, ?) > 0 ORDER BY id DESC LIMIT 1',
        fingerprint,
      )
      .toArray()
    return row === undefined ? null : this.find(row.id)
  }

  counts(): Map<string, KeptCounts> {
    const counts = new Map<string, KeptCounts>()
    for (const { integration_id: id, is_refused: isRefused, n, at_ms: atMs } of this.#countRows()) {
      const { taken, refused, lastAtMs } = counts.get(id) ?? { taken: 0, refused: 0, lastAtMs: 0 }
      counts.set(id, {
        taken: isRefused === 1 ? taken : n,
        refused: isRefused === 1 ? n : refused,
        lastAtMs: Math.max(lastAtMs ?? 0, atMs),
      })
    }
    return counts
  }

  forget(nowMs: number): void {
    this.#delete('at_ms < ?', nowMs - RECEIVED_KEPT_MS)
    this.#recount()
    for (const { integration_id: id, is_refused: isRefused } of this.#countRows()) this.#trim(id, isRefused === 1)
  }

  #counted(kind: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const [integrationId = '', refused] = kind.split(' ')
    // Not with each message: a storm is trimmed in batches, and at rest the sweep does it.
    if (count > 2 * maxOf(refused === 'refused')) this.#trim(integrationId, refused === 'refused')
  }

  #trim(integrationId: string, isRefused: boolean): void {
    const max = maxOf(isRefused)
    const kind = kindOf(integrationId, isRefused)
    if ((this.#counts.get(kind) ?? 0) <= max) return
    const those = `integration_id = ? AND ${IS_REFUSED} = ?`
    const oldest = `SELECT id FROM received WHERE ${those} ORDER BY id DESC LIMIT 1 OFFSET ?`
    const bindings = [integrationId, isRefused ? 1 : 0]
    this.#delete(`${those} AND id <= (${oldest})`, ...bindings, ...bindings, max)
    this.#counts.set(kind, max)
  }

  #delete(where: string, ...bindings: (string | number)[]): void {
    this.#write(`DELETE FROM received_bodies WHERE id IN (SELECT id FROM received WHERE ${where})`, ...bindings)
    this.#write(`DELETE FROM received WHERE ${where}`, ...bindings)
  }

  #recount(): void {
    this.#counts.clear()
    for (const { integration_id: id, is_refused: isRefused, n } of this.#countRows())
      this.#counts.set(kindOf(id, isRefused === 1), n)
    const [newest] = this.#sql.exec<{ id: number | null }>('SELECT max(id) AS id FROM received').toArray()
    this.#lastId = Math.max(this.#lastId, newest?.id ?? 0)
  }

  #countRows(): z.infer<typeof CountRow>[] {
    return this.#sql
      .exec(
        `SELECT integration_id, ${IS_REFUSED} AS is_refused, count(*) AS n, max(at_ms) AS at_ms
         FROM received GROUP BY integration_id, is_refused`,
      )
      .toArray()
      .map((row) => CountRow.parse(row))
  }
}

function kindOf(integrationId: string, isRefused: boolean): string {
  return `${integrationId} ${isRefused ? 'refused' : 'taken'}`
}

function maxOf(isRefused: boolean): number {
  return isRefused ? RECEIVED_REFUSED_MAX : RECEIVED_TAKEN_MAX
}

const utf8 = new TextEncoder()

/** As much of it as is kept, never half a character. */
function bounded(body: string): { text: string; bytes: number } {
  const bytes = utf8.encode(body).byteLength
  if (bytes <= RECEIVED_BYTES_MAX) return { text: body, bytes }
  const { read } = utf8.encodeInto(body, new Uint8Array(RECEIVED_BYTES_MAX))
  return { text: body.slice(0, read), bytes }
}

function messageFrom(row: unknown): KeptMessage {
  const stored = Row.parse(row)
  return {
    id: stored.id,
    integrationId: stored.integration_id,
    source: stored.source,
    atMs: stored.at_ms,
    bytes: stored.bytes,
    isCut: stored.is_cut === 1,
    fingerprints: stored.fingerprints === '' ? [] : stored.fingerprints.split(' '),
    changes: stored.changes,
    refused: stored.refused,
    by: stored.sent_by,
  }
}
