import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { START_MS, announcement, openDesk } from '../../test/mailDesk.ts'
import type { Message } from '../delivery/sender.ts'
import type { Channel } from '../domain/channel.ts'
import { readerFilter } from '../domain/readerFilter.ts'
import { DAY_MS } from '../domain/subscriber.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

const hook = (secret: string) => ({ kind: 'webhook', url: 'https://hooks.example/x', secret }) as const

/** A desk whose channels note what they carry; `confirms` decides whether a request is answered at once. */
async function openChannels(confirms: (channel: Channel) => boolean) {
  const { desk, run } = await openDesk()
  const carried: { channel: Channel; message: Message }[] = []
  await runInDurableObject(desk, (instance) => {
    instance.openCarrier = () => ({
      deliver: async (channel, message) => {
        carried.push({ channel, message })
        const outcome = { ok: true, receipt: 'HTTP 200' } as const
        return message.content.kind === 'confirmation' && confirms(channel) ? { ...outcome, confirms: true } : outcome
      },
      close: () => undefined,
    })
  })
  return { desk, run, carried }
}

it('a webhook that answers its challenge is subscribed, and told from then on', async () => {
  const { desk, run, carried } = await openChannels(() => true)
  await desk.subscribe({ channel: hook('whsec_b25l') })
  await run()
  expect(await desk.stats()).toMatchObject({ subscribers: { confirmed: 1, pending: 0 } })
  await desk.announce(announcement('u1'))
  await run()
  expect(carried.map(({ message }) => message.content.kind)).toEqual(['confirmation', 'update'])
})

it('an answer to anything else confirms nothing', async () => {
  const { desk, run } = await openChannels(() => false)
  await desk.subscribe({ channel: hook('whsec_b25l') })
  await run()
  expect(await desk.stats()).toMatchObject({ subscribers: { confirmed: 0, pending: 1 } })
})

it('who asks again for a known webhook gets it with a new secret only once that is confirmed', async () => {
  let mayConfirm = true
  const { desk, run, carried } = await openChannels(() => mayConfirm)
  await desk.subscribe({ channel: hook('whsec_b25l') })
  await run()
  mayConfirm = false
  vi.setSystemTime(START_MS + 3_600_000)
  await desk.subscribe({ channel: hook('whsec_dHdv'), filter: readerFilter({ language: 'de' }) })
  await run()
  await desk.announce(announcement('u1'))
  await run()
  const secrets = () =>
    carried.map(({ channel, message }) => [
      message.content.kind,
      channel.kind === 'webhook' ? channel.secret : '',
      message.language,
    ])
  expect(secrets()).toEqual([
    ['confirmation', 'whsec_b25l', 'en'],
    ['confirmation', 'whsec_dHdv', 'de'],
    ['update', 'whsec_b25l', 'en'],
  ])
  mayConfirm = true
  vi.setSystemTime(START_MS + 7_200_000)
  await desk.subscribe({ channel: hook('whsec_dHdv'), filter: readerFilter({ language: 'de' }) })
  await run()
  await desk.announce(announcement('u2'))
  await run()
  expect(secrets().at(-1)).toEqual(['update', 'whsec_dHdv', 'de'])
})

it.each<Channel>([
  hook('whsec_b25l'),
  { kind: 'slack', url: 'https://hooks.slack.com/services/T/B/x' },
  { kind: 'sms', number: '+491701234567' },
])('the link to change what comes goes to the channel that asks: $kind', async (channel) => {
  const { desk, run, carried } = await openChannels(() => true)
  await desk.subscribe({ channel, confirmed: true })
  const other: Channel =
    channel.kind === 'sms'
      ? { kind: 'sms', number: '+491707654321' }
      : { kind: 'slack', url: 'https://hooks.example/y' }
  const answers = []
  // Once in ten minutes; who is not known gets nothing.
  for (const asked of [channel, other, channel]) answers.push(await desk.requestManageLink(asked, '192.0.2.1'))
  expect(answers).toEqual([{ accepted: true }, { accepted: true }, { accepted: true }])
  await run()
  expect(carried.map(({ channel: at, message }) => [at, message.content.kind])).toEqual([[channel, 'manage_link']])
  const { pathname } = new URL(carried[0]?.message.links.manage ?? '')
  const [, page, token = ''] = pathname.split('/')
  if (channel.kind === 'sms') expect(page).toBe('s')
  else expect(await desk.ownSubscription(token)).toMatchObject({ kind: channel.kind, state: 'confirmed' })
})

it('a request that is put off until the day’s texts begin anew is kept, and goes out then', async () => {
  const { desk, run } = await openDesk()
  const tries: number[] = []
  const midnightMs = (Math.floor(START_MS / DAY_MS) + 1) * DAY_MS
  await runInDurableObject(desk, (instance) => {
    instance.openCarrier = () => ({
      deliver: async () => {
        tries.push(Date.now())
        if (Date.now() >= midnightMs) return { ok: true, receipt: 'SM1' } as const
        return { ok: false, kind: 'temporary', reason: 'Tomorrow.', carrierWorks: true, againAtMs: midnightMs } as const
      },
      close: () => undefined,
    })
  })
  await desk.subscribe({ channel: { kind: 'sms', number: '+491701234567' } })
  await run()
  vi.setSystemTime(midnightMs - 60_000)
  await run()
  vi.setSystemTime(midnightMs)
  await run()
  expect(tries).toEqual([START_MS, midnightMs])
  expect(await desk.stats()).toMatchObject({ deliveriesWaiting: 0, subscribers: { pending: 1 } })
})
