import type { Hono } from 'hono'
import { env } from 'cloudflare:workers'
import { createExecutionContext, runDurableObjectAlarm, waitOnExecutionContext } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AT_MS, sampleIncident } from '../../test/samplePublicModel.ts'
import { createApp } from './app.ts'
import type { HttpEnv } from './env.ts'
import { PublicFileReader } from './publicFileReader.ts'
import { publicFileRoutes } from './publicFiles.ts'

const BROWSER = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'User-Agent': 'Mozilla/5.0' }
const nowMs = AT_MS

/** Whatever is called on it, it throws. */
function broken(): never {
  const thrower: unknown = new Proxy(() => undefined, {
    get: () => thrower,
    apply: () => {
      throw new Error('this binding is gone')
    },
  })
  return thrower as never
}

const OBJECTS_GONE = {
  DB: broken(),
  ALERT_DESK: broken(),
  INCIDENT_ROOM: broken(),
  STATUS_PUBLISHER: broken(),
  SUBSCRIBER_DESK: broken(),
  PLAYBOOK_RUN: broken(),
}

/** In the place of Astro: what it would be given. */
const asJson = (path: string, view: unknown) => Promise.resolve(Response.json({ path, view }))

/** A reader in an isolate of its own, whose bindings may be replaced. */
function visitor(routes: Pick<Hono<HttpEnv>, 'request'> = publicFileRoutes(new PublicFileReader(), asJson)) {
  return async (path: string, init: RequestInit = { headers: BROWSER }, bindings: Partial<Env> = OBJECTS_GONE) => {
    const context = createExecutionContext()
    const response = await routes.request(path, init, { ...env, ...bindings }, context)
    await waitOnExecutionContext(context)
    return response
  }
}

async function publish(title: string, version: number): Promise<void> {
  await publisher.publishIncident(version, sampleIncident({ title }))
}

let publisher = env.STATUS_PUBLISHER.getByName('before each')

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: nowMs })
  publisher = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
  await publisher.useStatusPage(1, {
    page: { publicId: 'abcdefghjkmn', name: 'Example', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
    components: [{ id: 'checkout', name: 'Checkout' }],
  })
})

