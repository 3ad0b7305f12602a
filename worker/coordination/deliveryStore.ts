import { z } from 'zod'
import { ChannelKind } from '../domain/channel.ts'
import type { DeliveryState, FailedDelivery } from '../domain/subscriber.ts'
import { KEEP_MS } from '../domain/subscriber.ts'
import { addColumns } from './objectTables.ts'

/**
 * The SubscriberDesk's ledger: one row for each notice to each subscriber, written before it is sent and after. It
 * knows no channels, only lanes: whatever is carried by one carrier stands in one.
 */

export interface DueDelivery {
  readonly subject: string
  readonly subscriberId: string
  readonly kind: FailedDelivery['kind']
  readonly address: string
  /** Sealed; null where the address says all. */
  readonly channel: string | null
  readonly filter: string
  /** Of the incident that is followed. */
  readonly incidentTitle: string | null
  readonly attempts: number
  readonly createdAtMs: number
}

const DueRow = z.object({
  subject: z.string(),
  subscriber_id: z.string(),
  kind: ChannelKind,
  address: z.string(),
  channel: z.string().nullable(),
  filter: z.string(),
  incident_title: z.string().nullable(),
  attempts: z.number(),
  created_at_ms: z.number(),
})
/** The subject of the request to confirm; it is no mailing, it goes to one. */
export const CONFIRMATION = 'confirm'
/** The link to one's own subscription, for whoever asked for it. */
export const MANAGE_LINK = 'manage'

export function isRequest(subject: string): boolean {
  return subject === CONFIRMATION || subject === MANAGE_LINK
}

/** A notice is due to confirmed subscribers, and a request or a link to whoever has just asked for it. */
const MAY_BE_SENT = `(CASE WHEN d.subject = '${CONFIRMATION}' THEN s.asked_at_ms IS NOT NULL ELSE s.state = 'confirmed' END)`
/** A request to confirm goes where, and in the language in which, it was asked for. */
function asAsked(column: 'channel' | 'filter'): string {
  return `CASE WHEN d.subject = '${CONFIRMATION}' THEN coalesce(s.asked_${column}, s.${column}) ELSE s.${column} END AS ${column}`
}
const WAITING = `state IN ('queued', 'sending')`
const COLUMNS = '(subject, subscriber_id, lane, state, attempts, due_ms, reason, created_at_ms)'

