import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { alertmanagerHook } from './alertmanagerHook.ts'
import { grafanaHook } from './grafanaHook.ts'
import { ALERTMANAGER_FIRING, GRAFANA_FIRING } from './webhooks.fixtures.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/hooks', alertmanagerHook).route('/hooks', grafanaHook)
const desk = env.ALERT_DESK.getByName('main')
const keys = { alertmanager: '', grafana: '' }
type Source = keyof typeof keys

beforeAll(async () => {
  for (const source of ['alertmanager', 'grafana'] as const)
    keys[source] = (await desk.createIntegration({ source, name: source })).key
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

function send(source: Source, body: unknown, headers: Record<string, string> = {}, bindings: object = env) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: text }
  return Promise.resolve(app.request(`/hooks/${source}/${keys[source]}`, init, bindings))
}

async function firing(name: string) {
  const active = await desk.activeAlerts()
  return active.map(({ alert }) => alert).filter(({ labels }) => labels['alertname'] === name)
}

function message(source: Source, ...alerts: object[]) {
  return { version: source === 'grafana' ? '1' : '4', status: 'firing', alerts, externalURL: 'http://x.test' }
}

describe('Alertmanager', () => {
  it('fires, says what was left out, and ends', async () => {
    const answer = await send('alertmanager', ALERTMANAGER_FIRING)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toEqual({ accepted: 1, incidents: [expect.any(String)], truncated: 1 })
    const [alert] = await firing('HighErrorRate')
    expect(alert).toMatchObject({
      fingerprint: 'b1c11497b32ce15e',
      annotations: {
        summary: 'Too many errors',
        truncated_alerts: '1 more alert of the group was left out by the sender (max_alerts)',
      },
      generatorUrl: 'http://prometheus:9090/graph?g0.expr=1',
      startsAtMs: Date.parse('2026-11-24T03:25:50.585Z'),
    })
    // It repeats every four hours by default, and a resolve_timeout of five minutes would end it meanwhile.
    expect((alert?.endsAtMs ?? 0) - Date.now()).toBeGreaterThan(24 * 3_600_000)

    const resolved = ALERTMANAGER_FIRING.replaceAll('"firing"', '"resolved"').replace('0001-01-01', '2999-01-01')
    expect((await send('alertmanager', resolved)).status).toBe(202)
    expect(await firing('HighErrorRate')).toEqual([])
  })

  it('writes nothing for a repeat', async () => {
    const body = ALERTMANAGER_FIRING.replaceAll('HighErrorRate', 'Repeated').replace('b1c11497b32ce15e', '')
    await send('alertmanager', body)
    const { rowsWritten } = await desk.stats()
    expect((await send('alertmanager', body)).status).toBe(202)
    expect((await desk.stats()).rowsWritten).toBe(rowsWritten)
  })

  it('ends what was dated to start in the future', async () => {
    const alert = { status: 'firing', labels: { alertname: 'Early' }, startsAt: new Date(Date.now() + 3_600_000) }
    await send('alertmanager', message('alertmanager', alert))
    expect(await firing('Early')).toHaveLength(1)
    await send('alertmanager', message('alertmanager', { ...alert, status: 'resolved', endsAt: new Date() }))
    expect(await firing('Early')).toEqual([])
  })

  it('is the same alert when it comes by the API as well', async () => {
    const labels = { alertname: 'BothWays', service: 'checkout' }
    const alert = { labels, annotations: {}, startsAtMs: Date.now(), endsAtMs: null, generatorUrl: '' }
    await desk.ingest({ source: 'alertmanager', key: keys.alertmanager, alerts: [alert] })
    await send('alertmanager', message('alertmanager', { status: 'firing', labels }))
    expect(await firing('BothWays')).toHaveLength(1)
  })
})

