import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { sampleIncident } from '../../test/samplePublicModel.ts'
import { Organisation } from '../domain/organisation.ts'
import { database } from '../storage/database.ts'
import { createFeedKey, revokeFeedKey, savePagePassword } from '../storage/pageAccess.ts'
import { hashPassword } from '../storage/passwords.ts'
import { openSession } from '../storage/sessions.ts'
import { countAttempt } from '../storage/signInAttempts.ts'
import { shortLink, signLink } from '../storage/subscriberLinks.ts'
import { createApp } from './app.ts'
import { applyConfiguration, pushOrganisation } from './configuration.ts'

const app = createApp(async (path, view) => new Response(`${path} ${JSON.stringify(view)}`))
const NOTE = { by: { kind: 'system', name: 'test' }, source: 'api', message: null } as const
const PASSWORD = 'a long and secret word'
const SECRET_NAME = 'The club'

const page = (id: string, access: object, more: object = {}) => ({
  id,
  name: `${SECRET_NAME} ${id}`,
  components: ['checkout'],
  access,
  ...more,
})
const PAGES = [
  page('secret', { kind: 'password' }, { domain: 'status.secret.example' }),
  page('club', { kind: 'email', domains: ['club.example'], addresses: ['alice@example.com'] }),
  page('crew', { kind: 'staff' }),
]

const apply = (pages: readonly object[] = PAGES) =>
  applyConfiguration(
    env,
    Organisation.parse({
      statusPage: { name: 'Example' },
      components: [{ id: 'checkout', name: 'Checkout' }],
      responders: [{ id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'admin' }],
      pages,
    }),
    NOTE,
  )

interface Asked extends RequestInit {
  readonly headers?: Record<string, string>
  readonly bindings?: Partial<Env>
}

async function ask(address: string, { bindings = {}, ...init }: Asked = {}): Promise<Response> {
  const context = createExecutionContext()
  const request = { redirect: 'manual', ...init, headers: { Accept: 'text/html', ...init.headers } } as const
  const answer = await app.request(new URL(address, env.PUBLIC_URL).href, request, { ...env, ...bindings }, context)
  await waitOnExecutionContext(context)
  return answer
}

const post = (address: string, form: Record<string, string>, asked: Asked = {}) =>
  ask(address, {
    method: 'POST',
    body: new URLSearchParams(form),
    ...asked,
    headers: { 'Sec-Fetch-Site': 'same-origin', ...asked.headers },
  })

/** As a browser sends it back. */
function cookieOf(answer: Response): Record<string, string> {
  return { Cookie: answer.headers.get('Set-Cookie')?.split(';')[0] ?? '' }
}

async function mailed(address: string, form: Record<string, string>, asked: Asked = {}) {
  const mails: { to: string; subject: string; text: string }[] = []
  const EMAIL = {
    send: async (mail: { to: string; subject: string; text: string }) => ({
      messageId: `<${mails.push(mail)}@example.com>`,
    }),
  }
  const bindings = { ...asked.bindings, EMAIL, SMTP_URL: '' } as unknown as Partial<Env>
  const answer = await post(address, form, { ...asked, bindings })
  return { answer, mails }
}

async function signedIn(kind: string): Promise<Record<string, string>> {
  if (kind === 'secret') return cookieOf(await post('/pages/secret/sign-in', { password: PASSWORD }))
  if (kind === 'crew') return { Cookie: `allclear_session=${await openSession(db(), 'alice', '', Date.now())}` }
  const { mails } = await mailed('/pages/club/sign-in', { email: 'alice@example.com' })
  const link = /https?:\S+/.exec(mails[0]?.text ?? '')?.[0] ?? ''
  return cookieOf(await post(link, { next: '' }))
}

const db = () => database(env.DB)
let keys: Record<string, string> = {}

beforeAll(async () => {
  expect(await apply()).toMatchObject({ ok: true })
  await env.STATUS_PUBLISHER.getByName('main').publishIncident(1, sampleIncident())
  await savePagePassword(db(), 'secret', await hashPassword(PASSWORD))
  for (const { id } of PAGES) keys[id] = (await createFeedKey(db(), id, 'a reader', Date.now()))?.key ?? ''
  await pushOrganisation(env)
  for (const { id } of PAGES) {
    const last = `private/${id}/uptime/checkout.json`
    await vi.waitFor(async () => expect(await env.PUBLIC_FILES.head(last)).not.toBeNull(), { timeout: 10_000 })
  }
})