export class DeliveryStore {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`
      CREATE TABLE IF NOT EXISTS deliveries (
        subject TEXT NOT NULL, subscriber_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
        attempts INTEGER NOT NULL, due_ms INTEGER NOT NULL, reason TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
        PRIMARY KEY (subject, subscriber_id)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS deliveries_subscriber ON deliveries (subscriber_id);
      CREATE TABLE IF NOT EXISTS channel_outcomes (
        channel TEXT NOT NULL, outcome TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (channel, outcome)) WITHOUT ROWID`)
    addColumns(sql, (statement) => void sql.exec(statement), 'deliveries', {
      lane: `TEXT NOT NULL DEFAULT 'email'`,
      /** Which wording of the mailing went out last. */
      version: 'INTEGER NOT NULL DEFAULT 0',
    })
    sql.exec(`
      DROP INDEX IF EXISTS deliveries_due;
      CREATE INDEX IF NOT EXISTS deliveries_lane ON deliveries (lane, due_ms) WHERE ${WAITING};
      CREATE INDEX IF NOT EXISTS deliveries_states ON deliveries (subject, state);
      CREATE INDEX IF NOT EXISTS deliveries_troubled ON deliveries (due_ms) WHERE reason <> ''`)
    this.#takeOverOutcomes()
  }

  /**
   * One row for each subscriber among these rows with one of these filters, who had confirmed by then. Returns how many.
   */
  enqueue(
    subject: string,
    filters: readonly string[],
    rows: { readonly after: number; readonly through: number },
    dueMs: number,
    nowMs: number,
  ): number {
    return this.#changed(
      `INSERT OR IGNORE INTO deliveries ${COLUMNS} SELECT ?1, id, lane, 'queued', 0, ?2, '', ?3 FROM subscribers NOT INDEXED
       WHERE rowid > ?4 AND rowid <= ?5 AND state = 'confirmed' AND confirmed_at_ms <= ?3 AND incident_id IS NULL
         AND filter IN (SELECT value FROM json_each(?6))`,
      subject,
      dueMs,
      nowMs,
      rows.after,
      rows.through,
      JSON.stringify(filters),
    )
  }

  /** To those who follow the incident, but not a second time to an address that is told anyhow. */
  enqueueFollowers(subject: string, incidentId: string, dueMs: number, nowMs: number): number {
    return this.#changed(
      `INSERT OR IGNORE INTO deliveries ${COLUMNS} SELECT ?1, f.id, f.lane, 'queued', 0, ?2, '', ?3 FROM subscribers f
       WHERE f.state = 'confirmed' AND f.incident_id = ?4 AND NOT EXISTS (
         SELECT 1 FROM subscribers s JOIN deliveries d ON d.subscriber_id = s.id AND d.subject = ?1
         WHERE s.key = substr(f.key, 1, length(f.key) - length(f.incident_id) - 1))`,
      subject,
      dueMs,
      nowMs,
      incidentId,
    )
  }

  /** To those of them who have the notice in an older wording. */
  enqueueCorrection(
    subject: string,
    of: string,
    version: number,
    subscribers: { readonly after: string; readonly through: string },
    dueMs: number,
    nowMs: number,
  ): number {
    return this.#changed(
      `INSERT OR IGNORE INTO deliveries ${COLUMNS} SELECT ?, subscriber_id, lane, 'queued', 0, ?, '', ? FROM deliveries
       WHERE subject = ? AND subscriber_id > ? AND subscriber_id <= ? AND state IN ('sending', 'sent') AND version < ?`,
      subject,
      dueMs,
      nowMs,
      of,
      subscribers.after,
      subscribers.through,
      version,
    )
  }

  /** A second request takes the place of the first. */
  enqueueOne(subject: string, subscriberId: string, lane: string, nowMs: number): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO deliveries ${COLUMNS} VALUES (?, ?, ?, 'queued', 0, ?, '', ?)`,
      subject,
      subscriberId,
      lane,
      nowMs,
      nowMs,
    )
  }

  /** The lanes in which something is due, whatever has waited longest first. */
  dueLanes(nowMs: number): string[] {
    return this.#sql
      .exec<{ lane: string }>(
        `SELECT lane, min(due_ms) AS due FROM deliveries WHERE ${WAITING} GROUP BY lane HAVING due <= ? ORDER BY due`,
        nowMs,
      )
      .toArray()
      .map(({ lane }) => lane)
  }

  /** Those found `sending` were interrupted; they go out again under the same id. Somebody waits for a request, so those go first. */
  due(lane: string, nowMs: number, limit: number): DueDelivery[] {
    // By subject: among the thousands of a mailing they would be looked for in vain with each batch.
    const first = this.#due(
      'deliveries_states',
      `d.subject IN ('${CONFIRMATION}', '${MANAGE_LINK}')`,
      lane,
      nowMs,
      limit,
    )
    return first.length > 0 ? first : this.#due('deliveries_lane', 'TRUE', lane, nowMs, limit)
  }

  /** When something is due next in each lane. */
  nextDueMs(): { readonly lane: string; readonly dueMs: number }[] {
    return this.#sql
      .exec<{ lane: string; due: number }>(
        `SELECT lane, min(due_ms) AS due FROM deliveries WHERE ${WAITING} GROUP BY lane`,
      )
      .toArray()
      .map(({ lane, due }) => ({ lane, dueMs: due }))
  }

  /** False when it is not to be sent any more: the subscriber has left since it was found. */
  markSending({ subject, subscriberId }: DueDelivery, version: number): boolean {
    const marked = this.#changed(
      `UPDATE deliveries AS d SET state = 'sending', attempts = attempts + 1, version = ?
       WHERE subject = ? AND subscriber_id = ? AND ${WAITING}
       AND EXISTS (SELECT 1 FROM subscribers s WHERE s.id = d.subscriber_id AND ${MAY_BE_SENT})`,
      version,
      subject,
      subscriberId,
    )
    return marked > 0
  }

  settle({ subject, subscriberId }: DueDelivery, state: DeliveryState, dueMs: number, reason: string): void {
    this.#sql.exec(
      // What is known to have failed while its sender still waited for the answer has failed.
      `UPDATE deliveries SET state = ?, due_ms = ?, reason = ?
       WHERE subject = ? AND subscriber_id = ? AND state <> 'failed'`,
      state,
      dueMs,
      reason,
      subject,
      subscriberId,
    )
  }

  /** What was taken by the carrier did not arrive. */
  noteFailure(subject: string, subscriberId: string, reason: string, nowMs: number): void {
    this.#sql.exec(
      `UPDATE deliveries SET state = 'failed', due_ms = ?, reason = ?
       WHERE subject = ? AND subscriber_id = ? AND state IN ('sending', 'sent')`,
      nowMs,
      reason,
      subject,
      subscriberId,
    )
  }

  /** Those that were given up: one, or all of a mailing. Returns how many are tried again. */
  retry(subject: string, subscriberId: string | null, nowMs: number): number {
    return this.#changed(
      `UPDATE deliveries SET state = 'queued', due_ms = ?, created_at_ms = ?
       WHERE subject = ? AND state = 'failed' AND (? IS NULL OR subscriber_id = ?)`,
      nowMs,
      nowMs,
      subject,
      subscriberId,
      subscriberId,
    )
  }

  /** What has not gone out yet to one subscriber never does. */
  dropWaiting(subscriberId: string): void {
    this.#sql.exec(`DELETE FROM deliveries WHERE subscriber_id = ? AND ${WAITING}`, subscriberId)
  }

  drop({ subject, subscriberId }: DueDelivery): void {
    this.#sql.exec('DELETE FROM deliveries WHERE subject = ? AND subscriber_id = ?', subject, subscriberId)
  }

  /** What has not gone out yet of a mailing never does. What is under way cannot be called back. */
  dropQueued(subject: string): number {
    return this.#changed(`DELETE FROM deliveries WHERE subject = ? AND state = 'queued'`, subject)
  }

  remove(subscriberId: string): void {
    this.#sql.exec('DELETE FROM deliveries WHERE subscriber_id = ?', subscriberId)
  }

  countOutcome(channel: string, outcome: 'sent' | 'temporary' | 'permanent'): void {
    this.#sql.exec(
      'INSERT INTO channel_outcomes VALUES (?, ?, 1) ON CONFLICT (channel, outcome) DO UPDATE SET count = count + 1',
      channel,
      outcome,
    )
  }

  outcomes(): { channel: string; outcome: string; count: number }[] {
    return this.#sql
      .exec<{ channel: string; outcome: string; count: number }>('SELECT channel, outcome, count FROM channel_outcomes')
      .toArray()
  }

  waiting(): number {
    return Number(this.#sql.exec(`SELECT count(*) AS n FROM deliveries WHERE ${WAITING}`).one()['n'])
  }

  forget(nowMs: number): void {
    const beforeMs = nowMs - KEEP_MS
    this.#sql.exec(
      `DELETE FROM deliveries WHERE subject IN (
         SELECT subject FROM mailings WHERE created_at_ms <= ?1 UNION ALL SELECT '${CONFIRMATION}' UNION ALL SELECT '${MANAGE_LINK}')
       AND state IN ('sent', 'failed') AND due_ms <= ?1`,
      beforeMs,
    )
  }

  #due(
    index: 'deliveries_states' | 'deliveries_lane',
    where: string,
    lane: string,
    nowMs: number,
    limit: number,
  ): DueDelivery[] {
    return this.#sql
      .exec(
        `SELECT d.subject, d.subscriber_id, s.kind, s.address, ${asAsked('channel')}, ${asAsked('filter')},
           s.incident_title, d.attempts, d.created_at_ms
         FROM deliveries d INDEXED BY ${index} JOIN subscribers s ON s.id = d.subscriber_id
         WHERE d.lane = ? AND d.${WAITING} AND d.due_ms <= ? AND ${where} ORDER BY d.due_ms LIMIT ?`,
        lane,
        nowMs,
        limit,
      )
      .toArray()
      .map((row) => {
        const { subject, kind, address, channel, filter, attempts, ...found } = DueRow.parse(row)
        return {
          subject,
          subscriberId: found.subscriber_id,
          kind,
          address,
          channel,
          filter,
          incidentTitle: found.incident_title,
          attempts,
          createdAtMs: found.created_at_ms,
        }
      })
  }

  #changed(statement: string, ...bindings: (string | number | null)[]): number {
    this.#sql.exec(statement, ...bindings)
    return Number(this.#sql.exec('SELECT changes() AS n').one()['n'])
  }

  #takeOverOutcomes(): void {
    const [before] = this.#sql.exec(`SELECT 1 FROM sqlite_master WHERE name = 'outcomes'`).toArray()
    if (before === undefined) return
    this.#sql.exec(`INSERT INTO channel_outcomes SELECT 'email', outcome, count FROM outcomes; DROP TABLE outcomes`)
  }
}
