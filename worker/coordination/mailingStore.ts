import { z } from 'zod'
import type { Notice } from '../domain/notice.ts'
import { threadOf } from '../domain/notice.ts'
import { addColumns } from './objectTables.ts'

/** What the SubscriberDesk was given to tell, in the words that hold now. */

export interface KnownMailing {
  readonly createdAtMs: number
  /** Empty for what an earlier version announced, which kept no words to compare. */
  readonly words: string
  readonly isWithdrawn: boolean
}

export interface NewMailing {
  readonly subject: string
  readonly title: string
  readonly notice: Notice
  readonly words: string
  /** The incident that those who follow it stop following with this notice. */
  readonly endsIncident: string | null
}

export interface MailingContent {
  /** Which wording it is, from 1. */
  readonly version: number
  readonly notice: Notice
  /** What the first notice of its thread was called: the subject of a mail stays when a title changes. */
  readonly threadTitle: string | null
}

const KnownRow = z.object({ created_at_ms: z.number(), words: z.string(), withdrawn: z.number() })

export class MailingStore {
  readonly #sql: SqlStorage
  /** Parsed once, however many it goes to. */
  readonly #parsed = new Map<string, MailingContent>()

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`
      CREATE TABLE IF NOT EXISTS mailings (
        subject TEXT PRIMARY KEY, title TEXT NOT NULL, content TEXT NOT NULL, created_at_ms INTEGER NOT NULL)`)
    addColumns(sql, (statement) => void sql.exec(statement), 'mailings', {
      version: 'INTEGER NOT NULL DEFAULT 1',
      words: `TEXT NOT NULL DEFAULT ''`,
      withdrawn: 'INTEGER NOT NULL DEFAULT 0',
      ends_incident: 'TEXT',
      thread: 'TEXT',
      thread_title: 'TEXT',
    })
  }

  known(subject: string): KnownMailing | null {
    const [row] = this.#sql
      .exec('SELECT created_at_ms, words, withdrawn FROM mailings WHERE subject = ?', subject)
      .toArray()
    if (row === undefined) return null
    const { created_at_ms: createdAtMs, words, withdrawn } = KnownRow.parse(row)
    return { createdAtMs, words, isWithdrawn: withdrawn === 1 }
  }

  /** Takes the place of what stood there. Returns which wording it is, from 1. */
  put({ subject, title, notice, words, endsIncident }: NewMailing, nowMs: number): number {
    this.#parsed.delete(subject)
    const thread = threadOf(notice)
    const { version } = this.#sql
      .exec<{ version: number }>(
        `INSERT INTO mailings (subject, title, content, created_at_ms, words, ends_incident, thread, thread_title)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (subject) DO UPDATE SET title = excluded.title, content = excluded.content,
           words = excluded.words, ends_incident = excluded.ends_incident, version = version + 1 RETURNING version`,
        subject,
        title,
        JSON.stringify(notice),
        nowMs,
        words,
        endsIncident,
        thread,
        this.#threadTitle(thread) ?? title,
      )
      .one()
    return version
  }

  /** Also of one that was never announced: an announcement that comes late finds that it was taken back. */
  withdraw(subject: string, nowMs: number): void {
    this.#sql.exec(
      `INSERT INTO mailings (subject, title, content, created_at_ms, withdrawn) VALUES (?, '', '', ?, 1)
       ON CONFLICT (subject) DO UPDATE SET withdrawn = 1`,
      subject,
      nowMs,
    )
    this.#parsed.delete(subject)
  }

  /** What it says now, and which wording that is; null when it is no longer kept, or was taken back. */
  content(subject: string): MailingContent | null {
    const kept = this.#parsed.get(subject)
    if (kept !== undefined) return kept
    const [row] = this.#sql
      .exec<{ version: number; content: string; thread_title: string | null }>(
        'SELECT version, content, thread_title FROM mailings WHERE subject = ? AND withdrawn = 0',
        subject,
      )
      .toArray()
    if (row === undefined) return null
    const parsed = { version: row.version, notice: noticeFrom(row.content), threadTitle: row.thread_title }
    if (this.#parsed.size >= PARSED_MAX) this.#parsed.clear()
    this.#parsed.set(subject, parsed)
    return parsed
  }

  #threadTitle(thread: string): string | null {
    const [first] = this.#sql
      .exec<{ thread_title: string }>(
        'SELECT thread_title FROM mailings WHERE thread = ? ORDER BY created_at_ms, rowid LIMIT 1',
        thread,
      )
      .toArray()
    return first?.thread_title ?? null
  }

  /** Longer than their deliveries: a late repeat of an announcement must find its own. */
  forget(beforeMs: number): void {
    this.#sql.exec('DELETE FROM mailings WHERE created_at_ms <= ?', beforeMs)
    this.#parsed.clear()
  }
}

const PARSED_MAX = 50

/** Only `put` writes there; what an earlier version wrote had no translations. */
function noticeFrom(text: string): Notice {
  const notice = JSON.parse(text) as Notice
  if (notice.kind !== 'update') return notice
  return { ...notice, update: { ...WRITTEN_BEFORE, ...notice.update } }
}

const WRITTEN_BEFORE = { translations: {}, edits: [], nextUpdateAtMs: null }
