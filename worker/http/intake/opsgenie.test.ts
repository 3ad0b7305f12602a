import { env, runInDurableObject } from 'cloudflare:test'
import { Hono } from 'hono'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { AlertDesk } from '../../coordination/alertDesk.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { ALERTMANAGER_CLOSE, ALERTMANAGER_CREATE, OPSGENIE_EXAMPLE } from './opsgenie.fixtures.ts'
import { opsgenie } from './opsgenie.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/opsgenie', opsgenie)

const Accepted = z.strictObject({
  result: z.literal('Request will be processed'),
  took: z.number(),
  requestId: z.uuid(),
})
const Refusal = z.strictObject({
  message: z.string(),
  errors: z.record(z.string(), z.string()).optional(),
  took: z.number(),
  requestId: z.uuid(),
})
const Request = z.object({
  data: z.object({
    success: z.boolean(),
    action: z.string(),
    status: z.string(),
    alertId: z.string(),
    alias: z.string(),
  }),
})
const Shown = z.object({ data: z.looseObject({ id: z.string(), tinyId: z.string(), status: z.string() }) })

let key = ''
const desk = () => env.ALERT_DESK.getByName('main')

beforeAll(async () => {
  key = (await desk().createIntegration({ source: 'opsgenie', name: 'Zabbix' })).key
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

function call(method: string, path: string, body?: unknown, authorization = `GenieKey ${key}`): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { Authorization: authorization, 'Content-Type': 'application/json' }
  const init = body === undefined ? { method, headers } : { method, headers, body: text }
  return Promise.resolve(app.request(`/opsgenie${path}`, init, env))
}

/** The id of a request that was accepted. */
async function accepted(path: string, body?: unknown): Promise<string> {
  const answer = await call('POST', path, body)
  expect(answer.status).toBe(202)
  return Accepted.parse(await answer.json()).requestId
}

async function outcome(requestId: string) {
  const answer = await call('GET', `/v2/alerts/requests/${requestId}`)
  expect(answer.status).toBe(200)
  return Request.parse(await answer.json()).data
}

async function shown(path: string) {
  const answer = await call('GET', `/v2/alerts/${path}`)
  expect(answer.status).toBe(200)
  return Shown.parse(await answer.json()).data
}

async function created(more: Record<string, unknown> = {}) {
  const message = `Checkout is slow ${crypto.randomUUID()}`
  const alias = crypto.randomUUID()
  const requestId = await accepted('/v2/alerts', { message, alias, ...more })
  const { alertId } = await outcome(requestId)
  return { message, alias, alertId, requestId }
}

async function incidentOf(alertId: string) {
  const found = await desk().findOpsgenieAlert({ type: 'id', value: alertId })
  const id = found?.incidentId ?? ''
  const room = env.INCIDENT_ROOM.getByName(id)
  return { id, room, incident: await room.read() }
}

describe('creating', () => {
  it('opens an incident, and says of the request what became of it', async () => {
    const { alias, alertId, requestId } = await created({ priority: 'P1' })
    expect(await outcome(requestId)).toEqual({
      success: true,
      action: 'Create',
      status: 'Created alert',
      alertId,
      alias,
    })
    const { incident } = await incidentOf(alertId)
    expect(incident).toMatchObject({ phase: 'triggered', severity: 'sev1', alerts: { total: 1, firing: 1 } })
  })

  it('again with the same alias writes nothing, and is answered as the first was', async () => {
    const { alias, requestId } = await created()
    const before = await desk().stats()
    for (let i = 0; i < 10; i++)
      expect(await accepted('/v2/alerts', { message: 'In other words', alias, note: 'again' })).toBe(requestId)
    expect((await desk().stats()).rowsWritten).toBe(before.rowsWritten)
  })

  it('without an alias makes a new alert each time', async () => {
    const message = `Checkout is slow ${crypto.randomUUID()}`
    const first = await outcome(await accepted('/v2/alerts', { message }))
    const second = await outcome(await accepted('/v2/alerts', { message }))
    expect(second.alertId).not.toBe(first.alertId)
    expect(second.alias).not.toBe(first.alias)
    expect((await incidentOf(first.alertId)).id).toBe((await incidentOf(second.alertId)).id)
  })

  it('shows the alert as it was sent, by id, alias and tiny id', async () => {
    const body = { ...OPSGENIE_EXAMPLE, alias: 'Life is too short for no alias / 100% ☂' }
    const { alertId } = await outcome(await accepted('/v2/alerts', body))
    const byId = await shown(alertId)
    const { visibleTo: _passedOver, ...kept } = body
    expect(byId).toMatchObject({
      ...kept,
      id: alertId,
      status: 'open',
      acknowledged: false,
      snoozed: false,
      integration: { name: 'Zabbix', type: 'API' },
    })
    expect(await shown(`${encodeURIComponent(body.alias)}?identifierType=alias`)).toEqual(byId)
    expect(await shown(`${byId.tinyId}?identifierType=tiny`)).toEqual(byId)

    const active = await desk().activeAlerts()
    expect(active.find(({ alert }) => alert.labels['key1'] === 'value1')?.alert).toMatchObject({
      labels: {
        alertname: 'An example alert message',
        key2: 'value2',
        entity: 'An example entity',
        service: 'An example entity',
        priority: 'P1',
      },
      annotations: {
        description: 'Every alert needs a description',
        tags: 'OverwriteQuietHours, Critical',
        responders: 'team 4513b7ea-3b91-438f-b7e4-e3e54af9147c, team NOC, user trinity@opsgenie.com',
      },
    })
  })

  it('by an Alertmanager, which closes it by its alias', async () => {
    const { alertId } = await outcome(await accepted('/v2/alerts', ALERTMANAGER_CREATE))
    expect(await shown(alertId)).toMatchObject({ status: 'open', priority: 'P2' })
    const active = await desk().activeAlerts()
    const labels = { alertname: 'HighErrorRate', instance: 'web-1', service: 'checkout', priority: 'P2' }
    const generatorUrl = 'http://vm:18998/#/alerts?receiver=both'
    expect(active.map(({ alert }) => alert)).toContainEqual(
      expect.objectContaining({ labels: expect.objectContaining(labels), generatorUrl }),
    )
    await accepted(ALERTMANAGER_CLOSE.path, ALERTMANAGER_CLOSE.body)
    expect(await shown(alertId)).toMatchObject({ status: 'closed' })
  })

  it.each([
    [{ details: { severity: 'critical' } }, 'sev2'],
    [{ details: { severity: 'critical' }, priority: 'P4' }, 'sev4'],
    [{}, 'sev3'],
  ])('%j is %s', async (more, severity) => {
    const { alertId } = await created(more)
    expect((await incidentOf(alertId)).incident?.severity).toBe(severity)
  })

  it('takes the name and service that details carry', async () => {
    const details = { alertname: `HighErrorRate ${crypto.randomUUID()}`, service: 'checkout', job: 'api' }
    const { alertId } = await created({ details, entity: 'web', source: 'https://prometheus.example.com/graph' })
    const found = await desk().findOpsgenieAlert({ type: 'id', value: alertId })
    expect(found?.alert).toMatchObject({
      labels: { ...details, entity: 'web', source: 'https://prometheus.example.com/graph' },
      generatorUrl: 'https://prometheus.example.com/graph',
    })
  })

  it('writes its note on the timeline', async () => {
    const { alertId } = await created({ note: 'Started with the deployment', user: 'Mona' })
    const { incident } = await incidentOf(alertId)
    expect(incident?.updates).toMatchObject([
      { audience: 'internal', body: 'Started with the deployment', by: { kind: 'system', name: 'Zabbix (Mona)' } },
    ])
  })

  it('takes 130 characters, whatever they weigh', async () => {
    await accepted('/v2/alerts', { message: '🦀'.repeat(130) })
    expect((await call('POST', '/v2/alerts', { message: '🦀'.repeat(131) })).status).toBe(422)
  })
})

describe('closing', () => {
  it('ends the alert; the next of its alias is another alert', async () => {
    const { message, alias, alertId } = await created()
    const { room } = await incidentOf(alertId)
    const requestId = await accepted(`/v2/alerts/${encodeURIComponent(alias)}/close?identifierType=alias`, {
      source: 'Zabbix',
      note: 'Disk was cleaned',
    })
    expect(await outcome(requestId)).toEqual({ success: true, action: 'Close', status: 'Closed alert', alertId, alias })
    expect(await shown(alertId)).toMatchObject({ status: 'closed', message })
    const incident = await room.read()
    expect(incident).toMatchObject({ phase: 'resolved', updates: [{ body: 'Disk was cleaned' }] })

    const again = await accepted(`/v2/alerts/${alertId}/close`)
    expect(await outcome(again)).toMatchObject({ success: false, status: 'Alert is already closed', alertId })

    const next = await outcome(await accepted('/v2/alerts', { message, alias }))
    expect(next.alertId).not.toBe(alertId)
    expect(await shown(alertId)).toMatchObject({ status: 'closed' })
    expect(await shown(`${alias}?identifierType=alias`)).toMatchObject({ id: next.alertId, status: 'open' })
  })

  it('by people closes it, too, and the next of its alias is another alert in another incident', async () => {
    const { message, alias, alertId } = await created()
    const { id, room } = await incidentOf(alertId)
    await room.submit({
      command: { type: 'resolve', reason: 'Rolled back', updateId: crypto.randomUUID(), publicBody: null },
      by: { kind: 'responder', id: 'alice', name: 'Alice' },
    })
    await desk().incidentResolved(id)
    expect(await shown(alertId)).toMatchObject({ status: 'closed' })
    const next = await outcome(await accepted('/v2/alerts', { message, alias }))
    expect(next.alertId).not.toBe(alertId)
    expect((await incidentOf(next.alertId)).id).not.toBe(id)
  })

  it('of what nobody created is accepted, and failed', async () => {
    const requestId = await accepted('/v2/alerts/nobody/close?identifierType=alias')
    expect(await outcome(requestId)).toEqual({
      success: false,
      action: 'Close',
      status: 'Alert does not exist',
      alertId: '',
      alias: '',
    })
  })
})

it('acknowledging acknowledges the incident in the name of the integration', async () => {
  const { alias, alertId } = await created()
  const requestId = await accepted(`/v2/alerts/${alertId}/acknowledge`, { user: 'Mona', note: 'On it' })
  expect(await outcome(requestId)).toEqual({
    success: true,
    action: 'Acknowledge',
    status: 'Acknowledged alert',
    alertId,
    alias,
  })
  expect(await shown(alertId)).toMatchObject({ status: 'open', acknowledged: true })
  const { incident, room } = await incidentOf(alertId)
  expect(incident).toMatchObject({ phase: 'acknowledged', updates: [{ body: 'On it' }] })
  const events = await room.events(0, 100)
  expect(events.find(({ event }) => event.type === 'acknowledged')?.by).toEqual({
    kind: 'system',
    name: 'Zabbix (Mona)',
  })
})

it('a note is an internal update, on a closed alert as well', async () => {
  const { alertId } = await created()
  const { tinyId } = await shown(alertId)
  await accepted(`/v2/alerts/${tinyId}/notes?identifierType=tiny`, { note: 'Seen before in May' })
  await accepted(`/v2/alerts/${alertId}/close`)
  const requestId = await accepted(`/v2/alerts/${alertId}/notes`, { note: 'It was the cache' })
  expect(await outcome(requestId)).toMatchObject({ success: true, action: 'AddNote', status: 'Added note to alert' })
  const { incident } = await incidentOf(alertId)
  expect(incident?.updates).toMatchObject([
    { audience: 'internal', body: 'Seen before in May', by: { kind: 'system', name: 'Zabbix' } },
    { audience: 'internal', body: 'It was the cache' },
  ])
})

it('what Allclear does not do is noted, and nothing is said to be done', async () => {
  const { alertId } = await created()
  await accepted(`/v2/alerts/${alertId}/acknowledge`)
  const requestId = await accepted(`/v2/alerts/${alertId}/unacknowledge`, { user: 'Mona', note: 'Not mine' })
  expect(await outcome(requestId)).toMatchObject({ success: true, action: 'AddNote', status: 'Added note to alert' })
  await accepted(`/v2/alerts/${alertId}/snooze`, { endTime: '2026-12-01T10:00:00+01:00' })
  expect(await shown(alertId)).toMatchObject({ status: 'open', acknowledged: true, snoozed: false })
  const { incident } = await incidentOf(alertId)
  expect(incident).toMatchObject({
    phase: 'acknowledged',
    updates: [
      {
        body: 'Asked to take the acknowledgement back. It stands, and nobody is paged again.\n\nNot mine',
        audience: 'internal',
        by: { name: 'Zabbix (Mona)' },
      },
      { body: 'Asked to snooze the alert until 2026-12-01T09:00:00.000Z. Paging goes on as before.' },
    ],
  })
})

it.each([{}, { endTime: 'tomorrow' }, { endTime: 7 }])('a snooze without an end, %j, is refused', async (body) => {
  const answer = await call('POST', '/v2/alerts/x/snooze', body)
  expect(answer.status).toBe(422)
  expect(Refusal.parse(await answer.json()).errors).toEqual({ endTime: 'should be a date and time of ISO 8601' })
})

it('paths may end with a slash, as those of Opsgenie’s client for Node do', async () => {
  const alias = crypto.randomUUID()
  await accepted('/v2/alerts/', { message: 'By opsgenie-sdk', alias })
  const requestId = await accepted(`/v2/alerts/${alias}/acknowledge/?identifierType=alias`)
  expect(await outcome(`${requestId}/`)).toMatchObject({ success: true, action: 'Acknowledge' })
  expect(await shown(`${alias}/?identifierType=alias`)).toMatchObject({ acknowledged: true })
  await accepted(`/v2/alerts/${alias}/unacknowledge/?identifierType=alias`)
  expect((await call('POST', `/v2/alerts/${alias}/assign/?identifierType=alias`)).status).toBe(422)
})

it('an alert that is silenced is shown, and is in no incident', async () => {
  const message = `Silenced ${crypto.randomUUID()}`
  const now = Date.now()
  await desk().putSilence({
    id: null,
    matchers: [{ name: 'alertname', value: message, isRegex: false, isEqual: true }],
    annotations: {},
    startsAtMs: now - 1000,
    endsAtMs: now + 3_600_000,
    createdBy: 'Alice',
    comment: 'Known',
  })
  const { alertId } = await outcome(await accepted('/v2/alerts', { message }))
  expect(await shown(alertId)).toMatchObject({ message, status: 'open', acknowledged: false })
  expect((await desk().findOpsgenieAlert({ type: 'id', value: alertId }))?.incidentId).toBe('')
  const requestId = await accepted(`/v2/alerts/${alertId}/acknowledge`)
  expect(await outcome(requestId)).toMatchObject({ success: false, status: 'Alert is silenced and in no incident' })
  await accepted(`/v2/alerts/${alertId}/close`)
  expect(await shown(alertId)).toMatchObject({ status: 'closed' })
})

describe('requests', () => {
  it('are forgotten after a day, and beyond ten thousand', async () => {
    const requestId = await accepted('/v2/alerts/nobody/close')
    const count = () =>
      runInDurableObject(desk(), (_desk: AlertDesk, { storage }) =>
        Number(storage.sql.exec('SELECT count(*) AS n FROM opsgenie_requests').one()['n']),
      )
    await runInDurableObject(desk(), (_desk: AlertDesk, { storage }) => {
      storage.sql.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10050)
        INSERT INTO opsgenie_requests (request_id, action, is_success, status, alert_id, alias, integration_id, at_ms)
        SELECT 'r' || i, 'Close', 1, 'Closed alert', '', '', '', ${Date.now()} FROM n`)
    })
    await accepted('/v2/alerts/nobody/close')
    expect(await count()).toBe(10_000)
    expect((await call('GET', `/v2/alerts/requests/${requestId}`)).status).toBe(404)

    await desk().sweep(Date.now() + 25 * 3_600_000)
    expect(await count()).toBe(0)
  })
})

describe('what is refused', () => {
  const body = { message: 'Checkout is slow' }

  it.each([
    ['no key', ''],
    ['another scheme', 'Bearer x'],
    ['an unknown key', 'GenieKey og_nobody'],
    ['no key after the scheme', 'GenieKey '],
  ])('%s: 401', async (_name, authorization) => {
    for (const [method, path] of [
      ['POST', '/v2/alerts'],
      ['POST', '/v2/alerts/x/close'],
      ['POST', '/v2/alerts/x/snooze'],
      ['GET', '/v2/alerts/x'],
      ['GET', '/v2/alerts/requests/x'],
    ] as const) {
      const answer = await call(method, path, method === 'GET' ? undefined : body, authorization)
      expect(answer.status).toBe(401)
      expect(Refusal.parse(await answer.json()).message).toBe('Could not authenticate')
    }
  })

  it('the key of another protocol, and one that was revoked', async () => {
    const pagerduty = await desk().createIntegration({ source: 'pagerduty', name: 'PagerDuty' })
    const old = await desk().createIntegration({ source: 'opsgenie', name: 'Old' })
    await desk().revokeIntegration(old.id)
    for (const each of [pagerduty, old])
      expect((await call('POST', '/v2/alerts', body, `GenieKey ${each.key}`)).status).toBe(401)
  })

  it.each<[string, unknown, Record<string, string>]>([
    ['nothing', {}, { message: 'Message can not be empty.' }],
    ['an empty message', { message: ' ' }, { message: 'Message can not be empty.' }],
    ['a number as message', { message: 5 }, { message: 'Message can not be empty.' }],
    ['a long message', { message: 'x'.repeat(131) }, { message: 'should not be longer than 130 characters' }],
    ['another priority', { ...body, priority: 'P0' }, { priority: 'should be one of [ P1, P2, P3, P4, P5 ]' }],
    [
      'a nobody',
      { ...body, responders: [{ type: 'team', name: '' }] },
      { 'responders[0]': 'id or name should be provided' },
    ],
    ['text as tags', { ...body, tags: 'a' }, { tags: 'should be a list' }],
    ['21 tags', { ...body, tags: Array(21).fill('a') }, { tags: 'should not have more than 20 items' }],
    ['details within details', { ...body, details: { a: { b: 1 } } }, { 'details.a': 'should be a string' }],
    ['a number beyond numbers', `{"message":"x","details":{"n":1e400}}`, { 'details.n': 'should be a string' }],
    ['long details', { ...body, details: { a: 'x'.repeat(8000) } }, { details: expect.stringContaining('8000') }],
    ['an object as alias', { ...body, alias: {} }, { alias: 'should be a string' }],
    ['a long alias', { ...body, alias: 'x'.repeat(513) }, { alias: expect.stringContaining('512') }],
    [
      'a long description',
      { ...body, description: 'x'.repeat(15_001) },
      { description: expect.stringContaining('15000') },
    ],
  ])('%s: 422 and why', async (_name, wrong, errors) => {
    const answer = await call('POST', '/v2/alerts', wrong)
    expect(answer.status).toBe(422)
    expect(Refusal.parse(await answer.json())).toMatchObject({
      message: 'Request body is not processable. Please check the errors.',
      errors,
    })
  })

  it('a note that says nothing', async () => {
    const answer = await call('POST', '/v2/alerts/x/notes', {})
    expect(answer.status).toBe(422)
    expect(Refusal.parse(await answer.json()).errors).toEqual({ note: 'Note can not be empty.' })
  })

  it.each(['{"message":', '[]', 'null', '"x"', 'message=x'])('%s: 400', async (text) => {
    for (const path of ['/v2/alerts', '/v2/alerts/x/close']) {
      const answer = await call('POST', path, text)
      expect(answer.status).toBe(400)
      Refusal.parse(await answer.json())
    }
  })

  it.each([
    ['60 MB', ' '.repeat(60 * 1024 * 1024), 413],
    ['100,000 levels', '['.repeat(100_000), 400],
    ['100,000 levels within', '{"details":'.repeat(50_000), 400],
  ])('%s in its own shape', async (_name, text, status) => {
    const answer = await call('POST', '/v2/alerts', text)
    expect(answer.status).toBe(status)
    Refusal.parse(await answer.json())
  })

  it('an alert nobody created, whatever it is called by', async () => {
    const { alertId, requestId } = await created()
    for (const path of [
      'nobody',
      'nobody?identifierType=alias',
      '999999999?identifierType=tiny',
      '1e3?identifierType=tiny',
      '-1?identifierType=tiny',
      `${alertId.slice(0, -1)}f`,
      requestId,
      '%00',
    ]) {
      const answer = await call('GET', `/v2/alerts/${path}`)
      expect(answer.status).toBe(404)
      Refusal.parse(await answer.json())
    }
    expect((await call('GET', `/v2/alerts/requests/${alertId}`)).status).toBe(404)
    expect((await call('GET', '/v2/alerts/requests/nobody')).status).toBe(404)
    const answer = await call('GET', '/v2/alerts/x?identifierType=name')
    expect(Refusal.parse(await answer.json()).errors).toEqual({
      identifierType: 'should be one of [ id, alias, tiny ]',
    })
  })

  it.each([
    ['POST', '/v2/alerts/x/assign', 422],
    ['POST', '/v2/alerts/x/escalate?identifierType=alias', 422],
    ['PUT', '/v2/alerts/x/message', 422],
    ['DELETE', '/v2/alerts/x', 404],
    ['GET', '/v2/heartbeats/x/ping', 404],
    ['GET', '/v1/json/alert', 404],
  ])('%s %s: %i', async (method, path, status) => {
    const answer = await call(method, path)
    expect(answer.status).toBe(status)
    Refusal.parse(await answer.json())
  })

  it('nothing that is only odd', async () => {
    const marker = crypto.randomUUID()
    const text = `{"message":"${marker} \\ud800\\u0000","alias":"\\udc00${marker}","__proto__":{"a":1},
      "details":{"__proto__":"x","m":9007199254740993,"":"y","empty":""},"source":null,"tags":null}`
    const { alertId } = await outcome(await accepted('/v2/alerts', text))
    expect(await shown(alertId)).toMatchObject({ message: `${marker} \ufffd`, alias: `\ufffd${marker}` })
  })
})

it('asks to be sent again when storage does not answer', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const broken = {
    ...env,
    ALERT_DESK: {
      getByName: () => {
        throw new Error('Durable Object reset')
      },
    },
  }
  const init = { method: 'POST', body: '{"message":"x"}', headers: { Authorization: `GenieKey ${key}` } }
  const answer = await app.request('/opsgenie/v2/alerts', init, broken)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('Retry-After')).toBe('5')
  Refusal.parse(await answer.json())
})
