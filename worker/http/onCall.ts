import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { Slug, crockford } from '../domain/identifiers.ts'
import type { Override } from '../domain/organisation.ts'
import { OVERRIDE_REFUSAL_MESSAGE, overrideRefusal } from '../domain/override.ts'
import type { OverrideRefusal } from '../domain/override.ts'
import { rotaOf } from '../domain/rota.ts'
import { database } from '../storage/database.ts'
import type { Database } from '../storage/database.ts'
import { onCallPlan } from '../storage/onCall.ts'
import { addOverride, overridesFrom, removeOverride } from '../storage/overrides.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** Who is on call, and taking over for a while. */

export const UPCOMING_MS = 14 * 24 * 3600 * 1000

const Person = z.object({ id: z.string(), name: z.string() })
const Time = z.iso.datetime({ offset: true })
const OnCall = z.object({
  asOf: Time,
  schedules: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      timeZone: z.string(),
      onCall: Person,
      handoff: z.object({ at: Time, to: Person }).nullable(),
      shifts: z.array(z.object({ responder: Person, startsAt: Time, endsAt: Time, overrideId: z.string().nullable() })),
    }),
  ),
})
const NewOverride = z.object({ scheduleId: Slug, responderId: Slug, startsAt: Time, endsAt: Time })
const StoredOverride = NewOverride.extend({ id: z.string() })

const onCallRoute = createRoute({
  method: 'get',
  path: '/api/v1/on-call',
  summary: 'Who is on call',
  description:
    'For each schedule who is on call now, who follows and when, and the shifts of the next 14 days, cut to that time.',
  tags: ['On call'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  responses: { 200: { description: 'As of now', content: { 'application/json': { schema: OnCall } } } },
})

const overridesRoute = createRoute({
  method: 'get',
  path: '/api/v1/overrides',
  summary: 'Overrides that are not over',
  tags: ['On call'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  responses: {
    200: {
      description: 'In the order they were made: where two overlap, the later counts',
      content: { 'application/json': { schema: z.object({ overrides: z.array(StoredOverride) }) } },
    },
  },
})

const takeOverRoute = createRoute({
  method: 'post',
  path: '/api/v1/overrides',
  summary: 'Put someone on call for a while',
  tags: ['On call'],
  middleware: [allow({ role: 'responder', scope: 'incidents:write' })] as const,
  request: { body: { required: true, content: { 'application/json': { schema: NewOverride } } } },
  responses: {
    201: { description: 'Made', content: { 'application/json': { schema: StoredOverride } } },
    422: { description: 'It cannot be made; `code` says why' },
  },
})

const giveBackRoute = createRoute({
  method: 'delete',
  path: '/api/v1/overrides/{id}',
  summary: 'Take an override back',
  tags: ['On call'],
  middleware: [allow({ role: 'responder', scope: 'incidents:write' })] as const,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: { 204: { description: 'Gone' }, 404: { description: 'There is none with this id' } },
})

export const onCallRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(onCallRoute, async (c) => {
    const nowMs = Date.now()
    const plan = await onCallPlan(database(c.env.DB), nowMs)
    const rotas = plan.schedules.map((schedule) =>
      rotaOf(schedule, plan.overrides, plan.responders, nowMs, nowMs + UPCOMING_MS),
    )
    return c.json(
      {
        asOf: iso(nowMs),
        schedules: rotas.map(({ id, name, timeZone, onCall, handoff, shifts }) => ({
          id,
          name,
          timeZone,
          onCall,
          handoff: handoff === null ? null : { at: iso(handoff.atMs), to: handoff.to },
          shifts: shifts.map(({ person, startsAtMs, endsAtMs, overrideId }) => ({
            responder: person,
            startsAt: iso(startsAtMs),
            endsAt: iso(endsAtMs),
            overrideId,
          })),
        })),
      },
      200,
    )
  })
  .openapi(overridesRoute, async (c) => {
    const found = await overridesFrom(database(c.env.DB), Date.now())
    return c.json({ overrides: found.map(asAnswer) }, 200)
  })
  .openapi(takeOverRoute, async (c) => {
    const { scheduleId, responderId, startsAt, endsAt } = c.req.valid('json')
    const wanted = { scheduleId, responderId, startsAtMs: Date.parse(startsAt), endsAtMs: Date.parse(endsAt) }
    const answer = await takeOver(database(c.env.DB), wanted, Date.now())
    if (!answer.ok) return problem(c, 422, answer.reason, OVERRIDE_REFUSAL_MESSAGE[answer.reason])
    return c.json(asAnswer(answer.override), 201)
  })
  .openapi(giveBackRoute, async (c) => {
    const removed = await removeOverride(database(c.env.DB), c.req.valid('param').id)
    if (!removed) return problem(c, 404, 'unknown_override', 'There is no override with this id.')
    return c.body(null, 204)
  })

/** Makes an override if the rules allow it. */
export async function takeOver(
  db: Database,
  wanted: Omit<Override, 'id'>,
  nowMs: number,
): Promise<
  { readonly ok: true; readonly override: Override } | { readonly ok: false; readonly reason: OverrideRefusal }
> {
  const reason = overrideRefusal(wanted, await onCallPlan(db, nowMs), nowMs)
  if (reason !== null) return { ok: false, reason }
  const override = { ...wanted, id: crockford(crypto.getRandomValues(new Uint8Array(12)), 12) }
  await addOverride(db, override)
  return { ok: true, override }
}

function asAnswer({ id, scheduleId, responderId, startsAtMs, endsAtMs }: Override) {
  return { id, scheduleId, responderId, startsAt: iso(startsAtMs), endsAt: iso(endsAtMs) }
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
