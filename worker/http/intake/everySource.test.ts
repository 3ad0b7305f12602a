import { createHmac } from 'node:crypto'
import { env, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { AlertStore } from '../../coordination/alertStore.ts'
import { OrganisationForAlerts } from '../../domain/organisation.ts'
import { createApp } from '../app.ts'
import { DATADOG_TRIGGERED } from './datadog.fixtures.ts'
import { SENTRY_EVENT_ALERT } from './sentry.fixtures.ts'
import { cloudWatchAlarm, notification, signedBySns, SNS_CERTIFICATE, SNS_CERTIFICATE_URL } from './sns.fixtures.ts'
import { ALERTMANAGER_FIRING, GRAFANA_FIRING } from './webhooks.fixtures.ts'

/**
 * Every door that alerts and changes come in by, and every bad input: a refusal in the shape that the door's clients know,
 * or an alert that can be stored; never a fault of ours. A new source gets a line in `doors`.
 */

const app = createApp(() => Promise.resolve(new Response('a page')))
const desk = env.ALERT_DESK.getByName('main')
const SECRET = 'f00dcafe'.repeat(8)

interface Door {
  readonly path: string
  readonly good: unknown
  readonly headers?: Record<string, string>
  /** What a sender that signs adds. */
  /** What a body is put into that may be any text. */
  readonly seal?: (body: string) => string
  readonly sign?: (body: string) => Record<string, string>
  /** How it says no; by a problem when absent. */
  readonly refusal?: (answer: Record<string, unknown> | string) => boolean
}

const isFault = (answer: Record<string, unknown> | string) =>
  typeof answer === 'string' ? answer !== '' : typeof answer.code === 'number' && typeof answer.message === 'string'
const isInvalidEvent = (answer: Record<string, unknown> | string) =>
  typeof answer === 'object' && typeof answer.status === 'string' && Array.isArray(answer.errors)
const isOpsgenies = (answer: Record<string, unknown> | string) =>
  typeof answer === 'object' && typeof answer.message === 'string' && typeof answer.requestId === 'string'
const isProblem = (answer: Record<string, unknown> | string) =>
  typeof answer === 'object' &&
  typeof answer.status === 'number' &&
  [answer.title, answer.detail, answer.code].every((each) => typeof each === 'string' && each !== '')

const hmac = (secret: string, body: string) => createHmac('sha256', secret).update(body).digest('hex')

let doors: readonly Door[] = []

beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    expect(input instanceof Request ? input.url : input.toString()).toBe(SNS_CERTIFICATE_URL)
    return new Response(SNS_CERTIFICATE)
  })
  await desk.useOrganisation(1, OrganisationForAlerts.parse({}))
  const made = async (source: Parameters<typeof desk.createIntegration>[0]['source']) =>
    desk.createIntegration({ source, name: source })
  const keyOf = async (source: Parameters<typeof made>[0]) => (await made(source)).key
  const api = await keyOf('alertmanager')
  const routingKey = await keyOf('pagerduty')
  const sns = await keyOf('sns')
  const github = await made('github')
  const sentry = await made('sentry')
  await desk.useSecret(sentry.id, SECRET)
  const json = { 'Content-Type': 'application/json' }
  const bearer = { ...json, Authorization: `Bearer ${api}` }
  doors = [
    {
      path: '/alertmanager/api/v2/alerts',
      headers: bearer,
      good: [{ labels: { alertname: 'Bad' }, annotations: { summary: 'x' }, generatorURL: 'http://x.example/' }],
      refusal: isFault,
    },
    {
      path: '/alertmanager/api/v2/silences',
      headers: bearer,
      good: {
        matchers: [{ name: 'alertname', value: 'Nothing', isRegex: false, isEqual: true }],
        startsAt: '2026-01-01T00:00:00Z',
        endsAt: '2126-01-01T00:00:00Z',
        createdBy: 'ada',
        comment: 'x',
      },
      refusal: isFault,
    },
    { path: `/hooks/alertmanager/${api}`, good: JSON.parse(ALERTMANAGER_FIRING) },
    { path: `/hooks/grafana/${await keyOf('grafana')}`, good: GRAFANA_FIRING },
    { path: `/hooks/json/${await keyOf('json')}`, good: { title: 'Bad', service: 'x', severity: 'critical' } },
    { path: `/hooks/datadog/${await keyOf('datadog')}`, good: DATADOG_TRIGGERED },
    {
      path: `/hooks/sentry/${sentry.key}`,
      headers: { ...json, 'Sentry-Hook-Resource': 'event_alert' },
      sign: (body) => ({ 'Sentry-Hook-Signature': hmac(SECRET, body) }),
      good: SENTRY_EVENT_ALERT,
    },
    {
      path: `/hooks/github/${github.key}`,
      headers: { ...json, 'X-GitHub-Event': 'push', 'X-GitHub-Delivery': 'bad-input' },
      sign: (body) => ({ 'X-Hub-Signature-256': `sha256=${hmac(github.secret ?? '', body)}` }),
      good: {
        ref: 'refs/heads/main',
        after: 'a'.repeat(40),
        repository: { name: 'shop', html_url: 'https://github.com/acme/shop', default_branch: 'main', pushed_at: 1 },
      },
    },
    {
      path: `/hooks/cloudevents/${await keyOf('cloudevents')}`,
      headers: { 'Content-Type': 'application/cloudevents+json' },
      good: { specversion: '1.0', id: '1', source: '/x', type: 'com.x', data: { title: 'Bad', severity: 'critical' } },
    },
    { path: `/hooks/sns/${sns}`, good: { Type: 'Notification', MessageId: '1', Message: '{}' } },
    ...[cloudWatchAlarm('ALARM'), { title: 'Bad', severity: 'critical' }].map((good) => ({
      path: `/hooks/sns/${sns}`,
      good,
      seal: (body: string) => JSON.stringify(signedBySns(notification(body))),
    })),
    {
      path: `/hooks/email/${await keyOf('email')}`,
      headers: { 'Content-Type': 'message/rfc822' },
      good: {
        Subject: 'Bad',
        From: 'nagios@acme.example',
        Date: 'Thu, 01 Jan 2026 00:00:00 +0000',
        body: 'Severity: P1',
      },
      seal: sealedAsMail,
    },
    {
      path: '/pagerduty/v2/enqueue',
      headers: json,
      good: {
        routing_key: routingKey,
        event_action: 'trigger',
        dedup_key: 'bad',
        payload: { summary: 'Bad', source: 'x', severity: 'info' },
      },
      refusal: isInvalidEvent,
    },
    {
      path: '/pagerduty/v2/change/enqueue',
      headers: json,
      good: { routing_key: routingKey, payload: { summary: 'Bad', timestamp: '2026-01-01T00:00:00Z', source: 'x' } },
      refusal: isInvalidEvent,
    },
    {
      path: '/opsgenie/v2/alerts',
      headers: { ...json, Authorization: `GenieKey ${await keyOf('opsgenie')}` },
      good: { message: 'Bad', alias: 'bad', description: 'x', priority: 'P3' },
      refusal: isOpsgenies,
    },
  ]
})

