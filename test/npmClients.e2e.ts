import { acknowledge, change, resolve, trigger, type event } from '@pagerduty/pdjs'
import opsgenie from 'opsgenie-sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustCall } from './api.ts'
import { startHost, type Host } from './host.ts'
import { until } from './realAlertmanager.ts'
import { startTlsProxy, type TlsProxy } from './tlsProxy.ts'

/** The packages that programs send with, pointed at us and otherwise as their makers publish them. */

let host: Host

beforeAll(async () => {
  host = await startHost()
})
afterAll(async () => {
  await host?.stop()
})

describe('@pagerduty/pdjs', () => {
  let proxy: TlsProxy
  // It knows the name of a server, and takes https and the root of it for granted.
  beforeAll(async () => {
    proxy = await startTlsProxy(`${host.url}/pagerduty`)
  })
  afterAll(async () => {
    await proxy?.stop()
  })

  it('triggers, acknowledges and resolves one incident', async () => {
    const dedupKey = 'orders/payments'
    const taken = { status: 'success', message: 'Event processed', dedup_key: dedupKey }
    const event = (action: 'trigger' | 'acknowledge' | 'resolve') => toProxy(action, dedupKey)

    for (let times = 0; times < 2; times++) {
      const { response, data } = await trigger(event('trigger'))
      expect(response.status).toBe(202)
      expect(data).toEqual(taken)
    }
    const { id } = await untilListed('Payments are refused', 'triggered')
    expect(await firing()).toHaveLength(1)

    expect((await acknowledge(event('acknowledge'))).data).toEqual(taken)
    expect(await mustCall(host, 'GET', `/incidents/${id}`)).toMatchObject({ status: 'acknowledged' })

    expect((await resolve(event('resolve'))).data).toEqual(taken)
    // Someone has acknowledged it, so it is theirs to close; nothing fires any more.
    expect(await untilListed('Payments are refused', 'monitoring')).toMatchObject({ id })
    expect(await firing()).toEqual([])
  })

  it('records a change', async () => {
    // Its types want the fields of an alert here, too.
    const event = toProxy('trigger', 'v142')
    const payload = { ...event.data.payload, summary: 'Deployed payments v142', timestamp: new Date().toISOString() }
    const { response } = await change({ ...event, data: { ...event.data, payload } })
    expect(response.status).toBe(202)
    const { changes } = await mustCall(host, 'GET', '/changes')
    expect(changes).toContainEqual(expect.objectContaining({ title: payload.summary, source: 'pagerduty' }))
  })

  it('reads why an event is refused', async () => {
    const { response, data } = await trigger({
      ...toProxy('trigger', 'refused'),
      data: { ...toProxy('trigger', 'refused').data, routing_key: 'x'.repeat(32) },
    })
    expect(response.status).toBe(400)
    expect(data).toEqual({
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: ['Invalid routing key'],
    })
  })

  function toProxy(action: 'trigger' | 'acknowledge' | 'resolve', dedupKey: string): Parameters<typeof event>[0] {
    const data: Parameters<typeof event>[0]['data'] = {
      routing_key: host.credentials.integrations.pagerduty.routingKey,
      event_action: action,
      dedup_key: dedupKey,
      payload: { summary: 'Payments are refused', source: 'orders', severity: 'critical', component: 'checkout' },
    }
    // It hands what it does not know to node-fetch, which takes an agent.
    const passedOn = { agent: proxy.agent }
    return { data, server: proxy.server, ...passedOn }
  }
})

describe('opsgenie-sdk', () => {
  const byAlias = { identifier: 'mails-wait', identifierType: 'alias' } as const
  const config = {}

  beforeAll(() => {
    opsgenie.configure({ api_key: host.credentials.integrations.opsgenie.key, host: `${host.url}/opsgenie` })
  })

  it('creates, acknowledges, notes and closes one incident', async () => {
    const alert = { message: 'Mails wait', alias: byAlias.identifier, priority: 'P2', entity: 'mail', tags: ['queue'] }
    const created = await answer((done) => opsgenie.alertV2.create(alert, config, done))
    expect(created).toMatchObject({ result: 'Request will be processed' })
    const { id } = await untilListed('Mails wait', 'triggered')

    const request = await answer<{ data: object }>((done) =>
      opsgenie.alertV2.getRequestStatus(created.requestId, config, done),
    )
    expect(request.data).toMatchObject({ isSuccess: true, action: 'Create', alias: byAlias.identifier })
    const { data: found } = await answer<{ data: { id: string } }>((done) =>
      opsgenie.alertV2.get(byAlias, config, done),
    )
    expect(found).toMatchObject({ message: 'Mails wait', status: 'open', acknowledged: false })

    await answer((done) => opsgenie.alertV2.acknowledge(byAlias, { user: 'ada@example.org' }, config, done))
    expect(await mustCall(host, 'GET', `/incidents/${id}`)).toMatchObject({ status: 'acknowledged' })

    await answer((done) => opsgenie.alertV2.addNote(byAlias, { note: 'The queue is moving' }, config, done))
    await until(
      async () =>
        JSON.stringify(await mustCall(host, 'GET', `/incidents/${id}/events`)).includes('The queue is moving'),
      () => host.output(),
    )

    await answer((done) => opsgenie.alertV2.close(byAlias, {}, config, done))
    expect(await untilListed('Mails wait', 'monitoring')).toMatchObject({ id })
    expect(
      await answer<{ data: object }>((done) =>
        opsgenie.alertV2.get({ identifier: found.id, identifierType: 'id' }, config, done),
      ),
    ).toMatchObject({ data: { status: 'closed' } })
  })

  it('reads why an alert is refused', async () => {
    const refused = answer((done) => opsgenie.alertV2.create({ message: '' }, config, done))
    await expect(refused).rejects.toMatchObject({ httpStatusCode: 422, requestId: expect.any(String) })
  })
})

/** What such a callback is called with, as a promise. */
function answer<Answer = { readonly result: string; readonly requestId: string }>(
  call: (done: (error: unknown, answer: Answer | null) => void) => void,
): Promise<Answer> {
  return new Promise((fulfil, reject) => {
    call((error, answered) => (answered === null ? reject(error) : fulfil(answered)))
  })
}

/** What fires, whoever sent it, as our Alertmanager API lists it. */
async function firing(): Promise<unknown[]> {
  const headers = { Authorization: `Bearer ${host.credentials.integrations.alertmanager.key}` }
  const alerts: unknown[] = JSON.parse(
    await (await fetch(`${host.url}/alertmanager/api/v2/alerts`, { headers })).text(),
  )
  return alerts
}

async function untilListed(title: string, status: string): Promise<{ id: string }> {
  let found: { id: string } | undefined
  await until(
    async () => {
      const { incidents } = await mustCall(host, 'GET', '/incidents')
      found = (incidents as { id: string; title: string; status: string }[]).find(
        (incident) => incident.title.includes(title) && incident.status === status,
      )
      return found !== undefined
    },
    () => host.output(),
  )
  if (found === undefined) throw new Error(`There is no incident called ${title}`)
  return found
}
