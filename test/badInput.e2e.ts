import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { callApi, mustCall, openIncident } from './api.ts'
import { draftOf } from './busyStatusPage.ts'
import { startHost, type Host } from './host.ts'
import { makeIntegration } from './integrations.ts'
import { sendMany, sendRaw } from './rawRequest.ts'

/** Whatever is sent to whichever door: a clear refusal, never a fault of ours, and nothing of it is kept. */

const MEGABYTES_60 = 60 * 1024 * 1024
const DEPTH = 100_000

let host: Host
let incidentId = ''
let postMortemId = ''
let draft: Record<string, unknown> = {}
let doors: readonly Door[] = []
/** Keys of the senders that the first start makes none for. */
const keys = { sns: '', sentry: '', datadog: '' }

/** An address that takes JSON, and one good body of it. */
interface Door {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly good: Record<string, unknown> | readonly Record<string, unknown>[]
  /** For a sender whose bodies are signed. */
  readonly sign?: (body: string | Uint8Array) => Record<string, string>
  /** How it says no in its own way, because its clients know no other. */
  readonly refusal?: RegExp
}

beforeAll(async () => {
  host = await startHost()
  incidentId = await openIncident(host, { title: 'For bad input' })
  postMortemId = await openIncident(host, { title: 'Resolved before' })
  await mustCall(host, 'POST', `/incidents/${postMortemId}/resolve`, { reason: 'It went away.' })
  draft = await draftOf(host, postMortemId)
  await areListed(incidentId, postMortemId)
  for (const source of ['sns', 'sentry', 'datadog'] as const) keys[source] = await makeIntegration(host, source)
  doors = allDoors()
})

afterAll(async () => {
  await host?.stop()
})

