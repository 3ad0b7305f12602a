import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, expect, it } from 'vitest'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { createApp } from '../app.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { maintenancePages } from './maintenance.ts'
import type { MaintenanceView, MaintenancesView, NewMaintenanceView } from './maintenanceViews.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.route(
  '/',
  maintenancePages((path, view) => Promise.resolve(Response.json({ path, view }))),
)

const tokens = { viewer: '', responder: '', admin: '' }
const HOUR_MS = 3_600_000

beforeAll(async () => {
  for (const role of ['viewer', 'responder', 'admin'] as const) {
    const token = { name: role, role, scopes: ['*'], createdBy: 'root' }
    tokens[role] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
  const saved = await createApp(async () => new Response('')).request(
    '/api/v1/config',
    {
      method: 'POST',
      headers: { Authorization: `Bearer ${tokens.admin}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        statusPage: { name: 'Acme', timeZone: 'Europe/Berlin' },
        responders: [{ id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }],
        components: [{ id: 'checkout', name: 'Checkout' }],
      }),
    },
    env,
  )
  expect(saved.status).toBe(200)
})

function send(path: string, role: keyof typeof tokens, form?: Record<string, string>) {
  const headers = { Authorization: `Bearer ${tokens[role]}` }
  const init = form === undefined ? { headers } : { method: 'POST', headers, body: new URLSearchParams(form) }
  return Promise.resolve(app.request(`/console/maintenance${path}`, init, env))
}

async function viewOf<View>(response: Response | Promise<Response>): Promise<View> {
  return (await (await response).json<{ view: View }>()).view
}

async function filledIn(changes: Record<string, string> = {}): Promise<Record<string, string>> {
  const { form, commandId } = await viewOf<NewMaintenanceView>(send('/new', 'responder'))
  const given = Object.fromEntries(Object.entries(form.values).map(([name, value]) => [name, String(value)]))
  return {
    ...given,
    commandId,
    title: 'Database upgrade',
    body: 'Away for a minute.',
    components: 'checkout',
    ...changes,
  }
}

async function scheduled(changes: Record<string, string> = {}): Promise<string> {
  const answer = await send('', 'responder', await filledIn(changes))
  expect(answer.status).toBe(303)
  return /maintenance\/([^?]+)/.exec(answer.headers.get('Location') ?? '')?.[1] ?? ''
}

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

it('takes times in the zone of the page', async () => {
  const year = new Date().getUTCFullYear() + 1
  const id = await scheduled({ starts: `${year}-07-01T22:00`, ends: `${year}-07-02T00:30`, remind: '' })
  const { maintenance, timeZone } = await viewOf<MaintenanceView>(send(`/${id}`, 'viewer'))
  expect(timeZone).toBe('Europe/Berlin')
  expect(maintenance).toMatchObject({
    scheduledForMs: Date.UTC(year, 6, 1, 20),
    scheduledUntilMs: Date.UTC(year, 6, 1, 22, 30),
    remindBeforeMs: null,
  })
})

it('goes the whole way by its forms; a viewer only looks', async () => {
  const id = await scheduled()
  const view = () => viewOf<MaintenanceView>(send(`/${id}`, 'viewer'))
  const { maintenance, log, me } = await view()
  expect(me.canAct).toBe(false)
  expect(maintenance).toMatchObject({
    title: 'Database upgrade',
    components: [{ id: 'checkout', name: 'Checkout' }],
    startsByItself: true,
    remindBeforeMs: 24 * HOUR_MS,
  })
  expect(maintenance.scheduledForMs % HOUR_MS).toBe(0)
  expect(log).toMatchObject([{ by: 'responder', what: 'scheduled it' }])

  expect((await send(`/${id}/start`, 'viewer', {})).status).toBe(403)
  for (const [action, status] of [
    ['start', 'in_progress'],
    ['verify', 'verifying'],
    ['complete', 'completed'],
  ] as const) {
    const { version } = (await view()).maintenance
    const answer = await send(`/${id}/${action}`, 'responder', {
      expectedVersion: String(version),
      body: '',
      tells: 'yes',
    })
    expect(answer.headers.get('Location')).toBe(`/console/maintenance/${id}?done=${action}`)
    expect((await view()).maintenance.status).toBe(status)
  }
  const list = await viewOf<MaintenancesView>(send('', 'viewer'))
  expect(list.past.map((each) => each.id)).toContain(id)
})

it('sends the same form once', async () => {
  const form = await filledIn()
  const [first, second] = [await send('', 'responder', form), await send('', 'responder', form)]
  expect(first.headers.get('Location')).toBe(second.headers.get('Location'))
})

it.each([
  ['title', { title: '' }],
  ['body', { body: '' }],
  ['starts', { starts: 'soon' }],
  ['starts', { starts: '2020-01-01T10:00' }],
  ['ends', { ends: '2020-01-01T10:00' }],
  ['components', { components: 'nothing' }],
])('says by the field %s what is wrong, and keeps what was typed', async (field, changes) => {
  const answer = await send('', 'responder', await filledIn(changes))
  expect(answer.status).toBe(422)
  const { form } = await viewOf<NewMaintenanceView>(answer)
  expect(Object.keys(form.errors)).toContain(field)
  expect(form.values['components']).toBeTruthy()
})

it('shows the form again, with its words, when someone was quicker', async () => {
  const id = await scheduled()
  await send(`/${id}/start`, 'responder', { expectedVersion: '1' })
  const answer = await send(`/${id}/cancel`, 'responder', { expectedVersion: '1', body: 'Not today.' })
  expect(answer.status).toBe(409)
  const { refused, maintenance } = await viewOf<MaintenanceView>(answer)
  expect(maintenance.status).toBe('in_progress')
  expect(refused).toMatchObject({ form: 'cancel', values: { body: 'Not today.' } })
})

it('moves only the end of what has begun', async () => {
  const id = await scheduled()
  await send(`/${id}/start`, 'responder', {})
  const answer = await send(`/${id}/reschedule`, 'responder', {
    starts: '2020-01-01T10:00',
    ends: '2020-01-01T11:00',
    body: '',
  })
  expect(answer.status).toBe(422)
  expect((await viewOf<MaintenanceView>(answer)).refused?.errors['ends']).toContain('after it starts')
})

it('edits an update, keeping what it said', async () => {
  const id = await scheduled()
  const { updates } = (await viewOf<MaintenanceView>(send(`/${id}`, 'responder'))).maintenance
  const answer = await send(`/${id}/updates/${updates[0]?.id}/edit`, 'responder', { body: 'Away for two minutes.' })
  expect(answer.headers.get('Location')).toBe(`/console/maintenance/${id}?done=edit`)
  const { maintenance } = await viewOf<MaintenanceView>(send(`/${id}`, 'responder'))
  expect(maintenance.updates).toMatchObject([
    { body: 'Away for two minutes.', edits: [{ body: 'Away for a minute.' }] },
  ])
})

it.each(['/nothing', '/0123456789ab', '/0123456789ab/start'])('knows nothing at %s', async (path) => {
  const answer = await send(path, 'responder', path.endsWith('start') ? {} : undefined)
  expect(answer.status).toBe(404)
})
