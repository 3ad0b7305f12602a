import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { sampleIncident } from '../../test/samplePublicModel.ts'
import { Organisation } from '../domain/organisation.ts'
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
  })

  it('writes each page under its own address, in its own language', async () => {
    const text = await (await get('/pages/shop/')).text()
    expect(text).toContain('"url":"http://status.shop.example:8787"')
    expect((await get('/pages/shop/')).headers.get('Content-Language')).toBe('de')
    expect(await (await get('/pages/bank/')).text()).toContain('"url":"http://127.0.0.1:8787/pages/bank"')
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

  it('answers nothing of a private page to anyone', async () => {
    const club = { id: 'club', name: 'The club', components: ['checkout'], access: { kind: 'password' } }
    expect(await apply({ pages: [...ORGANISATION.pages, club] })).toMatchObject({ ok: true })
    expect(await env.PUBLIC_FILES.head('private/club/index.html')).not.toBeNull()
    await scheduler.wait(300)
    for (const path of [
      '',
      'history',
      'history.atom',
      'api/v2/summary.json',
      'calendar.ics',
      'model.json',
      'subscribe',
    ]) {
      const answer = await get(`/pages/club/${path}`)
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.text()).not.toContain('The club')
    }
    for (const path of ['/private/club/index.html', '/private/club/history.atom'])
      expect((await get(path)).status).toBe(404)
    expect((await env.PUBLIC_FILES.list({ prefix: 'pages/club/' })).objects).toEqual([])
  })
})
