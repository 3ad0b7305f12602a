import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Change } from '../../domain/change.ts'
import { OrganisationForAlerts } from '../../domain/organisation.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { saveChanges } from '../../storage/changes.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { changePages } from './changes.ts'
import type { ChangesView } from './changeViews.ts'
import { roomPages } from './room.ts'
import type { RoomView } from './views.ts'

const render = async (path: string, model: unknown) => Response.json({ path, view: model })
const app = new Hono<HttpEnv>().route('/', changePages(render)).route('/', roomPages(render))
const desk = env.ALERT_DESK.getByName('main')
const db = database(env.DB)
const NOW = Date.now()
const MINUTE = 60_000
let token = ''
let incidentId = ''

function change(number: number, more: Partial<Change> = {}): Change {
  return {
    id: number.toString(16).padStart(32, '0'),
    source: 'github',
    services: ['checkout'],
    environment: 'production',
    title: `Change ${number}`,
    ref: null,
    url: null,
    by: null,
    atMs: NOW - 20 * MINUTE,
    updatedAtMs: NOW - 10 * MINUTE,
    outcome: 'success',
    ...more,
  }
}

beforeAll(async () => {
  const wanted = { name: 'viewer', role: 'viewer', scopes: ['incidents:read'], createdBy: 'root' } as const
  token = (await createApiToken(db, wanted, NOW)).secret
  await desk.useOrganisation(
    1,
    OrganisationForAlerts.parse({ groupBy: ['alertname'], services: [{ id: 'checkout', name: 'Checkout', tier: 1 }] }),
  )
  const { key } = await desk.createIntegration({ source: 'json', name: 'JSON' })
  const labels = { alertname: 'Errors', service: 'checkout', environment: 'production' }
  const alert = { labels, annotations: {}, startsAtMs: NOW, endsAtMs: NOW + 600 * MINUTE, generatorUrl: '' }
  const answer = await desk.ingest({ source: 'json', key, alerts: [alert] })
  incidentId = (answer.ok ? answer.incidentIds[0] : undefined) ?? ''
  await saveChanges(db, [
    change(1),
    change(2, { outcome: 'failure' }),
    change(3, { services: ['search'] }),
    change(4, { environment: 'staging' }),
    change(5, { atMs: NOW + 60 * MINUTE, updatedAtMs: NOW + 60 * MINUTE }),
    change(6, { atMs: NOW - 3000 * MINUTE, updatedAtMs: NOW - 3000 * MINUTE }),
  ])
})

async function view<View>(path: string, bindings: object = env): Promise<View> {
  const headers = { Authorization: `Bearer ${token}` }
  const response = await app.request(`${env.PUBLIC_URL}${path}`, { headers }, bindings)
  expect(response.status).toBe(200)
  return (await response.json<{ view: View }>()).view
}

describe('the room of an incident', () => {
  it('shows what was changed before, the likeliest first, and why', async () => {
    const { changes } = await view<RoomView>(`/console/incidents/${incidentId}`)
    expect(changes.map((scored) => scored.change.title)).toEqual(['Change 2', 'Change 1', 'Change 3', 'Change 4'])
    expect(changes[0]?.reasons).toEqual(['10 min before it began', 'same service (Checkout)', 'production', 'failed'])
  })

  it('goes without while D1 is gone', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await view<RoomView>(`/console/incidents/${incidentId}`)
    const down = () => Promise.reject(new Error('down'))
    const D1 = { prepare: () => ({ bind: () => ({ run: down, all: down, raw: down }) }), batch: down }
    const { changes, missing } = await view<RoomView>(`/console/incidents/${incidentId}`, { ...env, DB: D1 })
    expect(changes).toEqual([])
    expect(missing).toContain('recent changes')
  })
})

describe('the list of changes', () => {
  it('is of all services or of one, with its name', async () => {
    const all = await view<ChangesView>('/console/changes')
    expect(all.changes.map(({ title }) => title)).toHaveLength(6)
    expect(all.changes[0]?.title).toBe('Change 5')
    expect(all.services).toEqual([{ id: 'checkout', name: 'Checkout' }])
    const one = await view<ChangesView>('/console/changes?service=Search')
    expect(one.changes.map(({ title }) => title)).toEqual(['Change 3'])
    expect(one.services).toContainEqual({ id: 'search', name: 'search' })
    expect((await view<ChangesView>('/console/changes?after=x')).isLaterPage).toBe(false)
  })

  it('goes on where a page ended', async () => {
    const many = Array.from({ length: 60 }, (_, i) => change(1000 + i, { services: ['many'] }))
    await saveChanges(db, many)
    const first = await view<ChangesView>('/console/changes?service=many')
    const second = await view<ChangesView>(first.older ?? '')
    expect(second).toMatchObject({ service: 'many', older: null, isLaterPage: true })
    expect(new Set([...first.changes, ...second.changes].map(({ id }) => id)).size).toBe(60)
  })

  it('is for people who are signed in', async () => {
    expect((await app.request(`${env.PUBLIC_URL}/console/changes`, {}, env)).status).toBe(401)
  })
})
