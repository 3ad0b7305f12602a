import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PAGE, START_MS, announcement, linkIn, openDesk } from '../../test/mailDesk.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { permanent, temporary } from '../delivery/outcome.ts'
import { updateSubject } from '../domain/notice.ts'
import type { PublicMaintenance } from '../domain/publicModel.ts'
import { readerFilter } from '../domain/readerFilter.ts'
import { NoticeSending } from './noticeSending.ts'
import type { SubscriberDesk } from './subscriberDesk.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

function later(ms: number) {
  vi.setSystemTime(Date.now() + ms)
}

function edited(updateId: string, body: string) {
  const told = announcement(updateId)
  return { ...told, update: { ...told.update, body } }
}

function resolved(updateId: string) {
  const told = announcement(updateId)
  const update = { ...told.update, status: 'resolved' as const }
  return { ...told, update, incident: { ...told.incident, status: 'resolved' as const, updates: [update] } }
}

describe('the undo window', () => {
  it('holds a notice back until it may go', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    expect(await desk.announce({ ...announcement('u1'), notBeforeMs: START_MS + 20_000 })).toEqual({ queued: 1 })
    await run()
    expect(sent).toEqual([])
    later(20_000)
    await run()
    expect(sent).toHaveLength(1)
  })

  it('takes back what has not gone, also from an announcement that comes late', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.announce({ ...announcement('u1'), notBeforeMs: START_MS + 20_000 })
    expect(await desk.withdraw(updateSubject('u1'))).toEqual({ dropped: 1 })
    expect(await desk.withdraw(updateSubject('u2'))).toEqual({ dropped: 0 })
    await desk.announce(announcement('u1'))
    await desk.announce(announcement('u2'))
    later(60_000)
    await run()
    expect(sent).toEqual([])
    expect((await desk.deliveries(5)).mailings).toMatchObject([{ subject: 'update:u1', isWithdrawn: true }])
  })
})

describe('an edit', () => {
  it('replaces the words of what has not gone', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.announce({ ...announcement('u1'), notBeforeMs: START_MS + 20_000 })
    later(10_000)
    await desk.announce({ ...edited('u1', 'We know the cause.'), notBeforeMs: START_MS + 20_000 })
    later(10_000)
    await run()
    later(600_000)
    await run()
    expect(sent.map(({ text }) => text.includes('We know the cause.'))).toEqual([true])
  })

  it('goes once to those who were told, after two minutes, marked as corrected', async () => {
    const { desk, run, answer, confirmed, sent } = await openDesk()
    await confirmed('told@example.com', 'waiting@example.com')
    answer(async ({ to }) => (to === 'waiting@example.com' ? temporary('451') : { ok: true, receipt: '' }))
    await desk.announce(announcement('u1'))
    await run()
    later(30_000)
    await desk.announce(edited('u1', 'First edit.'))
    later(30_000)
    await desk.announce(edited('u1', 'Second edit.'))
    answer(async () => ({ ok: true, receipt: '' }))
    await run()
    expect(sent.map(({ to, text }) => [to, /Second edit|look into it/.exec(text)?.[0]])).toEqual([
      ['told@example.com', 'look into it'],
      ['waiting@example.com', 'Second edit'],
    ])
    later(60_000)
    await run()
    const corrected = sent.slice(2)
    expect(corrected.map(({ to }) => to)).toEqual(['told@example.com'])
    expect(corrected[0]?.text).toMatch(/^Corrected: Investigating,[^]*Second edit\./)
    expect(corrected[0]?.subject).toBe(sent[0]?.subject)
    expect(corrected[0]?.messageId).not.toBe(sent[0]?.messageId)
    expect(corrected[0]?.headers['References']).toBe(sent[0]?.headers['References'])
  })

  it('goes also to whom the first words were just being made ready for', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.announce(announcement('u1'))
    const instance = await runInDurableObject(desk, (object: SubscriberDesk) => object)
    const prepare = vi.spyOn(NoticeSending.prototype, 'prepare').mockImplementation(async function (
      this: NoticeSending,
      ...of
    ) {
      prepare.mockRestore()
      const ready = await this.prepare(...of)
      await instance.announce(edited('u1', 'We found it.'))
      return ready
    })
    await run()
    later(3 * 60_000)
    await run()
    expect(sent.at(-1)?.text).toContain('We found it.')
  })

  it('is on the page only when it comes later', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.announce(announcement('u1'))
    await run()
    later(120_000)
    expect(await desk.announce(edited('u1', 'Too late.'))).toEqual({ queued: 0 })
    later(600_000)
    await run()
    expect(sent).toHaveLength(1)
  })
})

