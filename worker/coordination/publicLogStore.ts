import type { Json } from '../domain/canonicalJson.ts'
import type { Statement } from '../domain/publicStatement.ts'
import { LOG_FILE_ENTRIES, NO_HASH, contentHash, hex, logFileOf, sealed, sha256Hex } from '../publishing/publicLog.ts'
import type { LogEntry, LogKey } from '../publishing/publicLog.ts'
import type { LoggedPublicly } from '../publishing/logFiles.ts'
import { open, seal } from '../storage/masterKey.ts'

/**
 * The public log in the publisher's own SQLite. What is said goes in with the change that says it; hash and signature, which
 * take a moment, follow in the same order. Nothing is ever taken out or changed.
 */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS public_log (
  sequence INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  content TEXT,
  hash TEXT,
  entry TEXT
);
CREATE INDEX IF NOT EXISTS public_log_unsealed ON public_log (sequence) WHERE entry IS NULL;
`

const PURPOSE = 'public log'
const ENTRIES_A_RUN = 500
const KEY_ID_LENGTH = 16

interface KeptKey {
  readonly published: LogKey
  /** PKCS #8 in base64, sealed with the master key. */
  readonly sealed: string
}

type UnsealedRow = { sequence: number; at_ms: number; kind: string; subject: string; content: string }

export class PublicLogStore implements LoggedPublicly {
  readonly #storage: DurableObjectStorage
  readonly #masterKey: string
  #sealing: Promise<string[]> | null = null

  constructor(storage: DurableObjectStorage, masterKey: string) {
    this.#storage = storage
    this.#masterKey = masterKey
    storage.sql.exec(SCHEMA)
  }

  /** What was told before there was a log goes in first. Whether it was this call that began it. */
  begin(told: () => readonly Statement[], nowMs: number): boolean {
    if (this.#storage.kv.get('publicLogBegan') === true) return false
    this.#storage.kv.put('publicLogBegan', true)
    this.say(told(), nowMs)
    return true
  }

  /** Call it in the transaction of the change that says it. */
  say(statements: readonly Statement[], nowMs: number): void {
    for (const { kind, subject, content } of statements)
      this.#storage.sql.exec(
        // A clock that was set back does not make the log go back.
        `INSERT INTO public_log (sequence, at_ms, kind, subject, content)
         SELECT coalesce(max(sequence), 0) + 1, max(coalesce(max(at_ms), 0), ?1), ?2, ?3, ?4 FROM public_log`,
        nowMs,
        kind,
        JSON.stringify(subject),
        JSON.stringify(content),
      )
  }

  /** Hashes and signs what was said since; the files that this changes, none when nothing was. */
  seal(pageId: string): Promise<string[]> {
    this.#sealing ??= this.#seal(pageId).finally(() => {
      this.#sealing = null
    })
    return this.#sealing
  }

  /** Whether something was said that is not sealed yet. */
  isWaiting(): boolean {
    return this.#unsealed(1).length > 0
  }

  keys(): readonly LogKey[] {
    return this.#keys().map(({ published }) => published)
  }

  head(): { readonly sequence: number; readonly hash: string } | null {
    const [row] = this.#storage.sql
      .exec<{ sequence: number; hash: string }>(
        'SELECT sequence, hash FROM public_log WHERE entry IS NOT NULL ORDER BY sequence DESC LIMIT 1',
      )
      .toArray()
    return row ?? null
  }

  entriesFrom(sequence: number): readonly string[] {
    return this.#storage.sql
      .exec<{ entry: string }>(
        'SELECT entry FROM public_log WHERE entry IS NOT NULL AND sequence >= ? ORDER BY sequence LIMIT ?',
        sequence,
        LOG_FILE_ENTRIES,
      )
      .toArray()
      .map(({ entry }) => entry)
  }

  async #seal(pageId: string): Promise<string[]> {
    const touched = new Set<string>()
    for (;;) {
      const before = this.head()
      const rows = this.#unsealed(ENTRIES_A_RUN)
      if (rows.length === 0) return [...touched]
      const key = await this.#key((before?.sequence ?? 0) + 1)
      const entries: LogEntry[] = []
      for (const row of rows) {
        const unsigned = {
          sequence: row.sequence,
          at: new Date(row.at_ms).toISOString(),
          kind: row.kind,
          page: pageId,
          subject: JSON.parse(row.subject) as Record<string, string>,
          content: await contentHash(JSON.parse(row.content) as Json),
          previous: entries.at(-1)?.hash ?? before?.hash ?? NO_HASH,
          key: key.id,
        }
        entries.push(await sealed(unsigned, key.sign))
      }
      this.#storage.transactionSync(() => {
        for (const entry of entries)
          this.#storage.sql.exec(
            'UPDATE public_log SET entry = ?, hash = ?, content = NULL WHERE sequence = ? AND entry IS NULL',
            JSON.stringify(entry),
            entry.hash,
            entry.sequence,
          )
      })
      touched.add('log.json')
      if (key.isNew) touched.add('log-key.json')
      const [first, last] = [(before?.sequence ?? 0) + 1, entries.at(-1)?.sequence ?? 0]
      for (let file = logFileOf(first); file < logFileOf(last); file++) touched.add(`log/${file}.json`)
    }
  }

  #unsealed(max: number): UnsealedRow[] {
    return this.#storage.sql
      .exec<UnsealedRow>(
        'SELECT sequence, at_ms, kind, subject, content FROM public_log WHERE entry IS NULL ORDER BY sequence LIMIT ?',
        max,
      )
      .toArray()
  }

  /** The key that signs. Where the master key does not open the one there was, the log goes on with a new one. */
  async #key(
    sequence: number,
  ): Promise<{ id: string; isNew: boolean; sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer> }> {
    const kept = this.#keys().at(-1)
    const opened = kept === undefined ? null : await open(this.#masterKey, PURPOSE, kept.sealed).catch(() => null)
    const { published, pkcs8, isNew } =
      kept !== undefined && opened !== null
        ? { published: kept.published, pkcs8: fromBase64(opened), isNew: false }
        : { ...(await this.#newKey(sequence)), isNew: true }
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign'])
    return { id: published.id, isNew, sign: (bytes) => crypto.subtle.sign('Ed25519', key, bytes) }
  }

  async #newKey(sequence: number): Promise<{ published: LogKey; pkcs8: ArrayBuffer }> {
    const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
    if (!('privateKey' in pair)) throw new Error('no pair of keys was made')
    const [pkcs8, raw] = await Promise.all([
      crypto.subtle.exportKey('pkcs8', pair.privateKey),
      crypto.subtle.exportKey('raw', pair.publicKey),
    ])
    if (!(pkcs8 instanceof ArrayBuffer) || !(raw instanceof ArrayBuffer)) throw new Error('the keys have another form')
    const id = (await sha256Hex(new Uint8Array(raw))).slice(0, KEY_ID_LENGTH)
    const published = { id, algorithm: 'Ed25519', public_key: hex(raw), from_sequence: sequence } as const
    const kept: KeptKey = { published, sealed: await seal(this.#masterKey, PURPOSE, toBase64(pkcs8)) }
    this.#storage.kv.put('publicLogKeys', [...this.#keys(), kept])
    return { published, pkcs8 }
  }

  #keys(): readonly KeptKey[] {
    return this.#storage.kv.get<readonly KeptKey[]>('publicLogKeys') ?? []
  }
}

function toBase64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
}

function fromBase64(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer
}
