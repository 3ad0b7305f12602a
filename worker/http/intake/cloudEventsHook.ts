import type { Context } from 'hono'
import { Hono } from 'hono'
import { z } from 'zod'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { HttpEnv } from '../env.ts'
import { readJson } from '../limits.ts'
import { allow } from '../policy.ts'
import { invalid, problem } from '../problem.ts'
import { CloudEvent, readCloudEvent } from './cloudEvents.ts'
import type { SentChange } from './githubEvents.ts'
import { answerIngested, desk, refuseForNow, unknownKey } from './hook.ts'
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
  const mode = modeOf(c)
  if (mode === null) return problem(c, 415, 'not_a_cloudevent', NOT_AN_EVENT)
  const events = await readEvents(c, mode)
  if (!events.success) return invalid(c, events.error)

  const nowMs = Date.now()
  const changes: SentChange[] = []
  const alerts: IncomingAlert[] = []
  for (const [i, event] of events.data.entries()) {
    const understood = readCloudEvent(event, nowMs)
    switch (understood.kind) {
      case 'invalid': {
        const path = mode === 'batch' ? `${i}.${understood.place}` : understood.place
        return invalid(c, { issues: [{ code: 'custom', path: path.split('.'), message: understood.why }] })
      }
      case 'change':
        changes.push(understood.change)
        break
      case 'alert':
        alerts.push(understood.alert)
        break
    }
  }
  // Whatever fails here fails with a 503: sent again, what was stored by then writes nothing.
  await storeChanges(c, 'cloudevents', changes)
  if (alerts.length === 0) return c.json({ accepted: 0, incidents: [], changes: changes.length }, 202, NO_STORE)
  const answer = await desk(c).ingest({ source: 'cloudevents', key, alerts })
  return answerIngested(c, answer, { changes: changes.length })
})

cloudEventsHook.onError(refuseForNow)

const NO_STORE = { 'Cache-Control': 'no-store' }
const NOT_AN_EVENT =
  'Send a CloudEvent: application/cloudevents+json, application/cloudevents-batch+json, or JSON with the headers ce-specversion, ce-id, ce-source and ce-type.'
const Several = z.array(CloudEvent).max(500)
const One = CloudEvent.transform((event) => [event])

type Mode = 'binary' | 'structured' | 'batch'

function modeOf(c: Context<HttpEnv>): Mode | null {
  const mediaType = (c.req.header('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/cloudevents-batch+json') return 'batch'
  if (mediaType === 'application/cloudevents+json') return 'structured'
  return c.req.header('ce-specversion') === undefined ? null : 'binary'
}

async function readEvents(c: Context<HttpEnv>, mode: Mode) {
  const json = await readJson(c)
  switch (mode) {
    case 'batch':
      return Several.safeParse(json)
    case 'structured':
      return One.safeParse(json)
    case 'binary': {
      const attribute = (name: string) => decoded(c.req.header(`ce-${name}`))
      const [specversion, id, source, type] = ['specversion', 'id', 'source', 'type'].map(attribute)
      const event = { specversion, id, source, type, subject: attribute('subject'), time: attribute('time') }
      return One.safeParse({ ...event, data: json })
    }
  }
}

/** Headers carry other than ASCII percent-encoded; what is no encoding stands for itself. */
function decoded(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
