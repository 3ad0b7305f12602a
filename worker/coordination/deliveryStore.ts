import { z } from 'zod'
import type { Announcement, PostMortemAnnouncement } from '../delivery/updateMail.ts'
import type { DeliveryState, FailedDelivery, Mailing } from '../domain/subscriber.ts'
import { DELIVERY_STATES, DeliveryState as DeliveryStateSchema, KEEP_MS } from '../domain/subscriber.ts'

/** The SubscriberDesk's ledger: one row for each mail to each subscriber, written before it is sent and after. */

/** What a mailing tells. It was checked on its way in, so that reading it back trusts it. */
export type MailingContent =
  | ({ readonly kind: 'update' } & Announcement)
  | ({ readonly kind: 'post_mortem' } & PostMortemAnnouncement)

export interface DueDelivery {
  readonly subject: string
  readonly subscriberId: string
  readonly email: string
  readonly attempts: number
  readonly createdAtMs: number
}

const DueRow = z.object({
  subject: z.string(),
  subscriber_id: z.string(),
  email: z.string(),
  attempts: z.number(),
  created_at_ms: z.number(),
})
const CountRow = z.object({ subject: z.string(), state: DeliveryStateSchema, n: z.number() })
const FailedRow = z.object({
  email: z.string(),
  title: z.string(),
  reason: z.string(),
  attempts: z.number(),
  due_ms: z.number(),
})

/** The subject of the mail that asks for a confirmation; it is no mailing, it goes to one. */
export const CONFIRMATION = 'confirm'

/** A mail is due to confirmed subscribers, and the request to confirm to whoever has just asked. */
const MAY_BE_SENT = `(CASE WHEN d.subject = '${CONFIRMATION}' THEN s.asked_at_ms IS NOT NULL ELSE s.state = 'confirmed' END)`

