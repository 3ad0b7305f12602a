import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { ALERTMANAGER_RESOLVE, ALERTMANAGER_TRIGGER, PAGERDUTY_EXAMPLE } from './pagerduty.fixtures.ts'
import { pagerduty } from './pagerduty.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/pagerduty', pagerduty)

const Answer = z.object({ status: z.string(), message: z.string(), dedup_key: z.string() })
const Refusal = z.object({ status: z.string(), message: z.string(), errors: z.array(z.string()) })

let routingKey = ''
let otherKey = ''

beforeAll(async () => {
  const desk = env.ALERT_DESK.getByName('main')
  routingKey = (await desk.createIntegration({ source: 'pagerduty', name: 'Checkmk in Frankfurt' })).key
  otherKey = (await desk.createIntegration({ source: 'pagerduty', name: 'Nagios' })).key
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

function post(body: unknown, init: RequestInit = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const request = { method: 'POST', body: text, headers: { 'Content-Type': 'application/json' }, ...init }
  return Promise.resolve(app.request('/pagerduty/v2/enqueue', request, env))
}

const payload = { summary: 'Checkout answers 5xx', source: 'web-1.example.com', severity: 'critical' }

function event(event_action: string, dedup_key: string | null, more: Record<string, unknown> = {}) {
  return {
    routing_key: routingKey,
    event_action,
    dedup_key,
    ...(event_action === 'trigger' ? { payload } : {}),
    ...more,
  }
}

async function send(...wanted: Parameters<typeof event>) {
  const answer = await post(event(...wanted))
  expect(answer.status).toBe(202)
  return Answer.parse(await answer.json())
}

/** The alert that fires with this summary, and its incident. */
async function firing(summary: string) {
  const active = await env.ALERT_DESK.getByName('main').activeAlerts()
  return active.filter(({ alert }) => alert.annotations['summary'] === summary)
}

async function incidentOf(summary: string) {
  const [found] = await firing(summary)
  const id = found?.incidentId ?? ''
  const room = env.INCIDENT_ROOM.getByName(id)
  return { id, room, incident: await room.read() }
}

/** A summary of its own makes an alert and an incident of its own. */
function unique(): { summary: string; more: { payload: typeof payload } } {
  const summary = `Checkout answers 5xx (${crypto.randomUUID()})`
  return { summary, more: { payload: { ...payload, summary } } }
}

describe('a trigger', () => {
  it('opens an incident, and the same key again changes nothing', async () => {
    const { summary, more } = unique()
    const key = crypto.randomUUID()
    expect(await send('trigger', key, more)).toEqual({
      status: 'success',
      message: 'Event processed',
      dedup_key: key,
    })
    const { incident } = await incidentOf(summary)
    expect(incident).toMatchObject({ phase: 'triggered', severity: 'sev2', alerts: { total: 1, firing: 1 } })

    const before = await env.ALERT_DESK.getByName('main').stats()
    await send('trigger', key, { payload: { ...payload, summary: 'In other words', severity: 'info' } })
    expect((await env.ALERT_DESK.getByName('main').stats()).rowsWritten).toBe(before.rowsWritten)
    expect(await firing('In other words')).toHaveLength(1)
  })

  it('gets a key when it has none', async () => {
    const { more } = unique()
    const [first, second] = [await send('trigger', null, more), await send('trigger', '', more)]
    expect(first.dedup_key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(second.dedup_key).not.toBe(first.dedup_key)
  })

  it('of another integration with the same key is another alert', async () => {
    const { summary, more } = unique()
    await send('trigger', 'shared', more)
    await send('trigger', 'shared', { ...more, routing_key: otherKey })
    expect(await firing(summary)).toHaveLength(2)
    await send('resolve', 'shared', { routing_key: otherKey })
    expect(await firing(summary)).toHaveLength(1)
  })

  it('keeps all that PagerDuty’s own example says', async () => {
    const summary = `DISK at 99% on machine prod-datapipe03.example.com ${crypto.randomUUID()}`
    const { images, links, client, client_url, payload: published } = PAGERDUTY_EXAMPLE
    await send('trigger', 'samplekeyhere', { images, links, client, client_url, payload: { ...published, summary } })
    const [found] = await firing(summary)
    expect(found?.alert).toMatchObject({
      labels: {
        alertname: summary,
        severity: 'info',
        service: 'postgres',
        component: 'postgres',
        group: 'prod-datapipe',
        class: 'deploy',
        source: 'monitoringtool:cloudvendor:central-region-dc-01:852559987:cluster/api-stats-prod-003',
      },
      annotations: {
        summary,
        client: 'Sample Monitoring Service',
        client_url: 'https://monitoring.example.com',
        links: 'Link text: https://example.com/',
        images:
          'Example text https://www.pagerduty.com/wp-content/uploads/2016/05/pagerduty-logo-green.png https://example.com/',
        'ping time': '1500ms',
        'load avg': '0.75',
        'custom_details.summary': 'theirs',
        hosts: '["a","b"]',
      },
      startsAtMs: Date.UTC(2015, 6, 17, 8, 42, 58, 315),
      generatorUrl: 'https://monitoring.example.com',
    })
  })

  it('of an Alertmanager ends by its resolve', async () => {
    const from = (text: string) => post(text.replace('0123456789abcdefghijABCDEFGHIJ01', routingKey))
    const title = '[FIRING:1] HighErrorRate (web-1 checkout critical)'
    expect((await from(ALERTMANAGER_TRIGGER)).status).toBe(202)
    expect((await firing(title)).map(({ alert }) => alert)).toMatchObject([
      {
        labels: { alertname: title, severity: 'error', source: 'Alertmanager' },
        annotations: { client: 'Alertmanager', num_firing: '1', firing: expect.stringContaining('service = checkout') },
        generatorUrl: 'http://vm:18998/#/alerts?receiver=both',
      },
    ])
    expect((await from(ALERTMANAGER_RESOLVE)).status).toBe(202)
    expect(await firing(title)).toEqual([])
  })

  it('names its service in custom_details, and links only to the web', async () => {
    const { summary } = unique()
    const custom_details = { service: 'checkout', severity: 'none' }
    await send('trigger', null, {
      client_url: 'javascript:alert(1)',
      links: [{ href: 'https://example.com/runbook' }],
      payload: { ...payload, summary, component: 'postgres', timestamp: 'yesterday', custom_details },
    })
    const [found] = await firing(summary)
    expect(found?.alert).toMatchObject({
      labels: { service: 'checkout', component: 'postgres', severity: 'critical' },
      annotations: { service: 'checkout', severity: 'none', timestamp: 'yesterday' },
      generatorUrl: 'https://example.com/runbook',
    })
  })

  it('may say more than an alert holds', async () => {
    const { summary } = unique()
    const long = 'x'.repeat(50_000)
    const custom_details = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`detail ${i}`, 'y'.repeat(500)]))
    await send('trigger', null, {
      client: long,
      payload: { ...payload, summary, source: long, group: long, custom_details: { firing: long, ...custom_details } },
    })
    expect(await firing(summary)).toHaveLength(1)
  })
})

