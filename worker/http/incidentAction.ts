import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { HttpEnv } from './env.ts'
import { IncidentAnswer, incidentAnswer } from './incidentSchema.ts'
import { allow } from './policy.ts'
import { readJson } from './limits.ts'
import { invalid } from './problem.ts'
import { refusalProblem, submitFor } from './room.ts'

type Prepared = IncidentCommand | Response

interface Action<Body extends z.ZodType> {
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly body: Body
  readonly command: (given: z.infer<Body>, c: Context<HttpEnv>) => Prepared | Promise<Prepared>
}

/** Registers `POST /api/v1/incidents/{id}/<path>`: described for OpenAPI, and answered. */
export function action<Body extends z.ZodType<object>>(
  routes: OpenAPIHono<HttpEnv>,
  { path, summary, description, body: schema, command }: Action<Body>,
): void {
  const policy = allow({ role: 'responder', scope: 'incidents:write' })
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  routes.openAPIRegistry.registerPath({
    method: 'post',
    path: `/api/v1/incidents/{id}/${path}`,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: ['Incidents'],
    request: {
      params: z.object(Object.fromEntries(['id', ...names].map((name) => [name, z.string()]))),
      body: { content: { 'application/json': { schema } } },
    },
    responses: {
      200: { description: 'The incident afterwards', content: { 'application/json': { schema: IncidentAnswer } } },
      404: { description: 'No such incident, or nothing of this id in it' },
      409: { description: 'Not possible in the present state, which comes along as `incident`' },
      422: { description: 'The body is not valid' },
    },
  })
  routes.post(`/api/v1/incidents/:id/${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, policy, async (c) => {
    // Nothing to say is said by no body at all, too.
    const given = schema.safeParse((await c.req.text()).trim() === '' ? {} : await readJson(c))
    if (!given.success) return invalid(c, given.error)
    const prepared = await command(given.data, c)
    if (prepared instanceof Response) return prepared
    const answer = await submitFor(c, c.req.param('id'), prepared, expectedVersionOf(given.data))
    if (!answer.ok) return refusalProblem(c, answer.reason, answer.incident)
    return c.json(incidentAnswer(answer.incident, c.env.PUBLIC_URL), 200)
  })
}

function expectedVersionOf(given: object): number | undefined {
  return 'expectedVersion' in given && typeof given.expectedVersion === 'number' ? given.expectedVersion : undefined
}
