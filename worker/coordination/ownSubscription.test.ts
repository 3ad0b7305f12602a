import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { START_MS, announcement, delivered, linkIn, openDesk } from '../../test/mailDesk.ts'
import { sampleIncident, sampleModel, samplePostMortem } from '../../test/samplePublicModel.ts'
import { permanent } from '../delivery/outcome.ts'
import { readerFilter, writeFilter } from '../domain/readerFilter.ts'
import { WEEK_MS } from '../domain/weeklyDigest.ts'
import { STORED_MODEL, writeModel } from '../publishing/storedModel.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

function later(ms: number) {
  vi.setSystemTime(Date.now() + ms)
}

describe('one’s own subscription', () => {
  async function subscribed() {
    const opened = await openDesk()
    await opened.confirmed('alice@example.com')
    await opened.desk.announce(announcement('u1'))
    await opened.run()
    return { ...opened, token: linkIn(opened.sent[0], 'subscription') }
  }

  it('is shown, changed and left by the link in every mail', async () => {
    const { desk, run, sent, token } = await subscribed()
    expect(await desk.ownSubscription(token)).toMatchObject({ address: 'alice@example.com', state: 'confirmed' })
    const filter = readerFilter({ components: ['search'], language: 'de' })
    expect(await desk.choose(token, filter)).toBe('changed')
    expect((await desk.ownSubscription(token))?.query).toBe(writeFilter(filter))
    await desk.announce(announcement('u2'))
    await run()
    expect(sent).toHaveLength(1)
    expect(await desk.unsubscribe(token)).toBe('unsubscribed')
    expect(await desk.choose(token, filter)).toBe('invalid')
    expect(await desk.ownSubscription(token)).toMatchObject({ state: 'unsubscribed' })
  })

  it('is exported and erased, with all that stands under the address', async () => {
    const { desk, token } = await subscribed()
    const incident = { id: '0123456789ab', title: 'Checkout is slow' }
    await desk.subscribe({ email: 'Alice@example.com', incident, confirmed: true })
    const data = await desk.ownData(token)
    expect(data?.subscriptions).toMatchObject([
      { address: 'alice@example.com', notices: [{ title: 'Checkout is slow', state: 'sent' }] },
      { incident },
    ])
    expect(await desk.eraseOwn(token)).toBe('erased')
    expect(await desk.eraseOwn(token)).toBe('erased')
    expect([await desk.ownSubscription(token), await desk.ownData(token)]).toEqual([null, null])
    expect((await desk.list(0, 10)).total).toBe(0)
  })

  it('opens to no other link', async () => {
    const { desk, sent, token } = await subscribed()
    for (const foreign of [linkIn(sent[0], 'unsubscribe'), `${token}x`, '', 'a.b']) {
      expect(await desk.ownSubscription(foreign)).toBeNull()
      expect(await desk.choose(foreign, readerFilter({}))).toBe('invalid')
      expect(await desk.eraseOwn(foreign)).toBe('invalid')
      expect(await desk.ownData(foreign)).toBeNull()
    }
  })

  it('sends the link to whoever asks for it, with one answer for every address, and not too often', async () => {
    const { desk, run, sent } = await subscribed()
    const answers = []
    for (const address of ['alice@example.com', 'nobody@example.com', 'alice@example.com'])
      answers.push(JSON.stringify(await desk.requestManageLink({ kind: 'email', address }, '192.0.2.1')))
    expect(new Set(answers).size).toBe(1)
    await run()
    expect(sent.slice(1).map(({ to, subject }) => [to, subject])).toEqual([
      ['alice@example.com', expect.stringMatching(/^Your subscription to /)],
    ])
    expect(await desk.ownSubscription(linkIn(sent[1], 'subscription'))).not.toBeNull()
  })
})

describe('addresses that refuse', () => {
  it('get nothing more once reported, whatever they have', async () => {
    const { desk, confirmed } = await openDesk()
    await confirmed('gone@example.com', 'full@example.com', 'angry@example.com')
    await desk.subscribe({ email: 'Gone@example.com', incident: { id: 'i', title: 'I' }, confirmed: true })
    expect(
      await desk.reportBounces([
        { email: 'GONE@example.com', kind: 'bounce', permanent: true, reason: '550 no such user' },
        { email: 'full@example.com', kind: 'bounce', permanent: false, reason: '452 mailbox full' },
        { email: 'angry@example.com', kind: 'complaint', permanent: true, reason: '' },
        { email: 'stranger@example.com', kind: 'bounce', permanent: true, reason: '' },
      ]),
    ).toEqual({ suppressed: 3 })
    const { subscribers } = await desk.list(0, 10)
    expect(
      subscribers
        .filter(({ state }) => state === 'suppressed')
        .map(({ note }) => note)
        .sort(),
    ).toEqual(['550 no such user', '550 no such user', 'The reader complained about a mail.'])
    await confirmed('gone@example.com')
    expect((await desk.announce(announcement('u1'))).queued).toBe(1)
  })

  it('are named by the link in the mail that came back', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.announce(announcement('u1'))
    await run()
    const token = linkIn(sent[0], 'unsubscribe')
    const report = { kind: 'bounce', permanent: false, reason: '452', token } as const
    expect(await desk.takeReturned(report)).toBe('noted')
    expect(await desk.takeReturned({ ...report, token: `${token}x` })).toBe('unknown')
    expect(await desk.takeReturned({ ...report, permanent: true })).toBe('suppressed')
  })
})

