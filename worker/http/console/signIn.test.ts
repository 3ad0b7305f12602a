import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NOTE } from '../../../test/configNote.ts'
import { database } from '../../storage/database.ts'
import { hashPassword } from '../../storage/passwords.ts'
import { removePerson } from '../../storage/organisation.ts'
import { savePassword, saveResponders } from '../../storage/responders.ts'
import { SESSION_AGE_MS_MAX, SESSION_IDLE_MS_MAX, closeSessionsOf } from '../../storage/sessions.ts'
import { SET_UP_LINK_MS, createSetUpLink } from '../../storage/setUpLinks.ts'
import { ATTEMPTS_PER_ACCOUNT_MAX, ATTEMPT_WINDOW_MS } from '../../storage/signInAttempts.ts'
import { COPY_FRESH_MS } from '../authenticate.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { allow } from '../policy.ts'
import { handleError } from '../problem.ts'
import { signInRoutes } from './signIn.ts'

// Hashing passwords takes its time, on a busy machine more.
vi.setConfig({ testTimeout: 30_000 })

const db = database(env.DB)
const START_MS = Date.parse('2100-01-01T00:00:00Z')
const PASSWORD = 'correct horse battery'
const passwordHash = await hashPassword(PASSWORD)
const ORIGIN = 'http://127.0.0.1:8787'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
app.route(
  '/',
  signInRoutes((path, view) => Promise.resolve(Response.json({ path, view }))),
)
app.get('/console', allow({ role: 'viewer' }), (c) => c.json(c.var.principal))
app.get('/console/people', allow({ role: 'manager' }), (c) => c.json(c.var.principal))
app.post('/api/v1/incidents', allow({ role: 'responder', scope: 'incidents:write' }), (c) => c.json(c.var.principal))

/** A browser: it keeps cookies and names its origin. */
class Browser {
  readonly cookies = new Map<string, string>()
  readonly setCookies: string[] = []

  get(path: string, bindings: Env = env) {
    return this.#send(path, {}, bindings)
  }

  post(path: string, form: Record<string, string> = {}, bindings: Env = env) {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(form), headers: { Origin: ORIGIN } }, bindings)
  }

  async signIn(email = 'alice@example.com', password = PASSWORD) {
    return this.post('/console/login', { email, password })
  }

  async #send(path: string, init: RequestInit, bindings: Env) {
    const headers = new Headers(init.headers)
    headers.set('Accept', 'text/html')
    headers.set('Cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await app.request(new URL(path, bindings.PUBLIC_URL).href, { ...init, headers }, bindings)
    for (const line of response.headers.getSetCookie()) {
      this.setCookies.push(line)
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/max-age=0/i.test(line)) this.cookies.delete(pair.slice(0, at))
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS })
  await env.DB.batch(
    ['responders', 'sessions', 'set_up_links', 'sign_in_attempts'].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  )
  await saveResponders(
    db,
    [
      { id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'admin' },
      { id: 'bob', name: 'Bob', email: 'bob@example.com', role: 'responder' },
    ],
    START_MS,
  )
  for (const id of ['alice', 'bob']) await savePassword(db, id, passwordHash, START_MS)
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the sign-in form', () => {
  it('lets in who knows the password and takes them where they were going', async () => {
    const browser = new Browser()
    const refused = await browser.get('/console?open=1')
    expect(refused.status).toBe(303)
    expect(refused.headers.get('Location')).toBe('/console/login?next=%2Fconsole%3Fopen%3D1')

    const form = { email: 'Alice@Example.com', password: PASSWORD, next: '/console?open=1' }
    const answer = await browser.post('/console/login', form)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toBe('/console?open=1')
    expect(await (await browser.get('/console')).json()).toEqual({
      kind: 'responder',
      id: 'alice',
      name: 'Alice',
      email: 'alice@example.com',
      role: 'admin',
    })
  })

  it('answers a wrong password and an unknown email alike', async () => {
    const wrong = await new Browser().post('/console/login', { email: 'x@example.com', password: 'wrong' })
    const unknown = await new Browser().post('/console/login', { email: 'x@example.com', password: PASSWORD })
    await savePassword(db, 'bob', await hashPassword('another password'), START_MS)
    const known = await new Browser().post('/console/login', { email: 'bob@example.com', password: PASSWORD })
    expect([wrong.status, unknown.status, known.status]).toEqual([401, 401, 401])
    expect((await known.text()).replace('bob@', 'x@')).toBe(await unknown.text())
    expect(known.headers.getSetCookie()).toEqual([])
  })

  it.each(['https://evil.example', '//evil.example', '/console\\..\\evil', '/', 'javascript:alert(1)', '/consoles'])(
    'does not send anyone on to %s',
    async (next) => {
      const answer = await new Browser().post('/console/login', { email: 'bob@example.com', password: PASSWORD, next })
      expect(answer.headers.get('Location')).toBe('/console')
    },
  )

  it('refuses guesses at one account, also the right one, until the time is over', async () => {
    for (let i = 0; i < ATTEMPTS_PER_ACCOUNT_MAX; i++) {
      expect((await new Browser().signIn('alice@example.com', `guess ${i}`)).status).toBe(401)
    }
    const refused = await new Browser().signIn()
    expect(refused.status).toBe(429)
    expect(await refused.text()).toContain('Wait 15 minutes')
    expect((await new Browser().signIn('bob@example.com')).status).toBe(303)

    vi.setSystemTime(START_MS + ATTEMPT_WINDOW_MS + 1)
    expect((await new Browser().signIn()).status).toBe(303)
  })

  it('counts attempts on an account that does not exist too', async () => {
    for (let i = 0; i < ATTEMPTS_PER_ACCOUNT_MAX; i++) await new Browser().signIn('nobody@example.com')
    expect((await new Browser().signIn('nobody@example.com')).status).toBe(429)
  })

  it('lets no more through when guesses come all at once', async () => {
    const guesses = Array.from({ length: 15 }, (_, i) => new Browser().signIn('alice@example.com', `guess ${i}`))
    const statuses = (await Promise.all(guesses)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(ATTEMPTS_PER_ACCOUNT_MAX)
  })

  it('starts counting afresh after a success', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) await new Browser().signIn('alice@example.com', 'guess')
      expect((await new Browser().signIn()).status).toBe(303)
    }
  })
})

