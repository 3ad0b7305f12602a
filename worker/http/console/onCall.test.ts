import { env } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { NOTE } from '../../../test/configNote.ts'
import { Organisation } from '../../domain/organisation.ts'
import { toWallMs } from '../../domain/wallClock.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { saveOrganisation } from '../../storage/organisation.ts'
import { onCallPages } from './onCall.ts'
import type { OnCallView } from './onCallViews.ts'

const app = onCallPages(async (path, view) => Response.json({ path, view }))

const HOUR = 3600 * 1000
const db = database(env.DB)
const tokens = { viewer: '', responder: '' }
const ZONE = 'Asia/Kathmandu'

const person = (id: string, name: string, role: string) => ({ id, name, email: `${id}@example.com`, role })

beforeAll(async () => {
  const organisation = Organisation.parse({
    statusPage: { name: 'Acme' },
    responders: [person('alice', 'Alice', 'responder'), person('bob', 'Bob', 'responder')],
    services: [{ id: 'shop', name: 'Shop', escalation: [{ severities: ['sev1', 'sev2'], policy: 'urgent' }] }],
    schedules: [
      {
        id: 'primary',
        name: 'Primary',
        timeZone: ZONE,
        rotation: { startsOn: '2099-01-01', handoffTime: '09:00', members: ['alice'] },
      },
    ],
    policies: [
      {
        id: 'urgent',
        name: 'Urgent',
        steps: [
          { targets: [{ kind: 'schedule', id: 'primary' }], waitSeconds: 300 },
          { targets: [{ kind: 'responder', id: 'bob' }], waitSeconds: 600 },
        ],
      },
    ],
  })
  await saveOrganisation(db, env.MASTER_KEY, organisation, NOTE, Date.now())
  for (const role of ['viewer', 'responder'] as const) {
    tokens[role] = (await createApiToken(db, { name: role, role, scopes: ['*'], createdBy: 'x' }, Date.now())).secret
  }
})

function call(path: string, form?: Record<string, string>, token = tokens.responder): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, Origin: env.PUBLIC_URL, 'Sec-Fetch-Site': 'same-origin' }
  const init = form === undefined ? { headers } : { headers, method: 'POST', body: new URLSearchParams(form) }
  return Promise.resolve(app.request(`${env.PUBLIC_URL}/console/on-call${path}`, init, env))
}

async function viewOf(answer: Response): Promise<OnCallView> {
  const { path, view } = await answer.json<{ path: string; view: OnCallView }>()
  expect(path).toBe('/console/on-call')
  return view
}

const wall = (atMs: number) => new Date(toWallMs(ZONE, atMs)).toISOString().slice(0, 16)

describe('the page "On call"', () => {
  it('says who is on call and whom a policy calls', async () => {
    const view = await viewOf(await call(''))
    expect(view).toMatchObject({
      canChange: true,
      refused: null,
      rotas: [{ name: 'Primary', onCall: { name: 'Alice' }, handoff: null, overrides: [] }],
      policies: [
        {
          name: 'Urgent',
          steps: [
            { targets: [{ name: 'Alice', via: 'Primary' }], afterSeconds: 0 },
            { targets: [{ name: 'Bob', via: null }], afterSeconds: 300 },
          ],
          lastWaitSeconds: 600,
          repeats: 2,
          usedBy: [{ service: 'Shop', severities: ['sev1', 'sev2'] }],
        },
      ],
    })
    expect((await viewOf(await call('', undefined, tokens.viewer))).canChange).toBe(false)
  })

  it('says nothing after a form that there is none of', async () => {
    for (const done of ['', 'unknown', 'constructor'])
      expect((await viewOf(await call(`?done=${done}`))).notice, done).toBeNull()
  })

  it('makes an override at wall-clock times of the schedule, and takes it back', async () => {
    const startsAtMs = Math.floor(Date.now() / HOUR) * HOUR - HOUR
    const form = { schedule: 'primary', responder: 'bob', starts: wall(startsAtMs), ends: wall(startsAtMs + 4 * HOUR) }
    expect((await call('/overrides', form, tokens.viewer)).status).toBe(403)
    const made = await call('/overrides', form)
    expect([made.status, made.headers.get('Location')]).toEqual([303, '/console/on-call?done=made'])

    const view = await viewOf(await call('?done=made'))
    expect(view.notice).toBe('The override is in place.')
    const [rota] = view.rotas
    expect(rota?.onCall.name).toBe('Bob')
    expect(rota?.overrides).toMatchObject([{ person: { name: 'Bob' }, startsAtMs, endsAtMs: startsAtMs + 4 * HOUR }])
    expect(rota?.handoff).toEqual({ atMs: startsAtMs + 4 * HOUR, to: { id: 'alice', name: 'Alice' } })

    const path = `/overrides/${rota?.overrides[0]?.id}/remove`
    expect((await call(path, {}, tokens.viewer)).status).toBe(403)
    expect((await call(path, {})).headers.get('Location')).toBe('/console/on-call?done=taken-back')
    expect((await call(path, {})).headers.get('Location')).toBe('/console/on-call?done=gone')
    expect((await viewOf(await call(''))).rotas[0]?.onCall.name).toBe('Alice')
  })

  it.each([
    [{ starts: 'soon' }, /Enter both times/],
    [{ schedule: 'night' }, /no schedule/],
    [{ responder: 'mallory' }, /no responder/],
    [{ ends: '2020-01-01T00:00' }, /has to end after it starts/],
  ])('keeps what was typed when %j is refused', async (change, message) => {
    const nowMs = Date.now()
    const form = { schedule: 'primary', responder: 'bob', starts: wall(nowMs), ends: wall(nowMs + HOUR), ...change }
    const answer = await call('/overrides', form)
    expect(answer.status).toBe(422)
    expect((await viewOf(answer)).refused).toEqual({
      scheduleId: form.schedule,
      responderId: form.responder,
      startsAt: form.starts,
      endsAt: form.ends,
      message: expect.stringMatching(message),
    })
  })
})
