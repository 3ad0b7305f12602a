import { z } from 'zod'

/** Which alert the mails of a thread are about, whatever their subjects say. */

const KEPT_MS = 30 * 24 * 3_600_000
const MAILS_MAX = 20_000
const Row = z.object({ about: z.string() })

export class MailThreads {
  readonly #sql: SqlStorage
  readonly #write: (statement: string, ...bindings: (string | number)[]) => void

  constructor(sql: SqlStorage, write: (statement: string, ...bindings: (string | number)[]) => void) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS mail_threads (
      number INTEGER PRIMARY KEY AUTOINCREMENT, integration_id TEXT NOT NULL, message_id TEXT NOT NULL,
      about TEXT NOT NULL, at_ms INTEGER NOT NULL, UNIQUE (integration_id, message_id))`)
  }

  find(integrationId: string, messageIds: readonly string[]): string | null {
    for (const messageId of messageIds) {
      const [row] = this.#sql
        .exec('SELECT about FROM mail_threads WHERE integration_id = ? AND message_id = ?', integrationId, messageId)
        .toArray()
      if (row !== undefined) return Row.parse(row).about
    }
    return null
  }

  /** Remembers a mail, and forgets the oldest beyond the bound: a seek by number, for this runs with each mail. */
  remember(integrationId: string, messageId: string, about: string, nowMs: number): void {
    this.#write(
      'INSERT OR IGNORE INTO mail_threads (integration_id, message_id, about, at_ms) VALUES (?, ?, ?, ?)',
      integrationId,
      messageId,
      about,
      nowMs,
    )
    this.#write('DELETE FROM mail_threads WHERE number <= (SELECT max(number) FROM mail_threads) - ?', MAILS_MAX)
  }

  /** Reads the whole table. */
  forget(nowMs: number): void {
    this.#write('DELETE FROM mail_threads WHERE at_ms < ?', nowMs - KEPT_MS)
  }
}
