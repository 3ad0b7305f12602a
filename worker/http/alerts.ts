import type { Context } from 'hono'
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { ALERT_SOURCES, alertTitle } from '../domain/alert.ts'
import type { FiringEntry, InboxQuery } from '../domain/alertInbox.ts'
import { SEVERITIES } from '../domain/severity.ts'
import { isBroad } from '../domain/silenceReach.ts'
import type { EndedEntry } from '../storage/endedAlerts.ts'
import { acknowledgeAll, INCIDENTS_AT_ONCE_MAX } from './acknowledgeAll.ts'
import { AlertQuery, findAlerts, inboxQuery } from './alertQuery.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** Alerts as they stand: what fires, what is hidden and why, what ended; and acting on many at once. */

const ListedAlert = z
  .object({
    fingerprint: z.string(),
    title: z.string(),
    state: z.enum(['active', 'suppressed', 'paused', 'ended']),
    severity: z.enum(SEVERITIES),
    service: z.string().nullable(),
    source: z.enum(ALERT_SOURCES),
    incident: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    generatorUrl: z.string(),
    silencedBy: z.array(z.string()),
    inhibitedBy: z.array(z.string()),
    suppressedByRule: z.string().nullable(),
    pausedUntil: z.iso.datetime().nullable(),
  })
  .openapi('ListedAlert')

const Counts = z.object({ active: z.number().int(), suppressed: z.number().int(), paused: z.number().int() })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/alerts',
  summary: 'List alerts that fire, or those that ended',
  description: 'Of those that ended, one call looks through the latest 2,000 at most; `next` goes on from there.',
  tags: ['Alerts'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  request: { query: AlertQuery.extend({ limit: z.coerce.number().int().min(1).max(500).default(100) }) },
  responses: {
    200: {
      description: 'A page; `next` is null at the end. `total` and `counts` are null for those that ended',
      content: {
        'application/json': {
          schema: z.object({
            alerts: z.array(ListedAlert),
            total: z.number().int().nullable(),
            counts: Counts.nullable(),
            next: z.string().nullable(),
          }),
        },
      },
    },
    422: { description: 'The query is not valid' },
  },
})

const Fingerprints = z
  .array(z.string().regex(/^[0-9a-f]{16}$/))
  .min(1)
  .max(1000)
const Chosen = {
  fingerprints: Fingerprints.optional().openapi({ description: 'Which alerts; else all that `filter` finds.' }),
  filter: AlertQuery.omit({ after: true, group: true, sort: true }).optional(),
}
const ActionBody = z
  .discriminatedUnion('action', [
    z.object({ action: z.literal('acknowledge'), ...Chosen }),
    z.object({
      action: z.literal('silence'),
      ...Chosen,
      minutes: z.number().int().min(1).max(43_200),
      comment: z.string().trim().min(1).max(2000),
      evenIfBroad: z
        .boolean()
        .default(false)
        .openapi({ description: 'Also when it hides more than half of what fires (5 alerts or more).' }),
    }),
  ])
  .openapi('AlertAction')

const actRoute = createRoute({
  method: 'post',
  path: '/api/v1/alerts/actions',
  summary: 'Acknowledge or silence many alerts at once',
  description:
    'To acknowledge alerts is to acknowledge their incidents, 50 at most. A silence is made of the labels that all of the alerts have alike, so it may hide others too: `hides` says how much of what fires it matches. One that hides more than half of that is made only with `evenIfBroad`.',
  tags: ['Alerts'],
  middleware: [allow({ role: 'responder', scope: 'incidents:write' })] as const,
  request: { body: { required: true, content: { 'application/json': { schema: ActionBody } } } },
  responses: {
    200: {
      description: 'What was done',
      content: {
        'application/json': {
          schema: z.object({
            alerts: z.number().int(),
            acknowledged: z.array(z.string()).optional(),
            unchanged: z.array(z.string()).optional(),
            failed: z.array(z.string()).optional(),
            silence: z.string().optional(),
            hides: z.number().int().optional(),
          }),
        },
      },
    },
    404: { description: 'Nothing that fires is meant' },
    409: { description: 'The silence would hide more than half of what fires; nothing was done' },
    422: { description: 'The body is not valid, or the alerts have no label alike' },
  },
})

