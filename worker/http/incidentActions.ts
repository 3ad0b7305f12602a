import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Person } from '../domain/incident.ts'
import { database } from '../storage/database.ts'
import { findResponder } from '../storage/responders.ts'
import { runDiagnostic } from '../delivery/diagnostic.ts'
import type { HttpEnv } from './env.ts'
import * as body from './incidentCommands.ts'
import { action } from './incidentAction.ts'
import { affectedComponents } from './names.ts'
import { mergeCommand } from './mergeCommand.ts'
import { startRunCommand } from './playbooks.ts'
import { problem, refuseInvalid } from './problem.ts'
import { personOf, refusalProblem, roomOf } from './room.ts'
import { severityCommand } from './severityCommand.ts'

/** What responders do in an incident: each action is one command to its room, and answers the incident after it. */

export const incidentActionRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })

action(incidentActionRoutes, {
  path: 'acknowledge',
  summary: 'Acknowledge: paging stops',
  body: body.AcknowledgeBody,
  command: () => ({ type: 'acknowledge', via: 'api' }),
})

action(incidentActionRoutes, {
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

action(incidentActionRoutes, {
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

action(incidentActionRoutes, {
  path: 'status',
  summary: 'Change the state',
  body: body.StatusBody,
  command: ({ status }) => ({ type: 'change_phase', to: status }),
})

action(incidentActionRoutes, {
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

action(incidentActionRoutes, {
  path: 'start',
  summary: 'Correct when it started, with a reason',
  body: body.StartBody,
  command: ({ startedAt, reason }) => ({ type: 'correct_start', toMs: Date.parse(startedAt), reason }),
})

action(incidentActionRoutes, {
  path: 'title',
  summary: 'Change the title, and the one customers see',
  body: body.TitleBody,
  command: ({ title, publicTitle }) => ({ type: 'change_title', title, publicTitle }),
})

action(incidentActionRoutes, {
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

action(incidentActionRoutes, {
  path: 'roles',
  summary: 'Take, hand over or release a role',
  body: body.RoleBody,
  command: async ({ role, responder }, c) => {
    if (responder === null) return { type: 'release_role', role }
    const person = await personNamed(c, responder)
    return person instanceof Response ? person : { type: 'take_role', role, person }
  },
})

action(incidentActionRoutes, {
  path: 'tasks',
  summary: 'Add a task',
  body: body.TaskBody,
  command: async ({ title, owner }, c) => {
    const person = owner === null || owner === undefined ? null : await personNamed(c, owner)
    return person instanceof Response ? person : { type: 'add_task', id: crypto.randomUUID(), title, owner: person }
  },
})

action(incidentActionRoutes, {
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

action(incidentActionRoutes, {
  path: 'hypotheses',
  summary: 'Add a hypothesis',
  body: body.HypothesisBody,
  command: async ({ statement, owner }, c) => {
    const person = owner === null || owner === undefined ? null : await personNamed(c, owner)
    if (person instanceof Response) return person
    return { type: 'add_hypothesis', id: crypto.randomUUID(), statement, owner: person }
  },
})

action(incidentActionRoutes, {
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

action(incidentActionRoutes, {
  path: 'diagnostics',
  summary: 'Look at something, and keep what was seen',
  description: 'Fetches an HTTP address, or asks a Prometheus server; the result goes on the timeline.',
  body: body.DiagnosticBody,
  command: async (given, c) => ({
    type: 'record_diagnostic',
    result: await runDiagnostic(given, c.env.PRIVATE_TARGETS, Date.now),
  }),
})

action(incidentActionRoutes, {
  path: 'runs',
  summary: 'Start a playbook',
  body: body.RunBody,
  command: async ({ playbookId }, c) => {
    const command = await startRunCommand(database(c.env.DB), playbookId, personOf(c.var.principal))
    return command ?? problem(c, 404, 'unknown_playbook', `There is no playbook with the id ${playbookId}.`)
  },
})

action(incidentActionRoutes, {
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

action(incidentActionRoutes, {
  path: 'runs/{runId}/steps/{index}/answer',
  summary: 'Answer a step that asks',
  body: body.AnswerBody,
  command: ({ answer }, c) => ({ type: 'answer_run_step', ...stepOf(c), answer, person: personOf(c.var.principal) }),
})

action(incidentActionRoutes, {
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
