import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { opsgenie } from './opsgenie.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/opsgenie', opsgenie)
const List = z.object({
  data: z.array(z.looseObject({ alias: z.string(), status: z.string(), acknowledged: z.boolean() })),
  paging: z.object({ first: z.url(), last: z.url(), next: z.url().optional() }),
  took: z.number(),
  requestId: z.uuid(),
})
let key = ''

function call(method: string, path: string, body?: unknown): Promise<Response> {
  const init = { method, headers: { Authorization: `GenieKey ${key}` } }
  const request = body === undefined ? init : { ...init, body: JSON.stringify(body) }
  return Promise.resolve(app.request(`/opsgenie${path}`, request, env))
}

async function list(query: string, more = '') {
  const answer = await call('GET', `/v2/alerts?query=${encodeURIComponent(query)}${more}`)
  expect(answer.status).toBe(200)
  return List.parse(await answer.json())
}

const aliases = async (query: string, more = '') => (await list(query, more)).data.map(({ alias }) => alias)

beforeAll(async () => {
  key = (await env.ALERT_DESK.getByName('main').createIntegration({ source: 'opsgenie', name: 'Scripts' })).key
  await call('POST', '/v2/alerts', { message: 'Disk is full', alias: 'disk', priority: 'P1', tags: ['db'] })
  await call('POST', '/v2/alerts', { message: 'Orders fail', alias: 'orders', entity: 'checkout' })
  await call('POST', '/v2/alerts', { message: 'Disk is slow', alias: 'slow' })
  await call('POST', '/v2/alerts/slow/close?identifierType=alias', {})
  await call('POST', '/v2/alerts/orders/acknowledge?identifierType=alias', {})
})

describe('a list of alerts', () => {
  it.each([
    ['', ['slow', 'orders', 'disk']],
    ['status: open', ['orders', 'disk']],
    ['status=closed', ['slow']],
    ['status:open AND priority: P1', ['disk']],
    ['disk', ['slow', 'disk']],
    ['"is full"', ['disk']],
    ['tag: db', ['disk']],
    ['message: "Orders fail"', ['orders']],
    ['entity: checkout and status: open', ['orders']],
    ['alias: nothing', []],
  ])('that %s', async (query, expected) => {
    expect(await aliases(query)).toEqual(expected)
    const count = await call('GET', `/v2/alerts/count/?query=${encodeURIComponent(query)}`)
    expect(await count.json()).toMatchObject({ data: { count: expected.length } })
  })

  it('shows what is acknowledged, and goes on page by page', async () => {
    const first = await list('', '&limit=2')
    expect(first.data).toMatchObject([{ alias: 'slow' }, { alias: 'orders', acknowledged: true, priority: 'P3' }])
    expect(first.data[0]).not.toHaveProperty('details')
    const next = new URL(first.paging.next ?? '')
    expect(next.searchParams.get('offset')).toBe('2')
    const answer = await call('GET', next.pathname.replace('/opsgenie', '') + next.search)
    const second = List.parse(await answer.json())
    expect(second.data.map(({ alias }) => alias)).toEqual(['disk'])
    expect(second.paging.next).toBeUndefined()
  })

  it('is sorted as it is asked for', async () => {
    expect(await aliases('', '&sort=alias&order=asc')).toEqual(['disk', 'orders', 'slow'])
    expect(await aliases('', '&sort=status&order=asc')).toEqual(['disk', 'orders', 'slow'])
  })

  it.each([
    ['query=status:open OR status:closed', 'query'],
    ['query=(status:open)', 'query'],
    ['query=owner: ada', 'query'],
    ['query=NOT disk', 'query'],
    [`query=${'x'.repeat(2000)}`, 'query'],
    ['limit=1000', 'limit'],
    ['limit=x', 'limit'],
    ['offset=-1', 'offset'],
    ['sort=owner', 'sort'],
    ['order=up', 'order'],
  ])('is refused in its own shape: %s', async (query, field) => {
    const answer = await call('GET', `/v2/alerts?${query}`)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: { [field]: expect.any(String) } })
  })

  it('needs a key', async () => {
    expect((await app.request('/opsgenie/v2/alerts', {}, env)).status).toBe(401)
    expect((await app.request('/opsgenie/v2/alerts/count', {}, env)).status).toBe(401)
  })
})