function allDoors(): readonly Door[] {
  const { apiToken, integrations } = host.credentials
  const json = { 'content-type': 'application/json' }
  const api = { ...json, authorization: `Bearer ${apiToken}` }
  const incident = `/api/v1/incidents/${incidentId}`
  const post = (path: string, good: Door['good']): Door => ({ name: path, method: 'POST', path, headers: api, good })
  return [
    post('/api/v1/incidents', { title: 'Bad input', severity: 'sev4' }),
    post(`${incident}/updates`, { audience: 'internal', body: 'Bad input' }),
    post(`${incident}/status`, { status: 'monitoring' }),
    post(`${incident}/severity`, { severity: 'sev5', reason: 'Bad input' }),
    post(`${incident}/start`, { startedAt: '2026-01-01T00:00:00Z', reason: 'Bad input' }),
    post(`${incident}/title`, { title: 'Bad input', publicTitle: 'Bad input' }),
    post(`${incident}/components`, { components: [{ id: 'checkout', status: 'major_outage' }] }),
    post(`${incident}/roles`, { role: 'commander' }),
    post(`${incident}/tasks`, { title: 'Bad input' }),
    post(`${incident}/hypotheses`, { statement: 'Bad input' }),
    post(`${incident}/diagnostics`, { kind: 'http', url: 'http://127.0.0.1:9/' }),
    post(`${incident}/runs`, { playbookId: 'restart-checkout' }),
    post('/api/v1/config', { statusPage: { name: 'Bad input', timeZone: 'Etc/UTC' } }),
    post('/api/v1/tokens', { name: 'Bad input', role: 'viewer', scopes: ['incidents:read'] }),
    post('/api/v1/overrides', {
      scheduleId: 'primary',
      responderId: 'bob',
      startsAt: '2027-01-01T00:00:00Z',
      endsAt: '2027-01-02T00:00:00Z',
    }),
    {
      name: 'a post-mortem',
      method: 'PUT',
      path: `/api/v1/post-mortems/${postMortemId}`,
      headers: api,
      good: {
        expectedVersion: draft.version,
        title: draft.title,
        body: draft.body,
        fixedBy: draft.fixedBy,
        actionItems: draft.actionItems,
      },
    },
    {
      name: 'the public API to subscribe',
      method: 'POST',
      path: '/api/v1/subscribers',
      headers: json,
      good: { email: 'bad@input.example' },
    },
    {
      name: 'set-up',
      method: 'POST',
      path: '/api/v1/setup',
      headers: json,
      good: { admin: { email: 'bad@input.example', name: 'Bad' } },
    },
    {
      name: 'Alertmanager',
      method: 'POST',
      path: '/alertmanager/api/v2/alerts',
      headers: { ...json, authorization: `Bearer ${integrations.alertmanager.key}` },
      good: [{ labels: { alertname: 'BadInput' } }],
      refusal: /^(\{"code":\d+,"message":".+"\}|".+")\s*$/s,
    },
    {
      name: 'the JSON hook',
      method: 'POST',
      path: `/hooks/json/${integrations.json.key}`,
      headers: json,
      good: { title: 'Bad input' },
    },
    {
      name: 'PagerDuty',
      method: 'POST',
      path: '/pagerduty/v2/enqueue',
      headers: json,
      good: {
        routing_key: integrations.pagerduty.routingKey,
        event_action: 'trigger',
        payload: { summary: 'Bad input', source: 'test', severity: 'info' },
      },
      refusal: /^\{"status":".+","message":".+","errors":\[".+"\]\}$/s,
    },
    {
      name: "PagerDuty's change events",
      method: 'POST',
      path: '/pagerduty/v2/change/enqueue',
      headers: json,
      good: { routing_key: integrations.pagerduty.routingKey, payload: { summary: 'Bad input' }, links: [] },
      refusal: /^\{"status":".+","message":".+","errors":\[".+"\]\}$/s,
    },
    {
      name: 'Amazon SNS',
      method: 'POST',
      path: `/hooks/sns/${keys.sns}`,
      headers: json,
      // As far as anyone but SNS can get: it is not signed.
      good: {
        Type: 'Notification',
        MessageId: '1',
        TopicArn: 'arn:aws:sns:eu-central-1:123456789012:alarms',
        Message: 'Bad input',
        Timestamp: '2026-01-01T00:00:00Z',
        SignatureVersion: '2',
        Signature: 'AAAA',
        SigningCertURL: 'https://sns.eu-central-1.amazonaws.com.evil.example/a.pem',
      },
    },
    {
      name: 'Sentry',
      method: 'POST',
      path: `/hooks/sentry/${keys.sentry}`,
      headers: { ...json, 'sentry-hook-resource': 'issue' },
      good: { action: 'created', data: { issue: { id: '1', title: 'Bad input' } } },
    },
    {
      name: 'Datadog',
      method: 'POST',
      path: `/hooks/datadog/${keys.datadog}`,
      headers: json,
      good: { title: 'Bad input', transition: 'Triggered', message: 'Bad input', tags: 'service:checkout' },
    },
    {
      name: 'GitHub',
      method: 'POST',
      path: `/hooks/github/${integrations.github.key}`,
      headers: { ...json, 'x-github-event': 'push', 'x-github-delivery': randomUUID() },
      sign: (body) => ({
        'x-hub-signature-256': `sha256=${createHmac('sha256', integrations.github.secret).update(body).digest('hex')}`,
      }),
      good: {
        ref: 'refs/heads/main',
        after: 'a'.repeat(40),
        repository: { name: 'shop', html_url: 'https://github.com/acme/shop', default_branch: 'main', pushed_at: 1 },
      },
    },
  ]
}

/** Rooms tell the list of what they did a moment later. */
async function areListed(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { version } = await mustCall(host, 'GET', `/incidents/${id}`)
    const isListed = async () => {
      const { incidents } = await mustCall(host, 'GET', '/incidents')
      expect(incidents).toContainEqual(expect.objectContaining({ id, version }))
    }
    await vi.waitFor(isListed, { timeout: 30_000 })
  }
}