describe('an acknowledgement', () => {
  it('acknowledges the incident in the name of the integration, once', async () => {
    const { summary, more } = unique()
    const key = crypto.randomUUID()
    await send('trigger', key, more)
    expect(await send('acknowledge', key)).toMatchObject({ status: 'success', dedup_key: key })
    await send('acknowledge', key)
    const { incident, room } = await incidentOf(summary)
    expect(incident?.phase).toBe('acknowledged')
    const acknowledged = (await room.events(0, 100)).filter(({ event: { type } }) => type === 'acknowledged')
    expect(acknowledged).toMatchObject([
      { by: { kind: 'system', name: 'Checkmk in Frankfurt' }, event: { via: 'api' } },
    ])
  })

  it('of a key nobody triggered is taken and dropped', async () => {
    expect(await send('acknowledge', 'never heard of')).toMatchObject({ dedup_key: 'never heard of' })
  })
})

describe('a resolve', () => {
  it('ends the alert, keeps what it said, and the next trigger is a new one', async () => {
    const { summary, more } = unique()
    const key = crypto.randomUUID()
    await send('trigger', key, more)
    const { id, room } = await incidentOf(summary)
    // A resolve may carry a payload, too; Alertmanager sends one.
    await send('resolve', key, more)
    expect(await firing(summary)).toHaveLength(0)
    expect((await room.read())?.phase).toBe('resolved')
    const { alerts } = await env.ALERT_DESK.getByName('main').alertsOf(id, 0, 10)
    expect(alerts).toMatchObject([{ firing: false, labels: { severity: 'critical' }, annotations: { summary } }])

    await send('trigger', key, more)
    const again = await incidentOf(summary)
    expect(again.id).not.toBe(id)
    expect(again.incident?.phase).toBe('triggered')
  })

  it('of a key nobody triggered is taken and dropped', async () => {
    expect(await send('resolve', 'never heard of')).toMatchObject({ dedup_key: 'never heard of' })
  })

  it('by people lets the next trigger open a new incident, whatever time it names', async () => {
    const { summary } = unique()
    const key = crypto.randomUUID()
    const more = { payload: { ...payload, summary, timestamp: '2026-01-01T00:00:00Z' } }
    await send('trigger', key, more)
    const { id, room } = await incidentOf(summary)
    await room.submit({
      command: { type: 'resolve', reason: 'Rolled back', updateId: crypto.randomUUID(), publicBody: null },
      by: { kind: 'responder', id: 'alice', name: 'Alice' },
    })
    await env.ALERT_DESK.getByName('main').incidentResolved(id)
    await send('trigger', key, more)
    expect((await incidentOf(summary)).id).not.toBe(id)
  })
})

