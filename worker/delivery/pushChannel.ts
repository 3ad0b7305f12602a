import type { ChannelOf } from '../domain/channel.ts'
import type { Language } from '../domain/language.ts'
import { directionOf } from '../domain/language.ts'
import { headed } from '../domain/words/phrase.ts'
import { NOTICE_WORDS } from '../domain/words/noticeWords.ts'
import { printable } from '../publishing/text.ts'
import { askOf, briefOf } from './brief.ts'
import { byteLength, clip } from './clip.ts'
import { outcomeOf, post, refusedForGood } from './httpPost.ts'
import type { Post } from './httpPost.ts'
import type { Outcome } from './outcome.ts'
import { permanent, reasonOf } from './outcome.ts'
import type { Message } from './sender.ts'
import { shortBody } from './shortBody.ts'
import type { VapidKeys } from './webPush.ts'
import { PUSH_BYTES_MAX, base64url, encryptPush, vapidHeader } from './webPush.ts'

/** Subscribers by a notification of their browser. */

const TITLE_LENGTH_MAX = 120
const BODY_LENGTH_MAX = 240
/** Who is offline longer reads the page. */
const TTL_SECONDS = 24 * 3600

/** What the service worker shows; `site/public/push-worker.js` reads it. */
interface PushPayload {
  readonly title: string
  readonly body: string
  readonly url: string
  /** A later notification with the same takes the place of the earlier. */
  readonly tag: string
  readonly lang: Language
  readonly dir: 'ltr' | 'rtl'
  readonly atMs: number
  /** POSTed to by the service worker: that it could read this proves that the browser wants it. */
  readonly confirm?: string
}

export interface PushSender {
  readonly keys: VapidKeys
  /** `mailto:…` or https, for the push service to complain to. */
  readonly contact: string
}

export async function deliverPush(
  { endpoint, p256dh, auth }: ChannelOf<'push'>,
  message: Message,
  { keys, contact }: PushSender,
  options: Pick<Post, 'privateTargets' | 'fetch'>,
): Promise<Outcome> {
  const payload = pushPayload(message)
  const text = JSON.stringify(payload)
  if (byteLength(text) > PUSH_BYTES_MAX) return permanent('The notice is too long for a push message.')
  let body: Uint8Array<ArrayBuffer>
  try {
    body = await encryptPush(text, { p256dh, auth })
  } catch (error) {
    return refusedForGood('the browser’s key is none', reasonOf(error))
  }
  const headers = {
    'content-type': 'application/octet-stream',
    'content-encoding': 'aes128gcm',
    authorization: await vapidHeader(endpoint, keys, contact, message.nowMs),
    ttl: String(TTL_SECONDS),
    urgency: isUrgent(message) ? 'high' : 'normal',
    topic: await topicOf(payload.tag),
  }
  const answer = await post({ url: endpoint, headers, body, ...options })
  // The browser has left, or its owner took the permission back.
  if (answer.ok && (answer.status === 404 || answer.status === 410))
    return refusedForGood(`HTTP ${answer.status}`, answer.text)
  return outcomeOf(answer, message.nowMs)
}

export function pushPayload(message: Message): PushPayload {
  const { content, language } = message
  const spoken = { lang: language, dir: directionOf(language), atMs: message.nowMs }
  if (content.kind === 'confirmation' || content.kind === 'manage_link') {
    const { title, label, url } = askOf(content, message)
    const { updatesOf, updatesOn, pushIsOn } = NOTICE_WORDS[language]
    if (content.kind === 'manage_link') return { ...spoken, title: line(title), body: label, url, tag: 'subscription' }
    const what =
      content.incidentTitle === null ? updatesOf(line(content.pageName)) : updatesOn(line(content.incidentTitle))
    return { ...spoken, title: line(content.pageName), body: pushIsOn(what), url, tag: 'subscription', confirm: url }
  }
  const brief = briefOf(content, message)
  const { title, url, thread, atMs } = brief
  return {
    ...spoken,
    title: line(headed(language, brief.state, title)),
    body: shortBody(brief, BODY_LENGTH_MAX),
    url,
    tag: thread,
    atMs,
  }
}

function isUrgent({ content }: Message): boolean {
  if (content.kind === 'update')
    return content.update.status === 'investigating' || content.update.status === 'identified'
  return content.kind === 'confirmation'
}

/** At most 32 characters of base64url; the push service keeps only the latest that waits under one. */
async function topicOf(tag: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(tag))
  return base64url(new Uint8Array(hash)).slice(0, 32)
}

function line(text: string): string {
  return clip(printable(text).replace(/\s+/g, ' ').trim(), TITLE_LENGTH_MAX)
}
