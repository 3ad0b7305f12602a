import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Received } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { desk } from './hook.ts'
import { parseChangeEvent, sentChange } from './pagerdutyChange.ts'
import { receivedOf } from './parsed.ts'
import {
  DEDUP_KEY_HEADER,
  pagerdutyIdentity,
  parseEvent,
  parsePagerduty,
  routingKeyIn,
  withoutRoutingKey,
} from './pagerdutyWire.ts'
import { storeChanges } from './storeChanges.ts'

/** PagerDuty's Events API v2, mounted at /pagerduty: what sends to events.pagerduty.com sends here instead. */

export const pagerduty = new Hono<HttpEnv>()
  .post('/v2/enqueue', allow('integration'), async (c) => {
    const sent = await receivedOf(c)
    const parsed = parseEvent(sent.body)
    if (!parsed.ok) return refuse(c, sent, parsed.errors)
    const { routingKey: key, action } = parsed.event
    const integration = await desk(c).integrationOf('pagerduty', key)
    if (integration === null) return invalidEvent(c, ['Invalid routing key'])

    const dedupKey = parsed.event.dedupKey ?? crypto.randomUUID()
    if (action === 'acknowledge') {
      // Unknown, or over: PagerDuty takes the event and drops it.
      const by = { kind: 'system', name: integration.name } as const
      const identity = pagerdutyIdentity(integration.id, dedupKey)
      await desk(c).tellIncidentOf(identity, { type: 'acknowledge', via: 'api' }, by)
      return processed(c, dedupKey)
    }
    const headers = parsed.event.dedupKey === null ? { [DEDUP_KEY_HEADER]: dedupKey } : {}
    const received = { ...sent, headers, body: withoutRoutingKey(sent.body, key) }
    const message = parsePagerduty(received, Date.now(), integration.id)
    if (!message.ok) {
      const errors = message.faults.map((fault) => fault.message)
      return refuse(c, sent, errors)
    }
    const answer = await desk(c).ingest({ source: 'pagerduty', key, alerts: message.alerts, received })
    if (!answer.ok) return invalidEvent(c, ['Invalid routing key'])
    if (answer.turnedAway > 0) return tooMany(c)
    if (answer.invalid.length > 0) return invalidEvent(c, answer.invalid)
    return processed(c, dedupKey)
  })

  .post('/v2/change/enqueue', allow('integration'), async (c) => {
    const sent = await receivedOf(c)
    const parsed = parseChangeEvent(sent.body)
    if (!parsed.ok) return refuse(c, sent, parsed.errors)
    const { routingKey: key } = parsed.event
    const integration = await desk(c).integrationOf('pagerduty', key)
    if (integration === null) return invalidEvent(c, ['Invalid routing key'])
    await storeChanges(c, 'pagerduty', [sentChange(parsed.event, integration.id, Date.now())])
    const received = { ...sent, body: withoutRoutingKey(sent.body, key) }
    await desk(c).keepMessage({ source: 'pagerduty', key, received, changes: 1 })
    return c.json({ status: 'success', message: 'Change event processed' }, 202, NO_STORE)
  })

  .all('*', allow('integration'), (c) => {
    const isKnown = /\/v2\/(change\/)?enqueue$/.test(c.req.path)
    const elsewhere =
      'There is nothing here; events go to /pagerduty/v2/enqueue, changes to /pagerduty/v2/change/enqueue'
    const message = isKnown ? 'Events are sent by POST' : elsewhere
    const headers: Record<string, string> = isKnown ? { ...NO_STORE, Allow: 'POST' } : NO_STORE
    return c.json({ status: 'not found', message, errors: [message] }, isKnown ? 405 : 404, headers)
  })

// Clients send it again after a 5xx or a 429, and only then.
pagerduty.onError((error, c) => {
  console.error('alert intake failed', { source: 'pagerduty', error: String(error) })
  const message = 'Events cannot be stored at the moment. Send it again shortly.'
  return c.json({ status: 'unavailable', message, errors: [message] }, 503, { ...NO_STORE, 'Retry-After': '5' })
})

const NO_STORE = { 'Cache-Control': 'no-store' }

function processed(c: Context, dedupKey: string): Response {
  return c.json({ status: 'success', message: 'Event processed', dedup_key: dedupKey }, 202, NO_STORE)
}

/** Says no to a message, which is kept when its sender is known. */
async function refuse(c: Context<HttpEnv>, sent: Received, errors: readonly string[]): Promise<Response> {
  const key = routingKeyIn(sent.body)
  if (key !== null) {
    const received = { ...sent, body: withoutRoutingKey(sent.body, key) }
    await desk(c).keepMessage({ source: 'pagerduty', key, received, refused: errors.join('; ') })
  }
  return invalidEvent(c, errors)
}

function invalidEvent(c: Context, errors: readonly string[]): Response {
  return c.json({ status: 'invalid event', message: 'Event object is invalid', errors }, 400, NO_STORE)
}

function tooMany(c: Context): Response {
  const message = 'Too many alerts are firing; new ones are not taken.'
  const headers = { ...NO_STORE, 'Retry-After': '60' }
  return c.json({ status: 'throttle exceeded', message, errors: [message] }, 429, headers)
}
