import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { IncidentId } from '../domain/identifiers.ts'
import type { HttpEnv } from './env.ts'
import { MoveBody } from './incidentCommands.ts'
import { moveAlerts } from './mergeCommand.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { actorOf, refusalProblem, roomOf } from './room.ts'

/** Alerts that belong to another incident than the one they came into. */

const route = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/alerts/move',
  summary: 'Move alerts to another incident, or split them off into a new one',
  description: 'Both incidents’ timelines say so. Whoever is on call for a new incident is paged.',
  tags: ['Incidents'],
  middleware: [allow({ role: 'responder', scope: 'incidents:write' })] as const,
  request: {
    params: z.object({ id: IncidentId.openapi({ type: 'string' }) }),
    body: { required: true, content: { 'application/json': { schema: MoveBody } } },
  },
  responses: {
    200: {
      description: 'The incident they are in now, and how many were moved',
      content: { 'application/json': { schema: z.object({ incident: z.string(), moved: z.number().int() }) } },
    },
    404: { description: 'No such incident, here or there' },
    409: { description: 'The other incident is resolved, or none of the alerts is in this one' },
    422: { description: 'The body is not valid' },
  },
})

export const incidentMoveRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
  const incident = await roomOf(c.env, c.req.valid('param').id).read()
  if (incident === null) return refusalProblem(c, 'unknown_incident', null)
  const { fingerprints, to, title, reason } = c.req.valid('json')
  const wanted = { fingerprints, to, title: title ?? null, reason }
  const answer = await moveAlerts(c.env, incident, wanted, actorOf(c.var.principal))
  if (answer.ok) return c.json({ incident: answer.id, moved: answer.moved }, 200)
  if (answer.reason === 'nothing_to_move')
    return problem(c, 409, 'nothing_to_move', 'None of these alerts is in this incident, or all are in the other one.')
  return refusalProblem(c, answer.reason, null)
})
