import { z } from 'zod'
import { ChannelKind } from '../domain/channel.ts'
import type { DeliveryState, FailedDelivery, Mailing } from '../domain/subscriber.ts'
import { DELIVERY_STATES, DeliveryState as DeliveryStateSchema } from '../domain/subscriber.ts'

/** How the mailings of the ledger are going, for people to read. */

const CountRow = z.object({ subject: z.string(), state: DeliveryStateSchema, n: z.number() })
const FailedRow = z.object({
  subject: z.string(),
  subscriber_id: z.string(),
  kind: ChannelKind,
  address: z.string(),
  title: z.string(),
  reason: z.string(),
  attempts: z.number(),
  due_ms: z.number(),
  state: DeliveryStateSchema,
})

export class DeliveryReport {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  /** Newest first. */
  mailings(limit: number): Mailing[] {
    const rows = this.#sql
      .exec<{ subject: string; title: string; created_at_ms: number; withdrawn: number }>(
        `SELECT subject, title, created_at_ms, withdrawn FROM mailings WHERE title <> ''
         ORDER BY created_at_ms DESC LIMIT ?`,
        limit,
      )
      .toArray()
    const counts = this.#countsOf(rows.map(({ subject }) => subject))
    return rows.map(({ subject, title, created_at_ms: createdAtMs, withdrawn }) => ({
      subject,
      title,
      createdAtMs,
      isWithdrawn: withdrawn === 1,
      counts: counts.get(subject) ?? NONE,
    }))
  }

  /** Given up, or waiting to be tried again; newest first. */
  failures(limit: number): FailedDelivery[] {
    return this.#sql
      .exec(
        `SELECT d.subject, d.subscriber_id, s.kind, s.address, coalesce(m.title, 'Request') AS title, d.reason,
           d.attempts, d.due_ms, d.state
         FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id LEFT JOIN mailings m ON m.subject = d.subject
         WHERE d.reason <> '' ORDER BY d.due_ms DESC LIMIT ?`,
        limit,
      )
      .toArray()
      .map((row) => {
        const { subject, kind, address, title, reason, attempts, ...found } = FailedRow.parse(row)
        return {
          subject,
          subscriberId: found.subscriber_id,
          kind,
          address,
          title,
          reason,
          attempts,
          atMs: found.due_ms,
          isGivenUp: found.state === 'failed',
        }
      })
  }

  /** What one subscriber was told, oldest first. */
  ofSubscriber(subscriberId: string): { title: string; state: DeliveryState; atMs: number }[] {
    return this.#sql
      .exec<{ title: string; state: string; due_ms: number }>(
        `SELECT coalesce(m.title, 'Request') AS title, d.state, d.due_ms FROM deliveries d
         LEFT JOIN mailings m ON m.subject = d.subject WHERE d.subscriber_id = ? ORDER BY d.due_ms`,
        subscriberId,
      )
      .toArray()
      .map(({ title, state, due_ms: atMs }) => ({ title, state: DeliveryStateSchema.parse(state), atMs }))
  }

  #countsOf(subjects: readonly string[]): Map<string, Record<DeliveryState, number>> {
    const counts = new Map<string, Record<DeliveryState, number>>()
    const rows = this.#sql.exec(
      `SELECT subject, state, count(*) AS n FROM deliveries WHERE subject IN (SELECT value FROM json_each(?))
       GROUP BY subject, state`,
      JSON.stringify(subjects),
    )
    for (const row of rows) {
      const { subject, state, n } = CountRow.parse(row)
      counts.set(subject, { ...(counts.get(subject) ?? NONE), [state]: n })
    }
    return counts
  }
}

const NONE = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as Record<DeliveryState, number>
