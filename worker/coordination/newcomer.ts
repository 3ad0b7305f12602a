import type { Channel } from '../domain/channel.ts'
import { Channel as ChannelSchema, channelIdentity, laneOf, shownAddress } from '../domain/channel.ts'
import { crockford } from '../domain/identifiers.ts'
import type { ReaderFilter } from '../domain/readerFilter.ts'
import type { LimitedBy } from '../domain/subscriber.ts'
import { normaliseEmail } from '../domain/subscriber.ts'
import { hashKey, open, seal } from '../storage/masterKey.ts'
import type { Newcomer } from './subscriberStore.ts'
import { emailKeyOf } from './subscriberStore.ts'

/** From a request to what is kept of whoever asked. */

export interface SubscribeRequest {
  /** Short for a channel of mail. */
  readonly email?: string | undefined
  readonly channel?: Channel | undefined
  /** What they want; `components` and `postMortems` are short for a filter of these. */
  readonly filter?: ReaderFilter | undefined
  readonly components?: readonly string[] | undefined
  readonly postMortems?: boolean | undefined
  /** Only this incident, until it is over. */
  readonly incident?: { readonly id: string; readonly title: string } | undefined
  /** An operator vouches for the address: no confirmation is asked for. */
  readonly confirmed?: boolean | undefined
  /** Where the request came from; only its hash is kept, for a day, to limit how many come from there. */
  readonly ip?: string | undefined
  readonly nowMs?: number | undefined
}

/** What channels are sealed for. */
const SEALED_CHANNEL = 'subscriber channel'

/** Null when it was sealed under another MASTER_KEY. */
export async function openChannel(masterKey: string, sealed: string): Promise<Channel | null> {
  try {
    return ChannelSchema.parse(JSON.parse(await open(masterKey, SEALED_CHANNEL, sealed)))
  } catch {
    return null
  }
}

/** Null when there is no address that could be told anything. */
export function channelIn({ channel, email }: SubscribeRequest): Channel | null {
  if (channel !== undefined && channel.kind !== 'email') return channel
  const address = normaliseEmail(channel?.address ?? email ?? '')
  return address === null ? null : { kind: 'email', address }
}

export async function newcomerOf(
  masterKey: string,
  channel: Channel,
  incident: Newcomer['incident'],
): Promise<Newcomer> {
  const id = crockford(crypto.getRandomValues(new Uint8Array(16)), 16)
  const facts = { id, kind: channel.kind, address: shownAddress(channel), lane: laneOf(channel), incident }
  if (channel.kind === 'email') return { ...facts, key: emailKeyOf(channel.address, incident?.id), channel: null }
  const identity = await hashKey(`${masterKey} ${channel.kind} ${channelIdentity(channel)}`)
  return {
    ...facts,
    key: `${channel.kind} ${identity}${incident === null ? '' : ` ${incident.id}`}`,
    channel: await seal(masterKey, SEALED_CHANNEL, JSON.stringify(channel)),
  }
}

/** Hashed with our key, so that what is kept of an address or an IP says nothing to anyone else. */
export async function bucketsOf(
  masterKey: string,
  channel: Channel,
  ip: string | undefined,
): Promise<[LimitedBy, string][]> {
  const parts = partsOf(channel, ip)
  return Promise.all(
    parts.map(async ([by, value]): Promise<[LimitedBy, string]> => {
      return [by, await hashKey(`${masterKey} ${by} ${value}`)]
    }),
  )
}

function partsOf(channel: Channel, ip: string | undefined): [LimitedBy, string][] {
  const identity = channelIdentity(channel)
  const ofIp = (by: LimitedBy): [LimitedBy, string][] => (ip === undefined ? [] : [[by, ip]])
  if (channel.kind === 'sms')
    return [['number', identity], ['numberRange', identity.slice(0, -4)], ['numbers', 'all'], ...ofIp('numberIp')]
  const domain = channel.kind === 'email' ? identity.slice(identity.lastIndexOf('@') + 1) : laneOf(channel)
  return [['address', identity], ['domain', domain], ...ofIp('ip')]
}
