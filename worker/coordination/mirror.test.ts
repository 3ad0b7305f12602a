import { env } from 'cloudflare:workers'
import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AT_MS, sampleIncident } from '../../test/samplePublicModel.ts'
import { TestHost, useMirrorHost } from '../../test/mirrorInMemory.ts'
import type { MirrorHost } from '../delivery/mirrorHost.ts'
import { COPY_MANIFEST } from '../publishing/copyManifest.ts'
import type { StatusPageConfig } from './statusPageConfig.ts'

const CONFIG: StatusPageConfig = {
  page: { publicId: 'abcdefghjkmn', name: 'Example', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
  components: [{ id: 'checkout', name: 'Checkout' }],
}
const HOUR_MS = 3600 * 1000

type Stub = ReturnType<typeof env.STATUS_PUBLISHER.getByName>

async function publisher(): Promise<Stub> {
  const stub = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
  await stub.useStatusPage(1, CONFIG)
  return stub
}

async function useMirror(stub: Stub, host: MirrorHost | null): Promise<void> {
  await useMirrorHost(stub, host)
  await stub.heartbeat(Date.now())
}

async function mirrored(): Promise<{ stub: Stub; host: TestHost }> {
  const [stub, host] = [await publisher(), new TestHost()]
  await useMirror(stub, host)
  await runDurableObjectAlarm(stub)
  // The first drill was told to the public, and that is news for the mirror.
  await runDurableObjectAlarm(stub)
  return { stub, host }
}

const stateOf = async (stub: Stub) => (await stub.stats()).mirror

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: AT_MS })
  const { objects } = await env.PUBLIC_FILES.list()
  await env.PUBLIC_FILES.delete(objects.map(({ key }) => key))
})

describe('the mirror', () => {
  it('gets everything that was published before it was there, and says so', async () => {
    const { stub, host } = await mirrored()
    const paths = host.manifest().files.map(({ path }) => path)
    expect(paths).toEqual(
      expect.arrayContaining(['index.html', 'history/index.html', 'api/v2/summary.json', 'mirror.json']),
    )
    expect(paths).toEqual([...host.files.keys()].filter((path) => path !== COPY_MANIFEST).toSorted())
    expect(await stateOf(stub)).toMatchObject({
      filesPending: 0,
      waitingSinceMs: null,
      failure: null,
      filesMirrored: paths.length,
    })
  })

  it('gets what changes afterwards, and of what stays the same nothing', async () => {
    const { stub, host } = await mirrored()
    host.puts = []
    await stub.publishIncident(1, sampleIncident())
    // The page was not held up: the mirror comes after it.
    expect(host.puts).toEqual([])
    await runDurableObjectAlarm(stub)
    expect(host.files.get('incidents/0123456789ab/index.html')).toContain('Checkout is slow')
    expect(host.files.get('api/v2/summary.json')).toContain('Checkout is slow')
    expect(host.puts).not.toContain('post-mortems/index.html')
  })

  it('delays nothing when it is down, says since when, and catches up', async () => {
    const { stub, host } = await mirrored()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    host.refuses = true
    host.puts = []
    expect(await stub.publishIncident(1, sampleIncident())).toEqual({ stored: true, pending: 0 })
    expect(await (await env.PUBLIC_FILES.get('index.html'))?.text()).toContain('Checkout is slow')
    await runDurableObjectAlarm(stub)
    // One file a lane, and not each of them.
    expect(host.puts.length).toBeLessThanOrEqual(4)
    const failing = await stateOf(stub)
    expect(failing).toMatchObject({
      waitingSinceMs: AT_MS,
      failure: expect.stringContaining('403 SignatureDoesNotMatch'),
    })
    expect(failing?.filesPending).toBeGreaterThan(5)

    // Not before its time.
    host.puts = []
    await runDurableObjectAlarm(stub)
    expect(host.puts).toEqual([])

    host.refuses = false
    vi.setSystemTime(AT_MS + 60_000)
    await evictAndRestore(stub, host)
    await runDurableObjectAlarm(stub)
    expect(await stateOf(stub)).toMatchObject({ filesPending: 0, failure: null })
    expect(host.files.get('index.html')).toContain('Checkout is slow')
  })

  it('is written anew when it moves, and forgotten when it is taken away', async () => {
    const { stub } = await mirrored()
    const other = new TestHost('https://elsewhere.example')
    await useMirror(stub, other)
    await runDurableObjectAlarm(stub)
    expect(other.manifest().files.length).toBeGreaterThan(10)
    await useMirror(stub, null)
    expect(await stateOf(stub)).toBeNull()
    expect(await (await env.PUBLIC_FILES.get('mirror.json'))?.json()).toMatchObject({ mirror: null })
    expect(await stub.drillMirror()).toBeNull()
  })
})

/** Its memory is gone, and the test's host with it. */
async function evictAndRestore(stub: Stub, host: MirrorHost): Promise<void> {
  await evictDurableObject(stub)
  await useMirrorHost(stub, host)
}

describe('a drill', () => {
  it('comes by itself once the mirror has everything, and its date is public', async () => {
    const { stub } = await mirrored()
    const { drill } = (await stateOf(stub)) ?? {}
    expect(drill).toMatchObject({ atMs: AT_MS, faults: [] })
    expect(drill?.filesChecked).toBe(drill?.filesTotal)
    const told = await (await env.PUBLIC_FILES.get('mirror.json'))?.json()
    expect(told).toMatchObject({
      mirror: {
        url: 'https://copy.example/index.html',
        last_drill: { at: new Date(AT_MS).toISOString(), whole: true },
      },
    })
  })

  it('comes again after a day', async () => {
    const { stub } = await mirrored()
    for (const [hours, lastAtMs] of [
      [23, AT_MS],
      [25, AT_MS + 25 * HOUR_MS],
    ] as const) {
      vi.setSystemTime(AT_MS + hours * HOUR_MS)
      await stub.heartbeat(Date.now())
      await runDurableObjectAlarm(stub)
      expect((await stateOf(stub))?.drill?.atMs).toBe(lastAtMs)
    }
  })

  it.each<[string, (host: TestHost) => void, string]>([
    ['a file that is gone', ({ files }) => files.delete('history.atom'), 'history.atom is not there'],
    [
      'another content',
      ({ files }) => files.set('api/v2/summary.json', '{}'),
      'api/v2/summary.json is not what the manifest says',
    ],
    ['no manifest', ({ files }) => files.delete(COPY_MANIFEST), 'copy-manifest.json is not there'],
    [
      'a manifest that is none',
      ({ files }) => files.set(COPY_MANIFEST, '{"format":2}'),
      'copy-manifest.json is not a manifest',
    ],
    [
      'a manifest that keeps quiet about a file',
      (host) => {
        const manifest = host.manifest()
        host.files.set(
          COPY_MANIFEST,
          JSON.stringify({ ...manifest, files: manifest.files.filter(({ path }) => path !== 'index.txt') }),
        )
      },
      'index.txt is not in the manifest',
    ],
  ])('finds %s', async (_, damage, fault) => {
    const { stub, host } = await mirrored()
    damage(host)
    expect((await stub.drillMirror())?.faults).toContain(fault)
    expect(await (await env.PUBLIC_FILES.get('mirror.json'))?.json()).toMatchObject({
      mirror: { last_drill: { whole: false } },
    })
  })

  it('says that what waits is not there', async () => {
    const { stub, host } = await mirrored()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    host.refuses = true
    await stub.publishIncident(1, sampleIncident())
    expect((await stub.drillMirror())?.faults[0]).toMatch(/^\d+ files are not there in their present form yet$/)
  })
})