describe('other notices', () => {
  const maintenance: PublicMaintenance = {
    id: 'm1',
    title: 'New database',
    status: 'scheduled',
    scheduledForMs: START_MS + 86_400_000,
    scheduledUntilMs: START_MS + 90_000_000,
    createdAtMs: START_MS,
    updatedAtMs: START_MS,
    startedAtMs: null,
    completedAtMs: null,
    sequence: 0,
    components: [{ id: 'checkout', name: 'Checkout' }],
    updates: [],
  }
  const update = {
    id: 'mu1',
    status: 'scheduled' as const,
    body: 'We move to a new database.',
    translations: {},
    edits: [],
    atMs: START_MS,
    components: [],
    rescheduledFrom: null,
  }

  it('tell of maintenance, and again when its time changes', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.subscribe({ email: 'major@example.com', filter: readerFilter({ level: 'major_only' }), confirmed: true })
    await desk.announceMaintenance({ page: PAGE, maintenance, update, what: 'scheduled' })
    await run()
    const moved = { ...maintenance, scheduledForMs: START_MS + 2 * 86_400_000 }
    const before = { scheduledForMs: maintenance.scheduledForMs, scheduledUntilMs: maintenance.scheduledUntilMs }
    await desk.announceMaintenance({
      page: PAGE,
      maintenance: moved,
      update: { ...update, id: 'mu2', rescheduledFrom: before },
      what: 'rescheduled',
    })
    await run()
    expect(sent.map(({ to }) => to)).toEqual(['alice@example.com', 'alice@example.com'])
    expect(sent[1]?.subject).toBe(sent[0]?.subject)
    expect(sent[1]?.headers['References']).toBe(sent[0]?.headers['References'])
    expect(sent[1]?.text).toMatch(/^Maintenance rescheduled, 3 Jan 2100[^]*It was planned for 2 Jan 2100/)
  })

  it('keep the subject that their thread began with, also when its title changes and after the end', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await desk.subscribe({ email: 'alice@example.com', confirmed: true, filter: readerFilter({ postMortems: true }) })
    await confirmed('bob@example.com')
    const renamed = announcement('u2')
    const postMortem = {
      id: renamed.incident.id,
      title: 'Why paying failed',
      publishedAtMs: START_MS,
      updatedAtMs: START_MS,
      body: 'It was slow.',
      startedAtMs: START_MS,
      resolvedAtMs: START_MS,
      services: [],
    }
    await desk.announce(announcement('u1'))
    await desk.announce({ ...renamed, incident: { ...renamed.incident, title: 'Paying fails' } })
    await desk.announcePostMortem({ page: PAGE, postMortem, incident: renamed.incident })
    await run()
    expect(sent).toHaveLength(5)
    expect(new Set(sent.map(({ subject }) => subject))).toEqual(new Set(['[Acme] Checkout is slow']))
  })

  it('tell of components that changed by themselves', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.subscribe({ email: 'search@example.com', components: ['search'], confirmed: true })
    const changes = [{ id: 'checkout', name: 'Checkout', from: 'operational', to: 'partial_outage' }] as const
    await desk.announceComponents({ page: PAGE, id: 'c1', changes, atMs: START_MS })
    await desk.announceComponents({ page: PAGE, id: 'c1', changes, atMs: START_MS })
    await run()
    expect(sent.map(({ to, subject }) => [to, subject])).toEqual([['alice@example.com', '[Acme] Checkout']])
    expect(sent[0]?.text).toMatch(/^Partial outage, 1 Jan 2100[^]*- Checkout: Partial outage \(was: Operational\)/)
  })
})

describe('following one incident', () => {
  const incident = { id: '0123456789ab', title: 'Checkout is slow' }

  it('tells of this incident alone, and ends with it', async () => {
    const { desk, run, sent } = await openDesk()
    await desk.subscribe({ email: 'alice@example.com', incident })
    await run()
    expect(sent[0]?.text).toContain('“Checkout is slow”')
    expect(await desk.confirm(linkIn(sent[0], 'confirm'))).toBe('confirmed')

    const { incident: told, ...rest } = announcement('other')
    await desk.announce({ ...rest, incident: { ...told, id: 'another' } })
    await desk.announce(announcement('u1'))
    await run()
    later(60_000)
    await desk.announce(resolved('u2'))
    await run()
    expect(sent.slice(1).map(({ text }) => text.includes('This was the last message'))).toEqual([false, true])

    later(120_000)
    await desk.sweep(Date.now())
    expect(await desk.stats()).toMatchObject({ subscribers: { confirmed: 0, ended: 1 } })
    await desk.announce(announcement('u3'))
    await run()
    expect(sent).toHaveLength(3)
  })

  it('tells nobody twice, and lasts while the end is taken back', async () => {
    const { desk, run, confirmed, sent } = await openDesk()
    await confirmed('alice@example.com')
    await desk.subscribe({ email: 'alice@example.com', incident, confirmed: true })
    await desk.announce(announcement('u1'))
    await run()
    expect(sent).toHaveLength(1)
    await desk.announce({ ...resolved('u2'), notBeforeMs: START_MS + 20_000 })
    await desk.withdraw(updateSubject('u2'))
    later(600_000)
    await desk.sweep(Date.now())
    expect(await desk.stats()).toMatchObject({ subscribers: { confirmed: 2, ended: 0 } })
  })
})

