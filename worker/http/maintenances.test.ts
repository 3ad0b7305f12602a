import { env } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { createApp } from './app.ts'

const app = createApp(async (path, view) => Response.json({ path, view }))
const tokens = { viewer: '', responder: '', admin: '' }
const HOUR_MS = 3_600_000

interface Answer {
  id: string
  version: number
  status: string
  title: string
  updates: { id: string; body: string; edits: object[]; rescheduledFrom: object | null }[]
}

async function api(
  method: string,
  path: string,
  body?: unknown,
  { role = 'responder', ...headers }: { role?: keyof typeof tokens; [header: string]: string } = {},
): Promise<Response> {
  const url = new URL(`/api/v1${path}`, env.PUBLIC_URL).href
  const init = {
    method,
    headers: { Authorization: `Bearer ${tokens[role]}`, 'Content-Type': 'application/json', ...headers },
  }
  return app.request(url, body === undefined ? init : { ...init, body: JSON.stringify(body) }, env)
}

const at = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString()
const plan = (changes: object = {}) => ({
  title: 'Database upgrade',
  body: 'Checkout will be away for **some minutes**.',
  scheduledFor: at(48),
  scheduledUntil: at(50),
  components: ['checkout'],
  ...changes,
})

async function scheduled(changes: object = {}): Promise<Answer> {
  const answer = await api('POST', '/maintenances', plan(changes))
  expect(answer.status).toBe(201)
  return answer.json()
}

const act = async (id: string, action: string, body: unknown = {}, headers = {}) =>
  api('POST', `/maintenances/${id}/${action}`, body, headers)

