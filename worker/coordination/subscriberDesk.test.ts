import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { permanent, temporary } from '../delivery/outcome.ts'
import { DAY_MS } from '../domain/subscriber.ts'
import { PAGE, START_MS, announcement, delivered, linkIn, openDesk } from '../../test/mailDesk.ts'
import type { SubscriberDesk } from './subscriberDesk.ts'

const MINUTE_MS = 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

function later(ms: number) {
  vi.setSystemTime(Date.now() + ms)
}

describe('subscribing', () => {
  it('sends nothing but the request to confirm until it is confirmed', async () => {
    const { desk, sent, run } = await openDesk()
    await desk.subscribe({ email: 'alice@example.com' })
    await desk.announce(announcement('u1'))
    await run()
    expect(sent.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Confirm your subscription/)])

    expect(await desk.confirm(linkIn(sent[0], 'confirm'))).toBe('confirmed')
    await desk.announce(announcement('u2'))
    await run()
    expect(sent[1]?.messageId).toMatch(/^<update\.u2\./)
    expect(sent).toHaveLength(2)
  })

  it('answers alike for every address, known or not, valid or not', async () => {
    const { desk, run, confirmed } = await openDesk()
    await confirmed('known@example.com')
    const answers = []
    for (const email of [
      'known@example.com',
      'new@example.com',
      'new@example.com',
      'not an address',
      'a@b\r\nBcc: c@d.example',
    ])
      answers.push(await desk.subscribe({ email }))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    await run()
    expect((await desk.list(0, 10)).total).toBe(2)
  })

  it('refuses tokens that are forged, of another purpose or too old', async () => {
    const { desk, sent, run, confirmed } = await openDesk()
    await desk.subscribe({ email: 'alice@example.com' })
    await run()
    const token = linkIn(sent[0], 'confirm')
    expect(await desk.confirm(`${token.slice(0, -2)}AA`)).toBe('expired')
    expect(await desk.unsubscribe(token)).toBe('invalid')
    later(8 * DAY_MS)
    expect(await desk.confirm(token)).toBe('expired')

    await confirmed('bob@example.com')
    await desk.announce(announcement('u1'))
    await run()
    expect(await desk.confirm(linkIn(sent[1], 'unsubscribe'))).toBe('expired')
  })

  it('sends one request in ten minutes and five a day to an address', async () => {
    const { desk, sent, run } = await openDesk()
    for (let i = 0; i < 12; i++) {
      await desk.subscribe({ email: i % 2 === 0 ? 'alice@example.com' : 'Alice@Example.com' })
      await run()
      later(6 * MINUTE_MS)
    }
    expect(sent).toHaveLength(5)
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(5)
  })

  it('limits how many one caller may ask for', async () => {
    const { desk, sent, run } = await openDesk()
    for (let i = 0; i < 30; i++) await desk.subscribe({ email: `user${i}@host${i}.example`, ip: '192.0.2.1' })
    await desk.subscribe({ email: 'someone@else.example', ip: '192.0.2.2' })
    await run()
    expect(sent).toHaveLength(21)
  })

  it('changes the choice of a known address only once that is confirmed', async () => {
    const { desk, sent, run } = await openDesk()
    await desk.subscribe({ email: 'alice@example.com', confirmed: true })
    await desk.subscribe({ email: 'alice@example.com', components: ['search'] })
    expect((await desk.list(0, 1)).subscribers[0]).toMatchObject({ state: 'confirmed', filter: { components: [] } })
    await run()
    await desk.confirm(linkIn(sent[0], 'confirm'))
    expect((await desk.list(0, 1)).subscribers[0]).toMatchObject({
      state: 'confirmed',
      filter: { components: ['search'] },
    })
  })

  it('forgets who never confirmed after seven days, and whoever is erased at once', async () => {
    const { desk, confirmed } = await openDesk()
    await desk.subscribe({ email: 'pending@example.com' })
    await confirmed('kept@example.com', 'erased@example.com')
    await desk.announce(announcement('u1'))
    later(7 * DAY_MS + 1)
    await desk.sweep(Date.now())
    expect(await desk.erase({ email: 'Erased@example.com' })).toBe(true)
    expect((await desk.list(0, 10)).subscribers.map(({ address }) => address)).toEqual(['kept@example.com'])
    const dump = await runInDurableObject(desk, (_instance, { storage }) =>
      ['subscribers', 'deliveries', 'asks', 'mailings'].map((table) =>
        storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
      ),
    )
    expect(JSON.stringify(dump)).not.toMatch(/erased@|pending@/i)
  })
})

