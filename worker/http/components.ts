import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { ComponentStatus } from '../domain/componentStatus.ts'
import { Slug } from '../domain/identifiers.ts'
import type { ComponentRefusal, OwnComponentState, RecordedComponentEvent } from '../domain/ownComponentState.ts'
import { COMPONENT_REASON_LENGTH_MAX, COMPONENT_REFUSAL_MESSAGE, ownStatus } from '../domain/ownComponentState.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { actorOf, commandKey, ifMatch } from './room.ts'

/** What components are by themselves: set by hand, or by rules. Which there are is part of the configuration. */

const Time = z.iso.datetime({ offset: true })
const LOG_MAX = 200

const Word = z.object({
  status: ComponentStatus,
  reason: z.string(),
  by: z.string(),
  at: Time,
  until: Time.nullable(),
})

const ShownComponent = z
  .object({
    id: Slug,
    name: z.string(),
    group: z.string().nullable(),
    /** By itself: incidents and maintenances come on top. */
    status: ComponentStatus,
    byHand: Word.nullable(),
    byRule: z.object({ status: ComponentStatus, because: z.array(z.string()) }).nullable(),
    version: z.number().int(),
  })
  .openapi('ComponentState')

const LogEntry = z.object({
  sequence: z.number().int(),
  component: z.string(),
  at: Time,
  by: z.string(),
  type: z.enum(['set_by_hand', 'given_back', 'word_ended', 'ruled']),
  from: ComponentStatus,
  to: ComponentStatus,
  why: z.string(),
})

const SetBody = z.object({
  status: ComponentStatus,
  reason: z
    .string()
    .trim()
    .min(1)
    .max(COMPONENT_REASON_LENGTH_MAX)
    .openapi({ description: 'Why. For responders only.' }),
  until: Time.nullable()
    .default(null)
    .openapi({ description: 'When rules decide again; null: until it is given back.' }),
  notify: z
    .boolean()
    .default(true)
    .openapi({ description: 'Whether subscribers are told, if what readers see changes.' }),
  expectedVersion: z.number().int().min(0).optional(),
})

const READ = { role: 'viewer', scope: 'incidents:read' } as const
const WRITE = { role: 'responder', scope: 'incidents:write' } as const
const ById = z.object({ id: Slug })
const CHANGED = { description: 'As it is now', content: { 'application/json': { schema: ShownComponent } } }
const REFUSED = {
  404: { description: 'There is no component with this id' },
  409: { description: 'Someone was faster, or it is not set by hand' },
  422: { description: 'The body is not valid' },
}

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/components',
  summary: 'What components are by themselves',
  description:
    'Readers see the worst of this and of what incidents and maintenances say; see `/api/v2/components.json` for that.',
  tags: ['Components'],
  middleware: [allow(READ)] as const,
  responses: {
    200: {
      description: 'In the order of the configuration',
      content: { 'application/json': { schema: z.object({ components: z.array(ShownComponent) }) } },
    },
  },
})

const logRoute = createRoute({
  method: 'get',
  path: '/api/v1/components/{id}/log',
  summary: 'Who set a component, and why; newest first',
  tags: ['Components'],
  middleware: [allow(READ)] as const,
  request: { params: ById, query: z.object({ limit: z.coerce.number().int().min(1).max(LOG_MAX).default(50) }) },
  responses: {
    200: {
      description: 'Its log',
      content: { 'application/json': { schema: z.object({ events: z.array(LogEntry) }) } },
    },
  },
})

const setRoute = createRoute({
  method: 'put',
  path: '/api/v1/components/{id}/status',
  summary: 'Set the state of a component by hand',
  description:
    'It overrules every rule until its end, or until it is given back. An incident that says worse still counts.',
  tags: ['Components'],
  middleware: [allow(WRITE)] as const,
  request: { params: ById, body: { required: true, content: { 'application/json': { schema: SetBody } } } },
  responses: { 200: CHANGED, ...REFUSED },
})