describe('channels', () => {
  const hook = (host: string) => ({ kind: 'webhook', url: `https://${host}/hook`, secret: 'whsec_c2VjcmV0' }) as const

  it('go on while one of them fails again and again', async () => {
    const { desk, run, sent } = await openDesk()
    let tried = 0
    const carry = (instance: SubscriberDesk) => {
      const open = instance.openCarrier
      instance.openCarrier = () => {
        const carrier = open()
        return {
          ...carrier,
          deliver: async (channel, message) => {
            if (channel.kind !== 'webhook') return carrier.deliver(channel, message)
            tried++
            return channel.url.includes('broken') ? temporary('HTTP 500') : { ok: true, receipt: 'HTTP 200' }
          },
        }
      }
    }
    await runInDurableObject(desk, carry)
    for (let i = 0; i < 10; i++) {
      await desk.subscribe({
        channel: { ...hook('broken.example'), url: `https://broken.example/${i}` },
        confirmed: true,
      })
      await desk.subscribe({ email: `user${i}@example.com`, confirmed: true })
    }
    await desk.subscribe({ channel: hook('fine.example'), confirmed: true })
    await desk.announce(announcement('u1'))
    await run()
    expect(sent).toHaveLength(10)
    expect(tried).toBeLessThan(8)
    const { mailings, paused } = await desk.deliveries(1)
    expect(mailings[0]?.counts).toMatchObject({ sent: 11, queued: 10 })
    expect(paused.map(({ lane }) => lane)).toEqual(['webhook broken.example'])
  })

  it('are not paused by a mail server that puts off one recipient after the other', async () => {
    const { desk, run, answer, confirmed, sent } = await openDesk()
    const known = new Set<string>()
    answer(async ({ to }) => {
      if (known.has(to)) return { ok: true, receipt: '250' }
      known.add(to)
      return { ...temporary('451 4.7.1 Greylisted'), carrierWorks: true }
    })
    await confirmed(...Array.from({ length: 20 }, (_, i) => `user${i}@example.com`))
    await desk.announce(announcement('u1'))
    await run()
    expect(known.size).toBe(20)
    expect((await desk.deliveries(1)).paused).toEqual([])
    later(30_000)
    await run()
    expect(sent).toHaveLength(20)
  })

  it('do not wait for one of them that hangs, nor does what comes meanwhile', async () => {
    const { desk, run, confirmed } = await openDesk()
    await confirmed('alice@example.com')
    const told: string[] = []
    const answered = Promise.withResolvers<Outcome>()
    await runInDurableObject(desk, (instance) => {
      instance.openCarrier = () => ({
        deliver: async (channel, { id }) => {
          if (channel.kind === 'webhook') return answered.promise
          told.push(id.slice(0, id.indexOf('.')))
          return { ok: true, receipt: '' }
        },
        close: () => undefined,
      })
    })
    await desk.subscribe({ channel: hook('hangs.example'), confirmed: true })
    await desk.announce(announcement('u1'))
    const running = run()
    await expect.poll(() => told).toEqual(['update:u1'])
    // The mail's lane is empty by now, and the run still waits for the webhook.
    await desk.announce(announcement('u2'))
    await expect.poll(() => told).toEqual(['update:u1', 'update:u2'])
    answered.resolve({ ok: true, receipt: '' })
    await running
    expect((await desk.stats()).deliveriesWaiting).toBe(0)
  })

  it('keep what is secret about them sealed, and are one subscriber each', async () => {
    const { desk } = await openDesk()
    await desk.subscribe({ channel: hook('a.example'), confirmed: true })
    await desk.subscribe({ channel: hook('a.example'), confirmed: true })
    await desk.subscribe({ channel: { kind: 'sms', number: '+491701234567' }, confirmed: true })
    const { subscribers } = await desk.list(0, 10)
    expect(subscribers.map(({ kind, address }) => `${kind} ${address}`).sort()).toEqual([
      'sms …4567',
      'webhook a.example',
    ])
    await runInDurableObject(desk, (_instance, { storage }) => {
      const kept = JSON.stringify(storage.sql.exec('SELECT * FROM subscribers').toArray())
      expect(kept).not.toMatch(/whsec_|example\/hook|1701234567/)
    })
  })

  it('suppress whoever refuses for good, and only them', async () => {
    const { desk, run, confirmed } = await openDesk()
    await confirmed('alice@example.com')
    await runInDurableObject(desk, (instance) => {
      instance.openCarrier = () => ({
        deliver: async ({ kind }) =>
          kind === 'webhook' ? { ...permanent('HTTP 410'), recipientRefused: true } : { ok: true, receipt: '' },
        close: () => undefined,
      })
    })
    await desk.subscribe({ channel: hook('gone.example'), confirmed: true })
    await desk.announce(announcement('u1'))
    await run()
    expect(await desk.stats()).toMatchObject({ subscribers: { confirmed: 1, suppressed: 1 } })
  })
})