/** Every kind of address a page has, as it is asked for, and whether a key of feeds opens it. */
const PATHS: readonly (readonly [path: string, opensByKey: boolean])[] = [
  ['', false],
  ['de/', false],
  ['history', false],
  ['history?q=checkout', false],
  ['history/2026-11', false],
  ['uptime', false],
  ['post-mortems', false],
  ['incidents/0123456789ab', false],
  ['index.txt', true],
  ['history.txt', true],
  ['index.md', true],
  ['llms.txt', true],
  ['badge.svg', true],
  ['badge/checkout.svg', true],
  ['incidents/0123456789ab.txt', true],
  ['incidents/0123456789ab.json', true],
  ['history.atom', true],
  ['history.rss', true],
  ['updates.atom', true],
  ['feed.json', true],
  ['calendar.ics', true],
  ['log.json', true],
  ['uptime/checkout.csv', true],
  ['uptime/checkout.json', true],
  ['api/v2/summary.json', true],
  ['api/v2/status.json', true],
  ['api/v2/components.json', true],
  ['api/v2/incidents.json', true],
  ['api/v2/incidents/unresolved.json', true],
  ['api/v2/scheduled-maintenances.json', true],
  ['subscribe', false],
  ['subscribe/manage', false],
  ['subscription/forged', false],
  ['unsubscribe/forged', false],
]

describe.each(['secret', 'club', 'crew'])('a private page (%s)', (id) => {
  it.each(PATHS)('opens /%s to who has the right, and to nobody else', async (path, opensByKey) => {
    const address = `/pages/${id}/${path}`
    const outsider = await ask(address)
    expect(outsider.status).toBe(401)
    expect(outsider.headers.get('Cache-Control')).toBe('private, no-store')
    expect(outsider.headers.get('X-Robots-Tag')).toBe('noindex')
    const said = await outsider.text()
    for (const secret of [SECRET_NAME, 'Checkout']) expect(said).not.toContain(secret)
    if (opensByKey) expect(outsider.headers.get('Content-Type')).toContain('json')
    else expect(said).toContain('/public/entrance')

    const program = await ask(address, { headers: { Accept: '*/*' } })
    expect(program.status).toBe(401)
    expect(await program.json()).toMatchObject({ code: 'private_page' })

    const holder = await ask(address, { headers: await rights(id) })
    const isForged = path.endsWith('forged')
    expect(holder.status).toBe(
      isForged ? (path.startsWith('uns') ? 200 : 410) : path.startsWith('history/') ? holder.status : 200,
    )
    expect(holder.headers.get('Cache-Control')).toBe('private, no-store')
    expect(holder.headers.get('X-Robots-Tag')).toBe('noindex')
    expect(holder.headers.get('Access-Control-Allow-Origin')).toBeNull()

    const byKey = await ask(`${address}${path.includes('?') ? '&' : '?'}key=${keys[id]}`)
    expect(byKey.status).toBe(opensByKey ? 200 : 401)
    expect(byKey.headers.get('Cache-Control')).toBe('private, no-store')
    const byBearer = await ask(address, { headers: { Accept: '*/*', Authorization: `Bearer ${keys[id]}` } })
    expect(byBearer.status).toBe(opensByKey ? 200 : 401)
    expect((await ask(address, { headers: { Cookie: `allclear_page_${id}=${keys[id]}` } })).status).toBe(401)
  })

  it('says to who is in that it is private: how to sign out, and that feeds need a key', async () => {
    for (const path of ['', 'subscribe']) {
      const answer = await ask(`/pages/${id}/${path}`, { headers: await rights(id) })
      expect(await answer.text()).toContain('"isPrivate":true')
    }
  })

  it('takes no right of another page', async () => {
    for (const other of ['secret', 'club', 'crew'].filter((each) => each !== id)) {
      const headers = await rights(other)
      // The same token under this page's name.
      const renamed = { Cookie: (headers['Cookie'] ?? '').replace(`page_${other}`, `page_${id}`) }
      expect((await ask(`/pages/${id}/`, { headers: renamed })).status).toBe(401)
      expect((await ask(`/pages/${id}/history.atom?key=${keys[other]}`)).status).toBe(401)
    }
  })

  it('lets nobody subscribe who may not read it', async () => {
    const form = { email: 'charlie@example.com' }
    expect((await post(`/pages/${id}/subscribe`, form)).status).toBe(401)
    expect((await env.SUBSCRIBER_DESK.getByName(id).list(0, 10)).total).toBe(0)
    expect((await post(`/pages/${id}/subscribe`, form, { headers: await rights(id) })).status).toBe(200)
  })

  it('lets subscribers change and leave by the links in their mails', async () => {
    const link = (purpose: 'manage' | 'unsubscribe', of: string) =>
      signLink(env.MASTER_KEY, purpose, { id: 'someone', page: of }, Date.now() + 60_000)
    expect((await ask(`/pages/${id}/unsubscribe/${await link('unsubscribe', id)}`)).status).toBe(200)
    expect((await post(`/pages/${id}/unsubscribe/${await link('unsubscribe', id)}`, {})).status).toBe(200)
    expect((await ask(`/pages/${id}/subscription/${await link('manage', id)}`)).status).toBe(410)
    expect((await ask(`/pages/${id}/unsubscribe/${await link('unsubscribe', 'main')}`)).status).toBe(401)
    const short = (of: string) => shortLink(env.MASTER_KEY, { id: 'someone', page: of })
    expect((await ask(`/pages/${id}/s/${await short(id)}`)).status).toBe(303)
    expect((await ask(`/pages/${id}/s/${await short('main')}`)).status).toBe(401)
  })

  it('stops at once at a key that was revoked', async () => {
    const made = await createFeedKey(db(), id, 'for a moment', Date.now())
    await pushOrganisation(env)
    const address = `/pages/${id}/history.atom?key=${made?.key}`
    await expect.poll(async () => (await ask(address)).status).toBe(200)
    await revokeFeedKey(db(), id, made?.id ?? '')
    await pushOrganisation(env)
    await expect.poll(async () => (await ask(address)).status, { timeout: 1000 }).toBe(401)
  })

  it('lies where no copy of the site is made of it', async () => {
    expect(await env.PUBLIC_FILES.head(`private/${id}/index.html`)).not.toBeNull()
    expect((await env.PUBLIC_FILES.list({ prefix: `pages/${id}/` })).objects).toEqual([])
    for (const path of ['/private/pages.json', `/private/${id}/index.html`, `/private/${id}/history.atom`])
      expect((await ask(path)).status).toBe(404)
    expect(await (await ask(`/pages/${id}/robots.txt`)).text()).toContain('Disallow: /\n')
  })
})

