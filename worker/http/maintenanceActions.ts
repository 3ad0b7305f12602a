import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { NamedComponent } from '../domain/maintenance.ts'
import type { MaintenanceCommand, Saying } from '../domain/maintenanceCommand.ts'
import type { Translations } from '../domain/publicModel.ts'
import type { HttpEnv } from './env.ts'
import { readJson } from './limits.ts'
import { maintenanceProblem, readMaintenance, submitMaintenance } from './maintenance.ts'
import {
  DetailsBody,
  EditUpdateBody,
  MaintenanceAnswer,
  MoveBody,
  RescheduleBody,
  UpdateBody,
  maintenanceAnswer,
} from './maintenanceSchema.ts'
import { affectedComponents } from './names.ts'
import { allow } from './policy.ts'
import { invalid, problem, refuseInvalid } from './problem.ts'
import { commandKey, ifMatch } from './room.ts'

/** What is done with a maintenance: each action is one command, and answers the maintenance after it. */

export const maintenanceActionRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })

interface Action<Body extends z.ZodType> {
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly body: Body
  readonly command: (
    given: z.infer<Body>,
    c: Context<HttpEnv>,
  ) => MaintenanceCommand | Response | Promise<MaintenanceCommand | Response>
}

/** Registers `POST /api/v1/maintenances/{id}/<path>`: described for OpenAPI, and answered. */
function action<Body extends z.ZodType<{ expectedVersion?: number | undefined }>>({
  path,
  summary,
  description,
  body: schema,
  command,
}: Action<Body>) {
  const policy = allow({ role: 'responder', scope: 'incidents:write' })
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  maintenanceActionRoutes.openAPIRegistry.registerPath({
    method: 'post',
    path: `/api/v1/maintenances/{id}/${path}`,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: ['Maintenance'],
    request: {
      params: z.object(Object.fromEntries(['id', ...names].map((name) => [name, z.string()]))),
      body: { content: { 'application/json': { schema } } },
    },
    responses: {
      200: {
        description: 'The maintenance afterwards',
        content: { 'application/json': { schema: MaintenanceAnswer } },
      },
      404: { description: 'No such maintenance, or nothing of this id in it' },
      409: { description: 'Not possible in the present state, which comes along as `maintenance`' },
      422: { description: 'The body is not valid' },
    },
  })
  maintenanceActionRoutes.post(
    `/api/v1/maintenances/:id/${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    policy,
    async (c) => {
      // Nothing to say is said by no body at all, too.
      const given = schema.safeParse((await c.req.text()).trim() === '' ? {} : await readJson(c))
      if (!given.success) return invalid(c, given.error)
      const prepared = await command(given.data, c)
      if (prepared instanceof Response) return prepared
      const answer = await submitMaintenance(c, c.req.param('id'), prepared, {
        expectedVersion: given.data.expectedVersion ?? ifMatch(c),
        idempotencyKey: await commandKey(c),
      })
      if (!answer.ok) return maintenanceProblem(c, answer.reason, answer.maintenance)
      return c.json(maintenanceAnswer(answer.maintenance, c.env.PUBLIC_URL), 200)
    },
  )
}

interface Said {
  readonly body?: string | undefined
  readonly translations: Translations
  readonly tellSubscribers: boolean
}

function saying({ body, translations, tellSubscribers }: Said): Saying {
  return { updateId: crypto.randomUUID(), body: body ?? null, translations, tellsSubscribers: tellSubscribers }
}

for (const [type, summary, description] of [
  ['start', 'Start it now, or go on after verifying', 'Its components are under maintenance from now on.'],
  ['verify', 'Say that the work is done and its result is looked at', 'Its components stay under maintenance.'],
  ['complete', 'Complete it', 'Its components are operational again.'],
  ['cancel', 'Cancel it before it has begun', 'This cannot be undone: schedule another one instead.'],
] as const)
  action({ path: type, summary, description, body: MoveBody, command: (given) => ({ type, ...saying(given) }) })

action({
  path: 'reschedule',
  summary: 'Move it',
  description: 'The times that held before stay on its page. While it is under way only its end can be moved.',
  body: RescheduleBody,
  command: ({ scheduledFor, scheduledUntil, ...given }) => ({
    type: 'reschedule',
    window: { scheduledForMs: Date.parse(scheduledFor), scheduledUntilMs: Date.parse(scheduledUntil) },
    ...saying(given),
  }),
})

action({
  path: 'updates',
  summary: 'Post an update',
  description: 'In the state it has. Components named anew while it is under way change with this update.',
  body: UpdateBody,
  command: async ({ components: ids, ...given }, c) => {
    const components = ids === undefined ? null : await named(c, ids)
    if (components instanceof Response) return components
    return { type: 'post_update', components, ...saying(given) }
  },
})

action({
  path: 'updates/{update}/edit',
  summary: 'Say it in other words',
  description: 'What it said before stays to be seen. Subscribers are not told again.',
  body: EditUpdateBody,
  command: ({ body, translations }, c) => ({
    type: 'edit_update',
    updateId: c.req.param('update') ?? '',
    body,
    translations,
  }),
})

action({
  path: 'details',
  summary: 'Change its title, components, note, or what happens by itself',
  description: 'What is absent stays. Components can be changed until it begins; afterwards an update names them.',
  body: DetailsBody,
  command: async ({ expectedVersion: _expectedVersion, components: ids, remindMinutesBefore, ...given }, c) => {
    const found = await readMaintenance(c, c.req.param('id') ?? '')
    if (found === null) return maintenanceProblem(c, 'unknown_maintenance', null)
    const { maintenance } = found
    const components = ids === undefined ? maintenance.components : await named(c, ids)
    if (components instanceof Response) return components
    return {
      type: 'change_details',
      title: given.title ?? maintenance.title,
      components,
      startsByItself: given.startsByItself ?? maintenance.startsByItself,
      endsByItself: given.endsByItself ?? maintenance.endsByItself,
      remindBeforeMs:
        remindMinutesBefore === undefined
          ? maintenance.remindBeforeMs
          : remindMinutesBefore === null
            ? null
            : remindMinutesBefore * 60_000,
      note: given.note ?? maintenance.note,
    }
  },
})

async function named(c: Context<HttpEnv>, ids: readonly string[]): Promise<NamedComponent[] | Response> {
  const found = affectedComponents(ids, await c.env.ALERT_DESK.getByName('main').organisation())
  if (!found.ok) return problem(c, 422, 'unknown_component', found.detail)
  return found.affected.map(({ id, name }) => ({ id, name }))
}