it('tells many in steps, and nobody who left or came between two of them', async () => {
  const { desk } = await openDesk()
  await runInDurableObject(desk, (_instance, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1200)
       INSERT INTO subscribers (id, kind, address, key, lane, state, note, filter, created_at_ms, confirmed_at_ms, state_since_ms)
       SELECT 's' || n, 'email', n || '@example.com', 'email ' || n || '@example.com', 'email', 'confirmed', '', '', ?1, ?1, ?1
       FROM number`,
      START_MS,
    )
  })
  const announced = desk.announce(announcement('u1'))
  // The object answers others meanwhile.
  await desk.suppress('s1100')
  await announced
  later(1)
  await desk.subscribe({ email: 'late@example.com', confirmed: true })
  expect(await desk.announce(announcement('u1'))).toEqual({ queued: 0 })
  const told = () =>
    runInDurableObject(desk, (_instance, { storage }) =>
      storage.sql.exec<{ subscriber_id: string }>('SELECT subscriber_id FROM deliveries').toArray(),
    )
  const ids = (await told()).map(({ subscriber_id: id }) => id)
  expect([ids.length, new Set(ids).size, ids.includes('s1100')]).toEqual([1199, 1199, false])

  // Who has it gets an edit in steps as well; who has not gets it as it is now.
  await runInDurableObject(desk, (_instance, { storage }) => {
    storage.sql.exec(`UPDATE deliveries SET state = 'sent', version = 1 WHERE subscriber_id <> 's7'`)
  })
  const firstWords = announcement('u1')
  const inOtherWords = { ...firstWords, update: { ...firstWords.update, body: 'In other words.' } }
  expect(await desk.announce(inOtherWords)).toEqual({ queued: 1198 })
  // Taken back in the middle, it stays taken back.
  await desk.withdraw(updateSubject('u1'))
  expect((await desk.stats()).deliveriesWaiting).toBe(0)
})

it('takes over the subscribers of a version that knew only mail', async () => {
  const { desk, name, run } = await openDesk()
  await runInDurableObject(desk, (_instance, { storage }) => {
    storage.sql.exec(`
      DROP TABLE subscribers;
      CREATE TABLE subscribers (
        id TEXT PRIMARY KEY, email TEXT NOT NULL, email_key TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'unsubscribed', 'suppressed')),
        components TEXT, wants_post_mortems INTEGER NOT NULL,
        created_at_ms INTEGER NOT NULL, confirmed_at_ms INTEGER, state_since_ms INTEGER NOT NULL,
        asked_at_ms INTEGER, asked_components TEXT, asked_post_mortems INTEGER);
      CREATE INDEX subscribers_state ON subscribers (state);
      INSERT INTO subscribers VALUES
        ('s1', 'Alice@example.com', 'alice@example.com', 'confirmed', '["search","checkout"]', 0, 1, 2, 2, NULL, NULL, NULL),
        ('s2', 'bob@example.com', 'bob@example.com', 'confirmed', NULL, 1, 3, 4, 4, 5, '["search"]', 0),
        ('s3', 'carol@example.com', 'carol@example.com', 'unsubscribed', NULL, 0, 6, 7, 7, NULL, NULL, NULL)`)
  })
  await run()
  await runInDurableObject(desk, (_instance, state) => state.abort('restart')).catch(() => undefined)
  const revived = await openDesk(name)
  const { subscribers } = await revived.desk.list(0, 10)
  expect(subscribers.map(({ id, address, state, filter }) => [id, address, state, filter])).toEqual([
    ['s3', 'carol@example.com', 'unsubscribed', readerFilter({ postMortems: false })],
    ['s2', 'bob@example.com', 'confirmed', readerFilter({ postMortems: true })],
    ['s1', 'Alice@example.com', 'confirmed', readerFilter({ components: ['checkout', 'search'], postMortems: false })],
  ])
  await revived.desk.announce(announcement('u1'))
  await revived.run()
  expect(revived.recipients()).toEqual(['Alice@example.com', 'bob@example.com'])
  expect(await revived.desk.erase({ email: 'ALICE@example.com' })).toBe(true)
})
