import { Buffer } from 'node:buffer'
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { crockford } from '../domain/identifiers.ts'
import { MaintenanceId } from '../domain/maintenance.ts'
import { hashKey } from '../storage/masterKey.ts'
import type { HttpEnv } from './env.ts'
import { maintenanceDeskOf, maintenanceProblem, readMaintenance, submitMaintenance } from './maintenance.ts'
import {
  MaintenanceAnswer,
  MaintenanceEventAnswer,
  ScheduleBody,
  maintenanceAnswer,
  maintenanceEventAnswer,
} from './maintenanceSchema.ts'
import { affectedComponents } from './names.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { commandKey } from './room.ts'

/** Maintenances: list, schedule, read. What happens to one is in `maintenanceActions.ts`. */

const READ = { role: 'viewer', scope: 'incidents:read' } as const
const WRITE = { role: 'responder', scope: 'incidents:write' } as const
const Id = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) })
const TAGS = ['Maintenance']
const UNKNOWN = { 404: { description: 'No such maintenance' } }

/** Where the next page begins: after this maintenance. */
export const After = z
  .string()
  .regex(/^\d{1,15}-[0-9a-z]{12}$/, 'not the `next` of a page')
  .transform((text) => {
    const [scheduledForMs = '', id = ''] = text.split('-')
    return { scheduledForMs: Number(scheduledForMs), id }
  })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/maintenances',
  summary: 'List maintenances',
  description: 'Those that are not over, all of them, the next first; or those that are, the latest first.',
  tags: TAGS,
  middleware: [allow(READ)] as const,
  request: {
    query: z.object({
      state: z.enum(['open', 'over']).default('open'),
      after: After.optional().openapi({ type: 'string', description: 'The `next` of the page before.' }),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: {
    200: {
      description: 'Maintenances; `next` is null at the end',
      content: {
        'application/json': {
          schema: z.object({ maintenances: z.array(MaintenanceAnswer), next: z.string().nullable() }),
        },
      },
    },
  },
})

const scheduleRoute = createRoute({
  method: 'post',
  path: '/api/v1/maintenances',
  summary: 'Schedule a maintenance',
  description: 'It is on the status page, in the calendar and on its way to subscribers at once.',
  tags: TAGS,
  middleware: [allow(WRITE)] as const,
  request: { body: { required: true, content: { 'application/json': { schema: ScheduleBody } } } },
  responses: {
    201: { description: 'The maintenance', content: { 'application/json': { schema: MaintenanceAnswer } } },
    409: { description: 'There are too many already' },
    422: { description: 'The body is not valid, or names what does not exist' },
  },
})

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/maintenances/{id}',
  summary: 'Read a maintenance',
  tags: TAGS,
  middleware: [allow(READ)] as const,
  request: { params: Id },
  responses: {
    200: { description: 'The maintenance', content: { 'application/json': { schema: MaintenanceAnswer } } },
    ...UNKNOWN,
  },
})

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/maintenances/{id}/events',
  summary: 'Read what happened to a maintenance, oldest first',
  tags: TAGS,
  middleware: [allow(READ)] as const,
  request: { params: Id },
  responses: {
    200: {
      description: 'All events',
      content: { 'application/json': { schema: z.object({ events: z.array(MaintenanceEventAnswer) }) } },
    },
    ...UNKNOWN,
  },
})

export const maintenanceRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const { state, after, limit } = c.req.valid('query')
    const desk = maintenanceDeskOf(c.env)
    const found = state === 'open' ? await desk.open() : await desk.past(after ?? null, limit)
    const last = state === 'over' && found.length === limit ? found.at(-1) : undefined
    return c.json(
      {
        maintenances: found.map((maintenance) => maintenanceAnswer(maintenance, c.env.PUBLIC_URL)),
        next: last === undefined ? null : `${last.scheduledForMs}-${last.id}`,
      },
      200,
    )
  })
  .openapi(scheduleRoute, async (c) => {
    const { title, body, note, startsByItself, endsByItself, remindMinutesBefore, translations, ...given } =
      c.req.valid('json')
    const components = affectedComponents(given.components, await c.env.ALERT_DESK.getByName('main').organisation())
    if (!components.ok) return problem(c, 422, 'unknown_component', components.detail)
    const key = await commandKey(c)
    // The same key names the same maintenance: a repeated request finds it instead of scheduling another.
    const id = await maintenanceIdFor(key)
    const answer = await submitMaintenance(
      c,
      id,
      {
        type: 'schedule',
        id,
        title,
        components: components.affected.map(({ id: componentId, name }) => ({ id: componentId, name })),
        startsByItself,
        endsByItself,
        remindBeforeMs: remindMinutesBefore === null ? null : remindMinutesBefore * 60_000,
        note,
        window: { scheduledForMs: Date.parse(given.scheduledFor), scheduledUntilMs: Date.parse(given.scheduledUntil) },
        updateId: crypto.randomUUID(),
        body,
        translations,
        tellsSubscribers: given.tellSubscribers,
      },
      { idempotencyKey: key },
    )
    if (!answer.ok) return maintenanceProblem(c, answer.reason, answer.maintenance)
    return c.json(maintenanceAnswer(answer.maintenance, c.env.PUBLIC_URL), 201, {
      Location: `/api/v1/maintenances/${answer.maintenance.id}`,
    })
  })
  .openapi(readRoute, async (c) => {
    const found = await readMaintenance(c, c.req.valid('param').id)
    if (found === null) return maintenanceProblem(c, 'unknown_maintenance', null)
    const { maintenance } = found
    return c.json(maintenanceAnswer(maintenance, c.env.PUBLIC_URL), 200, { ETag: `"${maintenance.version}"` })
  })
  .openapi(eventsRoute, async (c) => {
    const found = await readMaintenance(c, c.req.valid('param').id)
    if (found === null) return maintenanceProblem(c, 'unknown_maintenance', null)
    return c.json({ events: found.events.map(maintenanceEventAnswer) }, 200)
  })

/** Made from the key of a request or a form where there is one, so that the same request is the same maintenance. */
export async function maintenanceIdFor(key: string | undefined): Promise<MaintenanceId> {
  const bytes = key === undefined ? crypto.getRandomValues(new Uint8Array(12)) : Buffer.from(await hashKey(key), 'hex')
  return MaintenanceId.parse(crockford(bytes, 12))
}