/** The fields of an object become headers; whatever else it is, is sent as it is. */
function sealedAsMail(body: string): string {
  let json: unknown = null
  try {
    json = JSON.parse(body)
  } catch {}
  if (typeof json !== 'object' || json === null) return body
  const { body: text, ...headers } = Object.fromEntries(Object.entries(json))
  const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  return [...Object.entries(headers).map(([name, value]) => `${name}: ${written(value)}`), '', written(text)].join(
    '\r\n',
  )
}

async function send({ path, headers = {}, sign, seal }: Door, body: string): Promise<{ status: number; text: string }> {
  const init = { method: 'POST', headers: { ...headers, ...sign?.(body) }, body: seal?.(body) ?? body }
  const answer = await Promise.resolve(app.request(path, init, env))
  return { status: answer.status, text: await answer.text() }
}

/** Null when it was answered well: taken where that may be, or refused as the door's clients expect it. */
async function faultAt(door: Door, body: string, mayTake: boolean): Promise<string | null> {
  const { status, text } = await send(door, body)
  const said = `${door.path.split('/', 3).join('/')} to ${body.slice(0, 80)}: ${status} ${text.slice(0, 200)}`
  if (status < 300) return mayTake || door.seal !== undefined ? null : said
  if (status < 400 || status >= 500) return said
  try {
    const isRefusal = door.refusal ?? isProblem
    return isRefusal(JSON.parse(text)) ? null : said
  } catch {
    return said
  }
}

async function faultsOf(bodies: (door: Door) => readonly string[], mayTake: boolean): Promise<string[]> {
  const faults: string[] = []
  for (const door of doors) {
    for (const body of bodies(door)) {
      const fault = await faultAt(door, body, mayTake)
      if (fault !== null) faults.push(fault)
    }
  }
  return faults
}

/** After the names of the tests of JSON parsers that everyone knows (n_…). */
const NO_JSON = [
  '{',
  '[',
  '[1,',
  '[1,]',
  '{"a":1,}',
  '{"a" 1}',
  "{'a':1}",
  '{a:1}',
  '{"a":1}}',
  '[1]]',
  '[1 2]',
  '{"a":1 "b":2}',
  'NaN',
  '[NaN]',
  '[Infinity]',
  '[-]',
  '[+1]',
  '[01]',
  '[1.]',
  '[.5]',
  '[0x1]',
  '[1e]',
  'tru',
  '[True]',
  'nul',
  '"',
  '["',
  '["\\x"]',
  '["\\u12"]',
  '["a\u0001b"]',
  '["a\nb"]',
  '[\u00a01]',
  '\ufeff{',
  '/* */ {}',
  '{} // x',
  'a=b',
  '<xml/>',
  '--- a',
  '\u0000',
  '{"a":\u0000}',
  '[' + '['.repeat(100_000),
  '{"a":'.repeat(100_000),
]