beforeAll(async () => {
  for (const role of ['viewer', 'responder', 'admin'] as const) {
    const token = { name: role, role, scopes: ['*'], createdBy: 'root' }
    tokens[role] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
  const saved = await api(
    'POST',
    '/config',
    {
      statusPage: { name: 'Acme' },
      responders: [{ id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }],
      components: [
        { id: 'checkout', name: 'Checkout' },
        { id: 'search', name: 'Search' },
      ],
    },
    { role: 'admin' },
  )
  expect(saved.status).toBe(200)
})

describe('/api/v1/maintenances', () => {
  it('schedules one, which readers, calendars and Statuspage’s clients have at once', async () => {
    const { id, status } = await scheduled()
    expect(status).toBe('scheduled')
    const read = async (path: string) => {
      const answer = await app.request(new URL(path, env.PUBLIC_URL).href, { headers: { Accept: '*/*' } }, env, {
        waitUntil: () => undefined,
        passThroughOnException: () => undefined,
        props: {},
      })
      return { status: answer.status, type: answer.headers.get('Content-Type'), text: await answer.text() }
    }
    for (const [path, type] of [
      [`/maintenance/${id}`, 'text/html; charset=utf-8'],
      [`/maintenance/${id}.txt`, 'text/plain; charset=utf-8'],
      [`/maintenance/${id}.ics`, 'text/calendar; charset=utf-8'],
      ['/calendar.ics', 'text/calendar; charset=utf-8'],
      ['/api/v2/scheduled-maintenances/upcoming.json', 'application/json; charset=utf-8'],
    ] as const) {
      const found = await read(path)
      expect(found, path).toMatchObject({ status: 200, type })
      expect(found.text, path).toContain('Database upgrade')
    }
    expect((await read(`/incidents/${id}.ics`)).status).toBe(404)
    expect((await read('/maintenance/nothing.ics')).status).toBe(404)
  })

  it('goes the whole way', async () => {
    const { id } = await scheduled()
    const moved = await act(id, 'reschedule', { scheduledFor: at(72), scheduledUntil: at(74), body: 'A day later.' })
    expect(await moved.json()).toMatchObject({
      sequence: 1,
      updates: [{}, { rescheduledFrom: {}, body: 'A day later.' }],
    })
    for (const [action, status] of [
      ['start', 'in_progress'],
      ['verify', 'verifying'],
      ['start', 'in_progress'],
      ['complete', 'completed'],
    ] as const) {
      const answer = await act(id, action)
      expect(await answer.json()).toMatchObject({ status })
    }
    const events = await (await api('GET', `/maintenances/${id}/events`)).json<{ events: { type: string }[] }>()
    expect(events.events.map(({ type }) => type)).toEqual([
      'scheduled',
      'rescheduled',
      'started',
      'verifying',
      'resumed',
      'completed',
    ])
    const { maintenances } = await (await api('GET', '/maintenances?state=over')).json<{ maintenances: Answer[] }>()
    expect(maintenances.map((each) => each.id)).toContain(id)
  })

  it('edits an update, changes details, and takes in a component', async () => {
    const { id, updates } = await scheduled()
    const edited = await act(id, `updates/${updates[0]?.id}/edit`, { body: 'Other words.' })
    expect(await edited.json()).toMatchObject({ updates: [{ body: 'Other words.', edits: [{}] }] })
    const changed = await act(id, 'details', { note: 'Ask Bob', remindMinutesBefore: null })
    expect(await changed.json()).toMatchObject({
      note: 'Ask Bob',
      remindMinutesBefore: null,
      title: 'Database upgrade',
    })
    await act(id, 'start')
    const more = await act(id, 'updates', { body: 'Search, too.', components: ['checkout', 'search'] })
    const { components } = await more.json<{ components: { id: string }[] }>()
    expect(components.map((component) => component.id)).toEqual(['checkout', 'search'])
    const fixed = await act(id, 'details', { components: [] })
    expect(fixed.status).toBe(409)
    expect(await fixed.json()).toMatchObject({ code: 'components_fixed', maintenance: { id } })
  })

  it.each([
    ['no title', { title: ' ' }, 'invalid'],
    ['no words', { body: '' }, 'invalid'],
    ['no date', { scheduledFor: 'tomorrow' }, 'invalid'],
    ['the end first', { scheduledUntil: at(1) }, 'end_before_start'],
    ['the past', { scheduledFor: at(-5), scheduledUntil: at(5) }, 'start_in_the_past'],
    ['a component that is not there', { components: ['nothing'] }, 'unknown_component'],
    ['a language that nobody speaks', { translations: { xx: 'x' } }, 'invalid'],
  ])('refuses %s', async (_, changes, code) => {
    const answer = await api('POST', '/maintenances', plan(changes))
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ code })
  })

  it('refuses the outsider, and lets a viewer only look', async () => {
    const { id } = await scheduled()
    for (const [method, path] of [
      ['GET', '/maintenances'],
      ['POST', '/maintenances'],
      ['GET', `/maintenances/${id}`],
      ['POST', `/maintenances/${id}/cancel`],
    ] as const) {
      const nobody = await app.request(new URL(`/api/v1${path}`, env.PUBLIC_URL).href, { method }, env)
      expect(nobody.status, `${method} ${path}`).toBe(401)
    }
    expect((await api('GET', `/maintenances/${id}`, undefined, { role: 'viewer' })).status).toBe(200)
    expect((await act(id, 'cancel', {}, { role: 'viewer' })).status).toBe(403)
  })

  it.each(['nothing', '0123456789ab'])('knows no maintenance %s', async (id) => {
    expect((await api('GET', `/maintenances/${id}`)).status).toBe(404)
    expect((await act(id, 'start')).status).toBe(404)
    expect((await act(id, 'details', { note: 'x' })).status).toBe(404)
  })

  it('does the same request once', async () => {
    const key = { 'Idempotency-Key': crypto.randomUUID() }
    const body = plan()
    const [first, second] = [
      await api('POST', '/maintenances', body, key),
      await api('POST', '/maintenances', body, key),
    ]
    expect((await first.json<Answer>()).id).toBe((await second.json<Answer>()).id)
  })

  it('refuses whoever saw an older version', async () => {
    const { id } = await scheduled()
    await act(id, 'start')
    expect((await act(id, 'complete', { expectedVersion: 1 })).status).toBe(409)
    expect((await act(id, 'complete', {}, { 'If-Match': '"1"' })).status).toBe(409)
  })

  it('is described for machines', async () => {
    const answer = await app.request(new URL('/api/v1/openapi.json', env.PUBLIC_URL).href, {}, env)
    const { paths } = await answer.json<{ paths: Record<string, unknown> }>()
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/api/v1/maintenances', '/api/v1/maintenances/{id}/reschedule']),
    )
  })
})