const held: Record<string, Record<string, string>> = {}
async function rights(id: string): Promise<Record<string, string>> {
  return (held[id] ??= await signedIn(id))
}

describe('a page behind a password', () => {
  it('takes the right one only, and goes back to where somebody was going', async () => {
    const wrong = await post('/pages/secret/sign-in', {
      password: 'not this one at all',
      next: '/pages/secret/history',
    })
    expect([wrong.status, wrong.headers.get('Set-Cookie')]).toEqual([401, null])
    expect(await wrong.text()).toContain('"next":"/pages/secret/history"')
    const right = await post('/pages/secret/sign-in', { password: PASSWORD, next: '/pages/secret/de/history?q=x' })
    expect([right.status, right.headers.get('Location')]).toEqual([303, '/pages/secret/de/history?q=x'])
    expect(right.headers.get('Set-Cookie')).toMatch(
      /^allclear_page_secret=\S+; Max-Age=2592000; Path=\/pages\/secret\/; HttpOnly; SameSite=Lax$/,
    )
  })

  it('keeps its cookie from http where the page is at https, and at its own host to that', async () => {
    const bindings = { PUBLIC_URL: 'https://status.example.com' }
    const right = await post('https://status.secret.example/sign-in', { password: PASSWORD }, { bindings })
    expect(right.headers.get('Set-Cookie')).toMatch(
      /^__Secure-allclear_page_secret=\S+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const open = await ask('https://status.secret.example/', { bindings, headers: cookieOf(right) })
    expect(open.status).toBe(200)
    expect((await ask('https://status.secret.example/')).status).toBe(401)
    expect((await ask('https://status.secret.example/favicon.svg')).status).not.toBe(401)
  })

  it('lets nobody guess on and on from one address', async () => {
    const headers = { 'CF-Connecting-IP': '192.0.2.7' }
    for (let guess = 0; guess < 10; guess++)
      await countAttempt(db(), 'page secret from 192.0.2.7', '192.0.2.7', Date.now())
    expect((await post('/pages/secret/sign-in', { password: PASSWORD }, { headers })).status).toBe(429)
    const elsewhere = { 'CF-Connecting-IP': '192.0.2.8' }
    expect((await post('/pages/secret/sign-in', { password: PASSWORD }, { headers: elsewhere })).status).toBe(303)
  })

  it('stays up for who is in when everything behind it is dead', async () => {
    const headers = await rights('secret')
    const gone = new Proxy({}, { get: () => () => Promise.reject(new Error('D1_ERROR: gone')) })
    const DB = {
      prepare: () => {
        throw new Error('D1_ERROR: gone')
      },
    }
    const bindings = { DB, STATUS_PUBLISHER: gone, SUBSCRIBER_DESK: gone } as unknown as Partial<Env>
    expect((await ask('/pages/secret/', { headers, bindings })).status).toBe(200)
    expect((await ask('/pages/secret/', { bindings })).status).toBe(401)
    expect((await ask(`/pages/secret/history.atom?key=${keys['secret']}`, { bindings })).status).toBe(200)
    expect((await post('/pages/secret/sign-in', { password: PASSWORD }, { bindings })).status).toBe(503)
    const PUBLIC_FILES = gone as unknown as R2Bucket
    // What this isolate has read is still there; another one has nothing, and says so.
    expect((await ask('/pages/secret/', { headers, bindings: { ...bindings, PUBLIC_FILES } })).status).toBe(200)
    expect((await ask('/pages/secret/', { bindings: { ...bindings, PUBLIC_FILES } })).status).toBe(401)
  })

  it('ends what was before when the password changes', async () => {
    const headers = await signedIn('secret')
    expect((await ask('/pages/secret/', { headers })).status).toBe(200)
    await savePagePassword(db(), 'secret', await hashPassword(PASSWORD))
    await pushOrganisation(env)
    await expect.poll(async () => (await ask('/pages/secret/', { headers })).status, { timeout: 1000 }).toBe(401)
    delete held['secret']
  })

  it('forgets this browser', async () => {
    const out = await post('/pages/secret/sign-out', {}, { headers: await rights('secret') })
    expect(out.headers.get('Set-Cookie')).toContain('Max-Age=0')
  })
})

describe('a page by email', () => {
  it('answers the same to every address, and mails those on the list', async () => {
    const known = await mailed('/pages/club/de/sign-in', { email: 'Bob@Club.example', next: '/pages/club/history' })
    const unknown = await mailed('/pages/club/de/sign-in', {
      email: 'bob@notclub.example',
      next: '/pages/club/history',
    })
    expect([known.answer.status, unknown.answer.status]).toEqual([200, 200])
    expect(await known.answer.text()).toBe(await unknown.answer.text())
    expect(unknown.mails).toEqual([])
    expect(known.mails).toMatchObject([{ to: 'Bob@club.example', subject: 'Ihr Link zu The club club' }])
    const mistyped = await post('/pages/club/sign-in', { email: 'no address' })
    expect(mistyped.status).toBe(422)
    expect(await mistyped.text()).toContain('"typed":"no address"')
  })

  it('opens by a link once, and not by only looking at it', async () => {
    const { mails } = await mailed('/pages/club/sign-in', { email: 'alice@example.com', next: '/pages/club/history' })
    const link = /https?:\S+/.exec(mails[0]?.text ?? '')?.[0] ?? ''
    for (const look of [1, 2]) {
      const looked = await ask(link)
      expect([look, looked.status, looked.headers.get('Set-Cookie')]).toEqual([look, 200, null])
    }
    const next = new URL(link).searchParams.get('next') ?? ''
    const opened = await post(link, { next })
    expect([opened.status, opened.headers.get('Location')]).toEqual([303, '/pages/club/history'])
    expect((await ask('/pages/club/', { headers: cookieOf(opened) })).status).toBe(200)
    expect((await post(link, { next })).status).toBe(410)
    const forged = await post('/pages/club/sign-in/forged', {})
    expect([forged.status, forged.headers.get('Set-Cookie')]).toEqual([410, null])
  })

  it('ends with the place on the list', async () => {
    const headers = await rights('club')
    await apply(
      PAGES.map((each) => (each.id === 'club' ? page('club', { kind: 'email', domains: ['club.example'] }) : each)),
    )
    await expect.poll(async () => (await ask('/pages/club/', { headers })).status, { timeout: 1000 }).toBe(401)
    await apply()
    await expect.poll(async () => (await ask('/pages/club/', { headers })).status).toBe(200)
  })
})

describe('a page for staff', () => {
  it('leads to the sign-in of the console and back', async () => {
    expect(await (await ask('/pages/crew/uptime')).text()).toContain('"next":"/pages/crew/uptime"')
    expect(await (await ask('/console/login?next=%2Fpages%2Fcrew%2Fuptime')).text()).toContain(
      '"next":"/pages/crew/uptime"',
    )
  })
})

it('has no door where the page is public', async () => {
  for (const path of ['/sign-in', '/sign-in/token']) expect((await ask(path)).status).toBe(404)
  expect((await post('/sign-in', { password: PASSWORD })).status).toBe(404)
})