describe('what is not an event', () => {
  const missing = (name: string) => `'${name}' is missing or blank`
  const key = (routing_key: unknown) => ({ event_action: 'trigger', payload, routing_key })

  it.each<[string, unknown, string[]]>([
    ['nothing', '', ['The body is not valid JSON']],
    ['no JSON', '{"routing_key":', ['The body is not valid JSON']],
    ['a list', [], ['The body is not a JSON object']],
    ['null', 'null', ['The body is not a JSON object']],
    ['a form', 'routing_key=x&event_action=trigger', ['The body is not valid JSON']],
    ['nothing in it', {}, [missing('routing_key'), missing('event_action')]],
    [
      'a short key',
      key('e+kd5'),
      [expect.stringContaining('should be 32 characters'), expect.stringContaining('non-alphanumeric')],
    ],
    ['a number as the key', key(5), ["'routing_key' is not a string"]],
    ['an unknown key', key('A'.repeat(32)), ['Invalid routing key']],
    [
      'another action',
      { event_action: 'snooze' },
      ["'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')"],
    ],
    ['no payload', { event_action: 'trigger' }, [missing('payload')]],
    ['text as payload', { event_action: 'trigger', payload: 'x' }, ["'payload' is not an object"]],
    [
      'an empty payload',
      { event_action: 'trigger', payload: {} },
      [missing('payload.summary'), missing('payload.source'), missing('payload.severity')],
    ],
    [
      'another severity',
      { event_action: 'trigger', payload: { ...payload, severity: 'sev1' } },
      ["'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')"],
    ],
    [
      'a long summary',
      { event_action: 'trigger', payload: { ...payload, summary: 'x'.repeat(1025) } },
      ["'summary' is too long (maiximum is 1024 characters)"],
    ],
    ['no key to resolve', { event_action: 'resolve' }, [missing('dedup_key')]],
    ['a long key', { event_action: 'resolve', dedup_key: 'x'.repeat(256) }, [expect.stringContaining('255')]],
    ['an object as a key', { event_action: 'resolve', dedup_key: {} }, ["'dedup_key' is not a string"]],
    [
      'lists that are none',
      { event_action: 'trigger', payload, links: 'x', images: [1], client: 5 },
      ["'client' is not a string", "'links' is not a list of objects", "'images' is not a list of objects"],
    ],
  ])('%s: 400 and why', async (_name, body, errors) => {
    const isEvent = typeof body === 'object' && 'event_action' in (body ?? {})
    const answer = await post(isEvent ? { routing_key: routingKey, ...body } : body)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('Content-Type')).toContain('application/json')
    expect(await answer.json()).toEqual({ status: 'invalid event', message: 'Event object is invalid', errors })
  })

  it.each<[string, BodyInit, number]>([
    ['60 MB', ' '.repeat(60 * 1024 * 1024), 413],
    ['one byte over 512 KB', `"${'x'.repeat(512 * 1024 - 1)}"`, 413],
    ['100,000 levels', '['.repeat(100_000), 400],
    ['10,000 objects within each other', '{"payload":'.repeat(10_000), 400],
  ])('%s: refused in its own shape', async (_name, body, status) => {
    const answer = await post('', { body })
    expect(answer.status).toBe(status)
    expect(Refusal.parse(await answer.json())).toMatchObject({ status: 'invalid event' })
  })

  it('takes odd text for what it is', async () => {
    const marker = crypto.randomUUID()
    const summary = `${marker} \\ud800 \\u0000 \\u202e`
    const body = `{"routing_key":"${routingKey}","event_action":"trigger","__proto__":{"a":1},"dedup_key":"\\udc00${marker}",
      "payload":{"summary":"${summary}","source":"\\ud83d\\ude00","severity":"error","severity":"error",
      "custom_details":{"__proto__":"x","n":1e400,"m":9007199254740993}}}`
    const answer = await post(body)
    expect(answer.status).toBe(202)
    expect(await answer.json()).toMatchObject({ dedup_key: `\ufffd${marker}` })
    expect(await firing(`${marker} \ufffd  \u202e`)).toHaveLength(1)
  })

  it.each([
    ['GET', '/v2/enqueue', 405],
    ['POST', '/v2/change', 404],
    ['POST', '/generic/2010-04-15/create_event.json', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const answer = await app.request(`/pagerduty${path}`, { method }, env)
    expect(answer.status).toBe(status)
    Refusal.parse(await answer.json())
  })

  it('of a key that was revoked', async () => {
    const desk = env.ALERT_DESK.getByName('main')
    const { id, key: revoked } = await desk.createIntegration({ source: 'pagerduty', name: 'Old' })
    await desk.revokeIntegration(id)
    const answer = await post(event('trigger', null, { routing_key: revoked }))
    expect(Refusal.parse(await answer.json()).errors).toEqual(['Invalid routing key'])
  })
})

it('keeps what it refuses and what tells of a change, without the routing key', async () => {
  const desk = env.ALERT_DESK.getByName('main')
  const { id, key: secret } = await desk.createIntegration({ source: 'pagerduty', name: 'Kept' })
  await post(event('trigger', null, { routing_key: secret, event_action: 'explode' }))
  const change = { routing_key: secret, payload: { summary: 'Deployed v142' } }
  const init = { method: 'POST', body: JSON.stringify(change) }
  expect((await app.request('/pagerduty/v2/change/enqueue', init, env)).status).toBe(202)
  const kept = await desk.receivedMessages(id, 10)
  expect(kept).toMatchObject([
    { changes: 1, refused: null },
    { changes: 0, refused: expect.stringContaining('event_action') },
  ])
  for (const message of kept) expect((await desk.receivedMessage(message.id))?.received.body).not.toContain(secret)
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
  const body = JSON.stringify(event('trigger', null))
  const answer = await app.request('/pagerduty/v2/enqueue', { method: 'POST', body }, broken)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('Retry-After')).toBe('5')
  Refusal.parse(await answer.json())
})