describe('announcing', () => {
  it('sends each update once to each confirmed subscriber whom it concerns', async () => {
    const { desk, run, confirmed, recipients } = await openDesk()
    await confirmed('all@example.com')
    await desk.subscribe({ email: 'checkout@example.com', components: ['checkout', 'search'], confirmed: true })
    await desk.subscribe({ email: 'search@example.com', components: ['search'], confirmed: true })
    expect(await desk.announce(announcement('u1'))).toEqual({ queued: 2 })
    expect(await desk.announce(announcement('u1'))).toEqual({ queued: 0 })
    await run()
    await desk.announce(announcement('u1'))
    await run()
    expect(recipients()).toEqual(['all@example.com', 'checkout@example.com'])
  })

  it('tells everyone of an incident that names no component', async () => {
    const { desk, run, recipients } = await openDesk()
    await desk.subscribe({ email: 'search@example.com', components: ['search'], confirmed: true })
    const { incident, ...rest } = announcement('u1')
    await desk.announce({ ...rest, incident: { ...incident, components: [] } })
    await run()
    expect(recipients()).toEqual(['search@example.com'])
  })

  it('sends a post-mortem once, to those who asked for them', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('plain@example.com')
    await desk.subscribe({ email: 'curious@example.com', postMortems: true, confirmed: true })
    const postMortem = {
      id: '0123456789ab',
      title: 'Checkout was slow',
      publishedAtMs: START_MS,
      updatedAtMs: START_MS,
      body: '## Summary',
      startedAtMs: START_MS,
      resolvedAtMs: START_MS,
      services: [],
    }
    await desk.announcePostMortem({ page: PAGE, postMortem })
    await desk.announcePostMortem({ page: PAGE, postMortem: { ...postMortem, updatedAtMs: START_MS + 1 } })
    await run()
    expect(sent.map(({ to, subject }) => [to, subject])).toEqual([
      ['curious@example.com', '[Acme] Post-mortem: Checkout was slow'],
    ])
  })

  it('has at most five mails under way at once, and gets through more than one batch', async () => {
    const { desk, run, answer, confirmed, sent } = await openDesk()
    await confirmed(...Array.from({ length: 120 }, (_, i) => `user${i}@example.com`))
    let underWay = 0
    let most = 0
    answer(async () => {
      most = Math.max(most, ++underWay)
      await scheduler.wait(1)
      underWay--
      return { ok: true, receipt: '' }
    })
    await desk.announce(announcement('u1'))
    await run()
    expect(sent).toHaveLength(120)
    expect(most).toBe(5)
  })
})

