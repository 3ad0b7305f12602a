import { z } from 'zod'
import { CORRECTED_WITHIN_MS } from '../domain/notice.ts'
import type { ReaderFilter } from '../domain/readerFilter.ts'
import { parseFilter, writeFilter } from '../domain/readerFilter.ts'
import { ChannelKind } from '../domain/channel.ts'
import type { LimitedBy, Subscriber } from '../domain/subscriber.ts'
import {
  CONFIRMATION_LIMITS,
  CONFIRM_WITHIN_MS,
  DAY_MS,
  FOLLOW_MS_MAX,
  KEEP_MS,
  SUBSCRIBER_STATES,
  SubscriberState,
  isOverLimit,
} from '../domain/subscriber.ts'
import { createSubscriberTable } from './subscriberTable.ts'

/** The SubscriberDesk's people, where they are told, and what they asked for. */

const SubscriberRow = z.object({
  id: z.string(),
  kind: ChannelKind,
  address: z.string(),
  state: SubscriberState,
  note: z.string(),
  filter: z.string(),
  incident_id: z.string().nullable(),
  incident_title: z.string().nullable(),
  created_at_ms: z.number(),
  confirmed_at_ms: z.number().nullable(),
})

/** Who asks, and where they are to be told. */
export interface Newcomer {
  readonly id: string
  readonly kind: ChannelKind
  readonly address: string
  /** The same for two requests that mean the same subscriber. */
  readonly key: string
  /** Sealed; null for mail, whose address says all. */
  readonly channel: string | null
  readonly lane: string
  /** The one that is to be followed; null: whatever the filter lets through. */
  readonly incident: { readonly id: string; readonly title: string } | null
}

