import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { sampleIncident } from '../../test/samplePublicModel.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { sweepEverything } from '../scheduled.ts'
import { database } from '../storage/database.ts'
import { Organisation } from '../domain/organisation.ts'
import { changeSecret, makeLink } from './affectedLinks.ts'
import { createApp } from './app.ts'
import { applyConfiguration } from './configuration.ts'

const app = createApp(async (path, view) => new Response(`${path} ${JSON.stringify(view)}`))
const NOTE = { by: { kind: 'system', name: 'test' }, source: 'api', message: null } as const
const BROWSER = { Accept: 'text/html' }

const ORGANISATION = {
  statusPage: { name: 'Example' },
  components: [
    { id: 'checkout', name: 'Checkout' },
    { id: 'vault', name: 'Vault' },
  ],
  pages: [
    { id: 'shop', name: 'The shop', components: ['checkout'], domain: 'status.shop.example', language: 'de' },
    { id: 'bank', name: 'The bank', components: ['vault'] },
  ],
}

async function apply(changes: object = {}) {
  return applyConfiguration(env, Organisation.parse({ ...ORGANISATION, ...changes }), NOTE)
}

async function get(address: string, init: RequestInit = {}, bindings: Partial<Env> = {}): Promise<Response> {
  const context = createExecutionContext()
  const url = new URL(address, env.PUBLIC_URL).href
  const answer = await app.request(url, { headers: BROWSER, ...init }, { ...env, ...bindings }, context)
  await waitOnExecutionContext(context)
  return answer
}

beforeAll(async () => {
  expect(await apply()).toMatchObject({ ok: true })
  await env.STATUS_PUBLISHER.getByName('main').publishIncident(1, sampleIncident())
})