describe('Grafana', () => {
  it('fires, with what Grafana knows beside the annotations, and ends', async () => {
    const answer = await send('grafana', GRAFANA_FIRING)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toMatchObject({ accepted: 2, incidents: { length: 1 } })
    const alerts = await firing('High memory usage')
    expect(alerts.find(({ labels }) => labels['zone'] === 'us-1')?.annotations).toEqual({
      description: 'The system has high memory usage',
      summary: 'Memory in us-1',
      values: 'B=44.23943737541908, C=1',
      dashboardURL: 'https://play.grafana.org/d/abc',
      silenceURL: 'https://play.grafana.org/alerting/silence/new?alertmanager=grafana&matchers=zone%3Dus-1',
    })
    expect(alerts.find(({ labels }) => labels['zone'] === 'eu-1')?.annotations).toEqual({
      values: "[ var='B' labels={} value=1 ]",
    })
    const ended = GRAFANA_FIRING.alerts.map((alert) => ({
      ...alert,
      status: 'resolved',
      endsAt: '2021-10-12T10:00:00Z',
    }))
    await send('grafana', { ...GRAFANA_FIRING, status: 'resolved', alerts: ended })
    expect(await firing('High memory usage')).toEqual([])
  })

  it('keeps two rules apart that show the same labels', async () => {
    const alert = { status: 'firing', labels: { alertname: 'Twins' } }
    await send('grafana', message('grafana', { ...alert, fingerprint: 'a' }, { ...alert, fingerprint: 'b' }))
    expect(await firing('Twins')).toHaveLength(2)
  })
})

describe('the signature of Grafana', () => {
  let key = ''
  let secret = ''
  const body = JSON.stringify(message('grafana', { status: 'firing', labels: { alertname: 'Signed' } }))
  const call = (text: string, headers: Record<string, string>) =>
    app.request(`/hooks/grafana/${key}`, { method: 'POST', headers, body: text }, env)
  const headersOf = async (text: string, atMs: number | null) => {
    const timestamp = atMs === null ? null : String(Math.floor(atMs / 1000))
    const signature = await hmac(secret, timestamp === null ? text : `${timestamp}:${text}`)
    return {
      'X-Grafana-Alerting-Signature': signature,
      ...(timestamp === null ? {} : { 'X-Grafana-Alerting-Timestamp': timestamp }),
    }
  }

  beforeAll(async () => {
    const made = await desk.createIntegration({ source: 'grafana', name: 'Signing' })
    key = made.key
    secret = made.secret ?? ''
  })

  it('is not asked for until one was right', async () => {
    const forged = await headersOf(body, null)
    const flipped = forged['X-Grafana-Alerting-Signature'].replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
    expect((await call(body, { 'X-Grafana-Alerting-Signature': flipped })).status).toBe(401)
    expect((await call(body, {})).status).toBe(202)
    expect((await call(body, await headersOf(body, Date.now()))).status).toBe(202)
    const unsigned = await call(body, {})
    expect(unsigned.status).toBe(401)
    expect(await unsigned.json()).toMatchObject({ code: 'not_signed' })
  })

  it.each<[string, () => Promise<Response> | Response, string]>([
    [
      'another body',
      async () => call(body.replace('Signed', 'Forged'), await headersOf(body, Date.now())),
      'wrong_signature',
    ],
    ['a replay', async () => call(body, await headersOf(body, Date.now() - 600_000)), 'too_old'],
    [
      'a replay under a new time',
      async () => {
        const headers = await headersOf(body, Date.now() - 600_000)
        return call(body, { ...headers, 'X-Grafana-Alerting-Timestamp': String(Math.floor(Date.now() / 1000)) })
      },
      'wrong_signature',
    ],
    [
      'a replay without its time',
      async () => {
        const headers = await headersOf(body, Date.now() - 600_000)
        return call(body, { 'X-Grafana-Alerting-Signature': headers['X-Grafana-Alerting-Signature'] })
      },
      'wrong_signature',
    ],
    ['no signature to speak of', () => call(body, { 'X-Grafana-Alerting-Signature': '' }), 'wrong_signature'],
  ])('refuses %s', async (_name, attempt, code) => {
    const response = await attempt()
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ code })
    expect(await firing('Forged')).toEqual([])
  })

  it('takes a body signed without a time, whatever bytes it has', async () => {
    const text = `${body.slice(0, -1)},"note":"Köln \\ud800 🦀"}`
    expect((await call(text, await headersOf(text, null))).status).toBe(202)
  })
})

