import { LOG_FILE_ENTRIES, NO_HASH, contentHash, hex, sealed } from '../worker/publishing/publicLog.ts'
import type { LogEntry, LogKey } from '../worker/publishing/publicLog.ts'
import type { Json } from '../worker/domain/canonicalJson.ts'

/** A public log of some entries, signed with a key of its own. */
export interface SampleLog {
  readonly entries: readonly LogEntry[]
  readonly keys: readonly LogKey[]
  readonly head: { readonly sequence: number; readonly hash: string }
  readonly sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>
}

const AT_MS = Date.UTC(2100, 10, 24, 12, 0)

export async function sampleLog(contents: readonly Json[]): Promise<SampleLog> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  const publicKey = hex(await crypto.subtle.exportKey('raw', pair.publicKey))
  const sign = (bytes: Uint8Array<ArrayBuffer>) => crypto.subtle.sign('Ed25519', pair.privateKey, bytes)
  const entries: LogEntry[] = []
  for (const [i, content] of contents.entries()) {
    const unsigned = {
      sequence: i + 1,
      at: new Date(AT_MS + Math.floor(i / 2) * 1000).toISOString(),
      kind: 'update_posted',
      page: 'abcdefghjkmn',
      subject: { incident: '0123456789ab', update: `u${i + 1}` },
      content: await contentHash(content),
      previous: entries.at(-1)?.hash ?? NO_HASH,
      key: 'k1',
    }
    entries.push(await sealed(unsigned, sign))
  }
  return {
    entries,
    keys: [{ id: 'k1', algorithm: 'Ed25519', public_key: publicKey, from_sequence: 1 }],
    head: { sequence: entries.length, hash: entries.at(-1)?.hash ?? NO_HASH },
    sign,
  }
}

/** The files that a page keeps of it: `log.json` with the last entries, and the full ones before it. */
export function logFiles({ entries, head }: SampleLog, url: string): Map<string, object> {
  const page = { id: 'abcdefghjkmn', name: 'Example', url }
  const files = new Map<string, object>()
  const full = Math.floor(Math.max(0, entries.length - 1) / LOG_FILE_ENTRIES)
  for (let number = 1; number <= full; number++)
    files.set(`log/${number}.json`, {
      format: 1,
      page,
      previous: number === 1 ? null : `${number - 1}.json`,
      entries: entries.slice((number - 1) * LOG_FILE_ENTRIES, number * LOG_FILE_ENTRIES),
    })
  files.set('log.json', {
    format: 1,
    page,
    head,
    previous: full === 0 ? null : `log/${full}.json`,
    entries: entries.slice(full * LOG_FILE_ENTRIES),
  })
  return files
}
