import { env, runInDurableObject } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SubscriberDesk } from '../../coordination/subscriberDesk.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { handleError } from '../problem.ts'
import { embeddingPages } from './embedding.ts'
import type { EmbeddingView } from './embeddingViews.ts'
import { statusPagePages } from './statusPage.ts'
import type { StatusPageView } from './statusPageViews.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
const render = (path: string, view: unknown) => Promise.resolve(Response.json({ path, view }))
app.route('/', statusPagePages(render))
app.route('/', embeddingPages(render))

const desk = env.SUBSCRIBER_DESK.getByName('main')
const tokens = { viewer: '', manager: '' }

beforeAll(async () => {
  for (const role of ['viewer', 'manager'] as const)
    tokens[role] = (
      await createApiToken(database(env.DB), { name: role, role, scopes: ['*'], createdBy: 'root' }, Date.now())
    ).secret
  await runInDurableObject(desk, (instance: SubscriberDesk) => {
    instance.openTransport = () => ({ send: async () => ({ ok: true, receipt: '' }), close: () => undefined })
  })
})

function send(method: string, path: string, role: keyof typeof tokens, form?: Record<string, string>) {
  const init = { method, headers: { Authorization: `Bearer ${tokens[role]}` } }
  return app.request(path, form === undefined ? init : { ...init, body: new URLSearchParams(form) }, env)
}

async function viewFor(role: keyof typeof tokens): Promise<StatusPageView> {
  const { view } = await (await send('GET', '/console/status-page', role)).json<{ view: StatusPageView }>()
  return view
}

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

describe('the page', () => {
  it('lets managers add and delete subscribers', async () => {
    const added = await send('POST', '/console/status-page/subscribers', 'manager', { email: 'alice@example.com' })
    expect([added.status, added.headers.get('Location')]).toEqual([303, '/console/status-page?done=added#subscribers'])
    const [alice] = (await viewFor('manager')).audience?.subscribers?.rows ?? []
    expect(alice).toMatchObject({ address: 'alice@example.com', state: 'confirmed' })

    const path = `/console/status-page/subscribers/${alice?.id}/remove`
    expect((await send('POST', path, 'viewer')).status).toBe(403)
    expect((await send('POST', path, 'manager')).headers.get('Location')).toMatch(/done=removed/)
    expect((await send('POST', path, 'manager')).headers.get('Location')).toMatch(/done=gone/)
  })

  it('says what is wrong with an address', async () => {
    const answer = await send('POST', '/console/status-page/subscribers', 'manager', { email: 'alice' })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ view: { error: 'That is not an email address.', typed: 'alice' } })
  })

  it('shows numbers to everyone and addresses to managers only', async () => {
    await send('POST', '/console/status-page/subscribers', 'manager', { email: 'bob@example.com' })
    const view = await viewFor('viewer')
    expect(view.audience).toMatchObject({ counts: { confirmed: 1 }, subscribers: null })
    expect(JSON.stringify(view)).not.toContain('bob@example.com')
    expect((await viewFor('manager')).audience?.subscribers).toMatchObject({ total: 1, offset: 0 })
  })

  it('tells how far notices have come, and lets managers try again and stop', async () => {
    await send('POST', '/console/status-page/subscribers', 'manager', { email: 'carol@example.com' })
    const [carol] = (await viewFor('manager')).audience?.subscribers?.rows ?? []
    const progress = await send('GET', '/console/status-page/progress', 'viewer')
    expect(await progress.json()).toEqual({ progress: [], isGoingOn: false })

    const retry = '/console/status-page/deliveries/retry'
    expect((await send('POST', retry, 'viewer', { subject: 'update:u1' })).status).toBe(403)
    const none = await send('POST', retry, 'manager', { subject: 'update:u1' })
    expect(none.headers.get('Location')).toMatch(/done=nothing-to-retry/)

    const stop = `/console/status-page/subscribers/${carol?.id}/suppress`
    expect((await send('POST', stop, 'viewer')).status).toBe(403)
    expect((await send('POST', stop, 'manager')).headers.get('Location')).toMatch(/done=suppressed/)
    expect((await viewFor('manager')).audience?.counts.suppressed).toBe(1)
  })
})

it('says what to copy for other pages, of each public page and to those who may look', async () => {
  await env.PUBLIC_FILES.put(
    'api/v2/status.json',
    JSON.stringify({
      page: { id: 'x', name: 'A & "B"', time_zone: 'Etc/UTC', updated_at: '2100-01-01T00:00:00.000Z' },
    }),
  )
  const components = [
    { id: 'group.eu', name: 'Shop', group: true },
    { id: 'eu', name: 'Europe', group: false, group_id: 'group.eu' },
  ]
  await env.PUBLIC_FILES.put('api/v2/components.json', JSON.stringify({ components }))
  const { view } = await (await send('GET', '/console/status-page/elsewhere', 'viewer')).json<{ view: EmbeddingView }>()
  expect(view.badges.map(({ path }) => path)).toEqual(['/badge.svg', '/badge/eu.svg', '/badge/group.eu.svg'])
  expect(view.snippets.find(({ title }) => title === 'Badge in HTML')?.text).toContain(
    'alt="Status of A &amp; &quot;B&quot;"',
  )
  expect((await send('GET', '/console/status-page/elsewhere?page=unknown', 'viewer')).status).toBe(404)
})
