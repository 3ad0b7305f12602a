import PostalMime from 'postal-mime'
import { readReturnedMail } from '../domain/returnedMail.ts'
import { readLink } from '../storage/subscriberLinks.ts'
import { keyInAddress, takeRoutedMail } from './intake/email.ts'

/** Mail that comes back: reports of mail servers about what they could not deliver, and complaints. */

const BYTES_MAX = 1024 * 1024
const LIMITS = { maxNestingDepth: 16, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 1 }
const PART_LENGTH_MAX = 64 * 1024

type Taken = 'suppressed' | 'noted' | 'no_report'

/** Throws when the desk does not answer: then the report is to be sent again. */
export async function takeReturnedMail(env: Env, raw: ArrayBuffer, nowMs: number): Promise<Taken> {
  if (raw.byteLength > BYTES_MAX) return 'no_report'
  const parsed = await PostalMime.parse(raw, { ...LIMITS, forceRfc822Attachments: true }).catch(() => null)
  if (parsed === null) return 'no_report'
  const partOf = (...types: string[]) =>
    parsed.attachments
      .filter(({ mimeType }) => types.includes(mimeType.toLowerCase()))
      .map(({ content }) => textOf(content))
      .join('\n')
  const returned = readReturnedMail({
    deliveryStatus: partOf('message/delivery-status'),
    feedback: partOf('message/feedback-report'),
    original: partOf('text/rfc822-headers', 'message/rfc822', 'message/rfc822-headers'),
  })
  if (returned === null) return 'no_report'
  const link = await readLink(env.MASTER_KEY, 'unsubscribe', returned.token, nowMs)
  if (link === null) return 'no_report'
  const answer = await env.SUBSCRIBER_DESK.getByName(link.page).takeReturned(returned)
  // Who is erased already needs nothing more.
  return answer === 'suppressed' ? 'suppressed' : 'noted'
}

/** The handler of Email Routing: alerts to the addresses that carry a key, reports to any other. */
export async function takeMail(
  message: Pick<ForwardableEmailMessage, 'to' | 'raw' | 'rawSize' | 'setReject'>,
  env: Env,
): Promise<void> {
  if (keyInAddress(message.to) !== null || message.rawSize > BYTES_MAX) return takeRoutedMail(message, env)
  const raw = await new Response(message.raw).arrayBuffer()
  const taken = await takeReturnedMail(env, raw, Date.now())
  if (taken === 'no_report')
    message.setReject('No integration has this address, and this is no report about mail of ours.')
}

function textOf(content: string | ArrayBuffer | Uint8Array): string {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content)
  return text.slice(0, PART_LENGTH_MAX)
}