describe('the search in the history', () => {
  it('finds what was said, from stored files alone, and refuses no words', async () => {
    const get = visitor()
    await publish('Orders are slow', 1)
    await runDurableObjectAlarm(publisher)
    const search = (words: string) =>
      get(`/history?q=${encodeURIComponent(words)}`, { headers: { 'User-Agent': 'curl/8.0' } })
    const found = await search('slow ORDERS')
    expect([found.status, found.headers.get('X-Robots-Tag')]).toEqual([200, 'noindex'])
    expect(await found.text()).toContain('Orders are slow')
    for (const words of ['nothing like it', '<script>', '%00', '(', 'a'.repeat(5000)]) {
      const answer = await search(words)
      expect(answer.status, words.slice(0, 20)).toBe(200)
      expect(await answer.text()).not.toContain('Orders are slow')
    }
    for (const [path, accept] of [
      ['/history', 'text/markdown'],
      ['/history.md', '*/*'],
    ] as const) {
      const answer = await get(`${path}?q=slow`, { headers: { Accept: accept } })
      expect(answer.headers.get('Content-Type')).toBe('text/markdown; charset=utf-8')
      expect(await answer.text()).toMatch(/^# slow: 1 result\n[^]*\[Orders are slow\]\(/)
    }
    // Without words it is the history itself.
    expect((await search(' ')).headers.get('X-Robots-Tag')).toBeNull()
  })

  it('gives way to the plain history while what is searched cannot be read', async () => {
    const get = visitor()
    await env.PUBLIC_FILES.put('history-search.json', 'no JSON')
    const answer = await get('/history?q=slow', { headers: { 'User-Agent': 'curl/8.0' } })
    expect([answer.status, answer.headers.get('X-Robots-Tag')]).toEqual([200, null])
  })
})

describe('the status page', () => {
  it('goes out compressed to readers who take it, as the same text under a weak tag', async () => {
    const get = visitor()
    await publish('First words', 1)
    const plain = await get('/')
    const gzip = await get('/', { headers: { ...BROWSER, 'Accept-Encoding': 'gzip, br' } })
    expect(gzip.headers.get('Content-Encoding')).toBe('gzip')
    expect(gzip.headers.get('Vary')).toContain('Accept-Encoding')
    expect(gzip.headers.get('ETag')).toBe(`W/${plain.headers.get('ETag')}`)
    const bytes = await gzip.arrayBuffer()
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text()
    expect(text).toBe(await plain.text())

    const again = { 'Accept-Encoding': 'gzip', 'If-None-Match': gzip.headers.get('ETag') ?? '' }
    expect((await get('/', { headers: { ...BROWSER, ...again } })).status).toBe(304)
    const refused = await get('/', { headers: { ...BROWSER, 'Accept-Encoding': 'gzip;q=0, identity' } })
    expect(refused.headers.has('Content-Encoding')).toBe(false)
  })

  it('has badges for any site, stored or made as they are wished, with everything behind them gone', async () => {
    const get = visitor(createApp(() => Promise.resolve(new Response('not rendered on a read'))))
    await publish('First words', 1)
    await runDurableObjectAlarm(publisher)
    const titleOf = async (path: string) => {
      const answer = await get(path, { headers: { Accept: 'image/*' } })
      expect(answer.headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8')
      expect(answer.headers.get('Cache-Control')).toContain('max-age=60')
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
      const again = await get(path, { headers: { 'If-None-Match': answer.headers.get('ETag') ?? '' } })
      expect(again.status).toBe(304)
      return /<title>(.*)<\/title>/.exec(await answer.text())?.[1]
    }
    expect(await titleOf('/badge.svg')).toBe('Example: Partial System Outage')
    expect(await titleOf('/badge/checkout.svg')).toBe('Checkout: Partial outage')
    expect(await titleOf('/de/badge/checkout.svg')).toBe('Checkout: Teilausfall')
    expect(await titleOf('/badge/checkout.svg?lang=ja&style=large&label=API')).toBe('API: 一部停止')
    expect((await get('/badge/unknown.svg')).status).toBe(404)
    expect((await get('/badge/unknown.svg?lang=de')).status).toBe(404)
    expect((await get('/badge/..%2Fmodel.svg')).status).toBe(404)
  })

  it('lets nobody keep that something is not there: it may be published the next moment', async () => {
    const answer = await visitor()('/incidents/0123456789zz')
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([404, 'no-cache'])
  })

  it('speaks the language of the address, or else the one that the browser asks for', async () => {
    const get = visitor(createApp(() => Promise.resolve(new Response('not rendered on a read'))))
    await publish('First words', 1)
    await runDurableObjectAlarm(publisher)
    const languageOf = async (path: string, accepted?: string) => {
      const headers = accepted === undefined ? BROWSER : { ...BROWSER, 'Accept-Language': accepted }
      const answer = await get(path, { headers })
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain(`"language":"${answer.headers.get('Content-Language')}"`)
      return answer.headers.get('Content-Language')
    }
    expect(await languageOf('/')).toBe('en')
    expect(await languageOf('/', 'de-AT, en;q=0.5')).toBe('de')
    expect(await languageOf('/', 'nl')).toBe('en')
    expect(await languageOf('/en/history', 'de')).toBe('en')
    expect(await languageOf('/ja/incidents/0123456789ab', 'de')).toBe('ja')
    expect((await get('/de')).headers.get('Location')).toBe('/de/')
    expect((await get('/de/console')).status).toBe(404)
  })

  it('gives feeds, calendar and text in a language by the address or the filter, and else in that of the page', async () => {
    const get = visitor(createApp(() => Promise.resolve(new Response('not rendered on a read'))))
    await publish('First words', 1)
    const textOf = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await get(path, { headers: { 'Accept-Language': 'fr', ...headers } })
      expect(answer.status, path).toBe(200)
      return answer.text()
    }
    const german = await textOf('/de/history.atom')
    expect(german).toContain('xml:lang="de"')
    expect(await textOf('/history.atom?lang=de')).toBe(german)
    expect(await textOf('/history.atom')).toContain('xml:lang="en"')
    expect(await textOf('/history.atom?group=Shop&lang=de')).toContain('/de/history.atom?group=Shop')
    expect(await textOf('/feed.json?lang=ja')).toContain('"language":"ja"')
    expect(await textOf('/ar/calendar.ics')).toContain('PRODID:-//Allclear//Status page//AR')
    expect(await textOf('/de/incidents/0123456789ab.txt')).toContain('Stand: ')
    expect(await textOf('/', { 'User-Agent': 'curl/8', Accept: '*/*' })).toContain('État au ')
    // Of what the stored model lacks there are files, a moment later.
    await runDurableObjectAlarm(publisher)
    const { pathname } = new URL(`/history/${new Date(AT_MS).toISOString().slice(0, 7)}`, 'https://status.example')
    expect(await textOf(`/de${pathname}.txt`)).toContain('/de/incidents/0123456789ab')
    expect(await textOf(`/de${pathname}`, { 'User-Agent': 'curl/8', Accept: '*/*' })).toContain(
      '/de/incidents/0123456789ab',
    )
    expect(await textOf(`${pathname}.md`)).toContain('/fr/incidents/0123456789ab')
    const { headers } = await get('/de/history.atom')
    expect((await get('/de/history.atom', { headers: { 'If-None-Match': headers.get('ETag') ?? '' } })).status).toBe(
      304,
    )
  })

  it('shows what was published, without the database or any object', async () => {
    const get = visitor()
    await publish('First words', 1)
    for (const path of [
      '/',
      '/history',
      '/incidents/0123456789ab',
      '/history.atom',
      '/history.rss',
      '/feed.json',
      '/updates.atom',
      '/api/v2/summary.json',
    ]) {
      const response = await get(path)
      expect(response.status, path).toBe(200)
      expect(await response.text(), path).toContain('First words')
    }
    for (const path of [
      '/uptime',
      '/post-mortems',
      '/api/v2/status.json',
      '/api/v2/components.json',
      '/api/v2/incidents/unresolved.json',
      '/api/v2/scheduled-maintenances/active.json',
    ])
      expect((await get(path)).status, path).toBe(200)
  })

  it('shows a change after a quarter of a second at most', async () => {
    const get = visitor()
    await publish('First words', 1)
    await get('/')
    await publish('Second words', 2)
    vi.setSystemTime(nowMs + 250)
    const response = await get('/')
    expect(await response.text()).toContain('Second words')
    expect(response.headers.get('X-Served-From')).toBe('store')
  })

  it('answers 304 to who has it already', async () => {
    const get = visitor()
    const first = await get('/')
    const etag = first.headers.get('ETag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/)
    for (const sent of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await get('/', { headers: { ...BROWSER, 'If-None-Match': sent } })
      expect(again.status).toBe(304)
      expect(again.headers.get('ETag')).toBe(etag)
      expect(await again.text()).toBe('')
    }
  })

  it('gives a terminal plain text, and says that it chose', async () => {
    const get = visitor()
    const text = await get('/', { headers: { Accept: '*/*', 'User-Agent': 'curl/8.9.1' } })
    expect(text.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
    expect(text.headers.get('Vary')).toBe('Accept, Accept-Language, User-Agent, Accept-Encoding')
    expect(await text.text()).toMatch(/^Example: /)
    expect((await get('/', { headers: { Accept: 'text/plain' } })).headers.get('Content-Type')).toContain('text/plain')
    expect((await get('/', { headers: { Accept: '*/*' } })).headers.get('Content-Type')).toContain('text/html')
    expect((await get('/index.txt')).headers.get('Content-Type')).toContain('text/plain')
    expect((await get('/history.txt')).headers.get('Content-Type')).toContain('text/plain')
  })

  it.each([
    ['text/markdown', 'text/markdown'],
    ['text/markdown, text/html;q=0.9, */*', 'text/markdown'],
    ['text/html, text/markdown', 'text/markdown'],
    ['text/html, text/markdown;q=0.5', 'text/html'],
    ['text/markdown;q=0, text/html', 'text/html'],
    [BROWSER.Accept, 'text/html'],
  ])('answers who asks for %s with %s', async (accept, type) => {
    const get = visitor()
    const answer = await get('/', { headers: { Accept: accept } })
    expect(answer.headers.get('Content-Type')).toBe(`${type}; charset=utf-8`)
    expect(answer.headers.get('Vary')).toContain('Accept,')
  })

  it('has each page as Markdown, and names it in the page', async () => {
    const get = visitor()
    for (const path of ['/index.md', '/history.md', '/uptime.md', '/post-mortems.md']) {
      const answer = await get(path)
      expect(answer.headers.get('Content-Type')).toBe('text/markdown; charset=utf-8')
      expect(await answer.text()).toMatch(/^# Example: /)
    }
    expect(await (await get('/llms.txt')).text()).toMatch(/\]\(http\S+\/index\.md\)/)
    expect((await get('/incidents/nothinghere0.md')).status).toBe(404)
    expect((await get('/nothing.md')).status).toBe(404)
  })

  it('keeps foreign scripts and frames out', async () => {
    const { headers } = await visitor()('/')
    expect(headers.get('Content-Security-Policy')).toContain("script-src 'none'")
    expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Cache-Control')).toBe('public, max-age=0, must-revalidate')
  })

  it('answers HEAD, and programs of other sites', async () => {
    const get = visitor()
    const head = await get('/api/v2/summary.json', { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    expect(head.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(head.headers.get('Content-Type')).toContain('application/json')
    for (const path of ['/api/v2/summary.json', '/history.atom'])
      expect((await get(path, { method: 'OPTIONS' })).headers.get('Access-Control-Allow-Origin')).toBe('*')
  })

  it('says how to subscribe to who reads no HTML', async () => {
    const get = visitor(createApp(asJson))
    const typeOf = async (path: string, headers: Record<string, string>) => {
      const answer = await get(path, { headers })
      expect(await answer.text()).toContain('/history.atom')
      return answer.headers.get('Content-Type')
    }
    expect(await typeOf('/subscribe', { 'User-Agent': 'curl/8' })).toBe('text/plain; charset=utf-8')
    expect(await typeOf('/subscribe', { Accept: 'text/markdown' })).toBe('text/markdown; charset=utf-8')
    expect(await typeOf('/de/subscribe.md', {})).toBe('text/markdown; charset=utf-8')
  })

  it('says how pages made on request are encoded', async () => {
    const page = () => Promise.resolve(new Response('<p>é', { headers: { 'Content-Type': 'text/html' } }))
    const answer = await visitor(createApp(page))('/subscribe')
    expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
  })

  it('makes the page for links that do not hold once, however many are tried', async () => {
    let made = 0
    const render = (path: string, view: unknown) => {
      made++
      return asJson(path, view)
    }
    const get = visitor(publicFileRoutes(new PublicFileReader(), render))
    for (const token of ['x', 'a.b.c', 'a.b.d']) expect((await get(`/affected/${token}`)).status).toBe(404)
    expect(made).toBe(1)
  })

  it('names the methods that an address takes to who asks by another', async () => {
    const get = visitor(createApp(asJson))
    const ask = async (method: string, path: string) => {
      const answer = await get(path, { method })
      return [answer.status, answer.headers.get('Allow')]
    }
    const reading = [405, 'GET, HEAD, OPTIONS']
    for (const path of [
      '/',
      '/de/history',
      '/history.atom',
      '/api/v2/summary.json',
      '/incidents/abc',
      '/uptime',
      '/embed',
    ])
      expect(await ask('POST', path), path).toEqual(reading)
    for (const method of ['PUT', 'PATCH', 'DELETE', 'PROPFIND']) expect(await ask(method, '/')).toEqual(reading)
    expect(await ask('DELETE', '/subscribe')).toEqual([405, 'GET, HEAD, POST, OPTIONS'])
    expect(await ask('PUT', '/incidents/abc/follow')).toEqual([405, 'POST, OPTIONS'])
    expect(await ask('OPTIONS', '/')).toEqual([204, 'GET, HEAD, OPTIONS'])
    for (const path of ['/nowhere', '/api/v2/nothing.json', '/de/nowhere'])
      expect((await ask('POST', path))[0]).toBe(404)
    const json = await get('/api/v2/summary.json', { method: 'POST' })
    expect([json.headers.get('Access-Control-Allow-Origin'), await json.text()]).toEqual(['*', ''])
    for (const path of ['/incidents/abc.json', '/uptime/checkout.csv', '/performance.json', '/log/1.json'])
      expect((await get(path, { method: 'OPTIONS' })).headers.get('Access-Control-Allow-Origin'), path).toBe('*')
  })

  it('leads from an address with a slash too many to the page', async () => {
    const get = visitor(createApp(asJson))
    const placeOf = async (path: string) => {
      const answer = await get(path)
      return answer.status === 308 ? answer.headers.get('Location') : answer.status
    }
    expect(await placeOf('/history/')).toBe('/history')
    expect(await placeOf('/de/history/?q=slow')).toBe('/de/history?q=slow')
    expect(await placeOf('/incidents/abc/')).toBe('/incidents/abc')
    for (const path of ['/nowhere/', '//history/', '/history//', '/api/v2/', '/x//evil.example/'])
      expect(await placeOf(path), path).toBe(404)
  })

  it('says plainly what is not there', async () => {
    const get = visitor()
    const page = await get('/incidents/nothinghere0')
    expect(page.status).toBe(404)
    expect(await page.text()).toContain('There is no such page')
    expect((await get('/incidents/..%2Findex')).status).toBe(404)
    const json = await get('/api/v2/nothing.json')
    expect(json.status).toBe(404)
    expect(await json.text()).toBe('')
    expect(json.headers.get('Access-Control-Allow-Origin')).toBe('*')
  })
})

describe('when the store fails', () => {
  const GONE = { ...OBJECTS_GONE, PUBLIC_FILES: broken() }
  const UNCACHED = { ...GONE, PUBLIC_URL: 'https://never-cached.example' }

  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
  })

  it('answers from memory, however old', async () => {
    const get = visitor()
    await publish('Remembered', 1)
    await get('/')
    vi.setSystemTime(nowMs + 24 * 3600 * 1000)
    const response = await get('/', { headers: BROWSER }, GONE)
    expect(response.status).toBe(200)
    expect(response.headers.get('X-Served-From')).toBe('memory')
    expect(await response.text()).toContain('Remembered')
  })

  it('answers a fresh isolate from the edge cache', async () => {
    await publish('Cached', 1)
    await visitor()('/')
    const response = await visitor()('/', { headers: BROWSER }, GONE)
    expect(response.headers.get('X-Served-From')).toBe('cache')
    expect(response.headers.get('Content-Security-Policy')).toContain("style-src 'self' 'sha256-")
    expect(response.headers.get('ETag')).toMatch(/^"[0-9a-f]{64}"$/)
    expect(await response.text()).toContain('Cached')
  })

  it('answers from the copy that was deployed', async () => {
    const asked: string[] = []
    const ASSETS = {
      fetch: async (url: string) => {
        asked.push(url)
        return new Response('<p>deployed</p>', { headers: { 'Content-Type': 'text/html' } })
      },
    } as never
    const response = await visitor()('/uptime', { headers: BROWSER }, { ...UNCACHED, ASSETS })
    expect(response.status).toBe(200)
    expect(response.headers.get('X-Served-From')).toBe('static')
    expect(asked).toEqual(['http://assets/last-good/uptime'])
  })

  it('says so when there is no copy at all', async () => {
    const response = await visitor()('/post-mortems', { headers: BROWSER }, { ...UNCACHED, ASSETS: broken() })
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(await response.text()).toContain('This says nothing about the systems it reports on')
    expect((await visitor()('/api/v2/components.json', {}, { ...UNCACHED, ASSETS: broken() })).status).toBe(503)
  })

  it('does not let a hanging store hold up readers who have a copy', async () => {
    const get = visitor()
    await get('/')
    vi.setSystemTime(nowMs + 1000)
    const hanging = { ...OBJECTS_GONE, PUBLIC_FILES: { get: () => new Promise(() => undefined) } as never }
    const [first, second] = await Promise.all([
      get('/', { headers: BROWSER }, hanging),
      get('/', { headers: BROWSER }, hanging),
    ])
    expect([first.status, second.status]).toEqual([200, 200])
  })
})

describe('a filter', () => {
  const JSON_ONLY = { headers: BROWSER }

  async function publishTwo(): Promise<void> {
    await publisher.useStatusPage(2, {
      page: { publicId: 'abcdefghjkmn', name: 'Example', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
      components: [
        { id: 'checkout', name: 'Checkout', group: 'Shop' },
        { id: 'docs', name: 'Docs' },
      ],
    })
    await publish('Checkout is slow', 1)
    const components = [{ id: 'docs', name: 'Docs', status: 'degraded_performance' as const }]
    const updates = sampleIncident().updates.map((update) => ({ ...update, id: `docs-${update.id}`, components: [] }))
    await publisher.publishIncident(
      1,
      sampleIncident({ id: 'docsdocsdocs', title: 'Docs are old', impact: 'minor', components, updates }),
    )
  }

  it.each([
    ['/history.atom', 'group=Shop', ['Checkout is slow']],
    ['/updates.atom', 'component=docs', ['Docs are old']],
    ['/history.rss', 'impact=major', ['Checkout is slow']],
    ['/feed.json', 'level=major_only', ['Checkout is slow']],
    ['/feed.json', 'component=docs&group=Shop', ['Checkout is slow', 'Docs are old']],
    ['/history.txt', 'component=docs', ['Docs are old']],
    ['/', 'component=checkout', ['Checkout is slow']],
    ['/history', 'component=nothing', []],
  ])('shows of %s with %s only its own, without the database or any object', async (path, query, titles) => {
    await publishTwo()
    const answer = await visitor()(`${path}?${query}`, JSON_ONLY)
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(['Checkout is slow', 'Docs are old'].filter((title) => text.includes(title))).toEqual(titles)
  })

  it('gives the same bytes, and 304, whatever the order and the rest of the query', async () => {
    await publishTwo()
    const get = visitor()
    const first = await get('/updates.atom?component=docs&component=checkout&impact=minor')
    const again = await get('/updates.atom?utm_source=mail&impact=minor&component=checkout,docs')
    expect(await again.text()).toBe(await first.text())
    const etag = first.headers.get('ETag') ?? ''
    const same = await visitor()('/updates.atom?component=checkout&component=docs&impact=minor', {
      headers: { ...BROWSER, 'If-None-Match': etag },
    })
    expect(same.status).toBe(304)
  })

  it('names the feed by itself, and its entries as everywhere', async () => {
    await publishTwo()
    const get = visitor()
    const [all, some] = await Promise.all([
      get('/history.atom').then((answer) => answer.text()),
      get('/history.atom?component=docs').then((answer) => answer.text()),
    ])
    expect(some).toMatch(/<id>tag:[^<]*\/history\?component=docs<\/id>/)
    expect(some).toMatch(/<link rel="self"[^>]*\/history\.atom\?component=docs"/)
    const entry = /<id>tag:[^<]*Incident\/docsdocsdocs<\/id>/.exec(some)?.[0]
    expect(entry).toBeDefined()
    expect(all).toContain(entry)
  })

  it('shows what changed at once', async () => {
    await publishTwo()
    const get = visitor()
    expect(await (await get('/feed.json?component=checkout')).text()).toContain('Checkout is slow')
    await publish('Checkout is quick again', 2)
    vi.setSystemTime(nowMs + 1000)
    expect(await (await get('/feed.json?component=checkout')).text()).toContain('Checkout is quick again')
  })

  it('shows everything rather than nothing when it cannot be made', async () => {
    await publishTwo()
    const failing = () => Promise.reject(new Error('no renderer'))
    const answer = await visitor(publicFileRoutes(new PublicFileReader(), failing))('/?component=docs', JSON_ONLY)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Checkout is slow')
  })
})
