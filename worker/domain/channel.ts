import { z } from 'zod'

/** Where a subscriber is told. The ledger of what was told does not look inside. */

const Url = z.url({ protocol: /^https?$/ }).max(2000)

export const Channel = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), address: z.string().max(320) }),
  /** `secret`: `whsec_` and base64, as Standard Webhooks spells them. */
  z.object({ kind: z.literal('webhook'), url: Url, secret: z.string().max(200) }),
  z.object({ kind: z.literal('slack'), url: Url }),
  z.object({ kind: z.literal('discord'), url: Url }),
  z.object({ kind: z.literal('teams'), url: Url }),
  /** A browser's push subscription; the keys in base64url. */
  z.object({ kind: z.literal('push'), endpoint: Url, p256dh: z.string().max(200), auth: z.string().max(100) }),
  /** E.164. */
  z.object({ kind: z.literal('sms'), number: z.string().regex(/^\+[1-9]\d{6,14}$/) }),
])
export type Channel = z.infer<typeof Channel>
export const ChannelKind = z.enum(['email', 'webhook', 'slack', 'discord', 'teams', 'push', 'sms'])
export type ChannelKind = Channel['kind']
export type ChannelOf<K extends ChannelKind> = Extract<Channel, { readonly kind: K }>

/** To show to whoever is asked for one. */
export const CHAT_LOOKS_LIKE = {
  slack: 'https://hooks.slack.com/services/…',
  discord: 'https://discord.com/api/webhooks/…',
  teams: 'https://….logic.azure.com/workflows/…, https://….api.powerplatform.com/…',
} as const satisfies Partial<Record<ChannelKind, string>>

/** What people who look at the list may see of it: no secret, and of a chat's address, which is one, only the host. */
export function shownAddress(channel: Channel): string {
  switch (channel.kind) {
    case 'email':
      return channel.address
    case 'webhook':
    case 'slack':
    case 'discord':
    case 'teams':
      return new URL(channel.url).host
    case 'push':
      return new URL(channel.endpoint).host
    case 'sms':
      return `…${channel.number.slice(-4)}`
  }
}

/** Two with the same are one subscriber. It may be a secret: hash it before it is kept. */
export function channelIdentity(channel: Channel): string {
  switch (channel.kind) {
    case 'email':
      // Practically no server tells upper from lower case.
      return channel.address.toLowerCase()
    case 'webhook':
    case 'slack':
    case 'discord':
    case 'teams':
      return channel.url
    case 'push':
      return channel.endpoint
    case 'sms':
      return channel.number
  }
}

/** Who carries it there. When one carrier fails again and again it alone is left in peace for a while. */
export function laneOf(channel: Channel): string {
  switch (channel.kind) {
    case 'email':
    case 'sms':
      return channel.kind
    case 'webhook':
    case 'slack':
    case 'discord':
    case 'teams':
      return `${channel.kind} ${new URL(channel.url).host}`
    case 'push':
      return `${channel.kind} ${new URL(channel.endpoint).host}`
  }
}
