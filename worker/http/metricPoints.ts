import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { Slug } from '../domain/identifiers.ts'
import { POINTS_AT_ONCE_MAX } from '../domain/metric.ts'
import { HOUR_MS } from '../domain/metricSeries.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** Values of metrics, from whoever measures them. Which metrics there are is part of the configuration. */

const Time = z.iso.datetime({ offset: true })
const HOURS_DAYS_MAX = 90
const POINTS_SHOWN = 100

const Point = z.object({
  at: Time.optional().openapi({ description: 'When it was measured; absent: now.' }),
  value: z.number(),
})
const PushBody = z.object({ points: z.array(Point).min(1).max(POINTS_AT_ONCE_MAX) }).openapi('MetricPoints')

const ShownMetric = z
  .object({
    id: Slug,
    name: z.string(),
    unit: z.string(),
    public: z.boolean(),
    source: z.enum(['pushed', 'prometheus']),
    latest: z.object({ at: Time, value: z.number() }).nullable(),
    problem: z.string().nullable().openapi({ description: 'What went wrong when Prometheus was asked last.' }),
  })
  .openapi('Metric')

const Hour = z.object({
  from: Time,
  average: z.number(),
  lowest: z.number(),
  highest: z.number(),
  count: z.number().int(),
})

const READ = { role: 'viewer', scope: 'incidents:read' } as const
const PUSH = { role: 'responder', scope: 'metrics:write' } as const
const ById = z.object({ id: Slug })
const UNKNOWN = { 404: { description: 'There is no metric with this id' } }

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/metrics',
  summary: 'Metrics of the status page, and their latest values',
  tags: ['Metrics'],
  middleware: [allow(READ)] as const,
  responses: {
    200: {
      description: 'In the order of the configuration',
      content: { 'application/json': { schema: z.object({ metrics: z.array(ShownMetric) }) } },
    },
  },
})

const pushRoute = createRoute({
  method: 'post',
  path: '/api/v1/metrics/{id}',
  summary: 'Send values of a metric',
  description:
    'At most a day old. Of each ten seconds the last value is kept, so that sending the same again changes nothing. When it answers, they are on disk; the chart follows within five minutes.',
  tags: ['Metrics'],
  middleware: [allow(PUSH)] as const,
  request: { params: ById, body: { required: true, content: { 'application/json': { schema: PushBody } } } },
  responses: {
    200: {
      description: 'How many were kept; the others are too old, from the future, too large, or overtaken',
      content: { 'application/json': { schema: z.object({ kept: z.number().int(), left: z.number().int() }) } },
    },
    ...UNKNOWN,
    409: { description: 'Its values come from Prometheus' },
    422: { description: 'The body is not valid' },
  },
})

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/metrics/{id}',
  summary: 'The last values of a metric, and what each hour came to',
  tags: ['Metrics'],
  middleware: [allow(READ)] as const,
  request: {
    params: ById,
    query: z.object({ days: z.coerce.number().int().min(1).max(HOURS_DAYS_MAX).default(7) }),
  },
  responses: {
    200: {
      description: 'Values newest first, hours oldest first',
      content: {
        'application/json': {
          schema: ShownMetric.extend({
            points: z.array(z.object({ at: Time, value: z.number() })),
            hours: z.array(Hour),
          }),
        },
      },
    },
    ...UNKNOWN,
  },
})

export const metricPointRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const metrics = await deskOf(c.env).list()
    return c.json({ metrics: metrics.map(metricAnswer) }, 200)
  })
  .openapi(pushRoute, async (c) => {
    const nowMs = Date.now()
    const points = c.req
      .valid('json')
      .points.map(({ at, value }) => ({ atMs: at === undefined ? nowMs : Date.parse(at), value }))
    const answer = await deskOf(c.env).push(c.req.valid('param').id, points)
    if (answer.ok) return c.json({ kept: answer.kept, left: answer.left }, 200)
    if (answer.reason === 'unknown_metric') return unknown(c)
    return problem(c, 409, answer.reason, 'The values of this metric come from Prometheus.')
  })
  .openapi(readRoute, async (c) => {
    const { id } = c.req.valid('param')
    const fromMs = Date.now() - c.req.valid('query').days * 24 * HOUR_MS
    const [found, hours] = await Promise.all([deskOf(c.env).find(id, POINTS_SHOWN), deskOf(c.env).hours(id, fromMs)])
    if (found === null || hours === null) return unknown(c)
    const shownHours = hours.map(({ atMs, count, sum, min, max }) => ({
      from: iso(atMs),
      average: sum / count,
      lowest: min,
      highest: max,
      count,
    }))
    const points = found.points.map(({ atMs, value }) => ({ at: iso(atMs), value }))
    return c.json({ ...metricAnswer(found), points, hours: shownHours }, 200)
  })

function deskOf(env: Env) {
  return env.METRIC_DESK.getByName('main')
}

type Desk = ReturnType<typeof deskOf>

function metricAnswer({ metric, latest, failure }: Awaited<ReturnType<Desk['list']>>[number]) {
  const { id, name, unit, source } = metric
  return {
    id,
    name,
    unit,
    public: metric.public,
    source: source.kind,
    latest: latest && { at: iso(latest.atMs), value: latest.value },
    problem: failure,
  }
}

function unknown(c: Parameters<typeof problem>[0]) {
  return problem(c, 404, 'unknown_metric', 'There is no metric with this id. The configuration says which there are.')
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
