import { env } from 'cloudflare:workers'
import { evictDurableObject } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { sampleMetric } from '../../test/sampleMetric.ts'
import { AT_MS, sampleIncident, sampleMaintenance, samplePostMortem } from '../../test/samplePublicModel.ts'
import { openDesk } from '../../test/mailDesk.ts'
import { folderOf, isPrivate, lensOf, pageEntry } from '../domain/pageDirectory.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'
import { FurtherPage } from '../domain/furtherPage.ts'
import type { StatusPageConfig } from './statusPageConfig.ts'

// The publishers of further pages ask the one called `main`, so that these tests share it: versions only ever grow.

const COMPONENTS = [
  { id: 'checkout', name: 'Checkout' },
  { id: 'vault', name: 'Vault' },
]
const STATUS_PAGE = { timeZone: 'Etc/UTC', supportUrl: undefined, language: 'en' } as const
const MAIN: StatusPageConfig['page'] = {
  publicId: 'abcdefghjkmn',
  name: 'Example',
  timeZone: 'Etc/UTC',
  supportUrl: null,
  language: 'en',
}
const main = env.STATUS_PUBLISHER.getByName('main')
let version = 0

function entry(id: string, wanted: Partial<FurtherPage> = {}): PageEntry {
  const page = FurtherPage.parse({ id, name: `Page ${id}`, components: ['checkout'], ...wanted })
  return pageEntry(page, STATUS_PAGE, { generation: 0, feedKeys: [] }, id.padEnd(12, '0'), env.PUBLIC_URL)
}

async function configure(...pages: PageEntry[]): Promise<void> {
  version += 1
  await main.useStatusPage(version, { page: MAIN, components: COMPONENTS, pages })
  for (const page of pages) {
    const { id, publicId, name, timeZone, supportUrl, language, url } = page
    await env.STATUS_PUBLISHER.getByName(id).useStatusPage(version, {
      page: { publicId, name, timeZone, supportUrl, language },
      components: COMPONENTS.filter((component) => page.components.includes(component.id)),
      place: { url, folder: folderOf({ id, isPrivate: isPrivate(page) }), lens: lensOf(page) },
    })
  }
}

async function paths(folder: string): Promise<string[]> {
  return (await env.PUBLIC_FILES.list({ prefix: folder })).objects.map(({ key }) => key)
}

async function stored(path: string): Promise<string> {
  return (await (await env.PUBLIC_FILES.get(path))?.text()) ?? ''
}

/** Names an incident that touches both, each at an id of its own. */
function incidentOf(id: string, ...components: string[]) {
  const changes = components.map((component) => ({
    id: component,
    name: component === 'vault' ? 'Vault' : 'Checkout',
    from: 'operational' as const,
    to: 'partial_outage' as const,
  }))
  return sampleIncident({
    id,
    title: `Trouble ${id}`,
    components: changes.map(({ id: component, name, to }) => ({ id: component, name, status: to })),
    updates: sampleIncident().updates.map((update) => ({ ...update, id: `${id}.${update.id}`, components: changes })),
  })
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: AT_MS })
})

