import { z } from 'zod'
import { AlertSource } from '../domain/alert.ts'
import type { PastAlert } from '../domain/replay.ts'
import { REPLAYED_ALERTS_MAX } from '../domain/replay.ts'
import type { HeldAlert } from '../domain/suppression.ts'
import type { Write } from './objectTables.ts'

/**
 * What fired and came into no incident, for replays: the latest 20,000 that are over, a row each. Those in incidents are in
 * D1. What a silence hid is not among them: a draft of rules would change nothing for it.
 */

const Row = z.object({
  fingerprint: z.string(),
  source: AlertSource,
  labels: z.string(),
  annotations: z.string(),
  starts_at_ms: z.number(),
  ended_at_ms: z.number(),
})

export class HiddenFirings {
  readonly #sql: SqlStorage
  readonly #write: Write

  constructor(sql: SqlStorage, write: Write) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS hidden_firings (
      number INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL, source TEXT NOT NULL, labels TEXT NOT NULL,
      annotations TEXT NOT NULL, starts_at_ms INTEGER NOT NULL, ended_at_ms INTEGER NOT NULL)`)
  }

  /** Call inside the transaction in which it ends. */
  add(held: HeldAlert, endedAtMs: number): void {
    if (!isReplayed(held)) return
    const { fingerprint, labels, annotations, startsAtMs } = held.alert
    this.#write(
      `INSERT INTO hidden_firings (fingerprint, source, labels, annotations, starts_at_ms, ended_at_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
      fingerprint,
      held.source,
      JSON.stringify(labels),
      JSON.stringify(annotations),
      startsAtMs,
      endedAtMs,
    )
    this.#write('DELETE FROM hidden_firings WHERE number <= last_insert_rowid() - ?', REPLAYED_ALERTS_MAX)
  }

  /** What began since then and is over, the latest first, a page of it. */
  since(sinceMs: number, offset: number, limit: number): PastAlert[] {
    const rows = this.#sql.exec(
      'SELECT * FROM hidden_firings WHERE starts_at_ms >= ? ORDER BY starts_at_ms DESC, number LIMIT ? OFFSET ?',
      sinceMs,
      limit,
      offset,
    )
    return rows.toArray().map((row) => {
      const {
        fingerprint,
        source,
        labels,
        annotations,
        starts_at_ms: startsAtMs,
        ended_at_ms: endedAtMs,
      } = Row.parse(row)
      return {
        fingerprint,
        source,
        labels: JSON.parse(labels),
        annotations: JSON.parse(annotations),
        startsAtMs,
        endedAtMs,
      }
    })
  }
}

export function isReplayed({ silencedBy }: HeldAlert): boolean {
  return silencedBy.length === 0
}
