import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { START_MS, announcement, openDesk } from '../../test/mailDesk.ts'
import type { Message } from '../delivery/sender.ts'
import type { Channel } from '../domain/channel.ts'
import { readerFilter } from '../domain/readerFilter.ts'

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
