import { z } from 'zod'
import type { Subscriber } from '../domain/subscriber.ts'
import {
  CONFIRM_WITHIN_MS,
  DAY_MS,
  KEEP_MS,
  SUBSCRIBER_STATES,
  SubscriberState,
  emailKey,
} from '../domain/subscriber.ts'

/** The SubscriberDesk's tables of people and of what they asked for. */

const SubscriberRow = z.object({
  id: z.string(),
  email: z.string(),
  state: SubscriberState,
  components: z.string().nullable(),
  wants_post_mortems: z.number(),
  created_at_ms: z.number(),
  confirmed_at_ms: z.number().nullable(),
})
const Ids = z.array(z.string())

/** What someone asked for; it holds once they have confirmed it from the address. */
export interface Choice {
  readonly components: readonly string[] | null
  readonly wantsPostMortems: boolean
}

export class SubscriberStore {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`
      CREATE TABLE IF NOT EXISTS subscribers (
        id TEXT PRIMARY KEY, email TEXT NOT NULL, email_key TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'unsubscribed', 'suppressed')),
        components TEXT, wants_post_mortems INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL, confirmed_at_ms INTEGER, state_since_ms INTEGER NOT NULL,
        asked_at_ms INTEGER, asked_components TEXT, asked_post_mortems INTEGER);
      CREATE INDEX IF NOT EXISTS subscribers_state ON subscribers (state);
      CREATE TABLE IF NOT EXISTS asks (bucket TEXT NOT NULL, at_ms INTEGER NOT NULL);
      CREATE INDEX IF NOT EXISTS asks_bucket ON asks (bucket, at_ms)`)
  }

  byEmail(email: string): Subscriber | null {
    return this.#one('email_key', emailKey(email))
  }

  byId(id: string): Subscriber | null {
    return this.#one('id', id)
  }

  /** Notes what was asked for. A new address is pending; of a known one nothing changes before the confirmation. */
  ask(id: string, email: string, choice: Choice, nowMs: number): string {
    const known = this.byEmail(email)
    const components = idsText(choice.components)
    const postMortems = Number(choice.wantsPostMortems)
    if (known === null)
      this.#sql.exec(
        `INSERT INTO subscribers VALUES (?, ?, ?, 'pending', ?, ?, ?, NULL, ?, ?, ?, ?)`,
        id,
        email,
        emailKey(email),
        components,
        postMortems,
        nowMs,
        nowMs,
        nowMs,
        components,
        postMortems,
      )
    else
      this.#sql.exec(
        `UPDATE subscribers SET asked_at_ms = ?, asked_components = ?, asked_post_mortems = ? WHERE id = ?`,
        nowMs,
        components,
        postMortems,
        known.id,
      )
    return known?.id ?? id
  }

  /** What was asked for now holds; without a request nothing changes. */
  confirm(id: string, nowMs: number): void {
    this.#sql.exec(
      `UPDATE subscribers SET state = 'confirmed', confirmed_at_ms = ?, state_since_ms = ?, components = asked_components,
       wants_post_mortems = asked_post_mortems, asked_at_ms = NULL, asked_components = NULL, asked_post_mortems = NULL
       WHERE id = ? AND asked_at_ms IS NOT NULL`,
      nowMs,
      nowMs,
      id,
    )
  }

  /** Ends it; what was asked for before does not come back by an old link. */
  end(id: string, state: 'unsubscribed' | 'suppressed', nowMs: number): void {
    this.#sql.exec(
      `UPDATE subscribers SET state = ?, state_since_ms = ?, asked_at_ms = NULL, asked_components = NULL,
       asked_post_mortems = NULL WHERE id = ?`,
      state,
      nowMs,
      id,
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
    return Object.fromEntries(
      SUBSCRIBER_STATES.map((state) => [
        state,
        this.#count('SELECT count(*) AS n FROM subscribers WHERE state = ?', state),
      ]),
    ) as Record<SubscriberState, number>
  }

  /** The times of the last day at which something was asked for in this bucket. */
  asksOf(bucket: string, nowMs: number): number[] {
    return this.#sql
      .exec('SELECT at_ms FROM asks WHERE bucket = ? AND at_ms > ?', bucket, nowMs - DAY_MS)
      .toArray()
      .map((row) => Number(row['at_ms']))
  }

  noteAsk(bucket: string, nowMs: number): void {
    this.#sql.exec('INSERT INTO asks VALUES (?, ?)', bucket, nowMs)
  }

  /** Forgets who never confirmed, who left long ago, and the counts of asks; returns the ids that are gone. */
  forget(nowMs: number): string[] {
    this.#sql.exec('DELETE FROM asks WHERE at_ms <= ?', nowMs - DAY_MS)
    this.#sql.exec(
      `UPDATE subscribers SET asked_at_ms = NULL, asked_components = NULL, asked_post_mortems = NULL
       WHERE state <> 'pending' AND asked_at_ms <= ?`,
      nowMs - CONFIRM_WITHIN_MS,
    )
    return this.#sql
      .exec<{ id: string }>(
        `DELETE FROM subscribers WHERE (state = 'pending' AND asked_at_ms <= ?)
         OR (state = 'unsubscribed' AND asked_at_ms IS NULL AND state_since_ms <= ?) RETURNING id`,
        nowMs - CONFIRM_WITHIN_MS,
        nowMs - KEEP_MS,
      )
      .toArray()
      .map(({ id }) => id)
  }

  #one(column: 'id' | 'email_key', value: string): Subscriber | null {
    const [row] = this.#sql.exec(`SELECT * FROM subscribers WHERE ${column} = ?`, value).toArray()
    return row === undefined ? null : subscriberFrom(row)
  }

  #count(query: string, ...bindings: string[]): number {
    return Number(this.#sql.exec(query, ...bindings).one()['n'])
  }
}

function subscriberFrom(row: Record<string, unknown>): Subscriber {
  const found = SubscriberRow.parse(row)
  return {
    id: found.id,
    email: found.email,
    state: found.state,
    components: found.components === null ? null : Ids.parse(JSON.parse(found.components)),
    wantsPostMortems: found.wants_post_mortems === 1,
    createdAtMs: found.created_at_ms,
    confirmedAtMs: found.confirmed_at_ms,
  }
}

function idsText(ids: readonly string[] | null): string | null {
  return ids === null || ids.length === 0 ? null : JSON.stringify(ids)
}
