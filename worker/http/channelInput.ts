import { Buffer } from 'node:buffer'
import { z } from '@hono/zod-openapi'
import { channelFault } from '../delivery/channelTarget.ts'
import type { Channel } from '../domain/channel.ts'

/** Where somebody wants to be told, as it comes in from a form or a program. */

const Url = z.url({ protocol: /^https?$/ }).max(2000)
export const ChannelInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), url: Url }),
  z.object({ kind: z.literal('slack'), url: Url }),
  z.object({ kind: z.literal('discord'), url: Url }),
  z.object({ kind: z.literal('teams'), url: Url }),
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

export function readChannel(input: ChannelInput, privateTargets: string): ReadChannel {
  const secret = input.kind === 'webhook' ? newWebhookSecret() : null
  const channel: Channel = input.kind === 'webhook' ? { ...input, secret: secret ?? '' } : input
  const fault = channelFault(channel, privateTargets)
  return fault === null ? { ok: true, channel, secret } : { ok: false, fault }
}

/** As Standard Webhooks spells it. */
function newWebhookSecret(): string {
  return `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`
}
