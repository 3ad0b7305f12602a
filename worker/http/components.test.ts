import { env, exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'

const tokens = { responder: '', viewer: '' }

beforeAll(async () => {
  for (const role of ['responder', 'viewer'] as const) {
    const wanted = { name: role, role, scopes: ['incidents:read', 'incidents:write'], createdBy: 'root' } as const
    tokens[role] = (await createApiToken(database(env.DB), wanted, Date.now())).secret
  }
  const components = [
    { id: 'checkout', name: 'Checkout', group: 'Shop' },
    { id: 'search', name: 'Search', group: 'Shop' },
  ]
  await env.STATUS_PUBLISHER.getByName('main').useStatusPage(1, {
    page: { publicId: 'abcdefghijkl', name: 'Acme', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
    components,
  })
  await env.COMPONENT_DESK.getByName('main').useSettings(1, { components, rules: [], noticeSeconds: 20 })
})

function call(path: string, init: RequestInit = {}, token = tokens.responder): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  return exports.default.fetch(`https://allclear.example/api/v1/components${path}`, { headers, ...init })
}

const put = (id: string, body: object, token?: string) =>
  call(`/${id}/status`, { method: 'PUT', body: JSON.stringify(body) }, token)

describe('components by the API', () => {
  it('are set with a reason and given back, and say who did it', async () => {
    const set = await put('checkout', { status: 'partial_outage', reason: 'Cards are refused' })
    expect(set.status).toBe(200)
    expect(await set.json()).toMatchObject({
      id: 'checkout',
      name: 'Checkout',
      status: 'partial_outage',
      byHand: { reason: 'Cards are refused', by: 'responder', until: null },
    })
    const page = await exports.default.fetch('https://allclear.example/api/v2/components.json')
    expect(await page.json()).toMatchObject({
      components: [{ group: true }, { id: 'checkout', status: 'partial_outage' }, {}],
    })

    const back = await call('/checkout/status?reason=done', { method: 'DELETE' })
    expect(await back.json()).toMatchObject({ status: 'operational', byHand: null })
    expect((await call('/checkout/status', { method: 'DELETE' })).status).toBe(409)
    const { events } = await (await call('/checkout/log')).json<{ events: object[] }>()
    expect(events).toMatchObject([
      { type: 'given_back', by: 'responder', why: 'done', from: 'partial_outage', to: 'operational' },
      { type: 'set_by_hand', why: 'Cards are refused', from: 'operational', to: 'partial_outage' },
    ])
  })

  it.each([
    ['a viewer', 'checkout', { status: 'operational', reason: 'x' }, 403],
    ['no reason', 'checkout', { status: 'operational', reason: ' ' }, 422],
    ['an unknown state', 'checkout', { status: 'broken', reason: 'x' }, 422],
    ['an end that has passed', 'checkout', { status: 'operational', reason: 'x', until: '2020-01-01T00:00:00Z' }, 422],
    ['an unknown component', 'nothing', { status: 'operational', reason: 'x' }, 404],
    ['an older version', 'checkout', { status: 'operational', reason: 'x', expectedVersion: 0 }, 409],
  ])('refuse %s', async (who, id, body, status) => {
    expect((await put(id, body, who === 'a viewer' ? tokens.viewer : undefined)).status).toBe(status)
  })

  it('leave evidence of their states for anyone', async () => {
    for (const [file, type] of [
      ['checkout.csv', 'text/csv'],
      ['group.checkout.json', 'application/json'],
    ] as const) {
      const path = `https://allclear.example/uptime/${file}`
      // It is written after what readers wait for.
      await expect.poll(async () => (await exports.default.fetch(path)).text()).toContain('partial_outage')
      const answer = await exports.default.fetch(path)
      expect(answer.headers.get('Content-Type')).toContain(type)
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
    }
    for (const file of ['nothing.csv', 'checkout.exe', '..%2Findex.html'])
      expect((await exports.default.fetch(`https://allclear.example/uptime/${file}`)).status).toBe(404)
  })
})
