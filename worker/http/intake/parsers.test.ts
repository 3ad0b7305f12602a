import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Received } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { alertmanager } from './alertmanager.ts'
import { alertmanagerHook } from './alertmanagerHook.ts'
import { cloudEventsHook } from './cloudEventsHook.ts'
import { DATADOG_TRIGGERED } from './datadog.fixtures.ts'
import { datadogHook } from './datadogHook.ts'
import { nagiosMail } from './email.fixtures.ts'
import { emailHook } from './email.ts'
import { grafanaHook } from './grafanaHook.ts'
import { jsonHook } from './json.ts'
import { ALERTMANAGER_TRIGGER } from './pagerduty.fixtures.ts'
import { pagerduty } from './pagerduty.ts'
import { PARSERS } from './parsers.ts'
import { SENTRY_EVENT_ALERT, SENTRY_ISSUE } from './sentry.fixtures.ts'
import { sentryHook } from './sentryHook.ts'
import { cloudWatchAlarm, notification, signedBySns, SNS_CERTIFICATE } from './sns.fixtures.ts'
import { snsHook } from './snsHook.ts'
import { ALERTMANAGER_FIRING, GRAFANA_FIRING } from './webhooks.fixtures.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/alertmanager', alertmanager).route('/pagerduty', pagerduty)
for (const hook of [
  alertmanagerHook,
  grafanaHook,
  cloudEventsHook,
  jsonHook,
  sentryHook,
  datadogHook,
  snsHook,
  emailHook,
])
  app.route('/hooks', hook)

const KEY = 'KEY4567890123456789012345678901x'
const JSON_TYPE = { 'Content-Type': 'application/json' }

interface Message {
  readonly source: keyof typeof PARSERS
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body: unknown
}

