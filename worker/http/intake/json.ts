import { Hono } from 'hono'
import { z } from 'zod'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Received } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { answerIngested, desk, FIRES_FOR_MS, refuseForNow, unknownKey } from './hook.ts'
import type { Parsed } from './parsed.ts'
import { jsonOf, notParsed, receivedOf, refuseMessage } from './parsed.ts'

/** `POST /hooks/json/:key`: the plain form, for whatever speaks none of the known protocols. See docs/alerts.md. */

const Labels = z.record(z.string().min(1).max(200), z.string().max(10_000))

export const JsonAlert = z.strictObject({
  title: z.string().trim().min(1).max(500),
  status: z.enum(['firing', 'resolved']).default('firing'),
  /** What makes it the same alert again; the title, service and labels when absent. */
  key: z.string().trim().min(1).max(500).optional(),
  severity: z.string().max(50).optional(),
  service: z.string().max(200).optional(),
  labels: Labels.default({}),
  annotations: Labels.default({}),
  description: z.string().max(10_000).optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  startsAt: z.iso.datetime({ offset: true }).optional(),
})
const Several = z.array(JsonAlert).min(1).max(1000)
const One = JsonAlert.transform((alert) => [alert])

export const jsonHook = new Hono<HttpEnv>().post('/json/:key', allow('integration'), async (c) => {
  const key = c.req.param('key')
  if (!(await desk(c).checkKey('json', key))) return unknownKey(c)
  const received = await receivedOf(c)
  const parsed = parseJson(received, Date.now())
  if (!parsed.ok) return refuseMessage(c, parsed)
  const answer = await desk(c).ingest({ source: 'json', key, alerts: parsed.alerts, received })
  return answerIngested(c, answer)
})

// Senders try again after a 503.
jsonHook.onError(refuseForNow)

export function parseJson({ body }: Received, nowMs: number): Parsed {
  const parsed = jsonOf(body)
  return parsed.ok ? alertsFromJson(parsed.json, nowMs) : parsed
}

export function alertsFromJson(json: unknown, nowMs: number): Parsed {
  const sent = (Array.isArray(json) ? Several : One).safeParse(json)
  if (!sent.success) return notParsed(sent.error)
  return { ok: true, alerts: sent.data.map((alert) => incomingFromJson(alert, nowMs)) }
}

/** A plain alert has no heartbeat: it fires until it is told to be resolved, or for a week. */
export function incomingFromJson(alert: z.infer<typeof JsonAlert>, nowMs: number): IncomingAlert {
  const { title, status, key, severity, service, labels, annotations, description, url, startsAt } = alert
  const named = { ...labels, alertname: title, ...(service === undefined ? {} : { service }) }
  return {
    labels: { ...named, ...(severity === undefined ? {} : { severity }) },
    annotations: { summary: title, ...(description === undefined ? {} : { description }), ...annotations },
    // Without a start each message is a new event: it opens a new incident when the last one was resolved.
    startsAtMs: startsAt === undefined ? nowMs : Date.parse(startsAt),
    endsAtMs: status === 'resolved' ? nowMs : nowMs + FIRES_FOR_MS,
    generatorUrl: url ?? '',
    identity: key === undefined ? named : { key },
  }
}
