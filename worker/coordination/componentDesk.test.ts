import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../domain/actor.ts'
import type { ComponentRule } from '../domain/componentRule.ts'
import { ComponentRule as RuleSchema } from '../domain/componentRule.ts'
import { Dependency } from '../domain/dependency.ts'
import type { ShownThirdParty } from '../domain/dependency.ts'
import type { ComponentsAnnouncement } from '../domain/notice.ts'
import type { RecordedOwnChange } from '../domain/ownChanges.ts'
import { ownStatus } from '../domain/ownComponentState.ts'

const T0 = Date.UTC(2100, 10, 24, 12)
const MINUTE_MS = 60_000
const ALICE: Actor = { kind: 'responder', id: 'alice', name: 'Alice' }

/** A real publisher under a name of its own, which may be away; a desk of alerts and one of subscribers that note calls. */
class World {
  readonly told: ComponentsAnnouncement[] = []
  readonly published: RecordedOwnChange[] = []
  fires = false
  publisherIsAway = false
  readonly #page = crypto.randomUUID()

  /** Anew each time: a stub belongs to the object that made it. */
  get publisher() {
    return env.STATUS_PUBLISHER.getByName(this.#page)
  }

  get bindings() {
    return {
      ...env,
      STATUS_PUBLISHER: { getByName: () => this.#publisher() },
      ALERT_DESK: { getByName: () => ({ whichFire: async (lists: unknown[]) => lists.map(() => this.fires) }) },
      SUBSCRIBER_DESK: {
        getByName: () => ({ announceComponents: async (said: ComponentsAnnouncement) => void this.told.push(said) }),
      },
    }
  }

  #publisher() {
    return {
      publishComponentStates: async (version: number, changes: RecordedOwnChange[]) => {
        if (this.publisherIsAway) throw new Error('the publisher is not there')
        this.published.push(...changes)
        await this.publisher.publishComponentStates(version, changes)
      },
      publishThirdParties: async (all: ShownThirdParty[]) => this.publisher.publishThirdParties(all),
      changesSince: (since: { component: string; atMs: number }[]) => this.publisher.changesSince(since),
    }
  }
}

const COMPONENTS = [
  { id: 'checkout', name: 'Checkout', group: null },
  { id: 'search', name: 'Search', group: null },
]
const RULE = RuleSchema.parse({
  component: 'checkout',
  status: 'major_outage',
  when: { alerts: ['service="payments"'] },
})

async function newDesk(rules: readonly ComponentRule[] = []) {
  const world = new World()
  const stub = env.COMPONENT_DESK.getByName(crypto.randomUUID())
  const use = () =>
    runInDurableObject(stub, (desk) => {
      Object.defineProperty(desk, 'env', { value: world.bindings })
    })
  await use()
  await world.publisher.useStatusPage(1, {
    page: { publicId: 'abcdefghijkl', name: 'Acme', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
    components: COMPONENTS.map(({ id, name }) => ({ id, name })),
  })
  await stub.useSettings(1, { components: COMPONENTS, rules, noticeSeconds: 20 })
  const restart = async () => {
    await evictDurableObject(stub)
    await use()
  }
  const set = (status: 'operational' | 'partial_outage', more: object = {}, request: object = {}) =>
    stub.submit({
      component: 'checkout',
      command: { type: 'set_status', status, reason: 'seen', untilMs: null, tellsSubscribers: true, ...more },
      by: ALICE,
      ...request,
    })
  const shown = async () => (await world.publisher.model()).components.find(({ id }) => id === 'checkout')?.status
  const own = async () => {
    const [first] = await stub.list()
    return first && ownStatus(first.state)
  }
  return { stub, world, restart, set, shown, own }
}

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('ComponentDesk', () => {
  it('has given readers what was set by hand when it answers, and keeps who and why to itself', async () => {
    const { stub, set, shown, world } = await newDesk()
    expect(await set('partial_outage')).toMatchObject({ ok: true, state: { word: { reason: 'seen', by: ALICE } } })
    expect(await shown()).toBe('partial_outage')
    expect(JSON.stringify(await world.publisher.model())).not.toContain('seen')
    expect(await stub.log('checkout', 10)).toMatchObject([
      { by: ALICE, from: 'operational', to: 'partial_outage', event: { type: 'set_by_hand', reason: 'seen' } },
    ])
  })

  it('does the same command once, and refuses one that saw an older state', async () => {
    const { set, world } = await newDesk()
    await set('partial_outage', {}, { idempotencyKey: 'k' })
    pass(MINUTE_MS)
    expect(await set('operational', {}, { idempotencyKey: 'k' })).toMatchObject({ ok: true, state: { version: 1 } })
    expect(await set('operational', {}, { expectedVersion: 0 })).toMatchObject({ ok: false, reason: 'stale_version' })
    expect(world.published).toHaveLength(1)
  })

  it('knows only what is configured', async () => {
    const { stub } = await newDesk()
    const command = { type: 'give_back', reason: '', tellsSubscribers: true } as const
    const answer = await stub.submit({ component: 'nothing', command, by: ALICE })
    expect(answer).toMatchObject({ ok: false, reason: 'unknown_component' })
  })

  it('follows its rules, until a human says otherwise and gives it back', async () => {
    const { stub, set, shown, own, world } = await newDesk([RULE])
    world.fires = true
    await stub.sweep(Date.now())
    expect(await shown()).toBe('major_outage')
    pass(MINUTE_MS)
    await set('operational')
    expect(await shown()).toBe('operational')
    await stub.sweep(Date.now())
    expect(await own()).toBe('operational')
    pass(MINUTE_MS)
    const command = { type: 'give_back', reason: 'rules know', tellsSubscribers: false } as const
    await stub.submit({ component: 'checkout', command, by: ALICE })
    expect(await shown()).toBe('major_outage')
    world.fires = false
    pass(MINUTE_MS)
    await stub.sweep(Date.now())
    expect(await shown()).toBe('operational')
  })

  it('looks a second after it heard that something happened, also after it was gone', async () => {
    const { stub, shown, world, restart } = await newDesk([RULE])
    world.fires = true
    await stub.recheckSoon()
    await restart()
    pass(2_000)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await shown()).toBe('major_outage')
  })

  it('ends a word at its time, by its alarm', async () => {
    const { stub, set, shown } = await newDesk()
    await set('partial_outage', { untilMs: T0 + MINUTE_MS, tellsSubscribers: false })
    pass(MINUTE_MS)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await shown()).toBe('operational')
    expect(await stub.log('checkout', 1)).toMatchObject([{ event: { type: 'word_ended' }, by: { kind: 'system' } }])
  })

  it('publishes later what could not be published, in order', async () => {
    const { stub, set, shown, world, restart } = await newDesk()
    vi.spyOn(console, 'error').mockReturnValue()
    world.publisherIsAway = true
    expect(await set('partial_outage')).toMatchObject({ ok: true })
    pass(5_000)
    await set('operational')
    await restart()
    world.publisherIsAway = false
    pass(MINUTE_MS)
    await stub.sweep(Date.now())
    expect(world.published.map(({ status }) => status)).toEqual(['partial_outage', 'operational'])
    expect(await shown()).toBe('operational')
  })

  it('tells subscribers once, after their notice was held, and nothing of what went back meanwhile', async () => {
    const { stub, set, world } = await newDesk()
    await set('partial_outage')
    await stub.sweep(Date.now())
    expect(world.told).toEqual([])
    pass(21_000)
    await stub.sweep(Date.now())
    await stub.sweep(Date.now())
    expect(world.told).toMatchObject([
      { id: '1', atMs: T0, changes: [{ id: 'checkout', name: 'Checkout', from: 'operational', to: 'partial_outage' }] },
    ])
    pass(MINUTE_MS)
    await set('operational')
    pass(5_000)
    await set('partial_outage')
    pass(MINUTE_MS)
    await stub.sweep(Date.now())
    expect(world.told).toHaveLength(1)
  })

  it('tells nothing where whoever set it wants it quiet', async () => {
    const { stub, set, world } = await newDesk()
    await set('partial_outage', { tellsSubscribers: false })
    pass(MINUTE_MS)
    await stub.sweep(Date.now())
    expect(world.told).toEqual([])
  })
})