/** One message for each way in. */
const MESSAGES: Readonly<Record<string, Message>> = {
  'an Alertmanager webhook': {
    source: 'alertmanager',
    path: `/hooks/alertmanager/${KEY}`,
    body: JSON.parse(ALERTMANAGER_FIRING),
  },
  'a batch of Prometheus': {
    source: 'alertmanager',
    path: '/alertmanager/api/v2/alerts',
    headers: { Authorization: `Bearer ${KEY}` },
    body: [{ labels: { alertname: 'Down' }, startsAt: '2026-01-01T00:00:00Z' }, { labels: { alertname: 'Slow' } }],
  },
  'a Grafana webhook': { source: 'grafana', path: `/hooks/grafana/${KEY}`, body: GRAFANA_FIRING },
  'a structured CloudEvent': {
    source: 'cloudevents',
    path: `/hooks/cloudevents/${KEY}`,
    headers: { 'Content-Type': 'application/cloudevents+json' },
    body: { specversion: '1.0', id: '1', source: '/q', type: 'x', data: { title: 'Stuck', severity: 'critical' } },
  },
  'a binary CloudEvent': {
    source: 'cloudevents',
    path: `/hooks/cloudevents/${KEY}`,
    headers: { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/q', 'ce-type': 'x', 'ce-subject': 'K%C3%B6ln' },
    body: { title: 'Stuck', severity: 'critical' },
  },
  'plain JSON': { source: 'json', path: `/hooks/json/${KEY}`, body: { title: 'Stuck', service: 'checkout' } },
  'a Sentry issue': {
    source: 'sentry',
    path: `/hooks/sentry/${KEY}`,
    headers: { 'Sentry-Hook-Resource': 'issue' },
    body: SENTRY_ISSUE,
  },
  'a Sentry alert': {
    source: 'sentry',
    path: `/hooks/sentry/${KEY}`,
    headers: { 'Sentry-Hook-Resource': 'event_alert' },
    body: SENTRY_EVENT_ALERT,
  },
  'a Datadog monitor': { source: 'datadog', path: `/hooks/datadog/${KEY}`, body: DATADOG_TRIGGERED },
  'a mail': {
    source: 'email',
    path: `/hooks/email/${KEY}`,
    headers: { 'Content-Type': 'message/rfc822' },
    body: nagiosMail('PROBLEM', `alerts+${KEY}@acme.example`).concat(`To ${KEY}`),
  },
  'an alarm of CloudWatch': {
    source: 'sns',
    path: `/hooks/sns/${KEY}`,
    body: () => signedBySns(notification(cloudWatchAlarm('ALARM'))),
  },
  'a PagerDuty trigger': {
    source: 'pagerduty',
    path: '/pagerduty/v2/enqueue',
    body: {
      routing_key: KEY,
      event_action: 'trigger',
      dedup_key: 'checkout/5xx',
      payload: { summary: 'Checkout answers 5xx', source: 'web-1', severity: 'critical' },
    },
  },
  'a PagerDuty trigger without a key of its own': {
    source: 'pagerduty',
    path: '/pagerduty/v2/enqueue',
    body: {
      routing_key: KEY,
      event_action: 'trigger',
      payload: { summary: 'Once', source: 'web-1', severity: 'critical' },
    },
  },
  'a PagerDuty trigger of Alertmanager': {
    source: 'pagerduty',
    path: '/pagerduty/v2/enqueue',
    body: ALERTMANAGER_TRIGGER.replace('0123456789abcdefghijABCDEFGHIJ01', KEY),
  },
  'a PagerDuty resolve': {
    source: 'pagerduty',
    path: '/pagerduty/v2/enqueue',
    body: { routing_key: KEY, event_action: 'resolve', dedup_key: 'checkout/5xx' },
  },
}

interface Ingested {
  readonly source: keyof typeof PARSERS
  readonly alerts: readonly IncomingAlert[]
  readonly received: Received
}

/** What the desk would be asked to take. */
async function ingestedBy({ path, headers, body }: Omit<Message, 'source'>): Promise<Ingested> {
  const ingest = vi.fn(async (_request: Ingested) => ({
    ok: true,
    accepted: 1,
    incidentIds: [],
    invalid: [],
    turnedAway: 0,
  }))
  const desk = {
    checkKey: async () => true,
    jsonSenderOf: async () => ({ id: 'i1', name: 'Test', mapping: null }),
    integrationOf: async () => ({ id: 'i1', name: 'Test' }),
    threadOf: async () => 'nothing else',
    givenSecretOf: async () => null,
    signingOf: async () => ({ secret: 'unused', hasSigned: false }),
    ingest,
  }
  const sent: unknown = typeof body === 'function' ? body() : body
  const text = typeof sent === 'string' ? sent : JSON.stringify(sent)
  const init = { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: text }
  const answer = await app.request(path, init, { ...env, ALERT_DESK: { getByName: () => desk } })
  expect(answer.status).toBeLessThan(300)
  const [request] = ingest.mock.lastCall ?? []
  if (request === undefined) throw new Error('Nothing was ingested')
  return request
}

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(SNS_CERTIFICATE))
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2100-01-01T00:00:00Z') })
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe.each(Object.entries(MESSAGES))('%s', (_name, message) => {
  it('says the same when what was received is read again', async () => {
    const { source, alerts, received } = await ingestedBy(message)
    expect(source).toBe(message.source)
    expect(PARSERS[source](received, Date.now(), 'i1')).toMatchObject({ ok: true, alerts })
    expect(alerts.length).toBeGreaterThan(0)
  })

  it('is kept without its key', async () => {
    const { received } = await ingestedBy(message)
    expect(JSON.stringify(received)).not.toContain(KEY)
  })
})

it('a routing key that escapes hide is not kept either', async () => {
  const message = MESSAGES['a PagerDuty resolve']
  const body = JSON.stringify(message?.body).replace(KEY, KEY.replace('K', String.raw`\u004b`))
  const { received } = await ingestedBy({ path: '/pagerduty/v2/enqueue', body })
  expect(JSON.parse(received.body)).toMatchObject({ routing_key: '0'.repeat(32), dedup_key: 'checkout/5xx' })
})

it.each(Object.keys(PARSERS))('%s: whatever is not its message is a fault with a place, and never thrown', (source) => {
  const parse = Object.entries(PARSERS).find(([name]) => name === source)?.[1]
  for (const body of [
    '',
    '{',
    'null',
    '7',
    '"x"',
    '[[]]',
    '[null]',
    '{}',
    '{"alerts":7}',
    '{"__proto__":{"title":1}}',
  ]) {
    const headers = { 'sentry-hook-resource': 'issue' }
    const parsed = parse?.({ contentType: 'application/cloudevents+json', headers, body }, 0, 'i1')
    // An empty list of alerts is one for Alertmanager.
    if (source === 'alertmanager' && body === 'null') continue
    const fault = { path: expect.any(String), message: expect.stringMatching(/./) }
    expect(parsed, body).toMatchObject({ ok: false, faults: expect.arrayContaining([fault]) })
  }
})
