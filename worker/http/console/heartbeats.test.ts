import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, expect, it } from 'vitest'
import { Organisation } from '../../domain/organisation.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { applyConfiguration } from '../configuration.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { heartbeatPages } from './heartbeats.ts'
import type { HeartbeatsView, HeartbeatView } from './heartbeatViews.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.route(
  '/',
  heartbeatPages((path, view) => Promise.resolve(Response.json({ path, view }))),
)

const tokens = { viewer: '', responder: '', admin: '' }
const organisation = Organisation.parse({
  statusPage: { name: 'Acme' },
  responders: [{ id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }],
  services: [{ id: 'payments', name: 'Payments' }],
})

beforeAll(async () => {
  for (const role of ['viewer', 'responder', 'admin'] as const) {
    const token = { name: role, role, scopes: ['*'], createdBy: 'root' }
    tokens[role] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
  const note = { by: { kind: 'system', name: 'Test' }, source: 'api', message: null } as const
  expect(await applyConfiguration(env, organisation, note)).toMatchObject({ ok: true })
})

function send(path: string, role: keyof typeof tokens, form?: Record<string, string>) {
  const headers = { Authorization: `Bearer ${tokens[role]}` }
  const init = form === undefined ? { headers } : { method: 'POST', headers, body: new URLSearchParams(form) }
  return Promise.resolve(app.request(`/console/heartbeats${path}`, init, env))
}

async function viewOf<View>(response: Response | Promise<Response>): Promise<View> {
  return (await (await response).json<{ view: View }>()).view
}

const one = (id: string) => viewOf<HeartbeatView>(send(`/${id}`, 'viewer'))
const form = { name: 'Nightly Bäckup', every: '26 h', cron: '', timeZone: '', grace: '10 min', severity: 'sev3' }

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

it('an admin makes one and gets its address once; others only look', async () => {
  expect((await send('', 'responder', form)).status).toBe(403)
  const made = await send('', 'admin', { ...form, service: 'payments' })
  expect(made.status).toBe(200)
  const { shown, heartbeat } = await viewOf<HeartbeatView>(made)
  expect(shown?.value).toMatch(/\/heartbeats\/hb_[\w-]{43}$/)
  expect(shown?.snippets.map(({ text }) => text.includes(shown.value)).filter(Boolean).length).toBeGreaterThanOrEqual(5)
  expect(heartbeat).toMatchObject({
    id: 'nightly-backup',
    service: 'Payments',
    state: 'new',
    schedule: 'every 26 h',
    grace: '10 min',
  })
  const again = await one('nightly-backup')
  expect([again.shown, again.mayConfigure, again.keys.length]).toEqual([null, false, 1])
  expect((await viewOf<HeartbeatsView>(send('', 'viewer'))).heartbeats).toMatchObject([{ id: 'nightly-backup' }])
})

it.each([
  [{ every: '', cron: '' }, 'every', 'Say how often it reports, or at which times: one of the two.'],
  [{ every: 'often' }, 'every', 'Write a length of time, such as 30 min, 26 h or 7 d.'],
  [{ every: '5 s' }, 'every', 'at least 30 seconds'],
  [{ every: '', cron: '61 * * * *' }, 'cron', 'Invalid value for minute: 61'],
  [{ grace: '30 d' }, 'grace', 'at most 7 days'],
  [{ service: 'nowhere' }, 'service', 'there is no service "nowhere"'],
  [{ severity: 'awful' }, 'severity', 'Choose a severity.'],
  [{ id: 'Not An Id' }, 'id', 'use lower-case letters, digits, - and _'],
  [{ id: 'nightly-backup' }, 'id', '"nightly-backup" stands here twice'],
  [{ name: '' }, 'name', 'Give it a name: what reports, such as "Nightly backup".'],
])('refuses %j beside the field, and keeps what was typed', async (more, field, message) => {
  const refused = await send('', 'admin', { ...form, id: 'other', ...more })
  expect(refused.status).toBe(422)
  const { form: shown, heartbeats } = await viewOf<HeartbeatsView>(refused)
  expect(shown.errors).toEqual({ [field]: message })
  expect(shown.values['grace']).toBe('grace' in more ? more.grace : form.grace)
  expect(heartbeats).toHaveLength(1)
})

it('is changed, paused, resumed and removed', async () => {
  const seen = String((await one('nightly-backup')).form.values['seen'])
  const wanted = { ...form, seen, id: 'ignored', every: '', cron: '0 3 * * *' }
  const changed = await send('/nightly-backup', 'admin', wanted)
  expect(changed.headers.get('Location')).toBe('/console/heartbeats/nightly-backup?done=saved')
  expect((await one('nightly-backup')).heartbeat.schedule).toBe('0 3 * * * in Etc/UTC')
  const late = await send('/nightly-backup', 'admin', { ...form, seen })
  expect(late.status).toBe(409)
  const { form: kept } = await viewOf<HeartbeatView>(late)
  expect(kept).toMatchObject({ values: { every: '26 h', seen }, errors: { '': expect.stringMatching(/changed this/) } })
  expect((await one('nightly-backup')).heartbeat.schedule).toBe('0 3 * * * in Etc/UTC')
  const refused = await send('/nightly-backup', 'admin', { ...form, every: '1 s' })
  expect(refused.status).toBe(422)
  expect((await viewOf<HeartbeatView>(refused)).form.errors).toHaveProperty('every')

  expect((await send('/nightly-backup/pause', 'viewer', {})).status).toBe(403)
  await send('/nightly-backup/pause', 'admin', {})
  expect((await one('nightly-backup')).heartbeat.state).toBe('paused')
  await send('/nightly-backup/resume', 'admin', {})
  expect((await one('nightly-backup')).heartbeat.state).toBe('new')

  const rotated = await viewOf<HeartbeatView>(send('/nightly-backup/keys', 'admin', {}))
  expect(rotated.shown?.explanation).toContain('goes on working until you revoke it')
  const revoked = await send(`/nightly-backup/keys/${rotated.keys[1]?.id}/revoke`, 'admin', {})
  expect(revoked.headers.get('Location')).toBe('/console/heartbeats/nightly-backup?done=revoked#keys')
  expect((await one('nightly-backup')).keys).toHaveLength(1)

  const removed = await send('/nightly-backup/remove', 'admin', {})
  expect(removed.headers.get('Location')).toBe('/console/heartbeats?done=removed')
  expect((await send('/nightly-backup', 'viewer')).status).toBe(404)
  for (const path of ['', '/pause', '/remove', '/keys'])
    expect((await send(`/nightly-backup${path}`, 'admin', form)).headers.get('Location')).toBe(
      '/console/heartbeats?done=gone',
    )
})