describe('a further status page', () => {
  it('has what touches its components as soon as the main page has it, in files of its own', async () => {
    await configure(entry('shop'))
    await main.publishIncident(1, incidentOf('aaaaaaaaaaaa', 'checkout', 'vault'))
    await main.publishIncident(1, incidentOf('bbbbbbbbbbbb', 'vault'))
    await main.publishMaintenance(
      1,
      sampleMaintenance({ id: 'cccccccccccc', components: [{ id: 'checkout', name: 'Checkout' }] }),
    )
    for (const file of ['index.html', 'api/v2/summary.json', 'history.atom', 'incidents/aaaaaaaaaaaa.html'])
      expect(await stored(`pages/shop/${file}`), file).toContain('Trouble aaaaaaaaaaaa')
    expect(await stored('pages/shop/calendar.ics')).toContain('Database upgrade')
    expect(await stored('pages/shop/api/v2/status.json')).toContain(
      '"name":"Page shop","url":"http://127.0.0.1:8787/pages/shop"',
    )
    expect(await stored('index.html')).toContain('Trouble bbbbbbbbbbbb')
  })

  it('has nothing of another page in any file', async () => {
    await configure(entry('shop'), entry('bank', { components: ['vault'] }))
    await main.publishIncident(2, incidentOf('bbbbbbbbbbbb', 'vault'))
    await main.publishPostMortem({ ...samplePostMortem(), id: 'bbbbbbbbbbbb', title: 'How the vault broke' }, [])
    await expect.poll(async () => (await paths('pages/shop/')).length).toBeGreaterThan(50)
    const files = await paths('pages/shop/')
    for (const file of files) {
      const text = await stored(file)
      expect(text.toLowerCase(), file).not.toMatch(/vault|bbbbbbbbbbbb|page bank/)
    }
    expect(await stored('pages/bank/post-mortems.html')).toContain('How the vault broke')
  })

  it('begins with what happened before there was one, and changes with what it is to show', async () => {
    await main.publishIncident(3, incidentOf('dddddddddddd', 'vault'))
    // What is told before it is set up is not its own to take.
    const page = env.STATUS_PUBLISHER.getByName('late')
    await page.hear({ kind: 'incident', version: 1, incident: incidentOf('gggggggggggg', 'checkout') })
    const imported = { ...incidentOf('oooooooooooo', 'checkout'), importedFrom: 'statuspage' as const }
    await page.hear({ kind: 'past', past: { incidents: [imported], maintenances: [], redirects: [] } })
    await configure(entry('late', { components: ['vault'] }))
    await expect.poll(() => stored('pages/late/log.json')).toContain('dddddddddddd')
    expect(await stored('pages/late/log.json')).not.toMatch(/gggggggggggg|oooooooooooo/)
    expect(await stored('pages/late/index.html')).toContain('Trouble dddddddddddd')
    await configure(entry('late', { components: ['checkout'] }))
    expect(await stored('pages/late/index.html')).not.toContain('Trouble dddddddddddd')
    expect(await paths('pages/late/incidents/dddddddddddd')).toEqual([])
  })

  it('has the charts of its components from the start, and not when they are published next', async () => {
    const { charts, ...metric } = sampleMetric(AT_MS)
    if (charts === null) throw new Error('the sample has charts')
    const components = COMPONENTS
    await main.useStatusPage(++version, { page: MAIN, components, metrics: [metric] })
    await main.publishMetrics([{ id: metric.id, charts }])
    const page = entry('gauges')
    await main.useStatusPage(++version, { page: MAIN, components, metrics: [metric], pages: [page] })
    await env.STATUS_PUBLISHER.getByName('gauges').useStatusPage(version, {
      page: { ...MAIN, name: page.name },
      components,
      metrics: [metric],
      place: { url: page.url, folder: 'pages/gauges/', lens: lensOf(page) },
    })
    await expect.poll(() => stored('pages/gauges/performance/response-time.json')).toContain('"p95":')
  })

  it('has the whole past, also what is too old for the bars, and keeps it when what it shows changes', async () => {
    const longAgoMs = AT_MS - 200 * 24 * 3600_000
    const past = {
      ...incidentOf('llllllllllll', 'checkout'),
      createdAtMs: longAgoMs,
      startedAtMs: longAgoMs,
      updatedAtMs: longAgoMs,
      resolvedAtMs: longAgoMs,
    }
    const maintenance = sampleMaintenance({
      id: 'mmmmmmmmmmmm',
      status: 'completed',
      completedAtMs: longAgoMs,
      scheduledForMs: longAgoMs,
      scheduledUntilMs: longAgoMs,
    })
    await main.publishIncident(1, past)
    await main.publishMaintenance(1, maintenance)
    for (const components of [['checkout'], ['checkout', 'vault']]) {
      await configure(entry('annals', { components, untouched: true }))
      const shown = await env.STATUS_PUBLISHER.getByName('annals').documents()
      expect(shown.incidents.map(({ incident }) => incident.id)).toContain('llllllllllll')
      expect(shown.maintenances.map(({ maintenance: { id } }) => id)).toContain('mmmmmmmmmmmm')
      await expect.poll(() => stored('pages/annals/history-search.json')).toContain('llllllllllll')
    }
    await expect.poll(() => stored('pages/annals/log.json')).toContain('llllllllllll')
    expect(await stored('pages/annals/log.json')).not.toContain('withdrawn')
  })

  it('is withdrawn from with the main page, and ignores an older version', async () => {
    await configure(entry('shop'))
    const page = env.STATUS_PUBLISHER.getByName('shop')
    await main.publishIncident(5, incidentOf('eeeeeeeeeeee', 'checkout'))
    await page.hear({ kind: 'incident', version: 4, incident: incidentOf('eeeeeeeeeeee', 'vault') })
    expect(await stored('pages/shop/index.html')).toContain('Trouble eeeeeeeeeeee')
    await main.withdrawIncident('eeeeeeeeeeee')
    expect(await stored('pages/shop/index.html')).not.toContain('Trouble eeeeeeeeeeee')
  })

  it('no longer has an incident that turns out to be another’s', async () => {
    await configure(entry('shop'))
    await main.publishIncident(1, incidentOf('ffffffffffff', 'checkout'))
    await main.publishIncident(2, incidentOf('ffffffffffff', 'vault'))
    expect(await stored('pages/shop/index.html')).not.toContain('Trouble ffffffffffff')
  })

  it('no longer has the post-mortem of an incident that is not on it any more', async () => {
    await configure(entry('shop'))
    const id = 'nnnnnnnnnnnn'
    await main.publishIncident(1, incidentOf(id, 'checkout'))
    await main.publishPostMortem({ ...samplePostMortem(), id, title: 'How it broke' }, [])
    await expect.poll(() => stored(`pages/shop/post-mortems/${id}.html`)).toContain('How it broke')
    await main.publishIncident(2, incidentOf(id, 'vault'))
    expect(await stored(`pages/shop/post-mortems/${id}.html`)).toBe('')
    expect(await stored('pages/shop/post-mortems.html')).not.toContain('How it broke')
    expect(await stored(`post-mortems/${id}.html`)).toContain('How it broke')
    // Nor one that was withdrawn, wherever it was.
    await main.publishIncident(3, incidentOf(id, 'checkout'))
    await main.publishPostMortem({ ...samplePostMortem(), id, title: 'How it all broke' }, [])
    await main.withdrawIncident(id)
    expect(await stored('pages/shop/post-mortems.html')).not.toContain('broke')
  })

  it('leaves nothing where it was when it becomes private', async () => {
    await configure(entry('club'))
    expect(await stored('internal/pages.json')).toContain(
      '"id":"club","domain":null,"url":"http://127.0.0.1:8787/pages/club","isPrivate":false',
    )
    await configure(entry('club', { access: { kind: 'password' } }))
    await env.STATUS_PUBLISHER.getByName('club').heartbeat(AT_MS)
    expect(await paths('pages/club/')).toEqual([])
    expect(await stored('private/club/index.html')).toContain('Page club')
    expect(await stored('internal/pages.json')).toContain('"isPrivate":true')
  })

  it('goes with its files and its subscribers', async () => {
    await configure(entry('gone'))
    await env.SUBSCRIBER_DESK.getByName('gone').subscribe({ email: 'alice@example.com', confirmed: true })
    expect(await paths('pages/gone/')).not.toEqual([])
    await configure()
    await main.heartbeat(AT_MS)
    expect(await paths('pages/gone/')).toEqual([])
    expect((await env.SUBSCRIBER_DESK.getByName('gone').list(0, 10)).total).toBe(0)
    await evictDurableObject(env.STATUS_PUBLISHER.getByName('gone'))
    await configure(entry('gone'))
    expect(await stored('pages/gone/index.html')).toContain('Page gone')
  })

  it('tells its own subscribers of what touches it', async () => {
    await configure(entry('shop'), entry('bank', { components: ['vault'] }))
    for (const id of ['shop', 'bank'])
      await env.SUBSCRIBER_DESK.getByName(id).subscribe({ email: `${id}@example.com`, confirmed: true })
    const incident = incidentOf('hhhhhhhhhhhh', 'checkout')
    const [update] = incident.updates
    const { page } = await main.model()
    if (update === undefined) throw new Error('the sample has an update')
    await env.SUBSCRIBER_DESK.getByName('main').announce({ page, incident, update, notBeforeMs: AT_MS + 60_000 })
    expect((await env.SUBSCRIBER_DESK.getByName('shop').stats()).deliveriesWaiting).toBe(1)
    expect((await env.SUBSCRIBER_DESK.getByName('bank').stats()).deliveriesWaiting).toBe(0)
  })

  it('tells no address of a page for named addresses that is not on its list any more', async () => {
    const access = { kind: 'email', domains: [], addresses: ['alice@example.com'] } as const
    await configure(
      entry('club', { access: { ...access, domains: [...access.domains], addresses: [...access.addresses] } }),
    )
    await vi.waitFor(async () => expect(await stored('private/pages.json')).toContain('alice@example.com'))
    const { confirmed, desk, recipients, run } = await openDesk('club')
    await confirmed('alice@example.com', 'bob@example.com')
    const incident = incidentOf('iiiiiiiiiiii', 'checkout')
    const [update] = incident.updates
    if (update === undefined) throw new Error('the sample has an update')
    await desk.announce({ page: (await main.model()).page, incident, update, notBeforeMs: AT_MS })
    await run()
    await expect.poll(recipients).toEqual(['alice@example.com'])
    expect((await desk.deliveries(1)).failures).toMatchObject([{ address: 'bob@example.com' }])
  })

  it('has its part of what was told elsewhere as soon as it is imported', async () => {
    await configure(entry('heir'))
    const incidents = [
      { ...incidentOf('jjjjjjjjjjjj', 'checkout'), importedFrom: 'statuspage' as const },
      { ...incidentOf('kkkkkkkkkkkk', 'vault'), importedFrom: 'statuspage' as const },
    ]
    const past = { incidents, maintenances: [], redirects: [{ from: '/old', to: '/incidents/jjjjjjjjjjjj' }] }
    await main.importPast(past, true)
    const heir = env.STATUS_PUBLISHER.getByName('heir')
    expect((await heir.model()).incidents.map(({ id }) => id)).not.toContain('jjjjjjjjjjjj')
    await main.importPast(past, false)
    const own = (await heir.model()).incidents.filter(({ id }) => incidents.some((each) => each.id === id))
    expect(own).toMatchObject([{ id: 'jjjjjjjjjjjj', importedFrom: 'statuspage' }])
    await expect.poll(() => stored('pages/heir/incidents/jjjjjjjjjjjj.html')).not.toBe('')
    expect(await stored('pages/heir/redirects.json')).not.toContain('/old')
  })

  it('shows third parties where they are chosen for it, also when it is added later, and the main page only its own', async () => {
    const said = (id: string, ...pages: string[]) => ({
      id,
      name: `Their ${id}`,
      url: `https://${id}.example`,
      status: 'partial_outage' as const,
      sinceMs: AT_MS,
      pages,
    })
    await configure(entry('early'))
    await main.publishThirdParties([said('mail', 'main'), said('cards', 'early', 'late')])
    expect(await stored('index.html')).toContain('mail.example')
    expect(await stored('index.html')).not.toContain('cards.example')
    expect(await stored('pages/early/index.html')).toContain('cards.example')
    expect(await stored('pages/early/index.html')).not.toContain('mail.example')

    await configure(entry('early'), entry('late'))
    expect(await stored('pages/late/index.html')).toContain('cards.example')
    await main.publishThirdParties([said('mail', 'main')])
    expect(await stored('pages/early/index.html')).not.toContain('cards.example')
  })
})
