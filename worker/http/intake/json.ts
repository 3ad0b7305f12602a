import type { Context } from 'hono'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { HttpEnv } from '../env.ts'
import { readJson } from '../limits.ts'
import { allow } from '../policy.ts'
import { handleError, invalid, problem } from '../problem.ts'

/** `POST /hooks/json/:key`: the plain form, for whatever speaks none of the known protocols. See docs/alerts.md. */

const Labels = z.record(z.string().min(1).max(200), z.string().max(10_000))

const JsonAlert = z.strictObject({
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
    alerts: body.data.map((alert) => incomingFrom(alert, nowMs)),
  })
  if (!answer.ok) return unknownKey(c)
  if (answer.turnedAway > 0)
    return problem(c, 503, 'too_many_alerts', 'Too many alerts are firing; new ones are not taken.')
  if (answer.invalid.length > 0)
    return problem(c, 422, 'invalid', [...new Set(answer.invalid)].join('; '), { accepted: answer.accepted })
  return c.json({ accepted: answer.accepted, incidents: answer.incidentIds }, 202, { 'Cache-Control': 'no-store' })
})

// Senders try again after a 503.
jsonHook.onError((error, c) => {
  if (error instanceof HTTPException) return handleError(error, c)
  console.error('alert intake failed', { source: 'json', error: String(error) })
  return problem(c, 503, 'storage_unavailable', 'Alerts cannot be stored at the moment. Send it again shortly.')
})

function desk(c: Context<HttpEnv>) {
  return c.env.ALERT_DESK.getByName('main')
}

function unknownKey(c: Context<HttpEnv>): Response {
  return problem(c, 401, 'unknown_key', 'No integration has this key, or it was revoked.')
}

/** A plain alert has no heartbeat: it fires until it is told to be resolved, or for a week. */
const FIRES_FOR_MS = 7 * 24 * 3_600_000

function incomingFrom(alert: z.infer<typeof JsonAlert>, nowMs: number): IncomingAlert {
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
