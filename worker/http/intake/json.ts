import { Hono } from 'hono'
import { z } from 'zod'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Received } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { answerIngested, desk, FIRES_FOR_MS, refuseForNow, unknownKey } from './hook.ts'
import type { Parsed } from './parsed.ts'
import type { MappingFault } from './jsonMapping.ts'
import { evaluateMapping } from './jsonMapping.ts'
import { faultAt, jsonOf, notParsed, receivedOf, refuseMessage } from './parsed.ts'

/** `POST /hooks/json/:key`: the plain form, for whatever speaks none of the known protocols. See docs/sources/json.md. */

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
/** Within what is another's, fields that the plain form has not are somebody else's. */
export const JsonAlertWithin = JsonAlert.strip()
const Several = z.array(JsonAlert).min(1).max(1000)
const One = JsonAlert.transform((alert) => [alert])

export const jsonHook = new Hono<HttpEnv>().post('/json/:key', allow('integration'), async (c) => {
  const key = c.req.param('key')
  const sender = await desk(c).jsonSenderOf(key)
  if (sender === null) return unknownKey(c)
  const received = await receivedOf(c)
  const parsed = await parseMapped(received, sender.mapping?.expression ?? '', Date.now())
  if (!parsed.ok) return refuseMessage(c, { source: 'json', key, received }, parsed)
  const answer = await desk(c).ingest({ source: 'json', key, alerts: parsed.alerts, received })
  return answerIngested(c, answer)
})

// Senders try again after a 503.
jsonHook.onError(refuseForNow)

export function parseJson({ body }: Received, nowMs: number): Parsed {
  const parsed = jsonOf(body)
  return parsed.ok ? alertsFromJson(parsed.json, nowMs) : parsed
}

const NOTHING_FOUND =
  'The mapping finds no alert in this message. To leave a message out on purpose, let the mapping return [].'

/** With a mapping, what it makes of the message is read as the plain form. */
export async function parseMapped(received: Received, expression: string, nowMs: number): Promise<Parsed> {
  if (expression === '') return parseJson(received, nowMs)
  const message = jsonOf(received.body)
  if (!message.ok) return message
  const evaluated = await evaluateMapping(expression, message.json)
  if (!evaluated.ok) return faultAt('mapping', faultText(evaluated.fault))
  const { value } = evaluated
  if (value === undefined || value === null) return faultAt('mapping', NOTHING_FOUND)
  if (Array.isArray(value) && value.length === 0) return { ok: true, alerts: [] }
  return alertsFromJson(value, nowMs)
}

/** With its place, as the mapping editor counts it. */
export function faultText({ message, place }: MappingFault): string {
  return place === null ? message : `line ${place.line}, column ${place.column}: ${message}`
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
    startsAtMs: startsAt === undefined ? nowMs : Math.min(Date.parse(startsAt), nowMs),
    endsAtMs: status === 'resolved' ? nowMs : nowMs + FIRES_FOR_MS,
    generatorUrl: url ?? '',
    identity: key === undefined ? named : { key },
  }
}