describe('a session', () => {
  it('travels in cookies that no script and no other site can use', async () => {
    const browser = new Browser()
    await browser.signIn()
    await browser.get('/console')
    expect(browser.setCookies.length).toBeGreaterThanOrEqual(2)
    for (const cookie of browser.setCookies) {
      expect(cookie).toContain('HttpOnly')
      expect(cookie).toContain('SameSite=Lax')
      expect(cookie).toContain('Path=/')
      expect(cookie).not.toContain('Domain')
      expect(cookie).not.toContain('Secure')
    }
  })

  it('is bound to the host and to https where the instance has a public address', async () => {
    const bindings = { ...env, PUBLIC_URL: 'https://status.example.com' }
    const response = await app.request(
      'https://status.example.com/console/login',
      {
        method: 'POST',
        headers: { 'Sec-Fetch-Site': 'same-origin' },
        body: new URLSearchParams({ email: 'bob@example.com', password: PASSWORD }),
      },
      bindings,
    )
    const [cookie = ''] = response.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-allclear_session=[\w-]{43}; .*Secure/)
  })

  it('cannot be taken from a dump of the database', async () => {
    const browser = new Browser()
    await browser.signIn()
    const token = browser.cookies.get('allclear_session') ?? ''
    const { results } = await env.DB.prepare('SELECT * FROM sessions').all()
    expect(results).toHaveLength(1)
    expect(JSON.stringify(results)).not.toContain(token)

    const thief = new Browser()
    thief.cookies.set('allclear_session', String(results[0]?.id))
    expect((await thief.get('/console')).status).toBe(303)
  })

  it('ends after twelve idle hours and after seven days of use', async () => {
    const idle = new Browser()
    await idle.signIn()
    const busy = new Browser()
    await busy.signIn()

    let nowMs = START_MS
    while (nowMs + 6 * 3600_000 < START_MS + SESSION_AGE_MS_MAX) {
      nowMs += 6 * 3600_000
      vi.setSystemTime(nowMs)
      expect((await busy.get('/console')).status).toBe(200)
      if (nowMs === START_MS + SESSION_IDLE_MS_MAX) expect((await idle.get('/console')).status).toBe(303)
    }
    vi.setSystemTime(START_MS + SESSION_AGE_MS_MAX)
    expect((await busy.get('/console')).status).toBe(303)
    expect(busy.cookies.size).toBe(0)
  })

  it('ends by signing out', async () => {
    const browser = new Browser()
    await browser.signIn()
    const before = new Map(browser.cookies)
    expect((await browser.post('/console/logout')).headers.get('Location')).toBe('/console/login')
    expect(browser.cookies.size).toBe(0)

    for (const [name, value] of before) browser.cookies.set(name, value)
    vi.setSystemTime(START_MS + COPY_FRESH_MS)
    expect((await browser.get('/console')).status).toBe(303)
  })

  it('ends everywhere at once for what managers do, and within five minutes for the rest', async () => {
    const browser = new Browser()
    await browser.signIn()
    expect((await browser.get('/console')).status).toBe(200)
    await closeSessionsOf(db, 'alice')
    expect((await browser.get('/console/people')).status).toBe(303)

    const other = new Browser()
    await other.signIn()
    await other.get('/console')
    await closeSessionsOf(db, 'alice')
    vi.setSystemTime(START_MS + COPY_FRESH_MS)
    expect((await other.get('/console')).status).toBe(303)
  })

  it('ends when its person is removed', async () => {
    const browser = new Browser()
    await browser.signIn('bob@example.com')
    await browser.get('/console')
    await removePerson(db, 'bob', NOTE, START_MS)
    vi.setSystemTime(START_MS + COPY_FRESH_MS)
    expect((await browser.get('/console')).status).toBe(303)
    expect((await browser.signIn('bob@example.com')).status).toBe(401)
  })

  it('takes a changed rank at once', async () => {
    const browser = new Browser()
    await browser.signIn('bob@example.com')
    expect((await browser.get('/console/people')).status).toBe(403)
    await saveResponders(db, [{ id: 'bob', name: 'Bob', email: 'bob@example.com', role: 'manager' }], START_MS)
    expect((await browser.get('/console/people')).status).toBe(200)
  })
})

