import { NOTHING_MIRRORED } from '../domain/mirror.ts'
import type { MirrorDrill, MirrorState, PublicMirror } from '../domain/mirror.ts'
import { INTERNAL_FOLDERS, isInternal } from '../domain/pageDirectory.ts'
import { LOOK_FOLDER } from '../domain/shownLook.ts'
import { COPY_MANIFEST } from '../publishing/copyManifest.ts'
import type { CopiedFile } from '../publishing/copyManifest.ts'

/** What has yet to go to the mirror and what it has, in the publisher's own SQLite. */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS mirror_outbox (path TEXT PRIMARY KEY, mark INTEGER NOT NULL, since_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS mirrored (
  path TEXT PRIMARY KEY,
  stored_path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  type TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS mirrored_by_stored_path ON mirrored (stored_path);
CREATE TABLE IF NOT EXISTS mirror_sent (path TEXT PRIMARY KEY);
`

/** What stays when a page is removed: what may lie on the mirror is known until it is taken from there. */
export const MIRROR_TABLE_KEPT = 'mirror_sent'
export const MIRROR_KEY_KEPT = 'mirror leaving'

export interface PendingFile {
  readonly path: string
  readonly mark: number
}

interface Progress {
  readonly target: string
  readonly publicUrl: string | null
  readonly failures: number
  readonly failure: string | null
  /** No attempt before this. */
  readonly notBeforeMs: number
  readonly completeAtMs: number | null
  /** The manifest does not say yet what is there. */
  readonly isManifestStale: boolean
  readonly drill: MirrorDrill | null
  /** How many drills there were. */
  readonly drills: number
  /** Nothing is left there of what was sent before the copy began and is not part of it. */
  readonly isCleared?: boolean
}

/** The copy of a page that is private or gone is being taken away. */
interface Leaving {
  readonly sinceMs: number
  readonly failures: number
  readonly failure: string | null
  readonly notBeforeMs: number
}

export class MirrorStore {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    storage.sql.exec(SCHEMA)
  }

  progress(): Progress | null {
    return this.#storage.kv.get<Progress>('mirror') ?? null
  }

  note(changes: Partial<Progress>): void {
    const before = this.progress()
    if (before !== null) this.#storage.kv.put('mirror', { ...before, ...changes })
  }

  /** For another host, or another place on it: everything that was ever written has to go there. */
  begin(target: string, publicUrl: string | null, nowMs: number): void {
    const progress: Progress = {
      target,
      publicUrl,
      failures: 0,
      failure: null,
      notBeforeMs: 0,
      completeAtMs: null,
      isManifestStale: true,
      drill: null,
      drills: 0,
      isCleared: false,
    }
    this.#storage.transactionSync(() => {
      this.#storage.kv.put('mirror', progress)
      this.#run('DELETE FROM mirrored')
      this.#run('DELETE FROM mirror_outbox')
      this.#run(
        `INSERT INTO mirror_outbox (path, mark, since_ms)
         SELECT path, row_number() OVER (ORDER BY path NOT GLOB '${LOOK_FOLDER}*', path), ? FROM written`,
        nowMs,
      )
      for (const folder of INTERNAL_FOLDERS)
        this.#run('DELETE FROM mirror_outbox WHERE substr(path, 1, ?) = ?', folder.length, folder)
    })
  }

  /** There is none any more; what it has stays there. */
  end(): void {
    if (this.progress() === null) return
    this.#storage.transactionSync(() => {
      this.#storage.kv.delete('mirror')
      this.#run('DELETE FROM mirrored')
      this.#run('DELETE FROM mirror_outbox')
    })
  }

  /** The copy has to go: the page is private, or gone. */
  leave(nowMs: number): void {
    this.#storage.transactionSync(() => {
      this.end()
      if (this.leaving() !== null || this.filesSent() === 0) return
      const leaving: Leaving = { sinceMs: nowMs, failures: 0, failure: null, notBeforeMs: 0 }
      this.#storage.kv.put(MIRROR_KEY_KEPT, leaving)
    })
  }

  /** It may stay, or it is gone. */
  leaveNoMore(): void {
    if (this.leaving() !== null) this.#storage.kv.delete(MIRROR_KEY_KEPT)
  }

  leaving(): Leaving | null {
    return this.#storage.kv.get<Leaving>(MIRROR_KEY_KEPT) ?? null
  }

  noteLeaving(changes: Partial<Leaving>): void {
    const before = this.leaving()
    if (before !== null) this.#storage.kv.put(MIRROR_KEY_KEPT, { ...before, ...changes })
  }

  /** A file is about to lie on the mirror: whatever becomes of this program, it is known there. */
  expect(sentPath: string): void {
    this.#run('INSERT OR IGNORE INTO mirror_sent (path) VALUES (?)', sentPath)
  }

  /** It does not lie there any more. */
  gone(sentPath: string): void {
    this.#run('DELETE FROM mirror_sent WHERE path = ?', sentPath)
  }

  filesSent(): number {
    return this.#rows<{ files: number }>('SELECT count(*) AS files FROM mirror_sent')[0]?.files ?? 0
  }

  sent(max: number): string[] {
    return this.#rows<{ path: string }>('SELECT path FROM mirror_sent LIMIT ?', max).map(({ path }) => path)
  }

  /** What may lie there and is not part of the copy in this folder. */
  strayed(folder: string, max: number): string[] {
    return this.#rows<{ path: string }>(
      `SELECT path FROM mirror_sent WHERE path <> ?1 || ?2
         AND NOT EXISTS (SELECT 1 FROM mirrored WHERE ?1 || mirrored.path = mirror_sent.path) LIMIT ?3`,
      folder,
      COPY_MANIFEST,
      max,
    ).map(({ path }) => path)
  }

  /** A file was written or taken away; call it with the write that says so. */
  add(path: string, nowMs: number): void {
    if (this.progress() === null || isInternal(path)) return
    this.#run(
      `INSERT INTO mirror_outbox (path, mark, since_ms)
       VALUES (?, (SELECT coalesce(max(mark), 0) + 1 FROM mirror_outbox), ?)
       ON CONFLICT (path) DO UPDATE SET mark = excluded.mark`,
      path,
      nowMs,
    )
  }

  /** The oldest first. */
  pending(max: number): PendingFile[] {
    return this.#rows<{ path: string; mark: number }>('SELECT path, mark FROM mirror_outbox ORDER BY mark LIMIT ?', max)
  }

  /** Unless it was written again meanwhile. */
  done({ path, mark }: PendingFile): void {
    this.#run('DELETE FROM mirror_outbox WHERE path = ? AND mark = ?', path, mark)
  }

  mirrored(path: string): CopiedFile | null {
    return this.#rows<MirroredRow>('SELECT path, sha256, bytes, type FROM mirrored WHERE path = ?', path)[0] ?? null
  }

  allMirrored(): CopiedFile[] {
    return this.#rows<MirroredRow>('SELECT path, sha256, bytes, type FROM mirrored ORDER BY path')
  }

  record(storedPath: string, { path, sha256, bytes, type }: CopiedFile): void {
    this.#run(
      `INSERT INTO mirrored (path, stored_path, sha256, bytes, type) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (path) DO UPDATE SET stored_path = excluded.stored_path, sha256 = excluded.sha256,
         bytes = excluded.bytes, type = excluded.type`,
      path,
      storedPath,
      sha256,
      bytes,
      type,
    )
    this.note({ isManifestStale: true })
  }

  forget(path: string): void {
    this.#run('DELETE FROM mirrored WHERE path = ?', path)
    this.note({ isManifestStale: true })
  }

  /** Whether a link to it leads somewhere in the copy. */
  has(storedPath: string): boolean {
    return this.#rows('SELECT 1 FROM written WHERE path = ?', storedPath).length > 0
  }

  /** Whether it has a file that came along and is not one of the page's. */
  hasAsset(path: string): boolean {
    return !this.has(path) && this.#rows('SELECT 1 FROM mirrored WHERE path = ?1 AND stored_path = ?1', path).length > 0
  }

  state(): MirrorState | null {
    const leaving = this.leaving()
    if (leaving !== null)
      return {
        ...NOTHING_MIRRORED,
        failure: leaving.failure,
        filesLeaving: this.filesSent(),
        leavingSinceMs: leaving.sinceMs,
      }
    const progress = this.progress()
    if (progress === null) return null
    const [waiting] = this.#rows<{ files: number; since: number | null }>(
      'SELECT count(*) AS files, min(since_ms) AS since FROM mirror_outbox',
    )
    const [there] = this.#rows<{ files: number }>('SELECT count(*) AS files FROM mirrored')
    return {
      ...NOTHING_MIRRORED,
      publicUrl: progress.publicUrl,
      filesPending: waiting?.files ?? 0,
      waitingSinceMs: waiting?.since ?? null,
      filesMirrored: there?.files ?? 0,
      completeAtMs: progress.completeAtMs,
      failure: progress.failure,
      drill: progress.drill,
    }
  }

  publicMirror(): PublicMirror | null {
    const progress = this.progress()
    if (progress === null) return null
    const { publicUrl, drill } = progress
    return { url: publicUrl, drilledAtMs: drill?.atMs ?? null, isWhole: drill !== null && drill.faults.length === 0 }
  }

  #rows<T extends Record<string, SqlStorageValue>>(query: string, ...values: (string | number | null)[]): T[] {
    return this.#storage.sql.exec<T>(query, ...values).toArray()
  }

  #run(query: string, ...values: (string | number | null)[]): void {
    this.#storage.sql.exec(query, ...values)
  }
}

type MirroredRow = { path: string; sha256: string; bytes: number; type: string }
