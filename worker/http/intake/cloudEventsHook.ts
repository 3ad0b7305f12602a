import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { CLOUD_EVENT_HEADERS, parseCloudEvents } from './cloudEvents.ts'
import { answerIngested, desk, refuseForNow, unknownKey } from './hook.ts'
import { receivedOf, refuseMessage } from './parsed.ts'
import { storeChanges } from './storeChanges.ts'

/** `POST /hooks/cloudevents/:key`: CloudEvents 1.0 in each of its modes over HTTP: binary, structured, batch. */
export const cloudEventsHook = new Hono<HttpEnv>()

// Event Grid and others ask first whether their events are wanted (CloudEvents' "HTTP 1.1 Web Hooks", abuse protection).
cloudEventsHook.options('/cloudevents/:key', allow('integration'), async (c) => {
  if (!(await desk(c).checkKey('cloudevents', c.req.param('key')))) return unknownKey(c)
  const origin = c.req.header('WebHook-Request-Origin')
  const wanted = origin === undefined ? {} : { 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': '*' }
  return c.body(null, 200, { ...NO_STORE, Allow: 'POST', ...wanted })
})

cloudEventsHook.post('/cloudevents/:key', allow('integration'), async (c) => {
  const key = c.req.param('key')
  if (!(await desk(c).checkKey('cloudevents', key))) return unknownKey(c)
  const received = await receivedOf(c, CLOUD_EVENT_HEADERS)
  const parsed = parseCloudEvents(received, Date.now())
  if (!parsed.ok) return refuseMessage(c, { source: 'cloudevents', key, received }, parsed)
  const { alerts, changes } = parsed
  // Whatever fails here fails with a 503: sent again, what was stored by then writes nothing.
  await storeChanges(c, 'cloudevents', changes)
  if (alerts.length === 0 && changes.length > 0)
    await desk(c).keepMessage({ source: 'cloudevents', key, received, changes: changes.length })
  if (alerts.length === 0) return c.json({ accepted: 0, incidents: [], changes: changes.length }, 202, NO_STORE)
  const answer = await desk(c).ingest({ source: 'cloudevents', key, alerts, received })
  return answerIngested(c, answer, { changes: changes.length })
})

cloudEventsHook.onError(refuseForNow)

const NO_STORE = { 'Cache-Control': 'no-store' }