const WRONG: readonly unknown[] = [7, -1, 0.5, 1e308, 2 ** 53 + 1, true, null, [], {}, [[]], ['x'], { toString: 1 }, '']

/** Text as people, and those who mean harm, write it. */
const NAUGHTY = [
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udc00b',
  '\u202eevil',
  '\u2028\u2029',
  '\ufeff',
  '\ufffe',
  '🦀🏳️‍🌈',
  'Z̴̡̛a̷l̶g̸o̵',
  'ﬃ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '1e400',
  '-0',
  'true',
  "' OR 1=1 --",
  '"; DROP TABLE alerts; --',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '{{7*7}}',
  '${7*7}',
  '../../etc/passwd',
  'file:///etc/passwd',
  'http://169.254.169.254/',
  '%00',
  '\r\nBcc: eve@evil.example',
  '$(id)',
  '^(a+)+$',
  '*a_ '.repeat(400),
  ' '.repeat(2_000),
  'a'.repeat(70_000),
  '\\'.repeat(1_001),
  '\n'.repeat(1_000),
]

/** `value` with `put` in the place of each of its texts, or only of those under `name`. */
function withText(value: unknown, put: string): unknown {
  if (typeof value === 'string') return put
  if (Array.isArray(value)) return value.map((each) => withText(each, put))
  if (typeof value !== 'object' || value === null) return value
  // What names the key, the action or the protocol stays, or nothing further in would be reached.
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, KEPT.has(name) ? each : withText(each, put)]),
  )
}

const KEPT = new Set(['routing_key', 'event_action', 'specversion', 'Type', 'version'])

describe('every source', () => {
  it('takes its good message, so that the refusals are about what is bad', async () => {
    const unsigned = (door: Door) => door.path.startsWith('/hooks/sns') && door.seal === undefined
    for (const door of doors.filter((each) => !unsigned(each))) {
      const { status, text } = await send(door, JSON.stringify(door.good))
      expect(status, `${door.path} ${text}`).toBeLessThan(300)
    }
  })

  it('refuses what is no JSON', async () => {
    expect(await faultsOf(() => NO_JSON, false)).toEqual([])
  })

  it('refuses or takes each field of a wrong kind, and never stumbles', { timeout: 120_000 }, async () => {
    const bodies = ({ good }: Door) => {
      const first: unknown = Array.isArray(good) ? good[0] : good
      const fields = Object.entries(first ?? {})
      return fields.flatMap(([name]) =>
        WRONG.map((wrong) => {
          const changed = Object.fromEntries(fields.map(([other, value]) => [other, other === name ? wrong : value]))
          return JSON.stringify(Array.isArray(good) ? [changed] : changed)
        }),
      )
    }
    expect(await faultsOf(bodies, true)).toEqual([])
  })

  it('refuses or takes naughty text in every place for text, and never stumbles', { timeout: 120_000 }, async () => {
    const bodies = ({ good }: Door) => NAUGHTY.map((text) => JSON.stringify(withText(good, text)))
    expect(await faultsOf(bodies, true)).toEqual([])

    // What was taken can be read again: by the room of each incident, and by a desk that starts anew.
    const incidents = new Set((await desk.activeAlerts()).flatMap(({ incidentId }) => incidentId ?? []))
    expect(incidents.size).toBeGreaterThan(NAUGHTY.length / 2)
    for (const id of incidents) expect((await desk.alertsOf(id, 0, 1_000)).total).toBeGreaterThan(0)
    const { firing } = await desk.stats()
    const readAnew = await runInDurableObject(desk, (_desk, { storage }) =>
      new AlertStore(storage.sql).firing(Date.now()),
    )
    expect(readAnew).toHaveLength(firing)
  })

  it('refuses or takes doubled and poisoned names, and numbers that are none', async () => {
    const bodies = ({ good }: Door) => {
      const text = JSON.stringify(Array.isArray(good) ? good[0] : good)
      const wrap = (body: string) => (Array.isArray(good) ? `[${body}]` : body)
      const poison = '"__proto__":{"title":"x","isAdmin":true},"constructor":{"prototype":{"x":1}},'
      return [
        wrap(`{${poison}${text.slice(1)}`),
        wrap(`${text.slice(0, -1)},${text.slice(1)}`),
        wrap(`{"startsAt":1e400,"endsAt":-1e400,"x":9007199254740993,${text.slice(1)}`),
      ]
    }
    expect(await faultsOf(bodies, true)).toEqual([])
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })
})
