import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { listChanges } from '../../storage/changes.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { pagerduty } from './pagerduty.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/pagerduty', pagerduty)
const desk = env.ALERT_DESK.getByName('main')
let routingKey = ''

beforeAll(async () => {
  routingKey = (await desk.createIntegration({ source: 'pagerduty', name: 'PagerDuty' })).key
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

/** The example of PagerDuty's documentation. */
function change(more: object = {}, payload: object = {}) {
  return {
    routing_key: routingKey,
    payload: {
      summary: 'Build Success - Increase snapshot create timeout to 30 seconds',
      timestamp: '2020-07-17T08:42:58.315+0000',
      source: 'acme-build-pipeline-tool-default-i-9999',
      custom_details: {
        build_state: 'passed',
        build_number: '2',
        run_time: '1236s',
        service: 'checkout',
        environment: 'production',
      },
      ...payload,
    },
    links: [{ href: 'https://acme.pagerduty.dev/build/2', text: 'View more details in Acme!' }],
    ...more,
  }
}

function post(body: unknown, bindings: object = env) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return Promise.resolve(app.request('/pagerduty/v2/change/enqueue', { method: 'POST', body: text }, bindings))
}

async function changes() {
  return (await listChanges(database(env.DB), { limit: 100 })).filter(({ source }) => source === 'pagerduty')
}

it('a change event is answered as by PagerDuty, and is a change', async () => {
  const answer = await post(change())
  expect(answer.status).toBe(202)
  expect(await answer.json()).toEqual({ status: 'success', message: 'Change event processed' })
  const atMs = Date.parse('2020-07-17T08:42:58.315Z')
  expect(await changes()).toEqual([
    {
      id: expect.any(String),
      source: 'pagerduty',
      services: ['checkout'],
      environment: 'production',
      title: 'Build Success - Increase snapshot create timeout to 30 seconds',
      ref: '2',
      url: 'https://acme.pagerduty.dev/build/2',
      by: null,
      atMs,
      updatedAtMs: atMs,
      outcome: 'success',
    },
  ])
  expect((await post(change())).status).toBe(202)
  expect(await changes()).toHaveLength(1)
  await post(change({}, { timestamp: '2020-07-18T08:42:58.315+0000' }))
  expect(await changes()).toHaveLength(2)
  expect(await desk.activeAlerts()).toEqual([])
})

it('needs no more than a key and a summary', async () => {
  expect((await post({ routing_key: routingKey, payload: { summary: 'Flag on', source: '' } })).status).toBe(202)
  expect((await changes()).map(({ title }) => title)).toContain('Flag on')
})

describe('an event that is none', () => {
  it.each<[string, () => unknown, string]>([
    ['no JSON', () => '{', 'The body is not valid JSON'],
    ['a list', () => [], 'The body is not a JSON object'],
    ['no key', () => change({ routing_key: undefined }), "'routing_key' is missing or blank"],
    [
      'a short key',
      () => change({ routing_key: 'x' }),
      "Length of 'routing_key' is incorrect (should be 32 characters)",
    ],
    ['an unknown key', () => change({ routing_key: 'x'.repeat(32) }), 'Invalid routing key'],
    ['no payload', () => change({ payload: null }), "'payload' is missing or blank"],
    ['a payload that is text', () => change({ payload: 'x' }), "'payload' is not an object"],
    ['no summary', () => change({}, { summary: '' }), "'payload.summary' is missing or blank"],
    [
      'a long summary',
      () => change({}, { summary: 'x'.repeat(1025) }),
      "'summary' is too long (maiximum is 1024 characters)",
    ],
    ['a source that is a number', () => change({}, { source: 7 }), "'payload.source' is not a string"],
    ['links that are none', () => change({ links: {} }), "'links' is not a list of objects"],
  ])('is refused in PagerDuty’s shape: %s', async (_name, body, error) => {
    const answer = await post(body())
    expect(answer.status).toBe(400)
    const refusal = { status: 'invalid event', message: 'Event object is invalid' }
    expect(await answer.json()).toEqual({ ...refusal, errors: expect.arrayContaining([error]) })
  })

  it('of 600 KB is refused with 413, and any other method with 405', async () => {
    expect((await post(change({}, { custom_details: 'x'.repeat(600 * 1024) }))).status).toBe(413)
    const answer = await app.request('/pagerduty/v2/change/enqueue', {}, env)
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'POST'])
  })
})

it('is asked for again when it cannot be stored', async () => {
  const answer = await post(change({}, { summary: 'Later' }), { ...env, DB: undefined })
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ status: 'unavailable' })
})

it('a change told after the incident it led to is named in its headline', async () => {
  const answer = await desk.ingest({
    source: 'pagerduty',
    key: routingKey,
    alerts: [{ labels: { alertname: 'Late' }, annotations: {}, startsAtMs: null, endsAtMs: null, generatorUrl: '' }],
  })
  const room = env.INCIDENT_ROOM.getByName((answer.ok ? answer.incidentIds[0] : undefined) ?? '')
  const sentence = async () => (await room.read())?.headline?.sentence ?? ''
  await vi.waitFor(async () => expect(await sentence()).toContain('Late fires'), { timeout: 30_000 })
  const timestamp = new Date(Date.now() - 60_000).toISOString()
  const body = change({}, { summary: 'Deployment of api v7', timestamp })
  expect((await post(body)).status).toBe(202)
  await vi.waitFor(async () => expect(await sentence()).toMatch(/(likely|perhaps) the deployment of api v7/), {
    timeout: 30_000,
  })
})