/** Everything that a request could have left behind. */
async function kept(): Promise<Record<string, unknown>> {
  const { apiToken, integrations } = host.credentials
  const alerts = await fetch(`${host.url}/alertmanager/api/v2/alerts`, {
    headers: { authorization: `Bearer ${integrations.alertmanager.key}` },
  })
  const tokens = await fetch(`${host.url}/api/v1/tokens`, { headers: { authorization: `Bearer ${apiToken}` } })
  return {
    incidents: await mustCall(host, 'GET', '/incidents'),
    incident: await mustCall(host, 'GET', `/incidents/${incidentId}`),
    postMortem: await mustCall(host, 'GET', `/post-mortems/${postMortemId}`),
    subscribers: await mustCall(host, 'GET', '/subscribers'),
    config: await mustCall(host, 'GET', '/config'),
    overrides: await mustCall(host, 'GET', '/overrides'),
    // The time of its last use moves.
    tokens: (await tokens.text()).replaceAll(/"lastUsedAt":"[^"]+"/g, ''),
    alerts: await alerts.text(),
  }
}

interface Refusal {
  readonly status: number
  readonly type: string
  readonly text: string
}

async function send(door: Door, body: string | Uint8Array<ArrayBuffer>): Promise<Refusal> {
  const headers = { ...door.headers, ...door.sign?.(body) }
  const answer = await fetch(host.url + door.path, { method: door.method, headers, body })
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() }
}

/** What is wrong with how a door said no; null when it did it well. */
function faultOf(door: Door, { status, type, text }: Refusal): string | null {
  const said = `${door.name}: ${status} ${type} ${text.slice(0, 300)}`
  if (status < 400 || status >= 500) return said
  if (door.refusal !== undefined) return door.refusal.test(text) ? null : said
  if (!type.startsWith('application/problem+json')) return said
  const problem: Record<string, unknown> = JSON.parse(text)
  const isWhole =
    problem.status === status &&
    [problem.title, problem.detail, problem.code].every((each) => typeof each === 'string' && each !== '')
  return isWhole ? null : said
}

function wrongTypes(good: Door['good']): string[] {
  const bodies = ['', 'null', '7', '"text"', 'true', '[]', '[[]]', '[null]', '{', '{"a":1', 'a=b', '\u0000', '{"a":1}}']
  const first = Array.isArray(good) ? good[0] : good
  const wrap = (value: Record<string, unknown>) => JSON.stringify(Array.isArray(good) ? [value] : value)
  for (const field of Object.keys(first ?? {})) {
    for (const wrong of [7, true, ['x'], { x: 1 }, { toString: 1 }]) bodies.push(wrap({ ...first, [field]: wrong }))
  }
  return bodies
}

const POISONED =
  '{"__proto__":{"title":"x","email":"x@y.example","isAdmin":true},"constructor":{"prototype":{"title":"x"}}}'

