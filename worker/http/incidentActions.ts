import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Person } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { database } from '../storage/database.ts'
import { findResponder } from '../storage/responders.ts'
import { runDiagnostic } from '../delivery/diagnostic.ts'
import type { HttpEnv } from './env.ts'
import * as body from './incidentCommands.ts'
import { IncidentAnswer, incidentAnswer } from './incidentSchema.ts'
import { affectedComponents } from './names.ts'
import { mergeCommand } from './mergeCommand.ts'
import { startRunCommand } from './playbooks.ts'
import { allow } from './policy.ts'
import { readJson } from './limits.ts'
import { invalid, problem, refuseInvalid } from './problem.ts'
import { personOf, refusalProblem, roomOf, submitFor } from './room.ts'
import { severityCommand } from './severityCommand.ts'

/** What responders do in an incident: each action is one command to its room, and answers the incident after it. */

export const incidentActionRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })

type Prepared = IncidentCommand | Response

interface Action<Body extends z.ZodType> {
  readonly path: string
  readonly summary: string
  readonly description?: string
  readonly body: Body
  readonly command: (given: z.infer<Body>, c: Context<HttpEnv>) => Prepared | Promise<Prepared>
}

/** Registers `POST /api/v1/incidents/{id}/<path>`: described for OpenAPI, and answered. */
function action<Body extends z.ZodType<object>>({ path, summary, description, body: schema, command }: Action<Body>) {
  const policy = allow({ role: 'responder', scope: 'incidents:write' })
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  incidentActionRoutes.openAPIRegistry.registerPath({
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
  incidentActionRoutes.post(`/api/v1/incidents/:id/${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, policy, async (c) => {
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

action({
  path: 'acknowledge',
  summary: 'Acknowledge: paging stops',
  body: body.AcknowledgeBody,
  command: () => ({ type: 'acknowledge', via: 'api' }),
})

action({
  path: 'resolve',
  summary: 'Resolve',
  description: 'When customers were told of the incident and not yet of its end, they are told now.',
  body: body.ResolveBody,
  command: ({ reason, publicBody }) => ({
    type: 'resolve',
    reason,
    updateId: crypto.randomUUID(),
    publicBody: publicBody ?? null,
  }),
})

action({
  path: 'merge',
  summary: 'Merge into another incident',
  description:
    'The other incident goes on with the alerts, and with those that would have joined this one. This one is closed; its log stays.',
  body: body.MergeBody,
  command: async ({ into, reason }, c) => {
    const prepared = await mergeCommand(c.env, into, reason)
    return prepared.ok ? prepared.command : refusalProblem(c, prepared.reason, null)
  },
})

action({
  path: 'status',
  summary: 'Change the state',
  body: body.StatusBody,
  command: ({ status }) => ({ type: 'change_phase', to: status }),
})

action({
  path: 'severity',
  summary: 'Change the severity, with a reason',
  body: body.SeverityBody,
  description: 'A worse severity pages whoever the services’ escalation policy names for it, also after an answer.',
  command: async ({ severity, reason }, c) => {
    const incident = await roomOf(c.env, c.req.param('id') ?? '').read()
    if (incident === null) return refusalProblem(c, 'unknown_incident', null)
    return severityCommand(c.env, incident, severity, reason)
  },
})

action({
  path: 'start',
  summary: 'Correct when it started, with a reason',
  body: body.StartBody,
  command: ({ startedAt, reason }) => ({ type: 'correct_start', toMs: Date.parse(startedAt), reason }),
})

action({
  path: 'title',
  summary: 'Change the title, and the one customers see',
  body: body.TitleBody,
  command: ({ title, publicTitle }) => ({ type: 'change_title', title, publicTitle }),
})

action({
  path: 'components',
  summary: 'Set the affected components, for responders',
  description: 'Customers see a component change with a public update that names it.',
  body: body.ComponentsBody,
  command: async ({ components }, c) => {
    const named = affectedComponents(components, await c.env.ALERT_DESK.getByName('main').organisation())
    return named.ok
      ? { type: 'set_components', components: named.affected }
      : problem(c, 422, 'unknown_component', named.detail)
  },
})

action({
  path: 'updates',
  summary: 'Post an update to an audience',
  description: 'A public update is on the status page when the answer comes, and goes to subscribers.',
  body: body.UpdateBody,
  command: async ({ audience, status, body: text, components, nextUpdateAt }, c) => {
    const named = affectedComponents(components, await c.env.ALERT_DESK.getByName('main').organisation())
    if (!named.ok) return problem(c, 422, 'unknown_component', named.detail)
    if (nextUpdateAt !== undefined && Date.parse(nextUpdateAt) <= Date.now())
      return problem(c, 422, 'next_update_in_the_past', 'nextUpdateAt has to be in the future.')
    return {
      type: 'post_update',
      id: crypto.randomUUID(),
      audience,
      body: text,
      status: status ?? null,
      components: named.affected,
      nextUpdateAtMs: nextUpdateAt === undefined ? null : Date.parse(nextUpdateAt),
    }
  },
})

action({
  path: 'roles',
  summary: 'Take, hand over or release a role',
  body: body.RoleBody,
  command: async ({ role, responder }, c) => {
    if (responder === null) return { type: 'release_role', role }
    const person = await personNamed(c, responder)
    return person instanceof Response ? person : { type: 'take_role', role, person }
  },
})

action({
  path: 'tasks',
  summary: 'Add a task',
  body: body.TaskBody,
  command: async ({ title, owner }, c) => {
    const person = owner === null || owner === undefined ? null : await personNamed(c, owner)
    return person instanceof Response ? person : { type: 'add_task', id: crypto.randomUUID(), title, owner: person }
  },
})

action({
  path: 'tasks/{taskId}',
  summary: 'Give a task to someone, or say it is done',
  body: body.TaskChangeBody,
  command: async ({ owner, done }, c) => {
    const id = c.req.param('taskId') ?? ''
    const incident = await roomOf(c.env, c.req.param('id') ?? '').read()
    const task = incident?.tasks.find((candidate) => candidate.id === id)
    if (incident === null || task === undefined)
      return refusalProblem(c, incident === null ? 'unknown_incident' : 'unknown_task', incident)
    const person = owner === undefined ? task.owner : owner === null ? null : await personNamed(c, owner)
    return person instanceof Response ? person : { type: 'change_task', id, owner: person, done: done ?? task.done }
  },
})

action({
  path: 'hypotheses',
  summary: 'Add a hypothesis',
  body: body.HypothesisBody,
  command: async ({ statement, owner }, c) => {
    const person = owner === null || owner === undefined ? null : await personNamed(c, owner)
    if (person instanceof Response) return person
    return { type: 'add_hypothesis', id: crypto.randomUUID(), statement, owner: person }
  },
})

action({
  path: 'hypotheses/{hypothesisId}',
  summary: 'Judge a hypothesis',
  body: body.VerdictBody,
  command: ({ verdict, note }, c) => ({
    type: 'judge_hypothesis',
    id: c.req.param('hypothesisId') ?? '',
    verdict,
    note,
  }),
})

action({
  path: 'diagnostics',
  summary: 'Look at something, and keep what was seen',
  description: 'Fetches an HTTP address, or asks a Prometheus server; the result goes on the timeline.',
  body: body.DiagnosticBody,
  command: async (given, c) => ({
    type: 'record_diagnostic',
    result: await runDiagnostic(given, c.env.PRIVATE_TARGETS, Date.now),
  }),
})

action({
  path: 'runs',
  summary: 'Start a playbook',
  body: body.RunBody,
  command: async ({ playbookId }, c) => {
    const command = await startRunCommand(database(c.env.DB), playbookId, personOf(c.var.principal))
    return command ?? problem(c, 404, 'unknown_playbook', `There is no playbook with the id ${playbookId}.`)
  },
})

action({
  path: 'runs/{runId}/steps/{index}/approve',
  summary: 'Approve or decline a step',
  description:
    'A high-risk act needs someone other than the person who started the run. `planHash` names what you saw.',
  body: body.ApprovalBody,
  command: ({ planHash, approved }, c) => ({
    type: 'approve_run_step',
    ...stepOf(c),
    planHash,
    approved,
    person: personOf(c.var.principal),
  }),
})

action({
  path: 'runs/{runId}/steps/{index}/answer',
  summary: 'Answer a step that asks',
  body: body.AnswerBody,
  command: ({ answer }, c) => ({ type: 'answer_run_step', ...stepOf(c), answer, person: personOf(c.var.principal) }),
})

action({
  path: 'runs/{runId}/cancel',
  summary: 'Cancel a playbook run',
  body: z.object({}),
  command: (_given, c) => ({ type: 'cancel_run', runId: c.req.param('runId') ?? '' }),
})

function stepOf(c: Context<HttpEnv>): { runId: string; index: number } {
  return { runId: c.req.param('runId') ?? '', index: Number(c.req.param('index')) }
}

/** The person a request names; whoever is asking when it names nobody. */
async function personNamed(c: Context<HttpEnv>, id: string | undefined): Promise<Person | Response> {
  if (id === undefined || id === c.var.principal.id) return personOf(c.var.principal)
  const responder = await findResponder(database(c.env.DB), id)
  return responder === null
    ? problem(c, 422, 'unknown_responder', `There is no responder with the id ${id}.`)
    : { id: responder.id, name: responder.name }
}
