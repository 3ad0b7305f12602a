import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeEach, describe, expect, it } from 'vitest'
import { ACCESS_ROLES, includesRole } from '../domain/actor.ts'
import { createApiToken, revokeApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { saveResponders } from '../storage/responders.ts'
import { openSession } from '../storage/sessions.ts'
import { SCOPES, type HttpEnv, type Scope } from './env.ts'
import { allow, assertEveryRouteHasPolicy, type Policy } from './policy.ts'
import { handleError, handleNotFound } from './problem.ts'

const db = database(env.DB)
const ORIGIN = new URL(env.PUBLIC_URL).origin
const NOW_MS = Date.now()

const POLICIES: Record<string, Policy> = {
  '/public': 'public',
  '/link': 'signed_link',
  '/intake': 'integration',
  '/set-up': 'setup',
  '/metrics': 'metrics',
  ...Object.fromEntries(
    ACCESS_ROLES.flatMap((role) => [
      [`/role/${role}`, { role }],
      ...SCOPES.map((scope) => [`/role/${role}/${scope === '*' ? 'any' : scope}`, { role, scope }]),
    ]),
  ),
}

const app = new Hono<HttpEnv>()
app.onError(handleError)
app.notFound(handleNotFound)
app.use('*', async (_c, next) => next())
for (const [path, policy] of Object.entries(POLICIES)) app.all(path, allow(policy), (c) => c.text('done'))

async function cookieOf(responderId: string): Promise<string> {
  return `allclear_session=${await openSession(db, responderId, 'test', NOW_MS)}`
}

function call(path: string, headers: Record<string, string> = {}, method = 'POST') {
  return app.request(new URL(path, ORIGIN).href, { method, headers }, env)
}

beforeEach(async () => {
  const people = ACCESS_ROLES.map((role) => ({ id: role, name: role, email: `${role}@example.com`, role }))
  await saveResponders(db, people, NOW_MS)
})

describe('the route table', () => {
  it('lists every route with its policy', () => {
    const found = assertEveryRouteHasPolicy(app)
    expect(Object.fromEntries(found.map(({ path, policy }) => [path, policy]))).toEqual(POLICIES)
  })

  it('names the routes that have none, wherever they are', () => {
    const inner = new Hono<HttpEnv>()
    inner.onError(handleError)
    inner.get('/fine', allow('public'), (c) => c.text('fine'))
    inner.post('/fine', (c) => c.text('bare'))
    const late = new Hono<HttpEnv>()
    late.get(
      '/late',
      async (_c, next) => next(),
      allow('public'),
      (c) => c.text('late'),
    )
    const outer = new Hono<HttpEnv>().route('/inner', inner).route('/', late)
    outer.all('/everything', (c) => c.text('bare'))
    expect(() => assertEveryRouteHasPolicy(outer)).toThrow(
      'Routes without a policy as their first handler: POST /inner/fine, GET /late, ALL /everything',
    )
  })
})

describe('a signed-in responder', () => {
  it.each(Object.entries(POLICIES))('at %s', async (path, policy) => {
    for (const held of ACCESS_ROLES) {
      const answer = await call(path, { Cookie: await cookieOf(held), Origin: ORIGIN })
      const expected = typeof policy === 'object' ? (includesRole(held, policy.role) ? 200 : 403) : OPEN[policy]
      expect({ held, status: answer.status }).toEqual({ held, status: expected })
    }
  })

  const OPEN = { public: 200, signed_link: 200, integration: 200, setup: 401, metrics: 200 }
})

describe('an API token', () => {
  it.each(ACCESS_ROLES)('of the role %s reaches what its role and scope include', async (held) => {
    for (const scope of SCOPES) {
      const { secret } = await createApiToken(
        db,
        { name: 't', role: held, scopes: [scope], createdBy: 'admin' },
        NOW_MS,
      )
      for (const [path, policy] of Object.entries(POLICIES)) {
        const answer = await call(path, { Authorization: `Bearer ${secret}` })
        expect({ held, scope, path, status: answer.status }).toEqual({
          held,
          scope,
          path,
          status: statusFor(policy, held, scope),
        })
      }
    }
  })

  function statusFor(policy: Policy, held: (typeof ACCESS_ROLES)[number], scope: Scope): number {
    switch (policy) {
      case 'public':
      case 'signed_link':
      case 'integration':
        return 200
      case 'setup':
        return 401
      case 'metrics':
        return scope === '*' || scope === 'metrics:read' ? 200 : 403
    }
    return includesRole(held, policy.role) && (scope === '*' || scope === policy.scope) ? 200 : 403
  }

  it('stops working when it is revoked, and says nothing else', async () => {
    const token = { name: 't', role: 'admin', scopes: ['*'], createdBy: 'admin' } as const
    const { id, secret } = await createApiToken(db, token, NOW_MS)
    expect((await call('/role/admin', { Authorization: `Bearer ${secret}` })).status).toBe(200)
    expect(await revokeApiToken(db, id, NOW_MS)).toBe(true)
    expect(await revokeApiToken(db, id, NOW_MS)).toBe(false)
    expect((await call('/role/admin', { Authorization: `Bearer ${secret}` })).status).toBe(401)
  })

  it('survives an outage of D1 once it was seen', async () => {
    const token = { name: 't', role: 'viewer', scopes: ['*'], createdBy: 'admin' } as const
    const { secret } = await createApiToken(db, token, NOW_MS)
    const headers = { Authorization: `Bearer ${secret}` }
    const outOfOrder = () => {
      throw new Error('out of order')
    }
    const gone: Env = { ...env, DB: new Proxy(env.DB, { get: () => outOfOrder }) }
    expect((await app.request('/role/viewer', { headers }, gone)).status).toBe(503)
    expect((await app.request('/role/viewer', { headers }, env)).status).toBe(200)
    expect((await app.request('/role/viewer', { headers }, gone)).status).toBe(200)
  })
})

describe('nobody', () => {
  it.each(Object.entries(POLICIES))('at %s', async (path, policy) => {
    const closed = typeof policy === 'object' || policy === 'setup' || policy === 'metrics'
    for (const headers of [{}, { Cookie: 'allclear_session=forged' }, { Authorization: 'Bearer alc_forged' }]) {
      expect((await call(path, { ...headers, Origin: ORIGIN })).status).toBe(closed ? 401 : 200)
    }
  })

  it('is told in one shape', async () => {
    const answer = await call('/role/viewer')
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Not signed in',
      status: 401,
      detail: 'Sign in, or send an API token as Bearer.',
      code: 'unauthorised',
    })
    expect((await call('/nowhere')).status).toBe(404)
  })

  it('opens the set-up and the metrics with their tokens', async () => {
    expect((await call('/set-up', { Authorization: `Bearer ${env.SETUP_TOKEN}` })).status).toBe(200)
    expect((await call('/metrics', { Authorization: `Bearer ${env.METRICS_TOKEN}` })).status).toBe(200)
    expect((await call('/set-up', { Authorization: `Bearer ${env.METRICS_TOKEN}` })).status).toBe(401)
    const open: Env = { ...env, SETUP_TOKEN: '' }
    expect((await app.request('/set-up', { headers: { Authorization: 'Bearer ' } }, open)).status).toBe(401)
  })
})

