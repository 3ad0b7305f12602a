import { env } from 'cloudflare:test'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createApp } from './app.ts'
import { assertEveryRouteHasPolicy } from './policy.ts'

const app = createApp((path, view) => Promise.resolve(Response.json({ path, view })))
const ADMIN = { email: 'Admin@Example.com', name: 'Admin', password: 'correct horse battery' }

const Answer = z.object({
  signInLink: z.url(),
  apiToken: z.string(),
  integrations: z.object({ alertmanager: z.object({ key: z.string() }), json: z.object({ key: z.string() }) }),
})

async function call(method: string, path: string, bearer: string, body?: unknown, bindings: Env = env) {
  const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  return app.request(new URL(path, env.PUBLIC_URL).href, init, bindings)
}

beforeEach(async () => {
  await env.DB.batch(
    ['responders', 'api_tokens', 'set_up_links'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  )
})

it('gives every route of the app a policy', () => {
  const routes = assertEveryRouteHasPolicy(app)
  expect(routes.length).toBeGreaterThan(20)
  const open = routes.filter(({ path, policy }) => policy === 'public' && path.startsWith('/api/v1/'))
  // Anyone may subscribe, by mail, chat or browser; what else is public under the API says only what the API is.
  expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
    'GET /api/v1/docs',
    'GET /api/v1/openapi.json',
    'GET /api/v1/push-key',
    'POST /api/v1/push-unsubscribe',
    'POST /api/v1/subscribers',
  ])
})

describe('POST /api/v1/setup', () => {
  it('makes an admin, a token and keys that work, once', async () => {
    const answer = await call('POST', '/api/v1/setup', env.SETUP_TOKEN, { admin: ADMIN })
    expect(answer.status).toBe(201)
    const { signInLink, apiToken, integrations } = Answer.parse(await answer.json())
    expect(signInLink).toMatch(/^http:\/\/127\.0\.0\.1:8787\/console\/set-up\/[\w-]{43}$/)

    const link = await app.request(signInLink, {}, env)
    expect(await link.json()).toMatchObject({ view: { person: { name: 'Admin', email: 'admin@example.com' } } })
    expect((await call('GET', '/api/v1/tokens', apiToken)).status).toBe(200)
    expect(await env.ALERT_DESK.getByName('main').checkKey('json', integrations.json.key)).toBe(true)
    expect(await env.ALERT_DESK.getByName('main').checkKey('alertmanager', integrations.json.key)).toBe(false)

    const again = await call('POST', '/api/v1/setup', env.SETUP_TOKEN, { admin: ADMIN })
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ code: 'already_set_up' })
  })

  it('may be asked for again after it failed half-way', async () => {
    const broken = new Proxy(env.DB, {
      get(d1, property) {
        if (property === 'batch') return () => Promise.reject(new Error('out of order'))
        const value: unknown = Reflect.get(d1, property)
        return typeof value === 'function' ? value.bind(d1) : value
      },
    })
    const failed = await call('POST', '/api/v1/setup', env.SETUP_TOKEN, { admin: ADMIN }, { ...env, DB: broken })
    expect(failed.status).toBe(503)
    expect((await call('POST', '/api/v1/setup', env.SETUP_TOKEN, { admin: ADMIN })).status).toBe(201)
  })

  it('has one winner when it is asked for many times at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => call('POST', '/api/v1/setup', env.SETUP_TOKEN, { admin: ADMIN })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
    const { results } = await env.DB.prepare('SELECT id FROM responders').all()
    expect(results).toEqual([{ id: 'admin' }])
  })

  it.each([[{}], [{ admin: { ...ADMIN, email: 'no address' } }], [{ admin: { ...ADMIN, password: 'short' } }], ['x']])(
    'refuses %j',
    async (body) => {
      const answer = await call('POST', '/api/v1/setup', env.SETUP_TOKEN, body)
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ code: 'invalid' })
    },
  )

  it('refuses whoever does not have the set-up token', async () => {
    expect((await call('POST', '/api/v1/setup', 'guess', { admin: ADMIN })).status).toBe(401)
  })
})

describe('/api/v1/tokens', () => {
  async function adminToken(): Promise<string> {
    const answer = await call('POST', '/api/v1/setup', env.SETUP_TOKEN, { admin: ADMIN })
    return Answer.parse(await answer.json()).apiToken
  }

  it('creates a token whose secret is told once and kept as a hash', async () => {
    const admin = await adminToken()
    const wanted = { name: 'Deploy', role: 'responder', scopes: ['incidents:write'] }
    const answer = await call('POST', '/api/v1/tokens', admin, wanted)
    expect(answer.status).toBe(201)
    const { id, secret } = z.object({ id: z.string(), secret: z.string() }).parse(await answer.json())
    expect(secret).toMatch(/^alc_[\w-]{43}$/)

    const list = await (await call('GET', '/api/v1/tokens', admin)).text()
    expect(list).toContain('Deploy')
    expect(list).not.toContain(secret)
    const { results } = await env.DB.prepare('SELECT * FROM api_tokens').all()
    expect(JSON.stringify(results)).not.toContain(secret)
    expect((await call('GET', '/api/v1/tokens', secret)).status).toBe(403)

    expect((await call('DELETE', `/api/v1/tokens/${id}`, admin)).status).toBe(204)
    expect((await call('DELETE', `/api/v1/tokens/${id}`, admin)).status).toBe(404)
    expect((await call('GET', '/api/v1/tokens', secret)).status).toBe(401)
  })

  it.each([
    { name: '', role: 'viewer', scopes: ['*'] },
    { name: 'x', role: 'owner', scopes: ['*'] },
    { name: 'x', role: 'viewer', scopes: [] },
    { name: 'x', role: 'viewer', scopes: ['everything'] },
  ])('refuses %j', async (wanted) => {
    expect((await call('POST', '/api/v1/tokens', await adminToken(), wanted)).status).toBe(422)
  })
})
