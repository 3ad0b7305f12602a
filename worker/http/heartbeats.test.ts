import { env, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { createApp } from './app.ts'

const app = createApp(async (path, view) => Response.json({ path, view }))
const tokens = { viewer: '', admin: '' }
const keys = { backup: '', report: '', paused: '' }
let opsgenieKey = ''

function call(path: string, init: RequestInit = {}): Promise<Response> {
  return Promise.resolve(app.request(path, init, env))
}

function api(path: string, role: keyof typeof tokens, method = 'GET', body?: unknown): Promise<Response> {
  const headers = { Authorization: `Bearer ${tokens[role]}`, 'Content-Type': 'application/json' }
  return call(`/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}

const found = async (id: string) =>
  (await api(`/heartbeats/${id}`, 'viewer')).json<{
    state: string
    badgeUrl: string
    pings: Record<string, unknown>[]
  }>()

beforeAll(async () => {
  for (const role of ['viewer', 'admin'] as const) {
    const token = { name: role, role, scopes: ['*'], createdBy: 'root' }
    tokens[role] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
  opsgenieKey = (await env.ALERT_DESK.getByName('main').createIntegration({ source: 'opsgenie', name: 'Zabbix' })).key
  const saved = await api('/config', 'admin', 'POST', {
    statusPage: { name: 'Acme' },
    responders: [{ id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }],
    heartbeats: [
      { id: 'backup', name: 'Nightly backup', everySeconds: 3600 },
      { id: 'report', name: 'Report', cron: '0 6 * * *', timeZone: 'Europe/Berlin' },
      { id: 'paused', name: 'Paused', everySeconds: 60, paused: true },
    ],
  })
  expect(saved.status).toBe(200)
  for (const id of ['backup', 'report', 'paused'] as const) {
    const made = await api(`/heartbeats/${id}/keys`, 'admin', 'POST')
    expect(made.status).toBe(201)
    const { key, pingUrl } = await made.json<{ key: string; pingUrl: string }>()
    expect(pingUrl).toBe(`${new URL(env.PUBLIC_URL).origin}/heartbeats/${key}`)
    keys[id] = key
  }
})
afterEach(() => vi.restoreAllMocks())

describe('a ping', () => {
  it.each(['GET', 'HEAD', 'POST'])('by %s counts', async (method) => {
    const before = (await found('backup')).pings.length
    const answer = await call(`/heartbeats/${keys.backup}`, { method })
    expect(answer.status).toBe(200)
    if (method !== 'HEAD') expect(await answer.json()).toMatchObject({ heartbeat: 'backup', state: 'healthy' })
    const { state, pings } = await found('backup')
    expect([state, pings.length]).toEqual(['healthy', before + 1])
  })

  it.each([
    ['/fail', 'failed'],
    ['/1', 'failed'],
    ['/0', 'healthy'],
    ['?status=fail', 'failed'],
    ['/255', 'failed'],
    ['', 'healthy'],
  ])('at %s makes it %s', async (path, state) => {
    const answer = await call(`/heartbeats/${keys.report}${path}`, { method: 'POST', body: 'the end' })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ heartbeat: 'report', state })
    expect((await found('report')).pings[0]).toMatchObject({ detail: 'the end' })
  })

  it('keeps the last words of a long output', async () => {
    await call(`/heartbeats/${keys.backup}`, { method: 'POST', body: `${'x'.repeat(100_000)} no space left` })
    const [{ detail } = { detail: '' }] = (await found('backup')).pings
    expect(String(detail)).toHaveLength(2000)
    expect(detail).toMatch(/^…x+ no space left$/)
  })

  it('is told that it is paused', async () => {
    const answer = await call(`/heartbeats/${keys.paused}/fail`)
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { heartbeat: 'paused', state: 'paused', nextDueAt: null },
    ])
  })

  it.each([
    ['GET', '/heartbeats/hb_unknown', 404, 'unknown_key'],
    ['POST', '/heartbeats/hb_unknown/fail', 404, 'unknown_key'],
    ['GET', '/heartbeats/%00', 404, 'unknown_key'],
    ['GET', '/heartbeats/hb_unknown/1234', 404, 'not_found'],
    ['GET', '/heartbeats/hb_unknown/other', 404, 'not_found'],
    ['GET', '/heartbeats', 404, 'not_found'],
    ['DELETE', '/heartbeats/hb_unknown', 405, 'method_not_allowed'],
  ])('%s %s is refused with %i', async (method, path, status, code) => {
    const answer = await call(path, { method })
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }])
  })

  it('is refused with 413 when it weighs more than is read', async () => {
    const answer = await call(`/heartbeats/${keys.backup}`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })
    expect(answer.status).toBe(413)
  })

  it('is answered with 503 while it cannot be stored', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await runInDurableObject(env.HEARTBEAT_DESK.getByName('main'), (_desk, state) => {
      vi.spyOn(state.storage, 'transactionSync').mockImplementation(() => {
        throw new Error('disk I/O error')
      })
    })
    const answer = await call(`/heartbeats/${keys.backup}`)
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
    const viaOpsgenie = await opsgenie('PUT', '/backup/ping')
    expect([viaOpsgenie.status, await viaOpsgenie.json()]).toMatchObject([503, { requestId: expect.any(String) }])
  })
})

describe('keys', () => {
  it('are the business of admins; a viewer sees that there are some', async () => {
    expect((await api('/heartbeats/backup/keys', 'viewer', 'POST')).status).toBe(403)
    expect((await api('/heartbeats/nobody/keys', 'admin', 'POST')).status).toBe(404)
    const { id, key } = await (
      await api('/heartbeats/backup/keys', 'admin', 'POST')
    ).json<{ id: string; key: string }>()
    expect((await call(`/heartbeats/${key}`)).status).toBe(200)
    expect((await call(`/heartbeats/${keys.backup}`)).status).toBe(200)
    expect(JSON.stringify(await found('backup'))).not.toContain(key)
    expect((await api(`/heartbeats/backup/keys/${id}`, 'viewer', 'DELETE')).status).toBe(403)
    expect((await api(`/heartbeats/backup/keys/${id}`, 'admin', 'DELETE')).status).toBe(204)
    expect((await api(`/heartbeats/backup/keys/${id}`, 'admin', 'DELETE')).status).toBe(404)
    expect((await call(`/heartbeats/${key}`)).status).toBe(404)
  })

  it('open nothing else', async () => {
    const headers = { Authorization: `Bearer ${keys.backup}` }
    expect((await call('/api/v1/heartbeats', { headers })).status).toBe(401)
    const hook = await call(`/hooks/json/${keys.backup}`, { method: 'POST', body: '{"title":"x"}' })
    expect(hook.status).toBe(401)
  })
})

it('lists all in the order of the configuration', async () => {
  const { heartbeats } = await (await api('/heartbeats', 'viewer')).json<{ heartbeats: { id: string }[] }>()
  expect(heartbeats.map(({ id }) => id)).toEqual(['backup', 'report', 'paused'])
  expect((await call('/api/v1/heartbeats')).status).toBe(401)
  expect((await api('/heartbeats/nobody', 'viewer')).status).toBe(404)
})

it('shows a badge that says its name and state, and no more', async () => {
  await call(`/heartbeats/${keys.backup}`, { method: 'POST', body: 'internal words' })
  const { pathname } = new URL((await found('backup')).badgeUrl)
  const badge = await call(pathname)
  expect([badge.status, badge.headers.get('Content-Type')]).toEqual([200, 'image/svg+xml; charset=utf-8'])
  expect(badge.headers.get('Cache-Control')).toContain('max-age=30')
  const svg = await badge.text()
  expect(svg).toContain('Nightly backup: healthy')
  expect(svg).not.toContain('internal')

  const token = /([a-z0-9]{26})\.svg$/.exec(pathname)?.[1] ?? ''
  expect((await call(`/heartbeats/${token}`)).status).toBe(404)
  expect((await call(`/badges/heartbeats/${keys.backup}.svg`)).status).toBe(404)
  expect((await call(`/badges/heartbeats/${'0'.repeat(26)}.svg`)).status).toBe(404)
})

it.each([
  ['a cron expression that is none', { cron: '61 * * * *' }, 'heartbeats.0.cron: Invalid value for minute: 61'],
  ['a time that never comes', { cron: '0 0 31 2 *' }, 'heartbeats.0.cron: "0 0 31 2 *" names no moment'],
  ['both', { cron: '0 6 * * *', everySeconds: 60 }, 'heartbeats.0.everySeconds: needs either everySeconds or cron'],
  ['a service that there is not', { everySeconds: 60, service: 'x' }, 'heartbeats.0.service: there is no service "x"'],
])('is not configured with %s', async (_name, more, detail) => {
  const heartbeats = [{ id: 'backup', name: 'Nightly backup', ...more }]
  const answer = await api('/config', 'admin', 'POST', { statusPage: { name: 'Acme' }, heartbeats })
  expect([answer.status, await answer.json()]).toMatchObject([422, { detail }])
})

function opsgenie(method: string, path: string, key = opsgenieKey): Promise<Response> {
  return call(`/opsgenie/v2/heartbeats${path}`, { method, headers: { Authorization: `GenieKey ${key}` } })
}

describe('as Opsgenie', () => {
  it.each(['GET', 'PUT', 'POST', 'PATCH'])('takes a ping by %s', async (method) => {
    const answer = await opsgenie(method, '/backup/ping')
    const body = await answer.json()
    expect(answer.status).toBe(202)
    expect(body).toEqual({
      result: 'PONG - Heartbeat received',
      took: expect.any(Number),
      requestId: expect.any(String),
    })
  })

  it('shows one and all of them', async () => {
    const one = { name: 'backup', description: 'Nightly backup', interval: 60, intervalUnit: 'minutes', enabled: true }
    expect(await (await opsgenie('GET', '/backup')).json()).toMatchObject({ data: { ...one, expired: false } })
    const all = await (await opsgenie('GET', '/')).json<{ data: { heartbeats: { name: string }[] } }>()
    expect(all.data.heartbeats.map(({ name }) => name)).toEqual(['backup', 'report', 'paused'])
  })

  it.each([
    ['an unknown name', 'PUT', '/nobody/ping', undefined, 404, 'Heartbeat does not exist'],
    ['a wrong key', 'PUT', '/backup/ping', 'og_wrong', 401, 'Could not authenticate'],
    ['an unknown name', 'GET', '/nobody', undefined, 404, 'Heartbeat does not exist'],
  ])('refuses %s in its shape: %s %s', async (_name, method, path, key, status, message) => {
    const answer = await opsgenie(method, path, key)
    const shape = { message, took: expect.any(Number), requestId: expect.any(String) }
    expect([answer.status, await answer.json()]).toEqual([status, shape])
  })
})