describe('what was given up', () => {
  it('is tried again by an operator, one or all of a mailing', async () => {
    const { desk, run, answer, confirmed, recipients } = await openDesk()
    await confirmed('a@example.com', 'b@example.com')
    answer(async () => permanent('554 looks like spam'))
    await desk.announce(announcement('u1'))
    await run()
    const [first] = (await desk.deliveries(5)).failures
    answer(delivered)
    expect(await desk.retry('update:u1', first?.subscriberId ?? '')).toEqual({ retried: 1 })
    await run()
    expect(recipients()).toEqual([first?.address])
    expect(await desk.retry('update:u1', null)).toEqual({ retried: 1 })
    await run()
    expect(recipients()).toEqual(['a@example.com', 'b@example.com'])
    expect(await desk.retry('update:u1', null)).toEqual({ retried: 0 })
  })

  it('is stopped by an operator', async () => {
    const { desk, confirmed } = await openDesk()
    await confirmed('a@example.com')
    const [subscriber] = (await desk.list(0, 1)).subscribers
    expect(await desk.suppress(subscriber?.id ?? '')).toBe(true)
    expect(await desk.suppress('nobody')).toBe(false)
    expect((await desk.announce(announcement('u1'))).queued).toBe(0)
  })
})

describe('the weekly digest', () => {
  // 1 January 2100 is a Friday; Berlin is an hour ahead.
  const MONDAY_NINE_MS = Date.UTC(2100, 0, 4, 8)

  async function publish(changedAtMs: number) {
    const sample = sampleModel([
      sampleIncident({
        id: 'i-major',
        title: 'Checkout was down',
        updatedAtMs: changedAtMs,
        resolvedAtMs: changedAtMs,
      }),
      sampleIncident({
        id: 'i-minor',
        title: 'Docs were old',
        impact: 'minor',
        updatedAtMs: changedAtMs,
        resolvedAtMs: changedAtMs,
        components: [{ id: 'docs', name: 'Docs', status: 'operational' }],
        updates: [],
      }),
    ])
    const page = { ...sample.page, timeZone: 'Europe/Berlin' }
    const postMortems = [samplePostMortem({ id: 'i-major', title: 'Why it was down', updatedAtMs: changedAtMs })]
    await env.PUBLIC_FILES.put(STORED_MODEL, writeModel({ ...sample, page, postMortems }))
  }

  it('comes on Monday at nine by the page’s clocks, with what each wants, and not when there is nothing', async () => {
    await publish(START_MS + 3_600_000)
    const { desk, run, sent, answer } = await openDesk()
    answer(delivered)
    const weekly = (choice: Parameters<typeof readerFilter>[0]) => readerFilter({ level: 'weekly_digest', ...choice })
    for (const [email, filter] of [
      ['all@example.com', weekly({})],
      ['major@example.com', weekly({ impact: 'major', postMortems: false })],
      ['search@example.com', weekly({ components: ['search'] })],
    ] as const)
      await desk.subscribe({ email, filter, confirmed: true })
    await desk.announce(announcement('u1'))
    await run()
    expect(sent).toEqual([])

    await desk.sweep(Date.now())
    await runInDurableObject(desk, async (_instance, { storage }) => {
      expect(await storage.getAlarm()).toBe(MONDAY_NINE_MS)
    })
    vi.setSystemTime(MONDAY_NINE_MS)
    await run()
    await run()
    const told = new Map(sent.map(({ to, text }) => [to, text]))
    expect([...told.keys()].sort()).toEqual(['all@example.com', 'major@example.com'])
    expect(told.get('all@example.com')).toMatch(/^Incidents: 2 · Maintenance: 0 · Post-mortems: 1/)
    for (const title of ['Checkout was down', 'Docs were old', 'Why it was down'])
      expect(told.get('all@example.com')).toContain(title)
    expect(told.get('major@example.com')).toMatch(/^Incidents: 1 ·[^]*Checkout was down/)
    expect(told.get('major@example.com')).not.toMatch(/Docs were|Why it/)

    later(WEEK_MS)
    await run()
    expect(sent).toHaveLength(2)
  })

  it('waits while what was published cannot be read', async () => {
    await publish(START_MS + 3_600_000)
    const { desk, run, sent } = await openDesk()
    const filter = readerFilter({ level: 'weekly_digest' })
    await desk.subscribe({ email: 'all@example.com', filter, confirmed: true })
    await desk.sweep(Date.now())
    vi.setSystemTime(MONDAY_NINE_MS)
    await env.PUBLIC_FILES.delete(STORED_MODEL)
    await run()
    expect(sent).toEqual([])
    await publish(START_MS + 3_600_000)
    later(600_000)
    await run()
    expect(sent).toHaveLength(1)
  })
})