describe('several pages on one instance', () => {
  it.each([
    ['/', 'Example'],
    ['/pages/shop/', 'The shop'],
    ['/pages/bank/', 'The bank'],
    ['/pages/bank/history', 'The bank'],
    ['/pages/bank/de/', 'The bank'],
    ['/pages/shop/api/v2/summary.json', 'The shop'],
    ['/pages/shop/history.atom', 'The shop'],
    ['/pages/shop/calendar.ics', 'The shop'],
    ['http://status.shop.example/', 'The shop'],
    ['http://status.shop.example:8787/fr/uptime', 'The shop'],
    ['http://status.shop.example/pages/shop/', 'The shop'],
    ['http://elsewhere.example/', 'Example'],
    ['/pages/bank/subscribe', 'The bank'],
    ['http://status.shop.example/subscribe', 'The shop'],
  ])('shows at %s the page %s', async (address, name) => {
    const answer = await get(address)
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(text).toContain(name)
    for (const other of ['Example', 'The shop', 'The bank'].filter((each) => each !== name))
      expect(text).not.toContain(`"name":"${other}"`)
  })

  it('knows in which language people write, where the page speaks another', async () => {
    const pageIn = async (path: string) => (await (await env.PUBLIC_FILES.get(path))?.json<{ page: object }>())?.page
    await expect.poll(() => pageIn('pages/shop/model.json')).toMatchObject({ language: 'de', writtenIn: 'en' })
    await expect.poll(() => pageIn('pages/bank/model.json')).not.toHaveProperty('writtenIn')
  })

  it.each([
    '/pages/nowhere/',
    '/pages/main/',
    '/pages/shop/console',
    '/pages/shop/pages/bank/',
    '/pages/bank/incidents/0123456789ab',
    '/internal/pages.json',
    '/private/pages.json',
    'http://status.shop.example/console',
    'http://status.shop.example/console/login',
    'http://status.shop.example/pages/bank/',
  ])('finds nothing at %s', async (address) => {
    expect((await get(address)).status).toBe(404)
  })

  it('leads from the bare address to the page', async () => {
    const answer = await get('/pages/shop')
    expect([answer.status, answer.headers.get('Location')]).toEqual([308, '/pages/shop/'])
    const spoken = await get('/pages/shop/de')
    expect([spoken.status, spoken.headers.get('Location')]).toEqual([308, '/pages/shop/de/'])
    const filtered = await get('/de?component=checkout')
    expect(filtered.headers.get('Location')).toBe('/de/?component=checkout')
    expect((await get('/pages/shop?key=a')).headers.get('Location')).toBe('/pages/shop/?key=a')
  })

  it('writes each page under its own address, in its own language', async () => {
    const text = await (await get('/pages/shop/')).text()
    expect(text).toContain('"url":"http://status.shop.example:8787"')
    expect((await get('/pages/shop/')).headers.get('Content-Language')).toBe('de')
    expect(await (await get('/pages/bank/')).text()).toContain('"url":"http://127.0.0.1:8787/pages/bank"')
  })

  it('leads from what is searched for in a terminal to the page’s own address', async () => {
    const headers = { 'User-Agent': 'curl/8' }
    const text = await (await get('/pages/shop/history?q=checkout', { headers })).text()
    expect(text).toContain('http://status.shop.example:8787/incidents/0123456789ab')
  })

  it('has the same numbers on main whatever the pages show', async () => {
    expect(await (await get('/incidents/0123456789ab')).text()).toContain('Checkout is slow')
    expect(await (await get('/pages/shop/incidents/0123456789ab')).text()).toContain('Checkout is slow')
  })

  it('takes subscribers at each page’s own desk', async () => {
    const body = new URLSearchParams({ email: 'alice@example.com', components: 'checkout' })
    expect((await get('/pages/shop/subscribe', { method: 'POST', body })).status).toBe(200)
    expect((await env.SUBSCRIBER_DESK.getByName('shop').list(0, 10)).total).toBe(1)
    expect((await env.SUBSCRIBER_DESK.getByName('main').list(0, 10)).total).toBe(0)
    const refused = await get('/pages/bank/subscribe', { method: 'POST', body })
    expect(refused.status).toBe(422)
  })

  it('lists and removes the subscribers of each page', async () => {
    const created = { name: 'm', role: 'manager', scopes: ['subscribers:write'], createdBy: 'x' } as const
    const { secret } = await createApiToken(database(env.DB), created, Date.now())
    const headers = { Authorization: `Bearer ${secret}` }
    await env.SUBSCRIBER_DESK.getByName('shop').subscribe({ email: 'bob@example.com', confirmed: true })
    const listed = await get('/api/v1/subscribers?page=shop', { headers })
    const { subscribers } = await listed.json<{ subscribers: { id: string }[] }>()
    const [first] = subscribers
    const remove = async (query: string) =>
      (await get(`/api/v1/subscribers/${first?.id}${query}`, { method: 'DELETE', headers })).status
    expect(await remove('')).toBe(404)
    expect(await remove('?page=nowhere')).toBe(404)
    expect(await remove('?page=shop')).toBe(204)
    expect(await remove('?page=shop')).toBe(404)
  })

  it('looks after each page’s subscribers every minute, whatever becomes of another’s', async () => {
    const swept: string[] = []
    const getByName = (id: string) => ({
      sweep: async () => {
        if (id === 'shop') throw new Error('this desk is gone')
        swept.push(id)
      },
    })
    const bindings = { ...env, SUBSCRIBER_DESK: { getByName } } as unknown as Env
    await expect(sweepEverything(bindings, Date.now())).rejects.toThrow('the sweep failed for: subscribers')
    expect(swept).toEqual(['main', 'bank'])
  })

  it('counts each page’s files and subscribers apart in the metrics', async () => {
    const headers = { Authorization: `Bearer ${env.METRICS_TOKEN}` }
    const text = await (await get('/metrics', { headers })).text()
    expect(text).toMatch(/^allclear_publishes_total \d+$/m)
    for (const id of ['shop', 'bank']) {
      expect(text).toMatch(new RegExp(`^allclear_public_files_pending\\{page="${id}"\\} \\d+$`, 'm'))
      expect(text).toContain(`allclear_object_up{object="SubscriberDesk",page="${id}"} 1`)
    }
  })

  it('tells readers in their language that something cannot be done at the moment', async () => {
    const overloaded = Object.assign(new Error('overloaded'), { overloaded: true })
    const fails = () => Promise.reject(overloaded)
    const bindings = {
      SUBSCRIBER_DESK: { getByName: () => ({ eraseOwn: fails, unsubscribe: fails }) },
    } as unknown as Partial<Env>
    for (const path of ['/de/subscription/token/erase', '/pages/bank/de/unsubscribe/token']) {
      const answer = await get(path, { method: 'POST' }, bindings)
      expect([answer.status, answer.headers.get('Content-Type')]).toEqual([503, 'text/html; charset=UTF-8'])
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expect(await answer.text()).toContain('Bitte versuchen Sie es gleich noch einmal.')
    }
  })

  it('stays up when everything behind it is dead', async () => {
    const gone = new Proxy({}, { get: () => () => Promise.reject(new Error('gone')) })
    const bindings = { DB: gone, STATUS_PUBLISHER: gone, SUBSCRIBER_DESK: gone } as unknown as Partial<Env>
    for (const address of ['/pages/shop/', 'http://status.shop.example/api/v2/status.json'])
      expect((await get(address, {}, bindings)).status).toBe(200)
  })

  it.each([
    [{ domain: '127.0.0.1' }, 'domain'],
    [{ domain: 'status.shop.example' }, 'domain'],
    [{ components: ['nothing'] }, 'components.0'],
    [{ id: 'shop' }, 'id'],
    [{ access: { kind: 'email' } }, 'access'],
    [{ access: { kind: 'staff' }, domain: 'staff.example.com' }, 'domain'],
  ])('refuses %j', async (wrong, field) => {
    const page = { id: 'more', name: 'More', ...wrong }
    const read = Organisation.safeParse({ ...ORGANISATION, pages: [...ORGANISATION.pages, page] })
    const errors = read.success
      ? await apply({ pages: [...ORGANISATION.pages, page] }).then((answer) => (answer.ok ? [] : answer.errors))
      : read.error.issues.map(({ path }) => ({ path: path.join('.') }))
    expect(errors.map(({ path }) => path)).toContain(`pages.2.${field}`)
  })
})

