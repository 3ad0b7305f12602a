import type { LookFile } from '../domain/shownLook.ts'

/** The images of a page that are files, in its publisher's own SQLite, from where they are written like all others. */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS look_files (
  path TEXT PRIMARY KEY,
  content_type TEXT NOT NULL,
  bytes BLOB NOT NULL,
  gone_at_ms INTEGER
);
`
/** Copies of pages stand in for as long when the store is away. */
const KEPT_MS = 24 * 3600 * 1000

export class LookFiles {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(SCHEMA)
  }

  /** What the look has from now on. What it had before stays until no page names it. */
  use(files: readonly LookFile[], nowMs: number): void {
    const names = new Set(files.map(({ path }) => path))
    for (const path of this.paths())
      if (!names.has(path)) this.#sql.exec('UPDATE look_files SET gone_at_ms = ? WHERE path = ?', nowMs, path)
    for (const { path, contentType, bytes } of files)
      this.#sql.exec(
        `INSERT INTO look_files (path, content_type, bytes) VALUES (?, ?, ?)
         ON CONFLICT (path) DO UPDATE SET gone_at_ms = NULL`,
        path,
        contentType,
        bytes,
      )
  }

  /** Of the present look. */
  paths(): string[] {
    return this.#sql
      .exec<{ path: string }>('SELECT path FROM look_files WHERE gone_at_ms IS NULL ORDER BY path')
      .toArray()
      .map(({ path }) => path)
  }

  find(path: string): LookFile | null {
    const [row] = this.#sql
      .exec<{ content_type: string; bytes: ArrayBuffer }>(
        'SELECT content_type, bytes FROM look_files WHERE path = ?',
        path,
      )
      .toArray()
    return row === undefined ? null : { path, contentType: row.content_type, bytes: new Uint8Array(row.bytes) }
  }

  /** Forgets what a look had that is gone, once each page was written since. Their paths. */
  forgetGone(nowMs: number): string[] {
    return this.#sql
      .exec<{ path: string }>(
        `DELETE FROM look_files WHERE gone_at_ms <= ?
           AND NOT EXISTS (SELECT 1 FROM written WHERE written.path LIKE '%.html' AND at_ms < gone_at_ms)
         RETURNING path`,
        nowMs - KEPT_MS,
      )
      .toArray()
      .map(({ path }) => path)
  }
}
