import { Hono } from 'hono'
import type { Received } from '../../domain/received.ts'
import { RECEIVED_BYTES_MAX } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { MailMessage } from './emailMessage.ts'
import { parseEmail, subjectKey } from './emailMessage.ts'
import type { Ingested } from './hook.ts'
import { answerIngested, refuseForNow, unknownKey } from './hook.ts'
import { cut } from './notes.ts'
import { readRawMail } from './readMail.ts'

/**
 * Mail as alerts: from Email Routing, and by `POST /hooks/email/:key` from whatever else takes mail in, such as the
 * embedded host. The address carries the key, so that is in letters that survive being lower-cased on the way.
 */

export const MAIL_BYTES_MAX = 5 * 1024 * 1024

type Taken =
  | { readonly kind: 'ingested'; readonly answer: Ingested }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'no_mail' }

/** Throws when storage does not answer: then the mail is to be sent again. */
async function takeMail(env: Env, writtenKey: string, raw: ArrayBuffer | Uint8Array, nowMs: number): Promise<Taken> {
  const key = writtenKey.toLowerCase()
  const desk = env.ALERT_DESK.getByName('main')
  const integration = await desk.integrationOf('email', key)
  if (integration === null) return { kind: 'unknown_key' }
  if (raw.byteLength > MAIL_BYTES_MAX) return { kind: 'too_large' }
  const read = await readRawMail(raw, key)
  if (read === null) return { kind: 'no_mail' }

  const { mail, answers, raw: came } = read
  const about = subjectKey(mail.subject, mail.from)
  const thread = await desk.threadOf(integration.id, { messageId: mail.messageId, answers, about })
  const received: Received = {
    contentType: 'application/json',
    headers: {},
    body: bodyOf({ ...mail, thread: thread === about ? null : thread }, came),
  }
  const parsed = parseEmail(received, nowMs, integration.id)
  if (!parsed.ok) throw new Error('a mail was taken apart into what cannot be parsed')
  if (parsed.alerts.length === 0) return { kind: 'ignored', why: parsed.ignored ?? '' }
  const answer = await desk.ingest({ source: 'email', key, alerts: parsed.alerts, received })
  const endsNothing =
    answer.ok && answer.changed === 0 && parsed.alerts.every(({ endsAtMs }) => (endsAtMs ?? Infinity) <= nowMs)
  if (!endsNothing || answer.invalid.length > 0) return { kind: 'ingested', answer }
  // The subject may have been misread, so someone has to be able to see it.
  await desk.keepMessage({ source: 'email', key, received, refused: `${NOTHING_ENDED}.` })
  return { kind: 'ignored', why: NOTHING_ENDED }
}

/** Less than this of a mail shows nobody anything. */
const RAW_BYTES_MIN = 1024

/** With as much of the mail as can be kept beside what was read of it. */
function bodyOf(mail: MailMessage, came: string): string {
  const left = RECEIVED_BYTES_MAX - bytesOf(JSON.stringify({ ...mail, raw: '' }))
  if (left < RAW_BYTES_MIN) return JSON.stringify(mail)
  let raw = cut(came, left)
  while (bytesOf(JSON.stringify(raw)) > left) raw = cut(came, Math.floor(raw.length * 0.8))
  return JSON.stringify({ ...mail, raw })
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

const NOTHING_ENDED = 'the subject says that it is over, and no such alert fires'

const UNKNOWN_ADDRESS = 'No integration has this address, or its key was revoked.'
const TOO_LARGE = `This mail is larger than ${MAIL_BYTES_MAX / 1024 / 1024} MB. Send the alert without attachments.`
const NO_MAIL = 'This is no mail: it has neither a sender nor a subject.'
const TOO_MANY = 'Too many alerts are firing; new ones are not taken. Send it again later.'

export const emailHook = new Hono<HttpEnv>().post('/email/:key', allow('integration'), async (c) => {
  const taken = await takeMail(c.env, c.req.param('key'), await c.req.arrayBuffer(), Date.now())
  switch (taken.kind) {
    case 'ingested':
      return answerIngested(c, taken.answer)
    case 'ignored':
      return c.json({ accepted: 0, incidents: [], ignored: taken.why }, 202, { 'Cache-Control': 'no-store' })
    case 'unknown_key':
      return unknownKey(c)
    case 'too_large':
      return problem(c, 413, 'too_large', TOO_LARGE)
    case 'no_mail':
      return problem(c, 422, 'not_a_mail', NO_MAIL)
  }
})

// A mail server tries again for days.
emailHook.onError(refuseForNow)

/** The handler of Email Routing. What it throws makes the sending server try again; a refusal is for ever. */
export async function takeRoutedMail(
  message: Pick<ForwardableEmailMessage, 'to' | 'raw' | 'rawSize' | 'setReject'>,
  env: Env,
): Promise<void> {
  const key = keyInAddress(message.to)
  if (key === null) return message.setReject(UNKNOWN_ADDRESS)
  if (message.rawSize > MAIL_BYTES_MAX) return message.setReject(TOO_LARGE)
  const taken = await takeMail(env, key, await new Response(message.raw).arrayBuffer(), Date.now())
  switch (taken.kind) {
    case 'ignored':
      return
    case 'unknown_key':
      return message.setReject(UNKNOWN_ADDRESS)
    case 'too_large':
      return message.setReject(TOO_LARGE)
    case 'no_mail':
      return message.setReject(NO_MAIL)
    case 'ingested': {
      const { answer } = taken
      if (!answer.ok) return message.setReject(UNKNOWN_ADDRESS)
      if (answer.turnedAway > 0) throw new Error(TOO_MANY)
      if (answer.invalid.length > 0) return message.setReject(`This mail is no alert: ${answer.invalid.join('; ')}.`)
    }
  }
}

/** `alerts+<key>@…`, or `<key>@…`. */
export function keyInAddress(address: string): string | null {
  const [, key] = /^(?:[^@]*\+)?(em_[0-9a-z]{20,60})@[^@]+$/i.exec(address.trim()) ?? []
  return key === undefined ? null : key.toLowerCase()
}
