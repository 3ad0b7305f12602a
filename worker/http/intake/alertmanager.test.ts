import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { alertmanager } from './alertmanager.ts'
import { jsonHook } from './json.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/alertmanager', alertmanager).route('/hooks', jsonHook)

let key = ''
let jsonKey = ''

beforeAll(async () => {
  const desk = env.ALERT_DESK.getByName('main')
  key = (await desk.createIntegration({ source: 'alertmanager', name: 'Prometheus' })).key
  jsonKey = (await desk.createIntegration({ source: 'json', name: 'Scripts' })).key
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (!headers.has('Authorization')) headers.set('Authorization', `Basic ${btoa(`prometheus:${key}`)}`)
  return Promise.resolve(app.request(`/alertmanager${path}`, { ...init, headers }, env))
}

function post(body: unknown, contentType = 'application/json'): Promise<Response> {
  return call('/api/v2/alerts', {
    method: 'POST',
    headers: { 'Content-Type': contentType },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

describe('POST /alerts', () => {
  // Statuses and shapes read off Alertmanager 0.25.
  it.each<[string, unknown, number, unknown]>([
    ['nothing to do', [], 200, ''],
    ['null', 'null', 200, ''],
    ['a null annotation', [{ labels: { alertname: 'N' }, annotations: { a: null } }], 200, ''],
    ['no labels left', [{ labels: { a: '' } }], 400, 'at least one label pair required'],
    ['a nameless label', [{ labels: { '': 'x' } }], 400, 'invalid label set: invalid name ""'],
    [
      'an end before its start',
      [{ labels: { a: 'x' }, startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' }],
      400,
      'start time must be before end time',
    ],
    ['no labels', [{ annotations: {} }], 422, { code: 602, message: '0.labels in body is required' }],
    ['null for an alert', [null], 422, { code: 602, message: '0 in body is required' }],
    ['no body', '', 422, { code: 602, message: 'alerts in body is required' }],
    [
      'an address that is none',
      [{ labels: { a: 'x' }, generatorURL: 'not a url' }],
      422,
      { code: 601, message: '0.generatorURL in body must be of type uri: "not a url"' },
    ],
    [
      'a number as a label',
      [{ labels: { a: 1 } }],
      400,
      { code: 400, message: expect.stringContaining('is a number') },
    ],
    ['text as labels', [{ labels: 'q' }], 400, { code: 400, message: expect.any(String) }],
    ['an object', { labels: {} }, 400, { code: 400, message: expect.any(String) }],
    ['a number in the array', [5], 400, { code: 400, message: expect.any(String) }],
    [
      'a time that is none',
      [{ labels: { a: 'x' }, startsAt: 'nope' }],
      400,
      { code: 400, message: expect.any(String) },
    ],
    ['a number as a time', [{ labels: { a: 'x' }, startsAt: 5 }], 400, { code: 400, message: expect.any(String) }],
    ['no JSON', '{bad', 400, { code: 400, message: expect.any(String) }],
    ['100,000 levels', '['.repeat(100_000), 400, { code: 400, message: expect.any(String) }],
    ['9 MB', ' '.repeat(9 * 1024 * 1024), 413, { code: 413, message: expect.any(String) }],
    [
      '10,001 alerts',
      Array.from({ length: 10_001 }, () => ({ labels: { a: 'x' } })),
      413,
      { code: 413, message: expect.any(String) },
    ],
  ])('%s', async (_name, body, status, answer) => {
    const response = await post(body)
    expect(response.status).toBe(status)
    const text = await response.text()
    expect(text === '' ? '' : JSON.parse(text)).toEqual(answer)
  })

  it('refuses other content types', async () => {
    const response = await post([], 'text/plain')
    expect(response.status).toBe(415)
    expect(await response.json()).toEqual({
      code: 415,
      message: 'unsupported media type "text/plain", only [application/json] are allowed',
    })
  })

  it('stores the valid alerts of a batch that it refuses', async () => {
    const response = await post([{ labels: {} }, { labels: { alertname: 'Partial' } }])
    expect(response.status).toBe(400)
    const found = await call('/api/v2/alerts?filter=alertname="Partial"')
    expect(await found.json()).toMatchObject([{ fingerprint: '2769cd944095fc49', labels: { alertname: 'Partial' } }])
  })

  it('keeps what naughty senders put into labels, as far as it can be stored', async () => {
    const labels = '{"alertname":"Naughty","__proto__":"x","lone":"a\\ud800b","nul":"a\\u0000b","crlf":"a\\r\\nb"}'
    expect((await post(`[{"labels":${labels}}]`)).status).toBe(200)
    const [found] = await (await call('/api/v2/alerts?filter=alertname=Naughty')).json<{ labels: object }[]>()
    expect(Object.entries(found?.labels ?? {})).toEqual(
      expect.arrayContaining([
        ['__proto__', 'x'],
        ['lone', 'a\uFFFDb'],
        ['crlf', 'a\r\nb'],
      ]),
    )
  })
})

describe('who may call', () => {
  it.each(['/api/v2/alerts', '/api/v2/status', '/api/v2/receivers', '/api/v2/silences', '/api/v2/alerts/groups', '/x'])(
    '%s is closed to a wrong key',
    async (path) => {
      for (const authorization of ['Basic !', `Basic ${btoa('user:wrong')}`, 'Bearer wrong', 'Digest x', '']) {
        const response = await call(path, { headers: { Authorization: authorization } })
        expect(response.status).toBe(401)
        expect(response.headers.get('WWW-Authenticate')).toBe('Basic realm="allclear"')
      }
    },
  )

  it.each([
    ['good alerts', '[{"labels":{"alertname":"Closed"}}]', 'application/json'],
    ['what is no JSON', '{bad', 'application/json'],
    ['another type', '[]', 'text/plain'],
  ])('a wrong key learns nothing of %s', async (_name, body, type) => {
    for (const authorization of ['', 'Bearer wrong', `Basic ${btoa('user:wrong')}`]) {
      const headers = { Authorization: authorization, 'Content-Type': type }
      expect((await call('/api/v2/alerts', { method: 'POST', headers, body })).status).toBe(401)
    }
    expect(await (await call('/api/v2/alerts?filter=alertname=Closed')).json()).toEqual([])
  })

  it('takes the key as a Bearer token too, and asks nobody for a health check', async () => {
    expect((await call('/api/v2/status', { headers: { Authorization: `Bearer ${key}` } })).status).toBe(200)
    expect(await (await app.request('/alertmanager/-/healthy', {}, env)).text()).toBe('OK')
    expect(await (await app.request('/alertmanager/-/ready', {}, env)).text()).toBe('OK')
  })
})

describe('GET', () => {
  it('shows an alert as Alertmanager does', async () => {
    const alert = {
      labels: { alertname: 'Shown', service: 'checkout' },
      annotations: { summary: 's' },
      startsAt: '2026-01-01T00:00:00.5Z',
      endsAt: '2100-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph',
    }
    await post([alert])
    const response = await call('/api/v2/alerts?filter=alertname=Shown')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual([
      {
        ...alert,
        startsAt: '2026-01-01T00:00:00.500Z',
        endsAt: '2100-01-01T00:00:00.000Z',
        updatedAt: expect.stringMatching(/Z$/),
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        receivers: [{ name: 'allclear' }],
        status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
      },
    ])
    const groups = await (await call('/api/v2/alerts/groups?filter=alertname=Shown')).json()
    expect(groups).toMatchObject([
      { labels: { alertname: 'Shown', service: 'checkout' }, receiver: { name: 'allclear' }, alerts: { length: 1 } },
    ])
  })

  it.each([
    ['filter=alertname=~"Sh.*"&filter=service!="x"', 1],
    ['filter=alertname=~"Sh"', 0],
    ['filter=alertname="Shown"&active=false', 0],
    ['filter=alertname="Shown"&silenced=false&inhibited=false&unprocessed=false', 1],
    ['filter=alertname="Shown"&receiver=all.*', 1],
    ['filter=alertname="Shown"&receiver=all', 0],
    ['filter=alertname="Shown"&receiver_matchers=owner="payments"', 0],
    ['filter=alertname="Shown"&receiver_matchers=owner!="payments"', 1],
  ])('?%s', async (query, length) => {
    const response = await call(`/api/v2/alerts?${query.replaceAll('"', '%22')}`)
    expect(await response.json()).toHaveLength(length)
  })

  it.each([
    ['filter=foo', 'bad matcher format: foo'],
    ['filter=a%3D~%22(%22', expect.stringContaining('error parsing regexp')],
    ['receiver_matchers=bad', expect.stringContaining('bad matcher format')],
    ['receiver=(', expect.stringContaining('failed to parse receiver param')],
  ])('refuses ?%s', async (query, message) => {
    const response = await call(`/api/v2/alerts?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual(message)
  })

  it('answers a pattern made to stall a backtracking engine at once', async () => {
    await post([{ labels: { alertname: 'Long', value: `${'a'.repeat(5000)}!` } }])
    const startedAtMs = performance.now()
    const response = await call(`/api/v2/alerts?filter=${encodeURIComponent('value=~"(a+)+"')}`)
    expect(await response.json()).toEqual([])
    expect(performance.now() - startedAtMs).toBeLessThan(2000)
  })

  it('names paths and methods that it does not have', async () => {
    expect(await (await call('/api/v2/nope')).json()).toEqual({
      code: 404,
      message: 'path /alertmanager/api/v2/nope was not found',
    })
    const response = await call('/api/v2/alerts', { method: 'PUT', body: '[]' })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('GET,POST')
  })
})

it('answers 503 when the desk does not, so that the sender tries again', async () => {
  const broken = { ...env, ALERT_DESK: { getByName: () => ({ checkKey: () => Promise.reject(new Error('down')) }) } }
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
  const response = await app.request('/alertmanager/api/v2/alerts', { method: 'POST', headers, body: '[]' }, broken)
  expect(response.status).toBe(503)
  expect(await response.json()).toBe('alerts cannot be stored at the moment')
})

describe('POST /hooks/json/:key', () => {
  const hook = (body: unknown, hookKey = jsonKey) =>
    Promise.resolve(
      app.request(
        `/hooks/json/${hookKey}`,
        { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) },
        env,
      ),
    )

  it('opens an incident and ends it by the same key', async () => {
    const fired = await hook({
      title: 'Disk full',
      key: 'disk-1',
      severity: 'critical',
      service: 'db',
      url: 'https://x.test/',
    })
    expect(fired.status).toBe(202)
    const answer = await fired.json<{ accepted: number; incidents: string[] }>()
    expect(answer).toEqual({ accepted: 1, incidents: [expect.stringMatching(/^[0-9a-z]{12}$/)] })
    const again = await hook([{ title: 'Disk full', key: 'disk-1', startsAt: '2026-01-01T00:00:00Z' }])
    expect(await again.json()).toEqual(answer)
    expect(await (await hook({ title: 'Disk is fine', key: 'disk-1', status: 'resolved' })).json()).toEqual(answer)
    const { alerts } = await env.ALERT_DESK.getByName('main').alertsOf(answer.incidents[0] ?? '', 0, 10)
    expect(alerts).toMatchObject([{ firing: false, labels: { alertname: 'Disk full', service: 'db' } }])
  })

  it.each<[string, unknown, number, string]>([
    ['no JSON', '{bad', 400, ''],
    ['an empty body', '', 400, ''],
    ['no title', {}, 422, 'title: '],
    ['a list with a fault', [{ title: 'x' }, { title: 1 }], 422, '1.title: '],
    ['an unknown field', { title: 'x', sevrity: 'critical' }, 422, 'sevrity'],
    ['a script as a link', { title: 'x', url: 'javascript:alert(1)' }, 422, 'url: '],
    ['100,000 levels', '['.repeat(100_000), 400, 'nested'],
  ])('%s is a problem that names the place', async (_name, body, status, detail) => {
    const response = await hook(body)
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect((await response.json<{ detail: string }>()).detail).toContain(detail)
  })

  it('refuses a key of another source', async () => {
    expect((await hook({ title: 'x' }, key)).status).toBe(401)
  })
})

describe('silences', () => {
  const matchers = [{ name: 'alertname', value: 'Quiet', isRegex: false, isEqual: true }]
  const times = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2100-01-01T00:00:00Z' }
  const complete = { matchers, createdBy: 'Ada', comment: 'why', ...times }
  const silence = (body: unknown) =>
    call('/api/v2/silences', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const shown = async (query: string) =>
    (await (await call(`/api/v2/alerts?${query}`)).json<{ labels: { alertname: string } }[]>()).filter(
      ({ labels }) => labels.alertname === 'Quiet',
    )

  it('is made, found, shown on the alerts it hides, and ended', async () => {
    const made = await silence(complete)
    expect(made.status).toBe(200)
    const { silenceID: id } = await made.json<{ silenceID: string }>()
    await post([{ labels: { alertname: 'Quiet' } }])

    expect(await shown('')).toMatchObject([{ status: { state: 'suppressed', silencedBy: [id], inhibitedBy: [] } }])
    expect(await shown('active=false')).toHaveLength(1)
    expect(await shown('silenced=false')).toHaveLength(0)
    expect(await shown('inhibited=false')).toHaveLength(1)
    const groups = await (await call('/api/v2/alerts/groups?silenced=false&filter=alertname=Quiet')).json()
    expect(groups).toEqual([])

    const one = await call(`/api/v2/silence/${id}`)
    const { createdBy, comment, endsAt } = complete
    const expected = { id, status: { state: 'active' }, createdBy, comment, matchers, annotations: {} }
    expect(await one.json()).toMatchObject({ ...expected, endsAt: new Date(endsAt).toISOString() })
    const filter = encodeURIComponent('alertname="Quiet"')
    expect(await (await call(`/api/v2/silences?filter=${filter}`)).json()).toMatchObject([expected])
    expect(await (await call(`/api/v2/silences?filter=${filter}&active=false`)).json()).toEqual([])
    expect(await (await call('/api/v2/silences?filter=alertname%3DLoud')).json()).toEqual([])

    for (let i = 0; i < 2; i++) {
      const ended = await call(`/api/v2/silence/${id}`, { method: 'DELETE' })
      expect([ended.status, await ended.text()]).toEqual([200, ''])
    }
    expect(await (await call(`/api/v2/silence/${id}`)).json()).toMatchObject({ status: { state: 'expired' } })
    expect(await shown('')).toMatchObject([{ status: { state: 'active', silencedBy: [] } }])
  })

  // Read off Alertmanager 0.25.
  it.each<[string, unknown, number, unknown]>([
    ['no body', '', 422, { code: 602, message: 'silence in body is required' }],
    ['null', 'null', 422, { code: 602, message: 'comment in body is required' }],
    ['no author', { ...complete, createdBy: undefined }, 422, { code: 602, message: 'createdBy in body is required' }],
    ['no end', { ...complete, endsAt: null }, 422, { code: 602, message: 'endsAt in body is required' }],
    ['no start', { ...complete, startsAt: null }, 422, { code: 602, message: 'startsAt in body is required' }],
    ['no matchers', { ...complete, matchers: null }, 422, { code: 602, message: 'matchers in body is required' }],
    [
      'an empty list',
      { ...complete, matchers: [] },
      422,
      { code: 612, message: 'matchers in body should have at least 1 items' },
    ],
    [
      'a matcher without isRegex',
      { ...complete, matchers: [{ name: 'a', value: 'b' }] },
      422,
      { code: 602, message: 'matchers.0.isRegex in body is required' },
    ],
    [
      'a matcher without value',
      { ...complete, matchers: [{ name: 'a', isRegex: true }] },
      422,
      { code: 602, message: 'matchers.0.value in body is required' },
    ],
    ['a list', [], 400, { code: 400, message: expect.any(String) }],
    ['no JSON', '{bad', 400, { code: 400, message: expect.any(String) }],
    ['a number for a matcher', { ...complete, matchers: [5] }, 400, { code: 400, message: expect.any(String) }],
    ['a number for an author', { ...complete, createdBy: 5 }, 400, { code: 400, message: expect.any(String) }],
    ['a time that is none', { ...complete, startsAt: 'x' }, 400, { code: 400, message: expect.any(String) }],
    [
      'an end in the past',
      { ...complete, startsAt: '2016-01-01T00:00:00Z', endsAt: '2017-01-01T00:00:00Z' },
      400,
      "Failed to create silence: end time can't be in the past",
    ],
    [
      'what matches everything',
      { ...complete, matchers: [{ name: 'a', value: '.*', isRegex: true }] },
      400,
      'silence invalid: at least one matcher must not match the empty string',
    ],
    ['an id that is none', { ...complete, id: 'nope' }, 404, 'silence not found'],
    ['an unknown id', { ...complete, id: crypto.randomUUID() }, 404, 'silence not found'],
  ])('is refused: %s', async (_name, body, status, answer) => {
    const response = await silence(body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual(answer)
  })

  it.each(['GET', 'DELETE'])('%s of one that is not there', async (method) => {
    const unknown = await call(`/api/v2/silence/${crypto.randomUUID()}`, { method })
    expect([unknown.status, await unknown.text()]).toEqual([404, ''])
    const malformed = await call('/api/v2/silence/nope', { method })
    expect(malformed.status).toBe(422)
    const message = 'silenceID in path must be of type uuid: "nope"'
    expect(await malformed.json()).toEqual({ code: 601, message })
  })

  it('names the methods it has', async () => {
    const one = await call('/api/v2/silence/nope', { method: 'PUT', body: '{}' })
    expect([one.status, one.headers.get('Allow')]).toEqual([405, 'GET,DELETE'])
    expect((await call('/api/v2/silences', { method: 'DELETE' })).headers.get('Allow')).toBe('GET,POST')
  })
})
