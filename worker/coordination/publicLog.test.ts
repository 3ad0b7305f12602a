import { env } from 'cloudflare:workers'
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { AT_MS, sampleIncident, samplePostMortem } from '../../test/samplePublicModel.ts'
import { LOG_FILE_ENTRIES, LogEntry, LogFile, LogKeys } from '../publishing/publicLog.ts'
import { compareWithPages, verifyLog } from '../publishing/verifyLog.ts'
import type { StatusPageConfig } from './statusPageConfig.ts'

const CONFIG: StatusPageConfig = {
  page: { publicId: 'abcdefghjkmn', name: 'Example', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
  components: [{ id: 'checkout', name: 'Checkout' }],
}
const Told = z.object({ statements: z.array(z.object({ statement: z.string(), content: z.json() })) })

type Stub = ReturnType<typeof env.STATUS_PUBLISHER.getByName>

async function publisher(): Promise<Stub> {
  const stub = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
  await stub.useStatusPage(1, CONFIG)
  return stub
}

async function file<T>(schema: z.ZodType<T>, path: string): Promise<T> {
  return schema.parse(await (await env.PUBLIC_FILES.get(path))?.json())
}

/** What a stranger finds wrong with the files as they lie in the bucket. */
async function faults(pages: readonly string[]) {
  const newest = await file(LogFile, 'log.json')
  const entries = [...newest.entries]
  for (let path = newest.previous; path !== null;) {
    const full = await file(LogFile, path)
    entries.unshift(...full.entries)
    path = full.previous === null ? null : `log/${full.previous}`
  }
  const { keys } = await file(LogKeys, 'log-key.json')
  const told = (await Promise.all(pages.map(async (path) => (await file(Told, path)).statements))).flat()
  return [
    ...(await verifyLog({ entries, keys, head: newest.head ?? null })),
    ...(await compareWithPages(
      entries.map((entry) => LogEntry.parse(entry)),
      told,
    )),
  ]
}

const kinds = async () => (await file(LogFile, 'log.json')).entries.map((entry) => LogEntry.parse(entry).kind)

/** Brings what waits for nobody. */
const settled = (stub: Stub) => runDurableObjectAlarm(stub)

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: AT_MS })
  const { objects } = await env.PUBLIC_FILES.list()
  await env.PUBLIC_FILES.delete(objects.map(({ key }) => key))
})

describe('the public log', () => {
  it('is there and empty before anything was said', async () => {
    await settled(await publisher())
    expect(await file(LogFile, 'log.json')).toMatchObject({ entries: [], previous: null })
    expect(await faults([])).toEqual([])
  })

  it('has what was said, edited and taken back, as anyone can verify', async () => {
    const stub = await publisher()
    const incident = sampleIncident()
    const [latest, first] = incident.updates
    if (latest === undefined || first === undefined) throw new Error('the sample has two updates')
    await stub.publishIncident(1, { ...incident, updates: [first] })
    await stub.publishIncident(2, incident)
    await stub.publishIncident(3, { ...incident, updates: [{ ...latest, body: 'It is two databases.' }, first] })
    await stub.publishIncident(4, { ...incident, updates: [first] })
    await stub.publishPostMortem(samplePostMortem(), [])
    await settled(stub)
    expect(await kinds()).toEqual([
      'incident_titled',
      'update_posted',
      'update_posted',
      'update_edited',
      'update_withdrawn',
      'post_mortem_published',
    ])
    expect(await faults(['incidents/0123456789ab.json', 'post-mortems/0123456789ab.json'])).toEqual([])
  })

  it('says of an incident that was taken back whole that it was', async () => {
    const stub = await publisher()
    await stub.publishIncident(1, sampleIncident())
    await stub.withdrawIncident('0123456789ab')
    await settled(stub)
    expect((await kinds()).slice(-3)).toEqual(['update_withdrawn', 'update_withdrawn', 'incident_withdrawn'])
    expect(await env.PUBLIC_FILES.get('incidents/0123456789ab.json')).toBeNull()
    expect(await faults([])).toEqual([])
  })

  it('gets nothing from a version that is older, or the same', async () => {
    const stub = await publisher()
    await stub.publishIncident(2, sampleIncident())
    await stub.publishIncident(2, sampleIncident({ title: 'Else' }))
    await stub.publishIncident(1, sampleIncident({ title: 'Else' }))
    await settled(stub)
    expect(await kinds()).toHaveLength(3)
  })

  it('goes on after a restart, with the same key, in files that stay as they are once they are full', async () => {
    const stub = await publisher()
    for (let i = 0; i < 2; i++)
      await stub.publishIncident(
        1,
        sampleIncident({ id: `00000000000${i}`, updates: manyUpdates(LOG_FILE_ENTRIES / 2) }),
      )
    await settled(stub)
    const full = await (await env.PUBLIC_FILES.get('log/1.json'))?.text()
    await evictDurableObject(stub)
    await stub.publishIncident(1, sampleIncident({ id: '000000000009' }))
    await settled(stub)
    expect((await (await env.PUBLIC_FILES.get('log/1.json'))?.text()) === full && full !== undefined).toBe(true)
    expect((await file(LogKeys, 'log-key.json')).keys).toHaveLength(1)
    const newest = await file(LogFile, 'log.json')
    expect([newest.previous, newest.entries.length]).toEqual(['log/1.json', 2 + 3])
    const pages = ['000000000000', '000000000001', '000000000009'].map((id) => `incidents/${id}.json`)
    expect(await faults(pages)).toEqual([])
  })

  it('begins with what was told before there was one', async () => {
    const stub = await publisher()
    await stub.publishIncident(1, sampleIncident())
    await settled(stub)
    await runInDurableObject(stub, (_, { storage }) => {
      // As an earlier version of this program left it.
      storage.sql.exec('DELETE FROM public_log')
      storage.kv.delete('publicLogBegan')
    })
    await stub.publishPostMortem(samplePostMortem(), [])
    await settled(stub)
    expect(await kinds()).toEqual(['incident_titled', 'update_posted', 'update_posted', 'post_mortem_published'])
    expect(await faults(['incidents/0123456789ab.json', 'post-mortems/0123456789ab.json'])).toEqual([])
  })

  it('goes on under a new key, which it publishes, when the old one cannot be opened', async () => {
    const stub = await publisher()
    await stub.publishIncident(1, sampleIncident())
    await settled(stub)
    await runInDurableObject(stub, (_, { storage }) => {
      const [kept] = storage.kv.get<{ sealed: string }[]>('publicLogKeys') ?? []
      storage.kv.put('publicLogKeys', [{ ...kept, sealed: 'sealed-with-another-master-key' }])
    })
    await stub.publishPostMortem(samplePostMortem(), [])
    await settled(stub)
    expect((await file(LogKeys, 'log-key.json')).keys.map((key) => key.from_sequence)).toEqual([1, 4])
    expect(await faults(['incidents/0123456789ab.json', 'post-mortems/0123456789ab.json'])).toEqual([])
  })
})

function manyUpdates(count: number) {
  const [update] = sampleIncident().updates
  if (update === undefined) throw new Error('the sample has updates')
  return Array.from({ length: count }, (_, i) => ({ ...update, id: `u${count - i}` }))
}
