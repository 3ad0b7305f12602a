import { env } from 'cloudflare:workers'
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AT_MS, sampleIncident, sampleMaintenance, samplePostMortem } from '../../test/samplePublicModel.ts'
import { TestStatusPublisher } from '../../test/statusPublisher.ts'
import type { StatusPageConfig } from './statusPageConfig.ts'

const CONFIG: StatusPageConfig = {
  page: { publicId: 'abcdefghjkmn', name: 'Example', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
  components: [{ id: 'checkout', name: 'Checkout' }],
}
const MINUTE_MS = 60_000

type Stub = ReturnType<typeof env.STATUS_PUBLISHER.getByName>

/** Each test has an object of its own; they share the bucket, which is emptied. */
async function publisher(): Promise<Stub> {
  const stub = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
  await stub.useStatusPage(1, CONFIG)
  return stub
}

async function stored(path: string): Promise<string | null> {
  return (await env.PUBLIC_FILES.get(path))?.text() ?? null
}

async function useRenderer(stub: Stub, is: 'broken' | 'mended'): Promise<void> {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  await runInDurableObject(stub, (instance) => {
    if (!(instance instanceof TestStatusPublisher)) throw new Error('test/worker.ts binds another class')
    instance.rendererIsBroken = is === 'broken'
  })
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: AT_MS })
  const { objects } = await env.PUBLIC_FILES.list()
  await env.PUBLIC_FILES.delete(objects.map(({ key }) => key))
})

