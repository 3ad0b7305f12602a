import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { DATADOG_DEFAULT, DATADOG_TRIGGERED } from './datadog.fixtures.ts'
import { datadogHook } from './datadogHook.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/hooks', datadogHook)
const desk = env.ALERT_DESK.getByName('main')
let key = ''

beforeAll(async () => {
  key = (await desk.createIntegration({ source: 'datadog', name: 'Datadog' })).key
})

function post(message: unknown, withKey = key) {
  const body = typeof message === 'string' ? message : JSON.stringify(message)
  return Promise.resolve(app.request(`/hooks/datadog/${withKey}`, { method: 'POST', body }, env))
}

function event(name: string, more: object = {}) {
  return { ...DATADOG_TRIGGERED, title: name, cycle_key: name, ...more }
}

async function firing(name: string) {
  const active = await desk.activeAlerts()
  return active.map(({ alert }) => alert).filter(({ labels }) => labels['alertname'] === name)
}

describe('a monitor', () => {
  it('fires with its tags and scope as labels, and recovers', async () => {
    const answer = await post(DATADOG_TRIGGERED)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toEqual({ accepted: 1, incidents: [expect.any(String)] })
    expect(await firing('CPU is high on web-1')).toMatchObject([
      {
        labels: {
          alertname: 'CPU is high on web-1',
          service: 'checkout',
          env: 'prod',
          host: 'web-1',
          'availability-zone': 'eu-central-1a',
          severity: 'P2',
          priority: 'P2',
          monitor: '1234',
        },
        annotations: { tags: 'important', transition: 'Triggered', status: expect.stringContaining('over host:web-1') },
        generatorUrl: 'https://app.datadoghq.eu/event/event?id=123456',
        startsAtMs: 1_777_629_600_000,
      },
    ])
    const title = '[Recovered on {host:web-1}] CPU is high on web-1'
    await post({ ...DATADOG_TRIGGERED, title, transition: 'Recovered', date: '1777629900000' })
    expect(await firing('CPU is high on web-1')).toEqual([])
  })

  it.each([
    ['Triggered', '', 'critical'],
    ['Re-Triggered', '$ALERT_PRIORITY', 'critical'],
    ['Warn', 'null', 'warning'],
    ['Re-Warn', '', 'warning'],
    ['No Data', '', 'warning'],
    ['Renotify', 'p1', 'P1'],
  ])('that says %s, with the priority "%s", fires as %s', async (transition, priority, severity) => {
    const name = `Says ${transition}`
    await post(event(name, { transition, priority }))
    expect(await firing(name)).toMatchObject([{ labels: { severity } }])
  })

  it('that warned and then triggers is as severe as what it says now, in the same incident', async () => {
    const says = (transition: string) => post(event('Worse', { transition, priority: '' }))
    const severities = async () => (await firing('Worse')).map(({ labels }) => labels['severity'])
    const before = await (await says('Warn')).json<{ incidents: string[] }>()
    expect(await severities()).toEqual(['warning'])
    const worse = await (await says('Triggered')).json<{ incidents: string[] }>()
    expect(await severities()).toEqual(['critical'])
    expect(worse.incidents).toEqual(before.incidents)
    await says('Warn')
    expect(await severities()).toEqual(['warning'])
    const { rowsWritten } = await desk.stats()
    await says('Re-Warn')
    await post(event('Worse', { transition: 'Renotify', alert_type: 'warning', priority: '' }))
    expect((await desk.stats()).rowsWritten).toBe(rowsWritten)
    await says('Recovered')
    expect(await severities()).toEqual([])
  })

  it('says the same again and again as one alert, and nothing is written', async () => {
    await post(event('Repeated'))
    const { rowsWritten } = await desk.stats()
    await post(event('Repeated', { transition: 'Re-Triggered', date: '1777630000000' }))
    expect((await desk.stats()).rowsWritten).toBe(rowsWritten)
    expect(await firing('Repeated')).toHaveLength(1)
  })

  it('without a cycle is known by what it aggregates, else by its id and scope', async () => {
    for (const scope of ['host:a', 'host:b'])
      await post(event('Grouped', { cycle_key: '$ALERT_CYCLE_KEY', aggreg_key: '', scope }))
    expect(await firing('Grouped')).toHaveLength(2)
    await post(event('Grouped', { cycle_key: '', aggreg_key: null, scope: 'host:a', transition: 'Recovered' }))
    expect(await firing('Grouped')).toHaveLength(1)
  })
})

it.each<[string, unknown, number, string]>([
  ['no JSON', '{bad', 400, 'not JSON'],
  ['a form', 'title=x&transition=Triggered', 400, 'not JSON'],
  ['null', 'null', 422, ''],
  ['a list', [DATADOG_TRIGGERED], 422, ''],
  ["Datadog's own payload", DATADOG_DEFAULT, 422, 'docs/sources/datadog.md'],
  ['no title', event('$EVENT_TITLE'), 422, 'title: is missing'],
  ['a transition that is none', event('x', { transition: 'Broken' }), 422, 'transition: must be $ALERT_TRANSITION'],
  ['tags that are a list', event('x', { tags: ['a'] }), 422, 'tags: must be text'],
])('%s is a problem with a place', async (_name, body, status, detail) => {
  const answer = await post(body)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
  expect((await answer.json<{ detail: string }>()).detail).toContain(detail)
})

it('a key of another kind is unknown', async () => {
  const other = await desk.createIntegration({ source: 'json', name: 'JSON' })
  expect((await post(DATADOG_TRIGGERED, other.key)).status).toBe(401)
})
