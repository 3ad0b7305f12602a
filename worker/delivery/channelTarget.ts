import type { Channel, ChannelOf } from '../domain/channel.ts'
import { CHAT_LOOKS_LIKE } from '../domain/channel.ts'
import { refusalOf } from './outboundFetch.ts'
import { isNamedTarget } from './targetHost.ts'

/** Pure: whether anything may be sent to an address that a subscriber gave. */

interface ChatAddress {
  readonly host: RegExp
  readonly path: RegExp
}

const CHAT_ADDRESS: Record<'slack' | 'discord' | 'teams', ChatAddress> = {
  slack: {
    host: /^hooks\.slack(?:-gov)?\.com$/,
    path: /^\/services\/[^/]+\/[^/]+\/[^/]+$/,
  },
  discord: {
    host: /^(?:(?:ptb|canary)\.)?discord(?:app)?\.com$/,
    path: /^\/api\/(?:v\d+\/)?webhooks\/\d+\/[^/]+$/,
  },
  // Workflows first, the older incoming webhooks last.
  teams: {
    host: /^(?:[a-z0-9.-]+\.logic\.azure\.com|[a-z0-9.-]+\.api\.powerplatform\.com|[a-z0-9-]+\.webhook\.office\.com)$/,
    path: /^\/.+/,
  },
}

/** Null when it may be used; otherwise why not. Hosts named in PRIVATE_TARGETS may stand in for any chat. */
export function chatFault(
  { kind, url }: ChannelOf<'slack' | 'discord' | 'teams'>,
  privateTargets: string,
): string | null {
  const refusal = refusalOf(url, privateTargets)
  if (refusal !== null) return refusal
  const { hostname, port, pathname } = new URL(url)
  if (isNamedTarget(hostname, privateTargets)) return null
  const { host, path } = CHAT_ADDRESS[kind]
  const isOfChat = host.test(hostname) && (port === '' || port === '443') && path.test(pathname)
  return isOfChat ? null : `The address has to look like ${CHAT_LOOKS_LIKE[kind]}`
}

/** The same for any channel; what is no address of the web is checked where it comes in. */
export function channelFault(channel: Channel, privateTargets: string): string | null {
  switch (channel.kind) {
    case 'slack':
    case 'discord':
    case 'teams':
      return chatFault(channel, privateTargets)
    case 'webhook':
      return refusalOf(channel.url, privateTargets)
    case 'push':
      return refusalOf(channel.endpoint, privateTargets)
    case 'email':
    case 'sms':
      return null
  }
}