const giveBackRoute = createRoute({
  method: 'delete',
  path: '/api/v1/components/{id}/status',
  summary: 'Give the state of a component back to the rules',
  tags: ['Components'],
  middleware: [allow(WRITE)] as const,
  request: {
    params: ById,
    query: z.object({
      reason: z.string().max(COMPONENT_REASON_LENGTH_MAX).default(''),
      notify: z.enum(['true', 'false']).default('true'),
    }),
  },
  responses: { 200: CHANGED, ...REFUSED },
})

export const COMPONENT_REFUSAL_STATUS = {
  unknown_component: 404,
  reason_needed: 422,
  end_in_the_past: 422,
  too_far: 422,
  not_held: 409,
  not_due: 409,
  same_as_before: 409,
  stale_version: 409,
} as const satisfies Record<ComponentRefusal, number>

export const componentRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const listed = await desk(c.env).list()
    return c.json({ components: listed.map(({ component, state }) => ({ ...component, ...stateAnswer(state) })) }, 200)
  })
  .openapi(logRoute, async (c) => {
    const events = await desk(c.env).log(c.req.valid('param').id, c.req.valid('query').limit)
    return c.json({ events: events.map(logAnswer) }, 200)
  })
  .openapi(setRoute, async (c) => {
    const { status, reason, until, notify, expectedVersion } = c.req.valid('json')
    const untilMs = until === null ? null : Date.parse(until)
    const command = { type: 'set_status', status, reason, untilMs, tellsSubscribers: notify } as const
    return submit(c, c.req.valid('param').id, command, expectedVersion ?? ifMatch(c))
  })
  .openapi(giveBackRoute, async (c) => {
    const { reason, notify } = c.req.valid('query')
    const command = { type: 'give_back', reason, tellsSubscribers: notify === 'true' } as const
    return submit(c, c.req.valid('param').id, command, ifMatch(c))
  })

type Desk = ReturnType<typeof desk>
type Context = Parameters<typeof commandKey>[0]

async function submit(
  c: Context,
  component: string,
  command: Parameters<Desk['submit']>[0]['command'],
  expectedVersion: number | undefined,
) {
  const answer = await desk(c.env).submit({
    component,
    command,
    by: actorOf(c.var.principal),
    expectedVersion,
    idempotencyKey: await commandKey(c),
  })
  if (!answer.ok)
    return problem(c, COMPONENT_REFUSAL_STATUS[answer.reason], answer.reason, COMPONENT_REFUSAL_MESSAGE[answer.reason])
  const listed = await desk(c.env).list()
  const known = listed.find((each) => each.component.id === component)?.component
  return c.json({ ...(known ?? { id: component, name: component, group: null }), ...stateAnswer(answer.state) }, 200)
}

function desk(env: Env) {
  return env.COMPONENT_DESK.getByName('main')
}

function stateAnswer(state: OwnComponentState) {
  const { word, ruled, version } = state
  return {
    status: ownStatus(state),
    byHand: word && {
      status: word.status,
      reason: word.reason,
      by: word.by.name,
      at: iso(word.atMs),
      until: word.untilMs === null ? null : iso(word.untilMs),
    },
    byRule: ruled && { status: ruled.status, because: [...ruled.because] },
    version,
  }
}

function logAnswer({ sequence, component, atMs, by, event, from, to }: RecordedComponentEvent) {
  return { sequence, component, at: iso(atMs), by: by.name, type: event.type, from, to, why: whyOf(event) }
}

export function whyOf(event: RecordedComponentEvent['event']): string {
  switch (event.type) {
    case 'set_by_hand':
    case 'given_back':
      return event.reason
    case 'word_ended':
      return 'The time that was set for it is over.'
    case 'ruled':
      return event.ruled?.because.join('; ') ?? 'No rule says anything of it any more.'
  }
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