describe('failing', () => {
  it('tries again under the same Message-ID, later and later', async () => {
    const { desk, run, answer, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    const tried: string[] = []
    answer(async ({ messageId }) => {
      tried.push(messageId)
      return tried.length < 3 ? temporary('451 try later') : { ok: true, receipt: '250' }
    })
    await desk.announce(announcement('u1'))
    await run()
    expect((await desk.deliveries(10)).failures).toMatchObject([
      { address: 'alice@example.com', reason: '451 try later' },
    ])
    await run()
    expect(tried).toHaveLength(1)
    later(30_000)
    await run()
    later(30_000)
    await run()
    expect(tried).toHaveLength(2)
    later(30_000)
    await run()
    expect(tried).toHaveLength(3)
    expect(new Set(tried).size).toBe(1)
    expect(sent).toHaveLength(1)
    expect((await desk.deliveries(10)).failures).toEqual([])
  })

  it('gives up after three days, with the reason', async () => {
    const { desk, run, answer, confirmed } = await openDesk()
    await confirmed('alice@example.com')
    answer(async () => temporary('connection refused'))
    await desk.announce(announcement('u1'))
    for (let i = 0; i < 4; i++) {
      await run()
      later(DAY_MS)
    }
    const { mailings, failures } = await desk.deliveries(10)
    expect(mailings[0]?.counts).toEqual({ queued: 0, sending: 0, sent: 0, failed: 1 })
    expect(failures).toMatchObject([{ reason: 'connection refused' }])
    expect(await run()).toBe(false)
  })

  it('sends no more to an address that was refused for good', async () => {
    const { desk, run, answer, confirmed, recipients } = await openDesk()
    await confirmed('gone@example.com', 'alice@example.com')
    answer(async ({ to }) =>
      to === 'gone@example.com'
        ? { ok: false, kind: 'permanent', reason: '550 no such user', recipientRefused: true }
        : { ok: true, receipt: '250' },
    )
    await desk.announce(announcement('u1'))
    await run()
    answer(delivered)
    await desk.announce(announcement('u2'))
    await run()
    expect(recipients()).toEqual(['alice@example.com', 'alice@example.com'])
    expect(await desk.stats()).toMatchObject({ subscribers: { confirmed: 1, suppressed: 1 } })
  })

  it('keeps an address whose mail was refused for its content', async () => {
    const { desk, run, answer, confirmed } = await openDesk()
    await confirmed('alice@example.com')
    answer(async () => permanent('554 looks like spam'))
    await desk.announce(announcement('u1'))
    await run()
    expect(await desk.stats()).toMatchObject({ subscribers: { confirmed: 1 }, deliveriesWaiting: 0 })
  })

  it('leaves a server alone that fails again and again', async () => {
    const { desk, run, answer, confirmed, sent } = await openDesk()
    await confirmed(...Array.from({ length: 40 }, (_, i) => `user${i}@example.com`))
    let tried = 0
    answer(async () => {
      tried++
      return temporary('connection refused')
    })
    await desk.announce(announcement('u1'))
    await run()
    expect(tried).toBeLessThan(10)
    answer(delivered)
    later(60_000)
    await run()
    expect(sent).toHaveLength(40)
  })

  it('outlives a transport that throws, and keeps its alarm', async () => {
    const { desk, run, connect, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await runInDurableObject(desk, (instance: SubscriberDesk) => {
      instance.openTransport = () => {
        throw new Error('no transport')
      }
    })
    await desk.announce(announcement('u1'))
    expect(await run()).toBe(true)
    await connect()
    later(60_000)
    expect(await run()).toBe(true)
    expect(sent).toHaveLength(1)
  })

  it('sends again, under the same Message-ID, what was under way when it died', async () => {
    const { name, desk, run, answer, confirmed } = await openDesk()
    await confirmed('alice@example.com')
    const tried: string[] = []
    // The mail leaves, and before the ledger hears of it the object is gone.
    answer(async ({ messageId }) => {
      tried.push(messageId)
      return new Promise(() => {})
    })
    await desk.announce(announcement('u1'))
    const interrupted = run().catch(() => 'interrupted')
    await expect.poll(() => tried).toHaveLength(1)
    await runInDurableObject(desk, (_instance, state) => {
      expect(state.storage.sql.exec('SELECT state, attempts FROM deliveries').toArray()).toEqual([
        { state: 'sending', attempts: 1 },
      ])
      state.abort('killed in the middle')
    }).catch(() => undefined)
    await interrupted

    // A stub does not outlive its object.
    const revived = await openDesk(name)
    await revived.desk.sweep(Date.now())
    await revived.run()
    expect(revived.sent.map(({ messageId }) => messageId)).toEqual(tried)
    expect((await revived.desk.deliveries(1)).mailings[0]?.counts).toMatchObject({ sent: 1, sending: 0 })
  })

  it('forgets nothing when it is put to sleep', async () => {
    const { desk, run, connect, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.announce(announcement('u1'))
    await evictDurableObject(desk)
    await connect()
    expect(await desk.announce(announcement('u1'))).toEqual({ queued: 0 })
    await run()
    expect(sent).toHaveLength(1)
  })
})

describe('unsubscribing', () => {
  it('holds for everything that has not gone out yet', async () => {
    const { desk, run, answer, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.announce(announcement('u1'))
    await run()
    answer(async () => temporary('451'))
    await desk.announce(announcement('u2'))
    await run()
    expect(await desk.unsubscribe(linkIn(sent[0], 'unsubscribe'))).toBe('unsubscribed')
    expect(await desk.unsubscribe(linkIn(sent[0], 'unsubscribe'))).toBe('unsubscribed')
    answer(delivered)
    await desk.announce(announcement('u3'))
    later(DAY_MS)
    await run()
    expect(sent).toHaveLength(1)
    expect(await desk.stats()).toMatchObject({ subscribers: { unsubscribed: 1 }, deliveriesWaiting: 0 })
  })

  it('comes before the rest of a batch that is under way', async () => {
    const { desk, run, answer, confirmed, recipients, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.announce(announcement('u1'))
    await run()
    const token = linkIn(sent.pop(), 'unsubscribe')
    await confirmed(...Array.from({ length: 20 }, (_, i) => `user${i}@example.com`))
    await runInDurableObject(desk, (_instance, { storage }) => {
      storage.sql.exec(`UPDATE subscribers SET id = '!' || id WHERE address <> 'alice@example.com'`)
    })
    const left: Promise<string>[] = []
    answer(async (_mail, instance) => {
      // All twenty-one were read as due before this; Alice stands last.
      if (left.length === 0) left.push(instance.unsubscribe(token))
      await Promise.all(left)
      return { ok: true, receipt: '250' }
    })
    await desk.announce(announcement('u2'))
    await run()
    expect(await Promise.all(left)).toEqual(['unsubscribed'])
    expect(sent).toHaveLength(20)
    expect(recipients()).not.toContain('alice@example.com')
  })

  it('is not undone by an operator’s import, nor by an old link', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await desk.subscribe({ email: 'alice@example.com' })
    await run()
    const confirmation = linkIn(sent[0], 'confirm')
    await desk.confirm(confirmation)
    await desk.announce(announcement('u1'))
    await run()
    await desk.unsubscribe(linkIn(sent[1], 'unsubscribe'))
    await confirmed('alice@example.com')
    expect(await desk.confirm(confirmation)).toBe('expired')
    expect(await desk.stats()).toMatchObject({ subscribers: { unsubscribed: 1, confirmed: 0 } })
  })
})