describe.each<Source>(['alertmanager', 'grafana'])('%s', (source) => {
  const alert = { status: 'firing', labels: { alertname: 'Bad' } }

  it.each<[string, unknown, number, string]>([
    ['no JSON', '{bad', 400, 'not JSON'],
    ['an empty body', '', 400, 'not JSON'],
    ['null', 'null', 422, ''],
    ['a list', [alert], 422, ''],
    ['another version', { ...message(source, alert), version: '9' }, 422, 'version: must be "'],
    ['no alerts', { ...message(source), alerts: undefined }, 422, 'alerts: '],
    ['alerts that are text', { ...message(source), alerts: 'x' }, 422, 'alerts: '],
    ['a number as a label', message(source, { ...alert, labels: { a: 1 } }), 422, 'alerts.0.labels.a: '],
    ['no labels', message(source, { status: 'firing' }), 422, 'alerts.0.labels: '],
    ['labels that are empty', message(source, { ...alert, labels: { a: '' } }), 422, 'at least one label'],
    ['a state that is none', message(source, { ...alert, status: 'broken' }), 422, 'alerts.0.status: '],
    ['a time that is none', message(source, { ...alert, startsAt: 'nope' }), 422, 'alerts.0.startsAt: '],
    ['a number as a time', message(source, { ...alert, endsAt: 5 }), 422, 'alerts.0.endsAt: '],
    ['a fault in the second alert', message(source, alert, { ...alert, labels: [] }), 422, 'alerts.1.labels: '],
    ['201 labels', message(source, { ...alert, labels: manyLabels(201) }), 422, 'too many labels'],
    ['10,001 alerts', message(source, ...Array.from({ length: 10_001 }, () => alert)), 422, 'alerts: '],
    ['100,000 levels', '['.repeat(100_000), 400, 'nested'],
    ['60 MB', ' '.repeat(60 * 1024 * 1024), 413, 'bytes'],
  ])('refuses %s and stores nothing of it', async (_name, body, status, detail) => {
    const response = await send(source, body)
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect((await response.json<{ detail: string }>()).detail).toContain(detail)
    expect(await firing('Bad')).toEqual([])
  })

  it('keeps what naughty senders put into labels, as far as it can be stored', async () => {
    const labels = '{"alertname":"Naughty","__proto__":"x","lone":"a\\ud800b","nul":"a\\u0000b"}'
    const body = JSON.stringify(message(source, { ...alert, labels: 0, fingerprint: source })).replace(
      '"labels":0',
      `"labels":${labels}`,
    )
    expect((await send(source, body)).status).toBe(202)
    const found = (await firing('Naughty')).map((each) => Object.entries(each.labels))
    expect(found).toContainEqual(expect.arrayContaining([['lone', 'a\uFFFDb']]))
  })

  it('refuses a key of another source, and a revoked one', async () => {
    const other = source === 'grafana' ? 'alertmanager' : 'grafana'
    const call = (key: string) => app.request(`/hooks/${source}/${key}`, { method: 'POST', body: '{}' }, env)
    expect((await call(keys[other])).status).toBe(401)
    const { id, key } = await desk.createIntegration({ source, name: 'Old' })
    await desk.revokeIntegration(id)
    expect((await call(key)).status).toBe(401)
  })

  it('answers 503 when the desk does not, so that the sender tries again', async () => {
    const down = () => Promise.reject(new Error('down'))
    const known = { checkKey: async () => true, signingOf: async () => ({ secret: '', hasSigned: false }) }
    for (const stub of [
      { checkKey: down, signingOf: down },
      { ...known, ingest: down },
    ]) {
      const response = await send(source, message(source, alert), {}, { ...env, ALERT_DESK: { getByName: () => stub } })
      expect(response.status).toBe(503)
      expect(response.headers.get('Retry-After')).toBe('5')
      expect(await response.json()).toMatchObject({ code: 'storage_unavailable' })
    }
  })
})

function manyLabels(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`label${i}`, 'x']))
}

async function hmac(secret: string, text: string): Promise<string> {
  const encode = (value: string) => new TextEncoder().encode(value)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encode(secret), algorithm, false, ['sign'])
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
