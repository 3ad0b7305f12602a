import type { Json } from '../domain/canonicalJson.ts'
import { statementOf } from '../domain/publicStatement.ts'
import { LogEntry, NO_HASH, contentHash, sha256Hex, signedBytes } from './publicLog.ts'
import type { LogKey } from './publicLog.ts'

/** Whether a public log is whole and genuine, and if not, exactly what is wrong where. */

export interface LogFault {
  /** The entry it was found at; null: the log as a whole. */
  readonly sequence: number | null
  readonly what: string
}

export interface LogToVerify {
  /** Oldest first, as they were read. */
  readonly entries: readonly unknown[]
  readonly keys: readonly LogKey[]
  readonly head: { readonly sequence: number; readonly hash: string } | null
  /** An entry that was seen before: the log may have grown since, and nothing else. */
  readonly remembered?: { readonly sequence: number; readonly hash: string } | null
}

export async function verifyLog({ entries, keys, head, remembered = null }: LogToVerify): Promise<LogFault[]> {
  const faults: LogFault[] = []
  const publicKeys = new Map<string, CryptoKey>()
  for (const key of keys) publicKeys.set(key.id, await importedKey(key.public_key))

  let before: LogEntry | null = null
  for (const [i, raw] of entries.entries()) {
    const parsed = LogEntry.safeParse(raw)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      faults.push({
        sequence: i + 1,
        what: `is not an entry: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
      })
      before = null
      continue
    }
    const entry = parsed.data
    const fault = (what: string) => faults.push({ sequence: entry.sequence, what })
    const expected = before === null ? i + 1 : before.sequence + 1
    if (entry.sequence !== expected)
      fault(`stands where entry ${expected} belongs: entries were dropped, added or reordered`)
    if (before === null && i === 0 && entry.previous !== NO_HASH) fault('is the first and names one before it')
    if (before !== null && entry.previous !== before.hash)
      fault(`does not follow from entry ${before.sequence}: its "previous" is not that entry’s hash`)
    if (before !== null && entry.at < before.at) fault(`is older than entry ${before.sequence}`)
    if (before !== null && entry.page !== before.page) fault('is of another page')

    const { hash, signature, ...unsigned } = entry
    const bytes = signedBytes(unsigned)
    if ((await sha256Hex(bytes)) !== hash) fault('was changed: its hash is not that of what it says')
    const key = publicKeys.get(entry.key)
    if (key === undefined) fault(`is signed with a key that is not published: ${entry.key}`)
    else if (!(await crypto.subtle.verify('Ed25519', key, bytesOf(signature), bytes)))
      fault('has a signature that is not that of its key')
    if (remembered !== null && entry.sequence === remembered.sequence && entry.hash !== remembered.hash)
      fault('is not the entry that was seen here before: the log was written anew')
    before = entry
  }

  const last = before
  if (head !== null && (last?.sequence !== head.sequence || last.hash !== head.hash))
    faults.push({
      sequence: null,
      what: `The head is entry ${head.sequence}, and the last entry is ${last?.sequence ?? 'missing'}: the end was cut off or is not what the head says.`,
    })
  if (remembered !== null && (last?.sequence ?? 0) < remembered.sequence)
    faults.push({
      sequence: null,
      what: `Entry ${remembered.sequence} was seen here before and is gone: the log was cut.`,
    })
  return faults
}

/** What the pages say now, by what the statement is about: the content, as it stands in their JSON. */
export interface ToldNow {
  /** Such as `incident:abc/update:u1`. */
  readonly statement: string
  readonly content: Json
}

/** Whether pages say what the log says they say. `entries` have been verified; `told` is of everything they name. */
export async function compareWithPages(entries: readonly LogEntry[], told: readonly ToldNow[]): Promise<LogFault[]> {
  const faults: LogFault[] = []
  const last = new Map<string, LogEntry>()
  for (const entry of entries) last.set(statementOf(entry), entry)

  for (const { statement, content } of told) {
    const entry = last.get(statement)
    last.delete(statement)
    if (entry === undefined)
      faults.push({ sequence: null, what: `${statement} is told on the page and is not in the log.` })
    else if (entry.content === null)
      faults.push({ sequence: entry.sequence, what: `took ${statement} back, and the page still says it` })
    else if (entry.content !== (await contentHash(content)))
      faults.push({
        sequence: entry.sequence,
        what: `is the last word on ${statement}, and the page says something else`,
      })
  }
  for (const [statement, entry] of last)
    if (entry.content !== null && entry.kind !== 'component_changed')
      faults.push({ sequence: entry.sequence, what: `says ${statement}, and the page does not` })
  return faults
}

async function importedKey(publicKey: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytesOf(publicKey), 'Ed25519', false, ['verify'])
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(text.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [])
}