describe('third parties', () => {
  const RULE_OF_PSP = RuleSchema.parse({
    component: 'checkout',
    status: 'degraded_performance',
    when: { dependency: { id: 'psp' } },
  })
  const PSP = Dependency.parse({ id: 'psp', name: 'Payments', url: 'https://status.psp.example', isShown: true })

  it('are asked by alarm, decide rules, are shown to readers, and are not known when they fall silent', async () => {
    let indicator = 'major'
    const asked: string[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
      asked.push(new Request(url, init).url)
      if (indicator === 'gone') return new Response('', { status: 500 })
      const etag = `"${indicator}"`
      if (new Headers(init?.headers).get('if-none-match') === etag) return new Response(null, { status: 304 })
      return Response.json({ status: { indicator }, components: [], incidents: [] }, { headers: { etag } })
    })
    const { stub, world, shown } = await newDesk()
    await stub.useSettings(2, { components: COMPONENTS, rules: [RULE_OF_PSP], noticeSeconds: 20, dependencies: [PSP] })
    const sweep = async (minutes: number) => {
      vi.setSystemTime(Date.now() + minutes * MINUTE_MS)
      const { length } = asked
      await stub.sweep(Date.now())
      await expect.poll(() => asked.length).toBeGreaterThan(length)
      await stub.sweep(Date.now())
    }
    const state = async () => (await stub.dependencies())[0]
    await stub.sweep(Date.now())
    await expect.poll(async () => (await state())?.status).toBe('partial_outage')
    await stub.sweep(Date.now())
    expect(asked[0]).toBe('https://status.psp.example/api/v2/summary.json')
    expect(await shown()).toBe('degraded_performance')
    expect((await world.publisher.model()).thirdParties).toMatchObject([{ id: 'psp', status: 'partial_outage' }])

    await sweep(2)
    await expect.poll(async () => (await state())?.state.checkedAtMs).toBe(Date.now())
    expect(await state()).toMatchObject({ status: 'partial_outage', state: { error: null } })

    indicator = 'gone'
    await sweep(11)
    await expect.poll(async () => (await state())?.state.error).toBe('answered HTTP 500')
    await stub.sweep(Date.now())
    expect(await state()).toMatchObject({ status: null })
    expect(await shown()).toBe('operational')
    expect((await world.publisher.model()).thirdParties).toMatchObject([{ id: 'psp', status: null }])
  })
})