describe('status pages by the API', () => {
  let token = ''
  beforeAll(async () => {
    const wanted = {
      name: 'pages',
      role: 'admin',
      scopes: ['config:write', 'incidents:read'],
      createdBy: 'test',
    } as const
    token = (await createApiToken(database(env.DB), wanted, Date.now())).secret
  })
  const call = (method: string, path: string, body?: object) =>
    get(`/api/v1/status-pages${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  it.each([
    ['GET', ''],
    ['POST', ''],
    ['GET', '/shop'],
    ['PUT', '/shop'],
    ['DELETE', '/shop'],
    ['PUT', '/shop/password'],
    ['DELETE', '/shop/readers'],
    ['GET', '/shop/feed-keys'],
    ['POST', '/shop/feed-keys'],
    ['DELETE', '/shop/feed-keys/some'],
  ])('refuses the outsider: %s %s', async (method, path) => {
    expect((await get(`/api/v1/status-pages${path}`, { method })).status).toBe(401)
  })

  it.each([
    ['POST', '', { id: 'shop', name: 'Twice' }, 409],
    ['POST', '', { id: 'main', name: 'Main' }, 422],
    ['POST', '', { id: 'more', name: 'More', components: ['nothing'] }, 422],
    ['POST', '', { id: 'more', name: 'More', domain: 'status.shop.example' }, 422],
    ['PUT', '/nowhere', { name: 'Nowhere' }, 404],
    ['PUT', '/shop', { name: 'Shop', access: { kind: 'email' } }, 422],
    ['PUT', '/shop/password', { password: 'short' }, 422],
    ['PUT', '/nowhere/password', { password: 'a long and secret word' }, 404],
    ['POST', '/nowhere/feed-keys', { name: 'reader' }, 404],
    ['DELETE', '/nowhere', undefined, 404],
    ['DELETE', '/shop/feed-keys/none', undefined, 404],
  ])('refuses %s %s %j', async (method, path, body, status) => {
    expect((await call(method, path, body)).status).toBe(status)
  })

  it('adds a page, makes it private, gives out a key, and removes it', async () => {
    expect((await call('POST', '?dryRun=true', { id: 'club', name: 'The club' })).status).toBe(200)
    expect((await get('/pages/club/')).status).toBe(404)
    expect((await call('POST', '', { id: 'club', name: 'The club', components: ['vault'] })).status).toBe(200)
    await expect.poll(async () => (await get('/pages/club/')).status).toBe(200)

    await call('PUT', '/club', { name: 'The club', components: ['vault'], access: { kind: 'password' } })
    await expect.poll(async () => (await get('/pages/club/')).status).toBe(401)
    expect((await call('PUT', '/club/password', { password: 'a long and secret word' })).status).toBe(204)
    expect(await (await call('GET', '/club')).json()).toMatchObject({ hasPassword: true, access: { kind: 'password' } })
    let Cookie = ''
    const status = async () => (await get('/pages/club/', { headers: { ...BROWSER, Cookie } })).status
    const afterSignIn = async () => {
      const body = new URLSearchParams({ password: 'a long and secret word' })
      const signedIn = await get('/pages/club/sign-in', { method: 'POST', body })
      Cookie = signedIn.headers.get('Set-Cookie')?.split(';')[0] ?? ''
      return status()
    }
    // A password ends the sessions that were there, and until it is published new ones are of that time as well.
    await expect.poll(afterSignIn).toBe(200)
    expect((await call('DELETE', '/club/readers')).status).toBe(204)
    await expect.poll(status).toBe(401)

    const made = await call('POST', '/club/feed-keys', { name: 'reader' })
    const { id, key } = await made.json<Record<string, string>>()
    const feed = async () => (await get(`/pages/club/history.atom?key=${key}`)).status
    await expect.poll(feed).toBe(200)
    const listed = await call('GET', '/club/feed-keys')
    const { keys } = await listed.json<{ keys: { lastUsedAt: string }[] }>()
    expect(keys).toMatchObject([{ id, name: 'reader' }])
    expect(JSON.stringify(keys)).not.toContain(key)
    expect(keys[0]?.lastUsedAt).not.toBeNull()
    expect((await call('DELETE', `/club/feed-keys/${id}`)).status).toBe(204)
    await expect.poll(feed, { timeout: 1000 }).toBe(401)

    expect(await (await call('GET', '')).json()).toMatchObject({
      pages: [{ id: 'shop' }, { id: 'bank' }, { id: 'club', access: 'password', state: { activeIncidents: 0 } }],
    })
    expect((await call('DELETE', '/club')).status).toBe(204)
    await expect.poll(async () => (await get('/pages/club/')).status).toBe(404)
    expect((await call('GET', '/club')).status).toBe(404)
  })
})

describe('an "am I affected" link', () => {
  const made = async (page: string, region?: string) => {
    const { url } = await makeLink(env, { page, name: 'Acme', expiresInDays: 1, ...(region && { region }) }, Date.now())
    return url
  }
  const gone = () => {
    throw new Error('this binding is gone')
  }
  const dead = { DB: { prepare: gone, batch: gone }, STATUS_PUBLISHER: { getByName: gone } } as unknown as Partial<Env>

  beforeAll(async () => {
    const regions = [
      { id: 'eu', name: 'Europe', components: ['checkout'] },
      { id: 'us', name: 'America', components: ['vault'] },
    ]
    expect(await apply({ statusPage: { name: 'Example', audiences: { regions, plans: [] } } })).toMatchObject({
      ok: true,
    })
  })

  it('shows its reader their part of the page, with all that is behind it dead', async () => {
    const answer = await get(await made('main', 'eu'), {}, dead)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Cache-Control')).toBe('private, no-store')
    expect(answer.headers.get('X-Robots-Tag')).toContain('noindex')
    expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer')
    const text = await answer.text()
    expect(text).toContain('"verdict":"affected"')
    expect(text).toContain('"region":"Europe"')
    expect(text).toContain('component=checkout')
    const other = await (await get(await made('main', 'us'), {}, dead)).text()
    expect(other).toContain('"verdict":"not_affected"')
    expect(other).not.toContain('Checkout is slow')
  })

  it('says it to programs and terminals too', async () => {
    const url = await made('main', 'eu')
    const json = await get(`${url}.json`, { headers: {} })
    expect(json.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(await json.json()).toMatchObject({ verdict: 'affected', name: 'Acme', components: [{ id: 'checkout' }] })
    const text = await get(url, { headers: { 'User-Agent': 'curl/8' } })
    expect(await text.text()).toContain(': You are affected\n')
    const markdown = await get(`${url}.md`, { headers: {} })
    expect(markdown.headers.get('Content-Type')).toBe('text/markdown; charset=utf-8')
    expect(await markdown.text()).toMatch(/^# .*: You are affected\n/)
  })

  it('is of its page alone, and says clearly when it holds no longer', async () => {
    const url = await made('shop')
    expect(url).toMatch(/^http:\/\/status\.shop\.example/)
    expect((await get(url)).status).toBe(200)
    const token = url.split('/').at(-1)
    const elsewhere = await get(`/affected/${token}`)
    expect(elsewhere.status).toBe(404)
    expect(await elsewhere.text()).toContain('"reason":"wrong"')

    const expired = await makeLink(env, { page: 'main', expiresInDays: 1 }, Date.now() - 2 * 86_400_000)
    expect((await get(expired.url)).status).toBe(410)
    expect(await (await get(`${expired.url}.json`)).json()).toEqual({ error: 'expired' })

    await changeSecret(env, 'shop', 'rotate')
    expect((await get(url)).status).toBe(200)
    // What is in memory was read up to a quarter of a second ago.
    const renewed = await made('shop')
    await expect.poll(async () => (await get(renewed)).status).toBe(200)
    await changeSecret(env, 'shop', 'end')
    await expect.poll(async () => (await get(url)).status).toBe(404)
    expect((await get(await made('main'))).status).toBe(200)
  })

  it('shows nobody the link of somebody else', async () => {
    const claims = { page: 'main', expiresInDays: 1, name: 'Acme' } as const
    const [first, second] = await Promise.all([
      makeLink(env, claims, Date.now() - 3 * 86_400_000),
      makeLink(env, { ...claims, name: 'Umbrella' }, Date.now() - 2 * 86_400_000),
    ])
    for (const [own, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const text = await (await get(own.url)).text()
      expect(text).toContain(own.token)
      expect(text).not.toContain(other.token)
    }
  })

  it('is made by managers, and its secrets are for admins', async () => {
    const post = (path: string, body: object) =>
      get(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    expect((await post('/api/v1/status-page/affected-links', {})).status).toBe(401)
    expect((await post('/api/v1/status-page/affected-secrets/rotate', {})).status).toBe(401)
    expect((await get('/api/v1/status-page/affected-secrets')).status).toBe(401)
  })
})
