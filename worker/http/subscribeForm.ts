import { z } from 'zod'
import type { Channel } from '../domain/channel.ts'
import { CHAT_LOOKS_LIKE } from '../domain/channel.ts'
import type { Language } from '../domain/language.ts'
import { normaliseNumber } from '../domain/phoneNumber.ts'
import { normaliseEmail } from '../domain/subscriber.ts'
import { SMS_WORDS } from '../domain/words/smsWords.ts'
import { SUBSCRIBE_WORDS } from '../domain/words/subscribeWords.ts'
import { twilioSettings } from '../delivery/twilio.ts'
import type { ChannelSettings } from './channelInput.ts'
import { ChannelInput, readChannel } from './channelInput.ts'
import type { PostedForm } from './subscriptionForm.ts'
import { textsOf } from './subscriptionForm.ts'

/** What somebody chose at /subscribe: one way to be told, and the address that goes with it. */

/** Browsers have a button of their own. */
const FORM_CHANNELS = ['email', 'sms', 'webhook', 'slack', 'discord', 'teams'] as const
const FormChannel = z.enum(FORM_CHANNELS)
export type FormChannel = z.infer<typeof FormChannel>

export type ChosenChannel =
  | { readonly ok: true; readonly channel: Channel; readonly secret: string | null }
  | { readonly ok: false; readonly fault: string }

/** Who chooses none means mail, as forms did before there was a choice. */
export function formChannelIn(form: PostedForm): FormChannel {
  return FormChannel.safeParse(textsOf(form['channel'])[0]).data ?? 'email'
}

/** What was typed as the address of the way that is chosen. */
export function typedIn(form: PostedForm): string {
  return (textsOf(form[formChannelIn(form)])[0] ?? '').trim()
}

export function channelIn(form: PostedForm, language: Language, settings: ChannelSettings): ChosenChannel {
  const words = SUBSCRIBE_WORDS[language]
  const kind = formChannelIn(form)
  const text = typedIn(form)
  if (kind === 'email') {
    const address = normaliseEmail(text)
    return address === null
      ? { ok: false, fault: words.noEmail }
      : { ok: true, channel: { kind, address }, secret: null }
  }
  if (kind === 'sms') {
    const read = readChannel({ kind, number: text.slice(0, 40) }, settings)
    const { noNumber, notThere } = SMS_WORDS[language]
    const prefixes = smsPrefixes(settings)
    if (read.ok || prefixes === null) return read
    return { ok: false, fault: normaliseNumber(text) === null ? noNumber : notThere(prefixes) }
  }
  const input = ChannelInput.safeParse({ kind, url: text })
  const read = input.success ? readChannel(input.data, settings) : null
  if (read?.ok === true) return read
  return { ok: false, fault: kind === 'webhook' ? words.noWebhook : words.looksLike(CHAT_LOOKS_LIKE[kind]) }
}

/** Such as "+49, +43"; null: texts are not offered. */
export function smsPrefixes(settings: ChannelSettings): string | null {
  return twilioSettings(settings)?.prefixes.join(', ') ?? null
}