describe('a request from another site', () => {
  const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
  const TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json', '']
  const ORIGINS: [headers: Record<string, string>, isOurs: boolean][] = [
    [{ Origin: ORIGIN }, true],
    [{ 'Sec-Fetch-Site': 'same-origin' }, true],
    [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }, true],
    [{ Origin: 'https://evil.example' }, false],
    [{ Origin: `${ORIGIN}.evil.example` }, false],
    [{ Origin: 'null' }, false],
    [{}, false],
    [{ 'Sec-Fetch-Site': 'cross-site' }, false],
    [{ 'Sec-Fetch-Site': 'same-site', Origin: ORIGIN }, false],
    [{ 'Sec-Fetch-Site': 'none' }, false],
  ]

  it.each(METHODS)('by %s', async (method) => {
    const cookie = await cookieOf('admin')
    const isSafe = method === 'GET' || method === 'HEAD'
    for (const [origin, isOurs] of ORIGINS) {
      for (const type of TYPES) {
        const headers = { Cookie: cookie, ...origin, ...(type === '' ? {} : { 'Content-Type': type }) }
        const answer = await call('/role/viewer', headers, method)
        expect({ origin, type, status: answer.status }).toEqual({ origin, type, status: isSafe || isOurs ? 200 : 403 })
      }
    }
  })

  it('opens no WebSocket', async () => {
    const upgrade = { Cookie: await cookieOf('admin'), Upgrade: 'websocket' }
    expect((await call('/role/viewer', { ...upgrade, Origin: 'https://evil.example' }, 'GET')).status).toBe(403)
    expect((await call('/role/viewer', { ...upgrade, Origin: ORIGIN }, 'GET')).status).toBe(200)
  })

  it('cannot borrow the cookie by adding an Authorization header', async () => {
    const headers = { Cookie: await cookieOf('admin'), Origin: 'https://evil.example', Authorization: 'Bearer x' }
    expect((await call('/role/viewer', headers)).status).toBe(401)
  })

  it('is no concern of those who send a key', async () => {
    expect((await call('/intake')).status).toBe(200)
    const { secret } = await createApiToken(db, { name: 't', role: 'admin', scopes: ['*'], createdBy: 'x' }, NOW_MS)
    expect((await call('/role/admin', { Authorization: `Bearer ${secret}` })).status).toBe(200)
  })
})