describe('StatusPublisher', () => {
  it('writes the first files although nothing ever happened', async () => {
    await publisher()
    const { objects } = await env.PUBLIC_FILES.list()
    expect(objects.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['index.html', 'index.txt', 'history.atom', 'api/v2/summary.json', 'post-mortems.html']),
    )
    expect(await stored('api/v2/status.json')).toContain('All Systems Operational')
  })

  it('has given an incident to readers when it returns', async () => {
    const stub = await publisher()
    expect(await stub.publishIncident(3, sampleIncident())).toEqual({ stored: true, pending: 0 })
    for (const path of [
      'index.html',
      'index.txt',
      'incidents/0123456789ab.html',
      'history.atom',
      'api/v2/summary.json',
    ])
      expect(await stored(path), path).toContain('Checkout is slow')
    expect(await stored('api/v2/summary.json')).toContain('"status":"partial_outage"')
  })

  it('has given a maintenance to readers when it returns, and its components are back when it is over', async () => {
    const stub = await publisher()
    const [from, to] = ['operational', 'under_maintenance'] as const
    const [planned] = sampleMaintenance().updates
    if (planned === undefined) throw new Error('the sample has an update')
    const begun = {
      ...planned,
      id: 'b',
      status: 'in_progress',
      components: [{ id: 'checkout', name: 'Checkout', from, to }],
    } as const
    const underWay = sampleMaintenance({ status: 'in_progress', startedAtMs: AT_MS, updates: [begun, planned] })
    expect(await stub.publishMaintenance(2, underWay)).toEqual({ stored: true, pending: 0 })
    expect(await stub.publishMaintenance(1, sampleMaintenance())).toEqual({ stored: false, pending: 0 })
    for (const path of ['index.html', 'maintenance/0123456789ab.html', 'maintenance/0123456789ab.ics', 'calendar.ics'])
      expect(await stored(path), path).toContain('Database upgrade')
    expect(await stored('api/v2/status.json')).toContain('"indicator":"maintenance"')
    expect(await stored('api/v2/components.json')).toContain('"status":"under_maintenance"')

    const ended = {
      ...begun,
      id: 'c',
      status: 'completed',
      atMs: AT_MS,
      components: [{ id: 'checkout', name: 'Checkout', from: to, to: from }],
    } as const
    await stub.publishMaintenance(3, {
      ...underWay,
      status: 'completed',
      completedAtMs: AT_MS,
      updates: [ended, begun, planned],
    })
    expect(await stored('api/v2/status.json')).toContain('"indicator":"none"')
    expect(await stored('history/2100-11.html')).toContain('Database upgrade')
  })

  it('writes what an earlier version of the program did not know', async () => {
    const stub = await publisher()
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec("DELETE FROM written WHERE path = 'calendar.ics'")
    })
    await env.PUBLIC_FILES.delete('calendar.ics')
    await evictDurableObject(stub)
    await stub.heartbeat(AT_MS)
    expect(await stored('calendar.ics')).toContain('BEGIN:VCALENDAR')
  })

  it('keeps with each file what its answer needs', async () => {
    await publisher()
    const file = await env.PUBLIC_FILES.head('index.html')
    expect(file?.httpMetadata?.contentType).toBe('text/html; charset=utf-8')
    expect(file?.customMetadata?.['etag']).toMatch(/^[0-9a-f]{64}$/)
    expect(file?.customMetadata?.['csp']).toMatch(/style-src 'self' 'sha256-/)
  })

  it('ignores a version that is older, or the same', async () => {
    const stub = await publisher()
    await stub.publishIncident(5, sampleIncident({ title: 'Newer' }))
    expect(await stub.publishIncident(4, sampleIncident({ title: 'Older' }))).toEqual({ stored: false, pending: 0 })
    expect(await stub.publishIncident(5, sampleIncident({ title: 'Repeated' }))).toEqual({ stored: false, pending: 0 })
    expect(await stored('index.html')).toContain('Newer')
    expect((await stub.model()).incidents.map(({ title }) => title)).toEqual(['Newer'])
  })

  it('does not fail when rendering does, and its alarm recovers', async () => {
    const stub = await publisher()
    await useRenderer(stub, 'broken')
    const outcome = await stub.publishIncident(1, sampleIncident())
    expect(outcome.stored).toBe(true)
    expect(outcome.pending).toBeGreaterThan(0)
    // What needs no renderer is out already.
    expect(await stored('api/v2/summary.json')).toContain('Checkout is slow')
    expect(await stored('incidents/0123456789ab.html')).toBeNull()

    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect((await stub.stats()).filesPending).toBeGreaterThan(0)

    await useRenderer(stub, 'mended')
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await stored('incidents/0123456789ab.html')).toContain('Checkout is slow')
    expect(await stored('de/incidents/0123456789ab.html')).toContain('Checkout is slow')
    expect((await stub.stats()).filesPending).toBe(0)
    expect(await runDurableObjectAlarm(stub)).toBe(false)
  })

  it('keeps everything over a restart, also what was still to be written', async () => {
    const stub = await publisher()
    await useRenderer(stub, 'broken')
    await stub.publishIncident(1, sampleIncident())
    await evictDurableObject(stub)
    expect((await stub.model()).activeIncidents.map(({ id }) => id)).toEqual(['0123456789ab'])
    await runDurableObjectAlarm(stub)
    expect(await stored('incidents/0123456789ab.html')).toContain('Checkout is slow')
    expect(await stub.publishIncident(1, sampleIncident())).toEqual({ stored: false, pending: 0 })
  })

  it('ends with the last of many updates that come at once', async () => {
    const stub = await publisher()
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => stub.publishIncident(i + 1, sampleIncident({ title: `Version ${i + 1}` }))),
    )
    expect(await stored('index.html')).toContain('Version 20')
    await runDurableObjectAlarm(stub)
    expect(await stored('ja/index.html')).toContain('Version 20')
    expect((await stub.stats()).filesPending).toBe(0)
  })

  it('waits for the status page to be configured', async () => {
    const stub = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
    await stub.publishIncident(1, sampleIncident())
    await stub.heartbeat(AT_MS)
    expect(await stored('index.html')).toBeNull()
    await stub.useStatusPage(1, CONFIG)
    expect(await stored('index.html')).toContain('Checkout is slow')
  })

  it('writes nothing when the configuration is the same', async () => {
    const stub = await publisher()
    await runDurableObjectAlarm(stub)
    const { filesWritten } = await stub.stats()
    expect(await stub.useStatusPage(1, CONFIG)).toEqual({ stored: false, pending: 0 })
    expect((await stub.stats()).filesWritten).toBe(filesWritten)
  })

  it('keeps the bytes of feeds and JSON while nothing happens', async () => {
    const stub = await publisher()
    await stub.publishIncident(1, sampleIncident())
    const before = await Promise.all(['history.atom', 'history.rss', 'api/v2/summary.json'].map(stored))
    vi.setSystemTime(AT_MS + 24 * 60 * MINUTE_MS)
    await stub.heartbeat(AT_MS + 24 * 60 * MINUTE_MS)
    expect(await Promise.all(['history.atom', 'history.rss', 'api/v2/summary.json'].map(stored))).toEqual(before)
  })

  it('publishes a post-mortem with its public action items only', async () => {
    const stub = await publisher()
    await stub.publishIncident(1, sampleIncident({ status: 'resolved', resolvedAtMs: AT_MS }))
    const item = { id: 'a', owner: 'Alice', dueOn: '' as const, type: 'prevent' as const, done: false }
    await stub.publishPostMortem(samplePostMortem(), [
      { ...item, title: 'Add an index', isPublic: true },
      { ...item, title: 'Change the secret', isPublic: false },
    ])
    const page = await stored('post-mortems/0123456789ab.html')
    expect(page).toContain('Add an index')
    expect(page).not.toContain('Change the secret')
    expect(page).not.toContain('Alice')
    expect(await stored('api/v2/incidents.json')).toContain('"status":"postmortem"')
    expect(await stored('history.atom')).toContain('Post-mortem: Checkout was slow')
    expect((await stub.model()).incidents[0]?.hasPostMortem).toBe(true)
  })
})

describe('heartbeat', () => {
  it('refreshes "as of" when it is older than five minutes, and not before', async () => {
    const stub = await publisher()
    const asOf = async () => /"asOfMs":(\d+)/.exec((await stored('index.html')) ?? '')?.[1]

    vi.setSystemTime(AT_MS + 4 * MINUTE_MS)
    await stub.heartbeat(AT_MS + 4 * MINUTE_MS)
    expect(await asOf()).toBe(String(AT_MS))

    vi.setSystemTime(AT_MS + 5 * MINUTE_MS)
    await stub.heartbeat(AT_MS + 5 * MINUTE_MS)
    expect(await asOf()).toBe(String(AT_MS + 5 * MINUTE_MS))
  })

  it('begins the bar of a new day at midnight in UTC', async () => {
    const stub = await publisher()
    const midnightMs = Date.UTC(2100, 10, 25)
    vi.setSystemTime(midnightMs - 1000)
    await stub.heartbeat(midnightMs - 1000)
    expect(await stored('uptime.html')).not.toContain('2100-11-25')
    vi.setSystemTime(midnightMs + 1000)
    await stub.heartbeat(midnightMs + 1000)
    expect(await stored('uptime.html')).toContain('2100-11-25')
  })
})
