import { Hono } from 'hono'
import { z } from 'zod'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { HttpEnv } from '../env.ts'
import { readJson } from '../limits.ts'
import { allow } from '../policy.ts'
import { invalid } from '../problem.ts'
import { answerIngested, desk, FIRES_FOR_MS, refuseForNow, unknownKey } from './hook.ts'

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
  const json = await readJson(c)
  const body = (Array.isArray(json) ? Several : One).safeParse(json)
  if (!body.success) return invalid(c, body.error)

  const nowMs = Date.now()
  const answer = await desk(c).ingest({
    source: 'json',
    key,
    alerts: body.data.map((alert) => incomingFromJson(alert, nowMs)),
  })
  return answerIngested(c, answer)
})

// Senders try again after a 503.
jsonHook.onError(refuseForNow)

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
