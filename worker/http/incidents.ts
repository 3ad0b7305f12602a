import { Buffer } from 'node:buffer'
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { policyFor } from '../domain/escalation.ts'
import { incidentIdFrom } from '../domain/identifiers.ts'
import { database } from '../storage/database.ts'
import { hashKey } from '../storage/masterKey.ts'
import { listIncidents } from '../storage/incidents.ts'
import { SEVERITIES } from '../domain/severity.ts'
import type { HttpEnv } from './env.ts'
import { OpenBody } from './incidentCommands.ts'
import { EventAnswer, IncidentAnswer, eventAnswer, incidentAnswer } from './incidentSchema.ts'
import { affectedComponents, namedServices } from './names.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { actorOf, commandKey, refusalProblem, roomOf } from './room.ts'

/** Incidents: list, open, read, follow. What happens inside one is in `incidentActions.ts`. */

const Id = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) })

const ListedIncident = z
  .object({
    id: z.string(),
    version: z.number().int(),
    title: z.string(),
    summary: z.string(),
    headline: z.string(),
    status: z.string(),
    severity: z.enum(SEVERITIES),
    services: z.array(z.string()),
    commander: z.string().nullable(),
    alertsFiring: z.number().int(),
    alertsFresh: z.number().int(),
    startedAt: z.iso.datetime(),
    detectedAt: z.iso.datetime(),
    acknowledgedAt: z.iso.datetime().nullable(),
    resolvedAt: z.iso.datetime().nullable(),
    nextUpdateAt: z.iso.datetime().nullable(),
    isPublic: z.boolean(),
  })
  .openapi('ListedIncident')

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/incidents',
  summary: 'List incidents, newest first',
  tags: ['Incidents'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  request: {
    query: z.object({
      open: z.enum(['true', 'false']).optional(),
      severity: z.enum(SEVERITIES).optional(),
      service: z.string().max(64).optional(),
      q: z.string().max(200).optional(),
      before: z.iso.datetime({ offset: true }).optional().openapi({ description: 'The `next` of the page before.' }),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: {
    200: {
      description: 'A page of incidents; `next` is null at the end',
      content: {
        'application/json': { schema: z.object({ incidents: z.array(ListedIncident), next: z.string().nullable() }) },
      },
    },
  },
})

const openRoute = createRoute({
  method: 'post',
  path: '/api/v1/incidents',
  summary: 'Open an incident by hand',
  description: 'Pages whoever the services’ escalation policy names for the severity.',
  tags: ['Incidents'],
  middleware: [allow({ role: 'responder', scope: 'incidents:write' })] as const,
  request: { body: { required: true, content: { 'application/json': { schema: OpenBody } } } },
  responses: {
    201: { description: 'The incident', content: { 'application/json': { schema: IncidentAnswer } } },
    422: { description: 'The body is not valid, or names what does not exist' },
  },
})

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}',
  summary: 'Read an incident',
  tags: ['Incidents'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  request: { params: Id },
  responses: {
    200: { description: 'The incident', content: { 'application/json': { schema: IncidentAnswer } } },
    404: { description: 'No such incident' },
  },
})

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/events',
  summary: 'Read the timeline, oldest first',
  tags: ['Incidents'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  request: {
    params: Id,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(500),
    }),
  },
  responses: {
    200: {
      description: 'Events with a sequence above `after`',
      content: { 'application/json': { schema: z.object({ events: z.array(EventAnswer) }) } },
    },
    404: { description: 'No such incident' },
  },
})

export const incidentRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const { open, before, limit, ...filter } = c.req.valid('query')
    const rows = await listIncidents(database(c.env.DB), {
      ...filter,
      open: open === undefined ? undefined : open === 'true',
      before: before === undefined ? undefined : Date.parse(before),
      limit,
    })
    const iso = (ms: number) => new Date(ms).toISOString()
    const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms))
    const last = rows.length === limit ? rows.at(-1) : undefined
    return c.json(
      {
        incidents: rows.map((row) => ({
          id: row.id,
          version: row.version,
          title: row.title,
          summary: row.summary,
          headline: row.headline,
          status: row.phase,
          severity: row.severity,
          services: row.services.split(' ').filter((id) => id !== ''),
          commander: row.commander,
          alertsFiring: row.alertsFiring,
          alertsFresh: row.alertsFresh,
          startedAt: iso(row.startedAtMs),
          detectedAt: iso(row.detectedAtMs),
          acknowledgedAt: isoOrNull(row.acknowledgedAtMs),
          resolvedAt: isoOrNull(row.resolvedAtMs),
          nextUpdateAt: isoOrNull(row.nextUpdateAtMs),
          isPublic: row.isPublic,
        })),
        next: last === undefined ? null : iso(last.detectedAtMs),
      },
      200,
    )
  })
  .openapi(openRoute, async (c) => {
    const body = c.req.valid('json')
    const organisation = await c.env.ALERT_DESK.getByName('main').organisation()
    const services = namedServices(body.services, organisation)
    if (!services.ok) return problem(c, 422, 'unknown_service', services.detail)
    const components = affectedComponents(body.components, organisation)
    if (!components.ok) return problem(c, 422, 'unknown_component', components.detail)

    const nowMs = Date.now()
    const key = await commandKey(c)
    // The same key names the same incident: a repeated request finds it instead of opening another.
    const id = incidentIdFrom(
      key === undefined ? crypto.getRandomValues(new Uint8Array(12)) : Buffer.from(await hashKey(key), 'hex'),
    )
    const affected = organisation.services.filter((service) => body.services.includes(service.id))
    const answer = await roomOf(c.env, id).submit({
      command: {
        type: 'open',
        id,
        title: body.title,
        publicTitle: body.publicTitle ?? body.title,
        summary: body.summary,
        severity: body.severity,
        severityReason: `Set by ${c.var.principal.name}`,
        services: services.named,
        components: components.affected,
        startedAtMs: body.startedAt === undefined ? nowMs : Date.parse(body.startedAt),
        source: 'person',
        ...(body.backdated ? { isBackdated: true } : {}),
        policy: policyFor(affected, body.severity, organisation.policies),
      },
      by: actorOf(c.var.principal),
      idempotencyKey: key,
    })
    if (!answer.ok) return refusalProblem(c, answer.reason, answer.incident)
    return c.json(incidentAnswer(answer.incident, c.env.PUBLIC_URL), 201, {
      Location: `/api/v1/incidents/${answer.incident.id}`,
    })
  })
  .openapi(readRoute, async (c) => {
    const incident = await roomOf(c.env, c.req.valid('param').id).read()
    if (incident === null) return refusalProblem(c, 'unknown_incident', null)
    return c.json(incidentAnswer(incident, c.env.PUBLIC_URL), 200, { ETag: `"${incident.version}"` })
  })
  .openapi(eventsRoute, async (c) => {
    const room = roomOf(c.env, c.req.valid('param').id)
    const { after, limit } = c.req.valid('query')
    const events = await room.events(after, limit)
    if (events.length === 0 && (await room.read()) === null) return refusalProblem(c, 'unknown_incident', null)
    return c.json({ events: events.map(eventAnswer) }, 200)
  })

/** The live feed is a WebSocket, which OpenAPI cannot describe: see docs/api.md. */
incidentRoutes.get('/api/v1/incidents/:id/live', allow({ role: 'viewer', scope: 'incidents:read' }), (c) =>
  roomOf(c.env, c.req.param('id')).fetch(c.req.raw),
)
