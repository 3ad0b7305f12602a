import { Buffer } from 'node:buffer'
import { z } from '@hono/zod-openapi'
import { channelFault } from '../delivery/channelTarget.ts'
import type { TwilioBindings } from '../delivery/twilio.ts'
import { twilioSettings } from '../delivery/twilio.ts'
import type { Channel } from '../domain/channel.ts'
import { isWithin, normaliseNumber } from '../domain/phoneNumber.ts'

/** Where somebody wants to be told, as it comes in from a form or a program. */

const Url = z.url({ protocol: /^https?$/ }).max(2000)
export const ChannelInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), url: Url }),
  z.object({ kind: z.literal('slack'), url: Url }),
  z.object({ kind: z.literal('discord'), url: Url }),
  z.object({ kind: z.literal('teams'), url: Url }),
  /** With the country code; spaces and dashes do no harm. */
  z.object({ kind: z.literal('sms'), number: z.string().max(40) }),
  z.object({
    kind: z.literal('push'),
    endpoint: Url,
    /** A point of P-256 and 16 bytes, as the browser gives them. */
    p256dh: z.string().regex(/^[A-Za-z0-9_-]{87}=?$/),
    auth: z.string().regex(/^[A-Za-z0-9_-]{22}={0,2}$/),
  }),
])
export type ChannelInput = z.infer<typeof ChannelInput>

export type ReadChannel =
  | {
      readonly ok: true
      readonly channel: Channel
      /** Of a webhook; nobody is shown it again. */ readonly secret: string | null
    }
  | { readonly ok: false; readonly fault: string }

/** The settings that decide which addresses are taken. */
export type ChannelSettings = TwilioBindings & { readonly PRIVATE_TARGETS: string }

export function readChannel(input: ChannelInput, settings: ChannelSettings): ReadChannel {
  if (input.kind === 'sms') return readNumber(input.number, settings)
  const secret = input.kind === 'webhook' ? newWebhookSecret() : null
  const channel: Channel = input.kind === 'webhook' ? { ...input, secret: secret ?? '' } : input
  const fault = channelFault(channel, settings.PRIVATE_TARGETS)
  return fault === null ? { ok: true, channel, secret } : { ok: false, fault }
}

function readNumber(text: string, settings: ChannelSettings): ReadChannel {
  const twilio = twilioSettings(settings)
  if (twilio === null) return { ok: false, fault: 'Texts are not set up here.' }
  const number = normaliseNumber(text)
  if (number === null) return { ok: false, fault: 'Not a phone number with its country code, such as +49 170 1234567.' }
  if (!isWithin(number, twilio.prefixes))
    return { ok: false, fault: `Texts go to numbers that begin with ${twilio.prefixes.join(', ')}.` }
  return { ok: true, channel: { kind: 'sms', number }, secret: null }
}

/** As Standard Webhooks spells it. */
function newWebhookSecret(): string {
  return `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`
}
