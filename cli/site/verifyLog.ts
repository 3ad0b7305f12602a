import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { statementOf } from '../../worker/domain/publicStatement.ts'
import { LogEntry, LogFile, LogKeys } from '../../worker/publishing/publicLog.ts'
import { compareWithPages, verifyLog } from '../../worker/publishing/verifyLog.ts'
import type { LogFault, ToldNow } from '../../worker/publishing/verifyLog.ts'
import { pathFrom } from '../configuration/connection.ts'
import { UsageError } from '../configuration/usageError.ts'
import { printable } from '../printable.ts'

const ANSWER_WAIT_MS_MAX = 30_000
const FILES_MAX = 5_000
const FILE_BYTES_MAX = 20 * 1024 * 1024
const LANES = 6
/** A log follows its pages: what is told while one looks is in one and not yet in the other. */
const LOOK_AGAIN_AFTER_MS = [2_000, 5_000, 10_000]
const FAULTS_SHOWN_MAX = 50

const Told = z.object({ statements: z.array(z.object({ statement: z.string(), content: z.json() })) })
const Remembered = z.object({ sequence: z.number().int(), hash: z.string(), page: z.string() })

interface Said {
  readonly remember?: string | undefined
  readonly 'log-only'?: boolean | undefined
}

/** Checks the public log of a status page, of its mirror or of an exported folder: 0 when everything holds. */
export async function verifyLogCommand(said: Said, rest: readonly string[]): Promise<number> {
  const [where, ...more] = rest
  if (where === undefined || more.length > 0)
    throw new UsageError('Whose log? Say the address of a status page, or a folder with a copy of one.')
  const { faults, entries, keys, head, page } = await lookUntilSettled(where, said)
  report(faults, entries, where)
  if (faults.length > 0) return 1
  for (const key of keys) console.log(`Key ${key.id}, from entry ${key.from_sequence}: ${key.public_key}`)
  if (said.remember !== undefined && head !== null) {
    await writeFile(pathFrom(said.remember), `${JSON.stringify({ ...head, page }, null, 2)}\n`)
    console.log(`Entry ${head.sequence} is kept in ${said.remember}: the next time, the log has to go on from it.`)
  }
  return 0
}

/** Pages and log of a site that people post to may differ for a moment; a folder stays as it is. */
async function lookUntilSettled(where: string, said: Said) {
  const read = readerOf(where)
  let look = await lookAt(read, said)
  for (const afterMs of isAddress(where) ? LOOK_AGAIN_AFTER_MS : []) {
    if (look.isChainWhole && look.faults.length > 0) {
      console.log(`Pages and log differ, as they do while something is told. Looking again in ${afterMs / 1000} s …`)
      await sleep(afterMs)
      look = await lookAt(read, said)
    }
  }
  return look
}

async function lookAt(read: Read, said: Said) {
  const { entries: raw, head, page } = await wholeLog(read)
  const { keys } = parsed(LogKeys, 'log-key.json', await mustRead(read, 'log-key.json'))
  const remembered = said.remember === undefined ? null : await rememberedHead(said.remember, page)
  const faults = await verifyLog({ entries: raw, keys, head, remembered })
  const isChainWhole = faults.length === 0
  const entries = raw.flatMap((entry) => LogEntry.safeParse(entry).data ?? [])
  if (said['log-only'] !== true) {
    const { told, faults: unread } = await toldNow(read, entries)
    faults.push(...unread, ...(await compareWithPages(entries, told)))
  }
  return { entries, keys, head, page, faults, isChainWhole }
}

function report(faults: readonly LogFault[], entries: readonly LogEntry[], where: string): void {
  const [first, last] = [entries[0], entries.at(-1)]
  const span = first === undefined || last === undefined ? '' : `, ${first.at} to ${last.at}`
  console.log(`${entries.length} entries of ${printable(where)}${span}.`)
  for (const { sequence, what } of faults.slice(0, FAULTS_SHOWN_MAX))
    console.log(printable(sequence === null ? `  ${what}` : `  Entry ${sequence} ${what}.`))
  if (faults.length > FAULTS_SHOWN_MAX) console.log(`  … and ${faults.length - FAULTS_SHOWN_MAX} more.`)
  console.log(
    faults.length === 0
      ? 'Everything holds: the chain, the signatures, and what the pages say.'
      : `${faults.length} ${faults.length === 1 ? 'thing does' : 'things do'} NOT hold.`,
  )
}

