import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { simpleParser, type AddressObject } from 'mailparser'

const KEPT_MAX = 2000

export interface Envelope {
  readonly from: string
  readonly to: readonly string[]
}

/** A received mail, as the inbox lists it. */
export interface Mail {
  readonly id: string
  readonly receivedAtMs: number
  readonly envelope: Envelope
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly messageId: string | null
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  /** RFC 8058's two headers, as written. */
  readonly listUnsubscribe: string | null
  readonly listUnsubscribePost: string | null
  readonly text: string
  readonly html: string | null
}

/** Mails in one folder, a file each, the oldest removed beyond a limit. */
export interface MailStore {
  /** Resolves when the mail is on disk. */
  add(envelope: Envelope, source: Buffer): Promise<string>
  /** Newest first. */
  list(limit: number): Promise<Mail[]>
  read(id: string): Promise<Mail | null>
  /** As received, behind a Return-Path and the recipients. */
  source(id: string): Promise<Buffer | null>
}

export async function openMailStore(folder: string): Promise<MailStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found = await readdir(folder)
  await Promise.all(found.filter((name) => name.endsWith('.partial')).map((name) => rm(join(folder, name))))
  const ids = found
    .filter((name) => name.endsWith('.eml'))
    .map((name) => name.slice(0, -4))
    .sort()
  const parsed = new Map<string, Mail>()
  let lastMs = Number(ids.at(-1)?.split('-')[0] ?? 0)

  const source = async (id: string) => (ids.includes(id) ? await readFile(join(folder, `${id}.eml`)) : null)

  const read = async (id: string) => {
    const known = parsed.get(id)
    if (known !== undefined) return known
    const bytes = await source(id)
    if (bytes === null) return null
    const mail = await mailOf(id, bytes)
    parsed.set(id, mail)
    return mail
  }

  return {
    source,
    read,
    async add(envelope, bytes) {
      // Names sort by arrival, also for two mails of one millisecond.
      lastMs = Math.max(Date.now(), lastMs + 1)
      const id = String(lastMs)
      const path = join(folder, `${id}.eml`)
      await writeThrough(path, Buffer.concat([traceOf(envelope), bytes]))
      ids.push(id)
      for (const old of ids.splice(0, Math.max(0, ids.length - KEPT_MAX))) {
        parsed.delete(old)
        await rm(join(folder, `${old}.eml`), { force: true })
      }
      return id
    },
    async list(limit) {
      const newest = ids.slice(-limit).toReversed()
      const mails = await Promise.all(newest.map(read))
      return mails.filter((mail) => mail !== null)
    },
  }
}

/** What a mail server puts in front of what it delivers; it keeps the envelope in the same file. */
function traceOf({ from, to }: Envelope): Buffer {
  const lines = [`Return-Path: <${from}>`, ...to.map((address) => `Delivered-To: ${address}`)]
  return Buffer.from(lines.map((line) => `${line.replace(/[\r\n]/g, '')}\r\n`).join(''))
}

async function writeThrough(path: string, bytes: Buffer): Promise<void> {
  const file = await open(`${path}.partial`, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.partial`, path)
}

async function mailOf(id: string, source: Buffer): Promise<Mail> {
  const message = await simpleParser(source, { skipTextToHtml: true, skipImageLinks: true })
  const header = (name: string) => {
    const line = message.headerLines.find(({ key }) => key === name)?.line ?? ''
    return line === ''
      ? null
      : line
          .slice(line.indexOf(':') + 1)
          .replace(/\r?\n\s+/g, ' ')
          .trim()
  }
  const delivered = message.headerLines.filter(({ key }) => key === 'delivered-to')
  return {
    id,
    receivedAtMs: Number(id),
    envelope: {
      from: (header('return-path') ?? '').replace(/^<|>$/g, ''),
      to: delivered.map(({ line }) => line.slice(line.indexOf(':') + 1).trim()),
    },
    from: message.from?.text ?? '',
    to: addressesOf(message.to),
    subject: message.subject ?? '',
    messageId: message.messageId ?? null,
    inReplyTo: message.inReplyTo ?? null,
    references: [message.references ?? []].flat(),
    listUnsubscribe: header('list-unsubscribe'),
    listUnsubscribePost: header('list-unsubscribe-post'),
    text: message.text ?? '',
    html: message.html === false ? null : (message.html ?? null),
  }
}

function addressesOf(to: AddressObject | AddressObject[] | undefined): string {
  return [to ?? []]
    .flat()
    .map(({ text }) => text)
    .join(', ')
}
