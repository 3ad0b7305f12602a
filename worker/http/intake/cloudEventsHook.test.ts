import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { listChanges } from '../../storage/changes.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { DEPLOYED } from './cloudEvents.fixtures.ts'
import { cloudEventsHook } from './cloudEventsHook.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/hooks', cloudEventsHook)
const desk = env.ALERT_DESK.getByName('main')
let key = ''

beforeAll(async () => {
  key = (await desk.createIntegration({ source: 'cloudevents', name: 'Events' })).key
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM changes').run()
})

function send(body: unknown, headers: Record<string, string>, bindings: object = env) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return Promise.resolve(app.request(`/hooks/cloudevents/${key}`, { method: 'POST', headers, body: text }, bindings))
}

const STRUCTURED = { 'Content-Type': 'application/cloudevents+json; charset=utf-8' }
const BINARY = { 'ce-specversion': '1.0', 'ce-id': 'x', 'ce-source': 'y', 'ce-type': 'com.x.y' }
const BATCH = { 'Content-Type': 'application/cloudevents-batch+json' }

function stored() {
  return listChanges(database(env.DB), { limit: 100 })
}

async function firing() {
  return (await desk.activeAlerts()).map((active) => active.alert.labels['alertname'])
}

function event(more: object = {}) {
  return {
    specversion: '1.0',
    id: DEPLOYED.context.id,
    source: '/event/source/123',
    type: DEPLOYED.context.type,
    time: '2023-03-20T14:27:05.315384Z',
    datacontenttype: 'application/json',
    data: DEPLOYED,
    ...more,
  }
}

function alert(more: object = {}, data: object = {}) {
  const subject = 'queue/orders'
  return event({
    type: 'com.shop.queue',
    subject,
    data: { title: 'Queue is stuck', severity: 'critical', ...data },
    ...more,
  })
}

describe('a deployment by CDEvents', () => {
  const change = {
    source: 'cloudevents',
    services: ['123'],
    environment: 'test123',
    title: 'Deployed 123 in test123',
    ref: DEPLOYED.subject.content.artifactId,
    atMs: Date.parse('2023-03-20T14:27:05.315Z'),
    outcome: 'success',
  }

  it('comes structured', async () => {
    const response = await send(event(), STRUCTURED)
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({ accepted: 0, incidents: [], changes: 1 })
    expect(await stored()).toMatchObject([change])
  })

  it('comes binary, and is the same change', async () => {
    await send(event(), STRUCTURED)
    const headers = {
      'Content-Type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': DEPLOYED.context.id,
      'ce-source': '/event%2Fsource/123',
      'ce-type': DEPLOYED.context.type,
    }
    expect((await send(DEPLOYED, headers)).status).toBe(202)
    expect(await stored()).toMatchObject([change])
  })

  it('has not happened later than now, whatever the clock of its sender says', async () => {
    const nowMs = Date.now()
    const context = { ...DEPLOYED.context, timestamp: '2999-01-01T00:00:00Z' }
    expect((await send(event({ data: { ...DEPLOYED, context } }), STRUCTURED)).status).toBe(202)
    const [deployed] = await stored()
    expect(deployed?.atMs).toBeGreaterThanOrEqual(nowMs)
    expect(deployed?.atMs).toBeLessThanOrEqual(Date.now())
  })

  it('comes in a batch, each once', async () => {
    const upgraded = event({ id: 'b', type: 'dev.cdevents.service.upgraded.0.2.0' })
    const response = await send([event(), upgraded, event(), alert({ id: 'c' }, { title: 'In a batch' })], BATCH)
    expect(await response.json()).toEqual({ accepted: 1, incidents: [expect.any(String)], changes: 3 })
    expect((await stored()).map(({ title }) => title).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'Deployed 123 in test123',
      'Upgraded 123 in test123',
    ])
    expect(await firing()).toContain('In a batch')
    expect((await send([], BATCH)).status).toBe(202)
  })
})

describe('an alert', () => {
  it('fires and ends by its type, subject and title', async () => {
    expect((await send(alert(), STRUCTURED)).status).toBe(202)
    expect((await send(alert({ id: 'other' }), STRUCTURED)).status).toBe(202)
    expect((await firing()).filter((name) => name === 'Queue is stuck')).toHaveLength(1)
    // A clock that runs ahead.
    const resolved = alert({ id: 'resolved', time: '2999-01-01T00:00:00Z' }, { status: 'resolved' })
    expect((await send(resolved, STRUCTURED)).status).toBe(202)
    expect(await firing()).not.toContain('Queue is stuck')
  })

  it('ends by its key, whatever else changed', async () => {
    await send(alert({}, { title: 'Disk is full', key: 'disk' }), STRUCTURED)
    expect(await firing()).toContain('Disk is full')
    const resolved = { title: 'All is well', status: 'resolved', key: 'disk' }
    await send(alert({ id: 'x', type: 'com.shop.disk', subject: 'other' }, resolved), STRUCTURED)
    expect(await firing()).not.toContain('Disk is full')
  })

  it('comes as bytes too', async () => {
    const { data, ...rest } = alert({}, { title: 'In bytes – ü' })
    const bytes = new TextEncoder().encode(JSON.stringify(data))
    const data_base64 = btoa(String.fromCharCode(...bytes))
    expect((await send({ ...rest, data_base64 }, STRUCTURED)).status).toBe(202)
    expect(await firing()).toContain('In bytes – ü')
  })

  it('is another alert when another source says so', async () => {
    const data = { title: 'Twins' }
    await send(
      [alert({ source: 'a' }, data), alert({ source: 'b' }, data), alert({ source: 'b', id: 'x' }, data)],
      BATCH,
    )
    expect((await firing()).filter((name) => name === 'Twins')).toHaveLength(2)
  })
})