/** Null where there is no such file. */
type Read = (path: string) => Promise<string | null>

function isAddress(where: string): boolean {
  return /^https?:\/\//i.test(where)
}

function readerOf(where: string): Read {
  if (!isAddress(where)) {
    const folder = pathFrom(where)
    return (path) => readFile(join(folder, path), 'utf8').catch(() => null)
  }
  // Of a mirror people name its first page.
  const base = new URL(where.replace(/index\.html$/, '').replace(/\/*$/, '/'))
  return async (path) => {
    const response = await fetch(new URL(path, base), {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
    }).catch((error: unknown) => {
      throw new Error(`${base.href} does not answer. Is the address right?`, { cause: error })
    })
    if (response.status === 404) return null
    if (!response.ok) throw new Error(`${response.url} answered ${response.status}.`)
    const text = await response.text()
    if (text.length > FILE_BYTES_MAX) throw new Error(`${response.url} is too large for a file of a log.`)
    return text
  }
}

/** From the newest file back to the first. */
async function wholeLog(read: Read) {
  const newest = parsed(LogFile, 'log.json', await mustRead(read, 'log.json'))
  const files = [newest]
  for (let { previous } = newest; previous !== null;) {
    const number = /^(?:log\/)?(\d{1,9})\.json$/.exec(previous)?.[1]
    if (number === undefined || files.length > FILES_MAX) throw new Error(`${printable(previous)} is no file of a log.`)
    const path = `log/${number}.json`
    const file = parsed(LogFile, path, await mustRead(read, path))
    files.push(file)
    previous = file.previous
  }
  return {
    entries: files.toReversed().flatMap((file) => file.entries),
    head: newest.head ?? null,
    page: newest.page.id,
  }
}

const FOLDER: Readonly<Record<string, string>> = {
  incident: 'incidents',
  maintenance: 'maintenance',
  post_mortem: 'post-mortems',
}

/** What the pages say of everything that the log names. */
async function toldNow(read: Read, entries: readonly LogEntry[]): Promise<{ told: ToldNow[]; faults: LogFault[] }> {
  const paths = new Set<string>()
  const takenBack = new Map<string, boolean>()
  for (const entry of entries) {
    const path = pageOf(entry)
    if (path === null) continue
    paths.add(path)
    if (statementOf(entry).endsWith('/title')) takenBack.set(path, entry.content === null)
  }
  const [told, faults, waiting]: [ToldNow[], LogFault[], Iterator<string>] = [[], [], paths.values()]
  const lane = async () => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const text = await read(next.value)
      if (text !== null) told.push(...parsed(Told, next.value, text).statements)
      else if (takenBack.get(next.value) !== true)
        faults.push({ sequence: null, what: `${next.value} is not there, and the log tells of it.` })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return { told, faults }
}

function pageOf({ subject }: LogEntry): string | null {
  for (const [thing, folder] of Object.entries(FOLDER)) {
    const id = subject[thing]
    if (id !== undefined && /^[a-z0-9_-]{1,64}$/i.test(id)) return `${folder}/${id}.json`
  }
  return null
}

async function rememberedHead(file: string, page: string) {
  const text = await readFile(pathFrom(file), 'utf8').catch(() => null)
  if (text === null) return null
  const kept = parsed(Remembered, file, text)
  if (kept.page !== page) throw new Error(`${file} remembers the log of another page.`)
  return kept
}

async function mustRead(read: Read, path: string): Promise<string> {
  const text = await read(path)
  if (text === null) throw new Error(`There is no ${path}. Is this a status page of Allclear, or a whole copy of one?`)
  return text
}

function parsed<T>(schema: z.ZodType<T>, path: string, text: string): T {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error(`${path} is not JSON.`)
  }
  const result = schema.safeParse(json)
  if (!result.success) throw new Error(`${path} is not as it should be: ${printable(z.prettifyError(result.error))}`)
  return result.data
}