export const alertRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const { limit, ...asked } = c.req.valid('query')
    const found = await findAlerts(c.env, asked, limit)
    if (!found.ok) return problem(c, 422, 'invalid', `matchers: ${found.reason}`)
    if (found.state === 'ended')
      return c.json({ alerts: found.entries.map(endedAnswer), total: null, counts: null, next: found.next }, 200)
    const { entries, total, byState } = found.page
    return c.json({ alerts: entries.map(firingAnswer), total, counts: { ...byState }, next: found.next }, 200)
  })
  .openapi(actRoute, async (c) => {
    const body = c.req.valid('json')
    const query = queryOf(body)
    if (typeof query === 'string') return problem(c, 422, 'invalid', query)
    const desk = c.env.ALERT_DESK.getByName('main')
    const chosen = await desk.selectAlerts(query)
    if (chosen.total === 0) return problem(c, 404, 'no_alerts', 'None of these alerts fires.')
    if (body.action === 'acknowledge') {
      if (chosen.incidentIds.length > INCIDENTS_AT_ONCE_MAX)
        return problem(c, 422, 'too_many', `At most ${INCIDENTS_AT_ONCE_MAX} incidents are acknowledged at once.`)
      const { acknowledged, unchanged, failed } = await acknowledgeAll(c, chosen.incidentIds, 'api')
      const done = { acknowledged: [...acknowledged], unchanged: [...unchanged], failed: [...failed] }
      return c.json({ alerts: chosen.total, ...done }, 200)
    }
    if (chosen.common.length === 0) return problem(c, 422, 'nothing_alike', 'These alerts have no label alike.')
    const { hides, firing } = await desk.reachOf(chosen.common)
    if (isBroad({ hides, firing }) && !body.evenIfBroad) return tooBroad(c, hides, firing)
    const nowMs = Date.now()
    const { principal } = c.var
    const made = await desk.putSilence({
      id: null,
      matchers: chosen.common,
      startsAtMs: nowMs,
      endsAtMs: nowMs + body.minutes * 60_000,
      createdBy: principal.name,
      authorId: principal.kind === 'responder' ? principal.id : null,
      comment: body.comment,
      annotations: {},
    })
    if (!made.ok) return problem(c, 422, 'invalid', made.message)
    return c.json({ alerts: chosen.total, silence: made.id, hides }, 200)
  })

function tooBroad(c: Context<HttpEnv>, hides: number, firing: number): Response {
  const detail = `This would hide ${hides} of ${firing} alerts firing now. Choose fewer, or send it with "evenIfBroad": true.`
  return problem(c, 409, 'too_broad', detail, { hides, firing })
}

function queryOf({ fingerprints, filter }: z.infer<typeof ActionBody>): InboxQuery | string {
  if (fingerprints === undefined && filter === undefined) return 'Name the alerts by fingerprints, or by a filter.'
  const query = inboxQuery(AlertQuery.parse(filter ?? {}), 0)
  if (typeof query === 'string') return query
  if (filter?.state === 'ended') return 'Only what fires can be acted on.'
  return { ...query, fingerprints: fingerprints ?? [] }
}

function firingAnswer(entry: FiringEntry): z.infer<typeof ListedAlert> {
  const { state, silencedBy, inhibitedBy, ruleId, pausedUntilMs } = entry
  return {
    ...common(entry),
    state,
    endedAt: null,
    silencedBy: [...silencedBy],
    inhibitedBy: [...inhibitedBy],
    suppressedByRule: ruleId,
    pausedUntil: pausedUntilMs === null ? null : new Date(pausedUntilMs).toISOString(),
  }
}

function endedAnswer(entry: EndedEntry): z.infer<typeof ListedAlert> {
  const endedAt = new Date(entry.endedAtMs).toISOString()
  const hidden = { silencedBy: [], inhibitedBy: [], suppressedByRule: null, pausedUntil: null }
  return { ...common(entry), state: 'ended', endedAt, ...hidden }
}

function common({ alert, severity, serviceId, source, incidentId }: FiringEntry | EndedEntry) {
  const { fingerprint, labels, annotations, startsAtMs, generatorUrl } = alert
  return {
    fingerprint,
    title: alertTitle(alert),
    severity,
    service: serviceId,
    source,
    incident: incidentId,
    labels: { ...labels },
    annotations: { ...annotations },
    startedAt: new Date(startsAtMs).toISOString(),
    generatorUrl,
  }
}