it('tells a sender that asks that its events are wanted', async () => {
  const ask = (withKey: string) =>
    app.request(
      `/hooks/cloudevents/${withKey}`,
      { method: 'OPTIONS', headers: { 'WebHook-Request-Origin': 'eventgrid.azure.net' } },
      env,
    )
  const answer = await ask(key)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('WebHook-Allowed-Origin')).toBe('eventgrid.azure.net')
  expect(answer.headers.get('WebHook-Allowed-Rate')).toBe('*')
  expect((await ask('guessed')).status).toBe(401)
})

describe('what is not valid', () => {
  const fault = alert({}, { title: 'Faulty' })
  it.each<[string, unknown, Record<string, string>, number, string]>([
    ['plain JSON', event(), { 'Content-Type': 'application/json' }, 415, 'ce-specversion'],
    ['no JSON', '{bad', STRUCTURED, 400, 'not JSON'],
    ['an empty body', '', BATCH, 400, 'not JSON'],
    ['a list', [event()], STRUCTURED, 422, ''],
    ['an object', event(), BATCH, 422, ''],
    ['another version', event({ specversion: '0.3' }), STRUCTURED, 422, 'specversion: '],
    ['no id', event({ id: undefined }), STRUCTURED, 422, 'id: '],
    ['a number as a source', event({ source: 5 }), STRUCTURED, 422, 'source: '],
    ['a time that is none', event({ time: 'now' }), STRUCTURED, 422, 'time: '],
    ['headers without a type', {}, { 'ce-specversion': '1.0', 'ce-id': 'x', 'ce-source': 'y' }, 422, 'type: '],
    ['a type that nobody knows', event({ type: 'com.x.y' }), STRUCTURED, 422, 'type: com.x.y is not understood'],
    ['data that is text', event({ type: 'com.x.y', data: 'x' }), STRUCTURED, 422, 'not understood'],
    ['no data', event({ type: 'com.x.y', data: undefined }), STRUCTURED, 422, 'type: com.x.y is not understood'],
    ['headers without data', '', BINARY, 422, 'type: com.x.y is not understood'],
    ['bytes that are none', event({ type: 'com.x.y', data: undefined, data_base64: '%' }), STRUCTURED, 422, 'type: '],
    ['a deployment of nothing', event({ data: {} }), STRUCTURED, 422, 'data.context: '],
    ['an alert with a number', alert({}, { title: 5 }), STRUCTURED, 422, 'data.title: '],
    ['an alert with a script as a link', alert({}, { url: 'javascript:alert(1)' }), STRUCTURED, 422, 'data.url: '],
    ['a fault in a batch', [fault, event(), event({ id: '' })], BATCH, 422, '2.id: '],
    ['an unknown type in a batch', [fault, event(), event({ type: 'x' })], BATCH, 422, '2.type: '],
    ['too many labels in a batch', [event(), alert({}, { labels: manyLabels(201) })], BATCH, 422, '1.data: too many'],
    ['501 events', Array.from({ length: 501 }, () => event()), BATCH, 422, ''],
    ['100,000 levels', '['.repeat(100_000), BATCH, 400, 'nested'],
    ['60 MB', ' '.repeat(60 * 1024 * 1024), BATCH, 413, 'bytes'],
  ])('%s is a problem that names the place, and nothing is stored', async (_name, body, headers, status, detail) => {
    const response = await send(body, headers)
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect((await response.json<{ detail: string }>()).detail).toContain(detail)
    expect(await stored()).toEqual([])
    expect(await firing()).not.toContain('Faulty')
  })

  it('keeps what naughty senders write, as far as it can be stored', async () => {
    const body = JSON.stringify(event()).replace('/subject/123', 'my\\ud800 app\\u0000')
    expect((await send(body, STRUCTURED)).status).toBe(202)
    expect(await stored()).toMatchObject([{ services: ['my\uFFFD-app'] }])
  })

  it('refuses a key of another source', async () => {
    const other = await desk.createIntegration({ source: 'json', name: 'JSON' })
    const init = { method: 'POST', headers: STRUCTURED, body: JSON.stringify(event()) }
    expect((await app.request(`/hooks/cloudevents/${other.key}`, init, env)).status).toBe(401)
  })

  it('answers 503 when the desk or D1 does not', async () => {
    const down = () => Promise.reject(new Error('down'))
    const D1 = { prepare: () => ({ bind: () => ({ run: down, all: down, raw: down }) }), batch: down }
    for (const broken of [{ ALERT_DESK: { getByName: () => ({ checkKey: down }) } }, { DB: D1 }])
      expect((await send(event(), STRUCTURED, { ...env, ...broken })).status).toBe(503)
  })
})

function manyLabels(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`label${i}`, 'x']))
}
