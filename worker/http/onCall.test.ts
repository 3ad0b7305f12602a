import { env } from 'cloudflare:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import { beforeAll, describe, expect, it } from 'vitest'
import { NOTE } from '../../test/configNote.ts'
import { Organisation } from '../domain/organisation.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { peopleOfStep } from '../storage/onCall.ts'
import { saveOrganisation } from '../storage/organisation.ts'
import type { HttpEnv } from './env.ts'
import { onCallRoutes } from './onCall.ts'
import { handleError } from './problem.ts'

const app = new OpenAPIHono<HttpEnv>().route('/', onCallRoutes)
app.onError(handleError)

const DAY = 24 * 3600 * 1000
const db = database(env.DB)
const tokens = { viewer: '', responder: '', metrics: '' }
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString()

const person = (id: string, role: string) => ({ id, name: id.toUpperCase(), email: `${id}@example.com`, role })
const organisation = Organisation.parse({
  statusPage: { name: 'Acme' },
  responders: [person('alice', 'responder'), person('bob', 'responder'), person('root', 'admin')],
  schedules: [
    {
      id: 'primary',
      name: 'Primary',
      timeZone: 'Europe/Berlin',
      // Not begun yet, so that Alice is on call whenever this runs.
      rotation: { startsOn: inDays(3).slice(0, 10), handoffTime: '09:00', members: ['alice', 'bob'] },
    },
  ],
})

beforeAll(async () => {
  await saveOrganisation(db, env.MASTER_KEY, organisation, NOTE, Date.now())
  for (const [name, role, scope] of [
    ['viewer', 'viewer', 'incidents:read'],
    ['responder', 'responder', '*'],
    ['metrics', 'responder', 'metrics:read'],
  ] as const) {
    tokens[name] = (await createApiToken(db, { name, role, scopes: [scope], createdBy: 'root' }, Date.now())).secret
  }
})

async function call(method: string, path: string, body?: unknown, token = tokens.responder) {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const answer = await app.request(`/api/v1${path}`, init, env)
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

const step = [{ kind: 'schedule', id: 'primary' } as const]
const onStep = async () => (await peopleOfStep(db, step, Date.now())).map(({ responder }) => responder.id)

describe('who is on call', () => {
  it('is said for each schedule, with the shifts of two weeks', async () => {
    const { status, body } = await call('GET', '/on-call', undefined, tokens.viewer)
    expect(status).toBe(200)
    expect(body.schedules).toHaveLength(1)
    const [primary] = body.schedules
    expect(primary).toMatchObject({
      id: 'primary',
      timeZone: 'Europe/Berlin',
      onCall: { id: 'alice', name: 'ALICE' },
      handoff: { to: { id: 'bob', name: 'BOB' } },
    })
    expect(primary.shifts.map(({ responder }: { responder: { id: string } }) => responder.id)).toEqual(['alice', 'bob'])
    expect(primary.shifts[1].startsAt).toBe(primary.handoff.at)
    expect(await onStep()).toEqual(['alice'])
  })

  it('is for those who may read incidents', async () => {
    expect((await call('GET', '/on-call', undefined, 'nonsense')).status).toBe(401)
    expect((await call('GET', '/on-call', undefined, tokens.metrics)).status).toBe(403)
  })
})

describe('an override', () => {
  const wanted = { scheduleId: 'primary', responderId: 'bob', startsAt: inDays(-1), endsAt: inDays(1) }

  it('counts from the moment it is made until it is taken back, the last one uppermost', async () => {
    const first = await call('POST', '/overrides', { ...wanted, endsAt: wanted.endsAt.replace('Z', '+00:00') })
    expect(first).toMatchObject({ status: 201, body: wanted })
    expect(await onStep()).toEqual(['bob'])
    const second = await call('POST', '/overrides', { ...wanted, responderId: 'root' })
    expect(await onStep()).toEqual(['root'])
    expect((await call('GET', '/overrides')).body).toEqual({ overrides: [first.body, second.body] })
    expect((await call('GET', '/on-call')).body.schedules[0].onCall.id).toBe('root')

    expect((await call('DELETE', `/overrides/${second.body.id}`)).status).toBe(204)
    expect(await onStep()).toEqual(['bob'])
    expect((await call('DELETE', `/overrides/${first.body.id}`)).status).toBe(204)
    expect(await onStep()).toEqual(['alice'])
    expect(await call('DELETE', `/overrides/${first.body.id}`)).toMatchObject({
      status: 404,
      body: { code: 'unknown_override' },
    })
  })

  it.each([
    ['unknown_schedule', { scheduleId: 'night' }],
    ['unknown_responder', { responderId: 'mallory' }],
    ['ends_before_start', { startsAt: inDays(2) }],
    ['ends_before_start', { startsAt: wanted.endsAt }],
    ['too_long', { endsAt: inDays(90) }],
    ['already_over', { startsAt: inDays(-2), endsAt: inDays(-1) }],
    ['too_far_ahead', { startsAt: inDays(400), endsAt: inDays(401) }],
    ['invalid', { startsAt: 'tomorrow' }],
    ['invalid', { endsAt: '2026-02-30T00:00:00Z' }],
  ])('is refused as %s with %j', async (code, change) => {
    expect(await call('POST', '/overrides', { ...wanted, ...change })).toMatchObject({ status: 422, body: { code } })
    expect((await call('GET', '/overrides')).body).toEqual({ overrides: [] })
  })

  it('is not made by viewers', async () => {
    expect((await call('POST', '/overrides', wanted, tokens.viewer)).status).toBe(403)
  })

  it('goes with its schedule', async () => {
    await call('POST', '/overrides', wanted)
    await saveOrganisation(db, env.MASTER_KEY, { ...organisation, schedules: [] }, NOTE, Date.now())
    expect((await call('GET', '/overrides')).body).toEqual({ overrides: [] })
    // Nobody is on a schedule that is gone: the page falls to the admin.
    expect(await onStep()).toEqual(['root'])
  })
})
