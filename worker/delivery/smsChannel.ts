import type { ChannelOf } from '../domain/channel.ts'
import { isWithin } from '../domain/phoneNumber.ts'
import { DAY_MS } from '../domain/subscriber.ts'
import { NOTICE_WORDS } from '../domain/words/noticeWords.ts'
import { SMS_WORDS } from '../domain/words/smsWords.ts'
import { printable } from '../publishing/text.ts'
import { briefOf } from './brief.ts'
import { clip } from './clip.ts'
import type { Post } from './httpPost.ts'
import type { Outcome } from './outcome.ts'
import { permanent } from './outcome.ts'
import type { Message } from './sender.ts'
import { shortBody } from './shortBody.ts'
import { smsOf } from './smsText.ts'
import type { TwilioSettings } from './twilio.ts'
import { sendText } from './twilio.ts'

/** Subscribers by text messages to a phone. */

const NAME_LENGTH_MAX = 40
const BODY_LENGTH_MAX = 300

export interface SmsSender {
  readonly settings: TwilioSettings
  readonly statusUrl: (message: Message) => string | null
  /** False when the day's texts are used up. What somebody asked for from outside has only a part of them. */
  readonly take: (isRequest: boolean) => Promise<boolean>
  /** It did not go out after all. */
  readonly giveBack: (isRequest: boolean) => Promise<void>
}

export async function deliverSms(
  { number }: ChannelOf<'sms'>,
  message: Message,
  sender: SmsSender | null,
  options: Pick<Post, 'privateTargets' | 'fetch'>,
): Promise<Outcome> {
  if (sender === null) return permanent('Texts are not set up.')
  const { settings, take, giveBack, statusUrl } = sender
  // It may have been allowed when it subscribed.
  if (!isWithin(number, settings.prefixes)) return permanent('SMS_PREFIXES has no prefix of this number.')
  const isRequest = message.content.kind === 'confirmation' || message.content.kind === 'manage_link'
  if (!(await take(isRequest)))
    return isRequest
      ? putOff(nextDayMs(message.nowMs))
      : permanent(`The ${settings.dailyMax} texts of the day are used up (SMS_DAILY_MAX).`)
  const text = { to: number, body: smsText(message), statusUrl: statusUrl(message) }
  const { outcome, mayHaveGone } = await sendText(settings, text, options, message.nowMs)
  // While Twilio refuses everything, trying again must not use up the day's texts.
  if (!mayHaveGone) await giveBack(isRequest)
  return outcome
}

/** Whoever asked is asked back tomorrow; the page told them so. News that is a day old would be none. */
function putOff(againAtMs: number): Outcome {
  const reason =
    'Too many were asked for today; the rest of the day’s texts is kept for news (SMS_DAILY_MAX). It goes out tomorrow.'
  return { ok: false, kind: 'temporary', reason, carrierWorks: true, againAtMs }
}

/** The days of texts are those of UTC. */
function nextDayMs(nowMs: number): number {
  return (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS
}

export function smsText(message: Message): string {
  const { content, language, links } = message
  const words = SMS_WORDS[language]
  if (content.kind === 'manage_link')
    return smsOf({ ...BARE, lead: words.change(name(content.pageName)), link: links.manage })
  if (content.kind === 'confirmation') {
    const { updatesOf, updatesOn } = NOTICE_WORDS[language]
    const { pageName, incidentTitle, confirmUrl } = content
    const what = incidentTitle === null ? updatesOf(name(pageName)) : updatesOn(name(incidentTitle))
    return smsOf({ ...BARE, lead: words.confirm(what), link: confirmUrl })
  }
  const brief = briefOf(content, message)
  return smsOf({
    lead: `${name(brief.pageName)}: ${line(brief.state)}`,
    title: line(brief.title),
    body: shortBody(brief, BODY_LENGTH_MAX),
    link: brief.url,
  })
}

const BARE = { title: '', body: '' } as const

function name(text: string): string {
  return clip(line(text), NAME_LENGTH_MAX)
}

function line(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim()
}