describe('while D1 is gone', () => {
  const gone = () => {
    throw new Error('out of order')
  }
  const withoutD1: Env = { ...env, DB: new Proxy(env.DB, { get: () => gone }) }

  it('lets a signed-in responder act, for hours', async () => {
    const browser = new Browser()
    await browser.signIn()
    await browser.get('/console')
    vi.setSystemTime(START_MS + SESSION_IDLE_MS_MAX - 1)
    expect((await browser.get('/console', withoutD1)).status).toBe(200)
    expect((await browser.get('/console/people', withoutD1)).status).toBe(200)
    expect((await browser.post('/api/v1/incidents', {}, withoutD1)).status).toBe(200)
    vi.setSystemTime(START_MS + SESSION_IDLE_MS_MAX)
    expect((await browser.get('/console', withoutD1)).status).toBe(503)
  })

  it('does not take a copy that was altered or belongs to another session', async () => {
    const alice = new Browser()
    await alice.signIn()
    await alice.get('/console')
    const bob = new Browser()
    await bob.signIn('bob@example.com')
    bob.cookies.set('allclear_copy', alice.cookies.get('allclear_copy') ?? '')
    expect((await bob.get('/console', withoutD1)).status).toBe(503)
    const copy = alice.cookies.get('allclear_copy') ?? ''
    alice.cookies.set('allclear_copy', `${copy.slice(0, 40)}x${copy.slice(41)}`)
    expect((await alice.get('/console', withoutD1)).status).toBe(503)
  })

  it('asks to try again rather than to sign in', async () => {
    const answer = await new Browser().post(
      '/console/login',
      { email: 'alice@example.com', password: PASSWORD },
      withoutD1,
    )
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('5')
  })
})

describe('a set-up link', () => {
  it('shows a form, lets its person in once, and is used up', async () => {
    await saveResponders(db, [{ id: 'carol', name: 'Carol', email: 'carol@example.com', role: 'viewer' }], START_MS)
    const path = `/console/set-up/${await createSetUpLink(db, 'carol', START_MS)}`
    for (let i = 0; i < 3; i++) {
      const page = await new Browser().get(path)
      expect(page.status).toBe(200)
      expect(page.headers.get('Referrer-Policy')).toBe('same-origin')
      expect(await page.json()).toMatchObject({ view: { person: { name: 'Carol', email: 'carol@example.com' } } })
    }

    const browser = new Browser()
    expect((await browser.post(path, { name: 'Carol C', password: 'short' })).status).toBe(422)
    const answer = await browser.post(path, { name: 'Carol C', password: PASSWORD })
    expect(answer.headers.get('Location')).toBe('/console')
    expect(await (await browser.get('/console')).json()).toMatchObject({ id: 'carol', name: 'Carol C', role: 'viewer' })

    expect((await new Browser().post(path, { name: 'Mallory', password: PASSWORD })).status).toBe(410)
    expect((await new Browser().get(path)).status).toBe(410)
    expect((await new Browser().signIn('carol@example.com')).status).toBe(303)
  })

  it('lets only one of many in at once', async () => {
    const path = `/console/set-up/${await createSetUpLink(db, 'bob', START_MS)}`
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, i) => new Browser().post(path, { name: `Bob ${i}`, password: `${PASSWORD} ${i}` })),
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    const { results } = await env.DB.prepare(`SELECT id FROM sessions WHERE responder_id = 'bob'`).all()
    expect(results).toHaveLength(1)
  })

  it('expires after a day and gives way to a newer one', async () => {
    const first = await createSetUpLink(db, 'bob', START_MS)
    const second = await createSetUpLink(db, 'bob', START_MS)
    expect((await new Browser().get(`/console/set-up/${first}`)).status).toBe(410)
    expect((await new Browser().get(`/console/set-up/${second}`)).status).toBe(200)
    vi.setSystemTime(START_MS + SET_UP_LINK_MS)
    expect((await new Browser().post(`/console/set-up/${second}`, { password: PASSWORD })).status).toBe(410)
  })

  it('works without a password for who will use a passkey', async () => {
    await saveResponders(db, [{ id: 'dan', name: 'Dan', email: 'dan@example.com', role: 'viewer' }], START_MS)
    const path = `/console/set-up/${await createSetUpLink(db, 'dan', START_MS)}`
    const answer = await new Browser().post(path, { name: 'Dan', password: '' })
    expect(answer.headers.get('Location')).toBe('/console/settings#passkeys')
    expect((await new Browser().signIn('dan@example.com', '')).status).toBe(401)
  })
})