export class DeliveryStore {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`
      CREATE TABLE IF NOT EXISTS mailings (
        subject TEXT PRIMARY KEY, title TEXT NOT NULL, content TEXT NOT NULL, created_at_ms INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS deliveries (
        subject TEXT NOT NULL, subscriber_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
        attempts INTEGER NOT NULL, due_ms INTEGER NOT NULL, reason TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
        PRIMARY KEY (subject, subscriber_id)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_ms) WHERE state IN ('queued', 'sending');
      CREATE INDEX IF NOT EXISTS deliveries_subscriber ON deliveries (subscriber_id);
      CREATE TABLE IF NOT EXISTS outcomes (outcome TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID`)
  }

  /** False when this mailing is there already. */
  addMailing(subject: string, title: string, content: MailingContent, nowMs: number): boolean {
    const added = this.#sql.exec(
      'INSERT OR IGNORE INTO mailings VALUES (?, ?, ?, ?) RETURNING 1',
      subject,
      title,
      JSON.stringify(content),
      nowMs,
    )
    return added.toArray().length > 0
  }

  content(subject: string): MailingContent | null {
    const [row] = this.#sql
      .exec<{ content: string }>('SELECT content FROM mailings WHERE subject = ?', subject)
      .toArray()
    return row === undefined ? null : contentFrom(row.content)
  }

  /** One row for each confirmed subscriber whose components these are; null: of all. Returns how many. */
  enqueueUpdate(subject: string, components: readonly string[] | null, nowMs: number): number {
    return this.#sql
      .exec(
        `INSERT OR IGNORE INTO deliveries SELECT ?, id, 'queued', 0, ?, '', ? FROM subscribers
       WHERE state = 'confirmed' AND (? IS NULL OR components IS NULL OR EXISTS (
         SELECT 1 FROM json_each(subscribers.components) WHERE value IN (SELECT value FROM json_each(?))))
       RETURNING 1`,
        subject,
        nowMs,
        nowMs,
        ...twice(components === null ? null : JSON.stringify(components)),
      )
      .toArray().length
  }

  enqueuePostMortem(subject: string, nowMs: number): number {
    return this.#sql
      .exec(
        `INSERT OR IGNORE INTO deliveries SELECT ?, id, 'queued', 0, ?, '', ? FROM subscribers
       WHERE state = 'confirmed' AND wants_post_mortems = 1 RETURNING 1`,
        subject,
        nowMs,
        nowMs,
      )
      .toArray().length
  }

  /** A second request to confirm takes the place of the first. */
  enqueueConfirmation(subscriberId: string, nowMs: number): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO deliveries VALUES (?, ?, 'queued', 0, ?, '', ?)`,
      CONFIRMATION,
      subscriberId,
      nowMs,
      nowMs,
    )
  }

  /** Those found `sending` were interrupted; they go out again under the same Message-ID. Confirmations go first. */
  due(nowMs: number, limit: number): DueDelivery[] {
    return this.#sql
      .exec(
        `SELECT d.subject, d.subscriber_id, s.email, d.attempts, d.created_at_ms FROM deliveries d
         JOIN subscribers s ON s.id = d.subscriber_id
         WHERE d.state IN ('queued', 'sending') AND d.due_ms <= ? AND ${MAY_BE_SENT}
         ORDER BY d.subject <> '${CONFIRMATION}', d.due_ms LIMIT ?`,
        nowMs,
        limit,
      )
      .toArray()
      .map((row) => {
        const { subject, subscriber_id: subscriberId, email, attempts, created_at_ms: createdAtMs } = DueRow.parse(row)
        return { subject, subscriberId, email, attempts, createdAtMs }
      })
  }

  nextDueMs(): number | null {
    const [row] = this.#sql
      .exec(
        `SELECT min(d.due_ms) AS due FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
         WHERE d.state IN ('queued', 'sending') AND ${MAY_BE_SENT}`,
      )
      .toArray()
    const due = row?.['due'] ?? null
    return due === null ? null : Number(due)
  }

  /** False when it is not to be sent any more: the subscriber has left since it was found. */
  markSending({ subject, subscriberId }: DueDelivery): boolean {
    const marked = this.#sql.exec(
      `UPDATE deliveries AS d SET state = 'sending', attempts = attempts + 1
       WHERE subject = ? AND subscriber_id = ? AND state IN ('queued', 'sending')
       AND EXISTS (SELECT 1 FROM subscribers s WHERE s.id = d.subscriber_id AND ${MAY_BE_SENT}) RETURNING 1`,
      subject,
      subscriberId,
    )
    return marked.toArray().length > 0
  }

  settle({ subject, subscriberId }: DueDelivery, state: DeliveryState, dueMs: number, reason: string): void {
    this.#sql.exec(
      'UPDATE deliveries SET state = ?, due_ms = ?, reason = ? WHERE subject = ? AND subscriber_id = ?',
      state,
      dueMs,
      reason,
      subject,
      subscriberId,
    )
  }

  /** What has not gone out yet never does. */
  dropWaiting(subscriberId: string): void {
    this.#sql.exec(`DELETE FROM deliveries WHERE subscriber_id = ? AND state IN ('queued', 'sending')`, subscriberId)
  }

  remove(subscriberId: string): void {
    this.#sql.exec('DELETE FROM deliveries WHERE subscriber_id = ?', subscriberId)
  }

  countOutcome(outcome: 'sent' | 'temporary' | 'permanent'): void {
    this.#sql.exec('INSERT INTO outcomes VALUES (?, 1) ON CONFLICT (outcome) DO UPDATE SET count = count + 1', outcome)
  }

  outcomes(): { outcome: string; count: number }[] {
    return this.#sql.exec<{ outcome: string; count: number }>('SELECT outcome, count FROM outcomes').toArray()
  }

  waiting(): number {
    return Number(
      this.#sql.exec(`SELECT count(*) AS n FROM deliveries WHERE state IN ('queued', 'sending')`).one()['n'],
    )
  }

  /** Newest first. */
  mailings(limit: number): Mailing[] {
    const rows = this.#sql.exec<{ subject: string; title: string; created_at_ms: number }>(
      'SELECT subject, title, created_at_ms FROM mailings ORDER BY created_at_ms DESC LIMIT ?',
      limit,
    )
    return rows.toArray().map(({ subject, title, created_at_ms: createdAtMs }) => {
      const counts = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<DeliveryState, number>
      for (const counted of this.#sql.exec(
        'SELECT subject, state, count(*) AS n FROM deliveries WHERE subject = ? GROUP BY state',
        subject,
      )) {
        const { state, n } = CountRow.parse(counted)
        counts[state] = n
      }
      return { subject, title, createdAtMs, counts }
    })
  }

  /** Given up, or waiting to be tried again; newest first. */
  failures(limit: number): FailedDelivery[] {
    return this.#sql
      .exec(
        `SELECT s.email, coalesce(m.title, 'Request to confirm') AS title, d.reason, d.attempts, d.due_ms, d.state
         FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id LEFT JOIN mailings m ON m.subject = d.subject
         WHERE d.reason <> '' AND d.state <> 'sent' ORDER BY d.due_ms DESC LIMIT ?`,
        limit,
      )
      .toArray()
      .map((row) => {
        const { email, title, reason, attempts, due_ms: atMs } = FailedRow.parse(row)
        return { email, title, reason, attempts, atMs }
      })
  }

  /** Mailings are kept longer than their deliveries: a late repeat of an announcement must find its own. */
  forget(nowMs: number): void {
    this.#sql.exec(`DELETE FROM deliveries WHERE state IN ('sent', 'failed') AND due_ms <= ?`, nowMs - KEEP_MS)
    this.#sql.exec('DELETE FROM mailings WHERE created_at_ms <= ?', nowMs - 12 * KEEP_MS)
  }
}

/** Only `addMailing` writes there. */
function contentFrom(text: string): MailingContent {
  return JSON.parse(text) as MailingContent
}

function twice<T>(value: T): [T, T] {
  return [value, value]
}