export class SubscriberStore {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    createSubscriberTable(sql)
  }

  byKey(key: string): Subscriber | null {
    return this.#one('key', key)
  }

  byId(id: string): Subscriber | null {
    return this.#one('id', id)
  }

  /** All that someone has under a mail address: the subscription, and incidents they follow. */
  idsOfEmail(email: string): string[] {
    return this.idsOfKey(emailKeyOf(email))
  }

  /** The same under any address, by the key of its subscription to everything. */
  idsOfKey(key: string): string[] {
    const rows = this.#sql.exec<{ id: string }>(
      `SELECT id FROM subscribers WHERE key = ? OR (key > ? AND key < ?)`,
      key,
      `${key} `,
      `${key}!`,
    )
    return rows.toArray().map(({ id }) => id)
  }

  /** Whatever stands under the same address as this subscriber, itself among them. */
  idsWith(id: string): string[] {
    const [row] = this.#sql
      .exec<{ key: string; incident_id: string | null }>('SELECT key, incident_id FROM subscribers WHERE id = ?', id)
      .toArray()
    if (row === undefined) return [id]
    return this.idsOfKey(row.incident_id === null ? row.key : row.key.slice(0, -row.incident_id.length - 1))
  }

  /** Notes what was asked for. Who is new is pending; of a known one nothing changes before the confirmation. */
  ask(newcomer: Newcomer, filter: ReaderFilter, nowMs: number): string {
    const known = this.byKey(newcomer.key)
    const asked = writeFilter(filter)
    if (known === null)
      this.#sql.exec(
        `INSERT INTO subscribers (id, kind, address, key, channel, lane, incident_id, incident_title, state, note, filter,
           created_at_ms, confirmed_at_ms, state_since_ms, asked_at_ms, asked_filter)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', '', ?, ?, NULL, ?, ?, ?)`,
        newcomer.id,
        newcomer.kind,
        newcomer.address,
        newcomer.key,
        newcomer.channel,
        newcomer.lane,
        newcomer.incident?.id ?? null,
        newcomer.incident?.title ?? null,
        asked,
        nowMs,
        nowMs,
        nowMs,
        asked,
      )
    else
      this.#sql.exec(
        `UPDATE subscribers SET asked_at_ms = ?, asked_filter = ?, asked_channel = ? WHERE id = ?`,
        nowMs,
        asked,
        newcomer.channel,
        known.id,
      )
    return known?.id ?? newcomer.id
  }

  /** What was asked for now holds; without a request nothing changes. */
  confirm(id: string, nowMs: number): void {
    this.#sql.exec(
      `UPDATE subscribers SET state = 'confirmed', confirmed_at_ms = ?, state_since_ms = ?, note = '',
       filter = asked_filter,
       channel = coalesce(asked_channel, channel), asked_at_ms = NULL, asked_filter = NULL, asked_channel = NULL
       WHERE id = ? AND asked_at_ms IS NOT NULL`,
      nowMs,
      nowMs,
      id,
    )
  }

  /** By word of the address itself: what it asked for holds, and what it had ended holds again. */
  resume(id: string, nowMs: number): void {
    this.confirm(id, nowMs)
    this.#sql.exec(
      `UPDATE subscribers SET state = 'confirmed', confirmed_at_ms = ?1, state_since_ms = ?1, note = ''
       WHERE id = ?2 AND state IN ('unsubscribed', 'suppressed') AND incident_id IS NULL`,
      nowMs,
      id,
    )
  }

  /** Where it is told, as it is kept. */
  sealedChannel(id: string): string | null {
    const rows = this.#sql
      .exec<{ channel: string | null }>('SELECT channel FROM subscribers WHERE id = ?', id)
      .toArray()
    return rows[0]?.channel ?? null
  }

  isAsked(id: string): boolean {
    return this.#count('SELECT count(*) AS n FROM subscribers WHERE id = ? AND asked_at_ms IS NOT NULL', id) > 0
  }

  choose(id: string, filter: ReaderFilter): void {
    this.#sql.exec('UPDATE subscribers SET filter = ? WHERE id = ?', writeFilter(filter), id)
  }

  /** Ends it; what was asked for before does not come back by an old link. */
  end(id: string, state: 'unsubscribed' | 'suppressed' | 'ended', note: string, nowMs: number): void {
    this.#sql.exec(
      `UPDATE subscribers SET state = ?, note = ?, state_since_ms = ?, asked_at_ms = NULL, asked_filter = NULL,
       asked_channel = NULL WHERE id = ?`,
      state,
      note,
      nowMs,
      id,
    )
  }

  /** Who follows an incident is done with it once told that it is over, and the time to correct that has passed. */
  endFollowers(nowMs: number): void {
    this.#sql.exec(
      `UPDATE subscribers SET state = 'ended', state_since_ms = ?1 WHERE state = 'confirmed' AND incident_id IS NOT NULL
       AND (confirmed_at_ms <= ?2 OR EXISTS (
           SELECT 1 FROM mailings m WHERE m.ends_incident = subscribers.incident_id AND m.withdrawn = 0
           AND m.created_at_ms <= ?3 AND m.created_at_ms >= confirmed_at_ms
           AND NOT EXISTS (SELECT 1 FROM spreads p WHERE p.subject = m.subject)))
       AND NOT EXISTS (
           SELECT 1 FROM deliveries d WHERE d.subscriber_id = subscribers.id AND d.state IN ('queued', 'sending'))`,
      nowMs,
      nowMs - FOLLOW_MS_MAX,
      nowMs - CORRECTED_WITHIN_MS,
    )
  }

  remove(id: string): void {
    this.#sql.exec('DELETE FROM subscribers WHERE id = ?', id)
  }

  list(offset: number, limit: number): { subscribers: Subscriber[]; total: number } {
    const rows = this.#sql.exec(
      'SELECT * FROM subscribers ORDER BY created_at_ms DESC, id LIMIT ? OFFSET ?',
      limit,
      offset,
    )
    return {
      subscribers: rows.toArray().map(subscriberFrom),
      total: this.#count('SELECT count(*) AS n FROM subscribers'),
    }
  }

  counts(): Record<SubscriberState, number> {
    const counts = Object.fromEntries(SUBSCRIBER_STATES.map((state) => [state, 0])) as Record<SubscriberState, number>
    for (const row of this.#sql.exec('SELECT state, count(*) AS n FROM subscribers GROUP BY state'))
      counts[SubscriberState.parse(row['state'])] = Number(row['n'])
    return counts
  }

  /** The different filters of those who are told, each once: there are few, however many subscribers there are. */
  filtersInUse(): string[] {
    return this.#sql
      .exec<{ filter: string }>(
        `SELECT DISTINCT filter FROM subscribers WHERE state = 'confirmed' AND incident_id IS NULL`,
      )
      .toArray()
      .map(({ filter }) => filter)
  }

  wantsDigest(): boolean {
    return this.filtersInUse().some((filter) => filter.includes('level=weekly_digest'))
  }

  /** The times of the last day at which something was asked for in this bucket. */
  asksOf(bucket: string, nowMs: number): number[] {
    return this.#sql
      .exec('SELECT at_ms FROM asks WHERE bucket = ? AND at_ms > ?', bucket, nowMs - DAY_MS)
      .toArray()
      .map((row) => Number(row['at_ms']))
  }

  /** Notes that something is asked for, unless there was too much of it. */
  mayAsk(buckets: readonly [LimitedBy, string][], nowMs: number): boolean {
    const isOver = buckets.some(([by, bucket]) =>
      isOverLimit(CONFIRMATION_LIMITS[by], this.asksOf(bucket, nowMs), nowMs),
    )
    if (isOver) return false
    for (const [, bucket] of buckets) this.noteAsk(bucket, nowMs)
    return true
  }

  noteAsk(bucket: string, nowMs: number): void {
    this.#sql.exec('INSERT INTO asks VALUES (?, ?)', bucket, nowMs)
  }

  /** Forgets who never confirmed, who left long ago, and the counts of asks; returns the ids that are gone. */
  forget(nowMs: number): string[] {
    this.#sql.exec('DELETE FROM asks WHERE at_ms <= ?', nowMs - DAY_MS)
    this.#sql.exec(
      `UPDATE subscribers SET asked_at_ms = NULL, asked_filter = NULL, asked_channel = NULL
       WHERE state <> 'pending' AND asked_at_ms <= ?`,
      nowMs - CONFIRM_WITHIN_MS,
    )
    return this.#sql
      .exec<{ id: string }>(
        `DELETE FROM subscribers WHERE (state = 'pending' AND asked_at_ms <= ?)
         OR (state IN ('unsubscribed', 'ended') AND asked_at_ms IS NULL AND state_since_ms <= ?) RETURNING id`,
        nowMs - CONFIRM_WITHIN_MS,
        nowMs - KEEP_MS,
      )
      .toArray()
      .map(({ id }) => id)
  }

  #one(column: 'id' | 'key', value: string): Subscriber | null {
    const [row] = this.#sql.exec(`SELECT * FROM subscribers WHERE ${column} = ?`, value).toArray()
    return row === undefined ? null : subscriberFrom(row)
  }

  #count(query: string, ...bindings: string[]): number {
    return Number(this.#sql.exec(query, ...bindings).one()['n'])
  }
}

/** The key of mail subscribers is readable, so that all of one address are found. */
export function emailKeyOf(email: string, incidentId?: string): string {
  return `email ${email.toLowerCase()}${incidentId === undefined ? '' : ` ${incidentId}`}`
}

function subscriberFrom(row: Record<string, unknown>): Subscriber {
  const found = SubscriberRow.parse(row)
  return {
    id: found.id,
    kind: found.kind,
    address: found.address,
    state: found.state,
    note: found.note,
    filter: parseFilter(found.filter),
    incident: found.incident_id === null ? null : { id: found.incident_id, title: found.incident_title ?? '' },
    createdAtMs: found.created_at_ms,
    confirmedAtMs: found.confirmed_at_ms,
  }
}