/** What a door is right to take, odd as it is: no alerts at all, and an edit of nothing. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  Alertmanager: ['null', '[]'],
  'a post-mortem': [POISONED],
}

describe('a body of the wrong type', () => {
  it('is refused at every door, and nothing is kept', async () => {
    const before = await kept()
    const faults: string[] = []
    for (const door of doors) {
      for (const body of wrongTypes(door.good)) {
        if (TAKEN[door.name]?.includes(body)) continue
        const fault = faultOf(door, await send(door, body))
        if (fault !== null) faults.push(`${JSON.stringify(body).slice(0, 200)} → ${fault}`)
      }
    }
    expect(faults).toEqual([])
    expect(await kept()).toEqual(before)
  })

  it('is refused deep down, in numbers that are none, and with doubled or poisoned names', async () => {
    const before = await kept()
    const faults: string[] = []
    const bodies = [
      '['.repeat(DEPTH) + ']'.repeat(DEPTH),
      '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH),
      '['.repeat(DEPTH),
      '{"title":1e400,"email":1e400,"labels":1e400,"name":1e400}',
      '{"title":"good","title":7,"email":"good@input.example","email":7,"name":7,"statusPage":7}',
      POISONED,
    ]
    for (const door of doors) {
      for (const body of bodies) {
        if (TAKEN[door.name]?.includes(body)) continue
        const fault = faultOf(door, await send(door, body))
        if (fault !== null) faults.push(`${body.slice(0, 60)} → ${fault}`)
      }
      const notUtf8 = Uint8Array.from([0xff, 0xfe, 0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x80, 0x7d])
      const fault = faultOf(door, await send(door, notUtf8))
      if (fault !== null) faults.push(`not UTF-8 → ${fault}`)
    }
    expect(faults).toEqual([])
    expect(await kept()).toEqual(before)
  })
})

describe('60 MB', () => {
  it.each([{ chunked: false }, { chunked: true }])('are refused, sent with %o', async ({ chunked }) => {
    const before = await kept()
    const faults: string[] = []
    const one = ['/api/v1/incidents', 'the public API to subscribe', 'Alertmanager', 'the JSON hook']
    for (const door of doors.filter(({ name }) => one.includes(name))) {
      const answer = await sendMany(host.url + door.path, { length: MEGABYTES_60, chunked, headers: door.headers })
      const refusal = { status: answer.status, type: answer.headers['content-type'] ?? '', text: answer.text }
      const fault = faultOf(door, refusal)
      if (fault !== null || answer.status !== 413) faults.push(fault ?? `${door.name}: ${answer.status}`)
    }
    for (const path of ['/subscribe', '/console/login']) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const { status } = await sendMany(host.url + path, { length: MEGABYTES_60, chunked, headers })
      if (status !== 413) faults.push(`${path}: ${status}`)
    }
    expect(faults).toEqual([])
    expect(await kept()).toEqual(before)
  })

  it.each([{ claimed: 10_000 }, { claimed: 3 }])(
    'a length of $claimed that is a lie gets no further',
    async ({ claimed }) => {
      const before = await kept()
      const body = '{"title":"Lied about"}'
      await sendRaw(host.url, [
        'POST /api/v1/incidents HTTP/1.1',
        `Host: ${new URL(host.url).host}`,
        `Authorization: Bearer ${host.credentials.apiToken}`,
        'Content-Type: application/json',
        `Content-Length: ${claimed}`,
        '',
        body,
      ])
      expect(await kept()).toEqual(before)
      expect((await fetch(host.url)).status).toBe(200)
    },
  )

  it('a request that says its length twice over is refused', async () => {
    const answer = await sendRaw(host.url, [
      'POST /api/v1/incidents HTTP/1.1',
      `Host: ${new URL(host.url).host}`,
      `Authorization: Bearer ${host.credentials.apiToken}`,
      'Content-Type: application/json',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'Connection: close',
      '',
      '0',
      '',
      'GET /console HTTP/1.1',
      '',
      '',
    ])
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/)
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1)
  })
})

describe('text that storage, mail or a browser would take for something else', () => {
  it('loses lone surrogates and NUL, and keeps the rest', async () => {
    const door = doors.find(({ name }) => name === '/api/v1/incidents')
    if (door === undefined) throw new Error('There is no door to open an incident')
    const answer = await send(
      door,
      String.raw`{"title":"half \ud83d here","summary":"nul \u0000 and \ud83d\ude92 there"}`,
    )
    expect(answer.status).toBe(201)
    const { id }: { id: string } = JSON.parse(answer.text)
    const stored = await mustCall(host, 'GET', `/incidents/${id}`)
    expect(stored).toMatchObject({ title: 'half \ufffd here', summary: 'nul  and 🚒 there' })
    await areListed(id)
  })

  it.each([
    'a@b.example\r\nBcc: eve@evil.example',
    'a@b.example\nX: y',
    '\r\na@b.example',
    'a@b.example,c@d.example',
    'a b@c.example',
    'a@',
    '<a@b.example>',
    `${'a'.repeat(250)}@b.example`,
    'a@b.example\u0000',
    'a@b\u202e.example',
  ])('an address such as %j is refused at every door that mails', async (email) => {
    const before = await kept()
    const subscribed = await callApi(host, 'POST', '/subscribers', { email, confirmed: true })
    // Around an address, space and NUL are not part of it.
    const isAddressInside = email.replaceAll('\0', '').trim() === 'a@b.example'
    expect([422, ...(isAddressInside ? [202] : [])]).toContain(subscribed.status)
    const form = await fetch(`${host.url}/subscribe`, { method: 'POST', body: new URLSearchParams({ email }) })
    expect([422, ...(isAddressInside ? [200] : [])]).toContain(form.status)
    if (!isAddressInside) expect(await kept()).toEqual(before)
  })

  it('markdown with script in it is kept as written and shown as text', async () => {
    const body = '<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>'
    await mustCall(host, 'POST', `/incidents/${incidentId}/updates`, {
      audience: 'public',
      status: 'investigating',
      body,
    })
    const html = await (await fetch(`${host.url}/incidents/${incidentId}`, { headers: { accept: 'text/html' } })).text()
    const withoutOurs = html.replace(/<script type="module" src="[^"<>]*_astro\/[\w.-]+\.js"><\/script>/, '')
    expect(withoutOurs).not.toMatch(/<script|<img|href="javascript:/)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    for (const path of ['/api/v2/summary.json', '/feed.json']) JSON.parse(await (await fetch(host.url + path)).text())
  })

  it('odd addresses of pages are not found, and odd questions are refused', async () => {
    const faults: string[] = []
    const paths = [
      '/incidents/%00',
      '/incidents/..%2f..%2fetc%2fpasswd',
      '/incidents/%ff',
      '/post-mortems/%F0%9F%9A%92',
      `/${'a'.repeat(8000)}`,
      '/incidents/__proto__',
      '/console/incidents/__proto__',
      '/acknowledge/x',
      '/api/v1/incidents?limit=1e400',
      '/api/v1/incidents?before=yesterday',
      '/api/v1/incidents?limit=-1',
      `/api/v1/incidents/${'z'.repeat(2000)}`,
      '/api/v1/incidents/x/events?after=-1',
      '/api/v1/nothing',
      '/alertmanager/api/v2/alerts?filter=a=~"("',
      '/hooks/json/wrong',
      '/hooks/other/wrong',
    ]
    for (const path of paths) {
      const key = path.startsWith('/alertmanager')
        ? host.credentials.integrations.alertmanager.key
        : host.credentials.apiToken
      const answer = await fetch(host.url + path, { headers: { authorization: `Bearer ${key}` }, redirect: 'manual' })
      if (answer.status < 400 || answer.status >= 500) faults.push(`${path.slice(0, 60)}: ${answer.status}`)
    }
    // Looking at such a link only asks; using it is refused.
    for (const path of ['/subscribe/confirm/x', '/unsubscribe/x']) {
      const { status } = await fetch(host.url + path, { method: 'POST', body: new URLSearchParams({ token: 'x' }) })
      if (status < 400 || status >= 500) faults.push(`POST ${path}: ${status}`)
    }
    expect(faults).toEqual([])
  })

  it('one key names one command: with another body it is refused', async () => {
    const key = randomUUID()
    const open = (title: string) =>
      fetch(`${host.url}/api/v1/incidents`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${host.credentials.apiToken}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify({ title }),
      })
    const [first, again] = [await open('Once'), await open('Once')]
    expect([first.status, again.status]).toEqual([201, 201])
    expect(await again.json()).toMatchObject({ id: JSON.parse(await first.text()).id })
    expect((await open('Twice')).status).toBeGreaterThanOrEqual(400)
  })
})

it('the good bodies are taken, so that the refusals were about what was bad', async () => {
  const untaken: string[] = []
  // An instance is set up once; nothing would be left of the rest after this configuration; and only SNS can sign.
  for (const door of doors.filter(({ name }) => !['set-up', '/api/v1/config', 'Amazon SNS'].includes(name))) {
    const answer = await send(door, JSON.stringify(door.good))
    if (answer.status >= 300) untaken.push(`${door.name}: ${answer.status} ${answer.text}`)
  }
  expect(untaken).toEqual([])
})
