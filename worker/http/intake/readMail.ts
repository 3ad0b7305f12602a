import PostalMime, { type Address, type Email } from 'postal-mime'
import { cut } from './notes.ts'
import type { MailMessage } from './emailMessage.ts'
import { isReplySubject } from './emailMessage.ts'

/** A mail as it came by SMTP, taken apart. */

export interface ReadMail {
  readonly mail: Omit<MailMessage, 'thread' | 'raw'>
  /** Ids of the mails it answers, the first of its thread first. */
  readonly answers: readonly string[]
  /** The mail as it came, but for the key. */
  readonly raw: string
}

const TEXT_LENGTH_MAX = 50_000
const ANSWERS_MAX = 20
const LIMITS = { maxNestingDepth: 32, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 2 }

/** Null when it is no mail: without a sender and a subject there is nothing to tell alerts apart by. */
export async function readRawMail(raw: ArrayBuffer | Uint8Array, key: string): Promise<ReadMail | null> {
  const parsed = await PostalMime.parse(raw, LIMITS).catch(() => null)
  if (parsed === null) return null
  const from = addressOf(parsed.from) || addressOf(parsed.sender)
  const subject = storable(parsed.subject ?? '', key)
  if (from === '' && subject.trim() === '') return null
  const header = (name: string) => parsed.headers.find(({ key: found }) => found === name)?.value ?? ''
  const automatic = header('auto-submitted').toLowerCase()
  return {
    mail: {
      from: cut(storable(from.toLowerCase(), key), 500),
      subject: cut(subject, 2000),
      date: parsed.date === undefined ? null : cut(parsed.date, 100),
      messageId: cut(storable(parsed.messageId ?? '', key), 1000),
      text: cut(storable(parsed.text ?? textOfHtml(parsed.html ?? ''), key), TEXT_LENGTH_MAX),
      isReply: isReplySubject(subject),
      isAutomaticReply:
        automatic.startsWith('auto-replied') ||
        header('x-autoreply') !== '' ||
        /^multipart\/report\b/i.test(header('content-type').trim()),
    },
    answers:
      `${parsed.references ?? ''} ${parsed.inReplyTo ?? ''}`.match(/<[^<>\s]{1,990}>/g)?.slice(0, ANSWERS_MAX) ?? [],
    raw: rawOf(raw, parsed, key),
  }
}

const ENCODED = /^content-transfer-encoding:\s*(?:base64|quoted-printable)/im

/** Where an encoding hides the key from the eye, only the headers are left. */
function rawOf(raw: ArrayBuffer | Uint8Array, { text, html, attachments }: Email, key: string): string {
  const came = storable(new TextDecoder().decode(raw), key)
  if (!ENCODED.test(came)) return came
  const parts = attachments.map(({ content }) =>
    typeof content === 'string' ? content : new TextDecoder().decode(content),
  )
  const holdsKey = [text ?? '', html ?? '', ...parts].some((part) => part.toLowerCase().includes(key))
  return holdsKey
    ? `${came.split('\n\n', 1)[0]}\n\n… (the text holds the key of this integration, and is not kept)`
    : came
}

function addressOf(address: Address | undefined): string {
  return address?.address ?? address?.group?.[0]?.address ?? ''
}

/** Without the key, which some programs write into the text as well, and without NUL. */
function storable(text: string, key: string): string {
  const plain = text.replaceAll('\0', '').replaceAll('\r\n', '\n')
  return plain.toLowerCase().includes(key) ? plain.replaceAll(new RegExp(key, 'gi'), '…') : plain
}

/** What is not shown, with what ends it. */
const HIDDEN = new Map([
  ['style', /<\/style(?=[\s/>])/gi],
  ['script', /<\/script(?=[\s/>])/gi],
  ['title', /<\/title(?=[\s/>])/gi],
])
const BREAKS = /^(?:br|\/(?:p|div|tr|h[1-6]|li))$/

/** For mails that have nothing but HTML: their words, one line a block. Goes through it once, whatever is in it. */
export function textOfHtml(html: string): string {
  const said: string[] = []
  const tags = /<(!--|\/?[a-z][a-z0-9]*|[!?])/gi
  let at = 0
  for (let tag = tags.exec(html); tag !== null; tag = tags.exec(html)) {
    const name = (tag[1] ?? '').toLowerCase()
    const closing = name === '!--' ? '-->' : '>'
    const end = html.indexOf(closing, tags.lastIndex)
    // No tag any more, only a sign.
    if (end === -1) break
    said.push(html.slice(at, tag.index), BREAKS.test(name) ? '\n' : ' ')
    at = end + closing.length
    const over = HIDDEN.get(name)
    if (over !== undefined) {
      over.lastIndex = at
      at = over.exec(html)?.index ?? html.length
    }
    tags.lastIndex = at
  }
  return [...said, html.slice(at)]
    .join('')
    .replaceAll(/&(nbsp|amp|lt|gt|quot|#39);/g, (_, entity: string) => ENTITIES[entity] ?? ' ')
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[ \n]*/g, '\n')
    .trim()
}

const ENTITIES: Readonly<Record<string, string>> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
