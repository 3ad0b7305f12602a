import { env, exports } from 'cloudflare:workers'
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { MetricDesk } from '../coordination/metricDesk.ts'
import { Organisation } from '../domain/organisation.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { applyConfiguration } from './configuration.ts'

const MINUTE_MS = 60_000
const tokens = { viewer: '', pusher: '', reader: '' }
const desk = env.METRIC_DESK.getByName('main')

/** What Prometheus says. */
let answer = () => new Response('down', { status: 503 })
const asked: URL[] = []

beforeAll(async () => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    asked.push(new URL(input instanceof Request ? input.url : input))
    return answer()
  })
  const wanted = { viewer: 'metrics:write', pusher: 'metrics:write', reader: 'incidents:read' } as const
  for (const name of ['viewer', 'pusher', 'reader'] as const) {
    const role = name === 'viewer' ? 'viewer' : 'responder'
    const token = { name, role, scopes: [wanted[name]], createdBy: 'root' } as const
    tokens[name] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
  await configure()
})

async function configure(metrics: object[] = METRICS): Promise<void> {
  const wanted = Organisation.parse({
    statusPage: { name: 'Acme', metrics },
    components: [{ id: 'checkout', name: 'Checkout' }],
    connections: [{ id: 'prometheus', name: 'Prometheus', url: 'https://prom.example' }],
    pages: [{ id: 'shop', name: 'Shop', components: ['checkout'] }],
  })
  const note = { by: { kind: 'system', name: 'test' }, source: 'api', message: null } as const
  const applied = await applyConfiguration(env, wanted, note)
  if (!applied.ok) throw new Error(applied.detail)
}

const METRICS = [
  { id: 'response-time', name: 'Response time', unit: 'ms', component: 'checkout' },
  { id: 'backlog', name: 'Backlog', public: false },
  { id: 'load', name: 'Load', source: { kind: 'prometheus', connection: 'prometheus', query: 'load1' } },
]

function call(path: string, body?: object, token = tokens.pusher): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) }
  return exports.default.fetch(`https://allclear.example/api/v1/metrics${path}`, init)
}

const read = (path: string) => exports.default.fetch(`https://allclear.example${path}`)
const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * MINUTE_MS).toISOString()

describe('values of a metric', () => {
  it('are kept once, and become files that anyone can read', async () => {
    const points = [
      { at: at(60), value: 100 },
      { at: at(30), value: 300 },
      { at: at(24 * 60 + 1), value: 1 },
    ]
    const sent = await call('/response-time', { points })
    expect([sent.status, await sent.json()]).toEqual([200, { kept: 2, left: 1 }])
    await call('/response-time', { points })
    await call('/backlog', { points: [{ value: 7 }] })
    await runDurableObjectAlarm(desk)

    const told = await call('/response-time', undefined, tokens.reader)
    expect(await told.json()).toMatchObject({ latest: { value: 300 }, points: [{ value: 300 }, { value: 100 }] })
    const file = () => read('/performance/response-time.json')
    const summary = { average: 200, lowest: 100, highest: 300, p95: 300, count: 2 }
    await expect
      .poll(async () => (await file()).json())
      .toMatchObject({ unit: 'ms', ranges: { day: { step_seconds: 300, summary } } })
    expect((await file()).headers.get('Access-Control-Allow-Origin')).toBe('*')
    const csv = await read('/performance/response-time.csv')
    expect((await csv.text()).split('\r\n')[0]).toBe('metric,unit,from,seconds,average,lowest,highest,values')
    await expect.poll(async () => (await read('/performance')).status).toBe(200)
    const all = await (await read('/performance.json')).text()
    expect(all).toContain('response-time')
    expect(all).not.toContain('backlog')
    expect((await read('/performance/backlog.json')).status).toBe(404)
    expect((await read('/performance/..%2Findex.html')).status).toBe(404)
  })

  it('are on the pages of their component too, and go when the metric goes', async () => {
    await expect.poll(async () => (await read('/pages/shop/performance.json')).status).toBe(200)
    const shop = await (await read('/pages/shop/performance.json')).json<{ metrics: { id: string }[] }>()
    expect(shop.metrics.map(({ id }) => id)).toEqual(['response-time'])
    await configure([])
    await expect.poll(async () => (await read('/performance')).status).toBe(404)
    await expect.poll(async () => (await read('/performance/response-time.csv')).status).toBe(404)
    expect((await call('/response-time', { points: [{ value: 1 }] })).status).toBe(404)
    await configure()
  })

  it.each([
    ['from someone who may only look', '/response-time', { points: [{ value: 1 }] }, 'viewer', 403],
    ['by a key for something else', '/response-time', { points: [{ value: 1 }] }, 'reader', 403],
    ['of none that there is', '/nothing', { points: [{ value: 1 }] }, 'pusher', 404],
    ['that Prometheus is asked for', '/load', { points: [{ value: 1 }] }, 'pusher', 409],
    ['without any', '/response-time', { points: [] }, 'pusher', 422],
    ['that are no numbers', '/response-time', { points: [{ value: '1' }] }, 'pusher', 422],
    [
      'that are too many',
      '/response-time',
      { points: Array.from({ length: 1001 }, () => ({ value: 1 })) },
      'pusher',
      422,
    ],
    ['at no time', '/response-time', { points: [{ at: 'now', value: 1 }] }, 'pusher', 422],
  ] as const)('are refused %s', async (_, path, body, who, status) => {
    expect((await call(path, body, tokens[who])).status).toBe(status)
  })
})

describe('a metric of Prometheus', () => {
  it('is asked for from where it was asked for last, and says what went wrong', async () => {
    const sweepNow = async (instance: MetricDesk, { storage }: DurableObjectState) => {
      storage.sql.exec('UPDATE polls SET due_ms = 0')
      await instance.sweep(Date.now())
    }
    await runInDurableObject(desk, sweepNow)
    const failed = await (await call('/load', undefined, tokens.reader)).json<{ problem: string }>()
    expect(failed.problem).toBe('answered HTTP 503')
    answer = () => {
      const values = [[Math.floor(Date.now() / 1000) - 60, '0.5']]
      return Response.json({ data: { resultType: 'matrix', result: [{ metric: {}, values }] } })
    }
    await expect
      .poll(
        async () => {
          await runInDurableObject(desk, sweepNow)
          return (await call('/load', undefined, tokens.reader)).json()
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ latest: { value: 0.5 }, problem: null })
    expect(asked.every(({ pathname }) => pathname === '/api/v1/query_range')).toBe(true)
  })
})
