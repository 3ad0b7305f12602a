import { createHmac } from 'node:crypto'
import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { SENTRY_EVENT_ALERT, SENTRY_INSTALLATION, SENTRY_ISSUE, SENTRY_METRIC_ALERT } from './sentry.fixtures.ts'
import { sentryHook } from './sentryHook.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/hooks', sentryHook)
const desk = env.ALERT_DESK.getByName('main')
const SECRET = 'f00dcafe'.repeat(8)
let signing = { id: '', key: '' }

beforeAll(async () => {
  signing = await desk.createIntegration({ source: 'sentry', name: 'Sentry' })
  await desk.useSecret(signing.id, SECRET)
})

function post(resource: string, message: unknown, headers: Record<string, string> = {}, key = signing.key) {
  const body = typeof message === 'string' ? message : JSON.stringify(message)
  const signature = createHmac('sha256', SECRET).update(body).digest('hex')
  const sent = {
    'Content-Type': 'application/json',
    'Sentry-Hook-Resource': resource,
    'Sentry-Hook-Signature': signature,
  }
  const init = { method: 'POST', headers: { ...sent, ...headers }, body }
  return Promise.resolve(app.request(`/hooks/sentry/${key}`, init, env))
}

async function firing(resource: string) {
  const active = await desk.activeAlerts()
  return active.map(({ alert }) => alert).filter(({ labels }) => labels['resource'] === resource)
}

function issueOf(action: string, more: object = {}) {
  return { ...SENTRY_ISSUE, action, data: { issue: { ...SENTRY_ISSUE.data.issue, ...more } } }
}

describe('an issue', () => {
  it('and what a rule raises of it are two alerts, both over with the issue', async () => {
    expect((await post('issue', SENTRY_ISSUE)).status).toBe(202)
    expect((await post('event_alert', SENTRY_EVENT_ALERT)).status).toBe(202)
    expect(await firing('issue')).toMatchObject([
      {
        labels: {
          alertname: 'ReferenceError: blooopy is not defined',
          service: 'checkout',
          project: 'checkout',
          severity: 'error',
          level: 'error',
        },
        annotations: { culprit: '?(<anonymous>)', issue: 'CHECKOUT-24', sentry_priority: 'high' },
        generatorUrl: 'https://acme.sentry.io/issues/1170820242/',
      },
    ])
    expect(await firing('event_alert')).toMatchObject([
      {
        labels: { service: 'checkout', environment: 'production', rule: 'Very important alert rule' },
        annotations: { release: 'checkout@142', 'tag.handled': 'no' },
      },
    ])
    expect((await post('issue', issueOf('resolved'))).status).toBe(202)
    expect([...(await firing('issue')), ...(await firing('event_alert'))]).toEqual([])
  })

  it('fires without the fields that say only more of it', async () => {
    const message = { action: 'triggered', data: { event: { issue_id: '77', title: 'Bare' } } }
    expect((await post('event_alert', message)).status).toBe(202)
    expect(await firing('event_alert')).toMatchObject([{ labels: { alertname: 'Bare' } }])
    await post('issue', issueOf('resolved', { id: '77' }))
  })

  it('that comes back fires, and one that is archived is over', async () => {
    await post('issue', issueOf('unresolved', { id: '2' }))
    expect(await firing('issue')).toHaveLength(1)
    await post('issue', issueOf('archived', { id: '2' }))
    expect(await firing('issue')).toEqual([])
  })

  it('that was assigned is no news', async () => {
    const answer = await post('issue', issueOf('assigned', { id: '3' }))
    expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 0, ignored: expect.any(String) }])
    expect(await firing('issue')).toEqual([])
  })
})

it('a metric alert fires as warning or critical, and ends', async () => {
  const message = (action: string) => ({ ...SENTRY_METRIC_ALERT, action })
  expect((await post('metric_alert', message('critical'))).status).toBe(202)
  expect(await firing('metric_alert')).toMatchObject([
    {
      labels: { alertname: 'Too many errors', severity: 'critical', service: 'checkout' },
      annotations: { summary: 'Critical: Too many errors', query: 'level:error' },
      startsAtMs: Date.parse('2026-05-01T09:58:00.000Z'),
    },
  ])
  for (const level of ['warning', 'critical', 'warning']) {
    await post('metric_alert', message(level))
    expect((await firing('metric_alert')).map(({ labels }) => labels['severity'])).toEqual([level])
  }
  await post('metric_alert', message('resolved'))
  expect(await firing('metric_alert')).toEqual([])
})

it.each(['installation', 'comment', 'something_new'])('%s is answered with a 2xx', async (resource) => {
  const answer = await post(resource, SENTRY_INSTALLATION)
  expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 0, ignored: expect.any(String) }])
})

describe('the signature', () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    [
      'of another body',
      { 'Sentry-Hook-Signature': createHmac('sha256', SECRET).update('x').digest('hex') },
      'wrong_signature',
    ],
    [
      'with another secret',
      { 'Sentry-Hook-Signature': createHmac('sha256', 'x').update(JSON.stringify(SENTRY_ISSUE)).digest('hex') },
      'wrong_signature',
    ],
    ['that is empty', { 'Sentry-Hook-Signature': '' }, 'wrong_signature'],
  ])('%s is refused', async (_name, headers, code) => {
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value ?? '']))
    const answer = await post('issue', SENTRY_ISSUE, sent)
    expect([answer.status, await answer.json()]).toMatchObject([401, { code }])
  })

  it('has to be there once the secret was entered, and not before', async () => {
    const { id, key } = await desk.createIntegration({ source: 'sentry', name: 'New' })
    const bare = () => {
      const headers = { 'Sentry-Hook-Resource': 'installation' }
      return app.request(`/hooks/sentry/${key}`, { method: 'POST', headers, body: '{}' }, env)
    }
    expect((await bare()).status).toBe(202)
    await desk.useSecret(id, SECRET)
    expect((await bare()).status).toBe(401)
    expect((await post('installation', '{}', {}, key)).status).toBe(202)
  })

  it('is over the bytes that came', async () => {
    const body = JSON.stringify(issueOf('assigned', { id: '9', title: 'Köln 🦀' })).replace(
      'Köln',
      String.raw`K\u00f6ln \ud800`,
    )
    expect((await post('issue', body)).status).toBe(202)
  })
})

it.each<[string, string, unknown, number, string]>([
  ['no JSON', 'issue', '{bad', 400, ''],
  ['null', 'issue', 'null', 422, ''],
  ['a list', 'event_alert', '[]', 422, ''],
  ['no data', 'metric_alert', { action: 'critical' }, 422, 'data: '],
  ['an issue without an id', 'issue', issueOf('created', { id: null }), 422, 'data.issue.id: '],
  ['a title that is a list', 'issue', issueOf('created', { title: [] }), 422, 'data.issue.title: '],
  ['a state that is none', 'metric_alert', { ...SENTRY_METRIC_ALERT, action: 'broken' }, 422, 'action: '],
])('%s is a problem with a place', async (_name, resource, body, status, detail) => {
  const answer = await post(resource, body)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
  expect((await answer.json<{ detail: string }>()).detail).toContain(detail)
})
