import type { Context } from 'hono'
import type { Hono } from 'hono'
import type { Person } from '../../domain/incident.ts'
import type { IncidentCommand } from '../../domain/incidentCommand.ts'
import { REFUSAL_MESSAGE } from '../../domain/refusal.ts'
import { runDiagnostic } from '../../delivery/diagnostic.ts'
import type { DiagnosticRequest } from '../../delivery/diagnostic.ts'
import { database } from '../../storage/database.ts'
import { findResponder } from '../../storage/responders.ts'
import type { HttpEnv } from '../env.ts'
import { affectedComponents } from '../names.ts'
import { mergeCommand } from '../mergeCommand.ts'
import { startRunCommand } from '../playbooks.ts'
import type { RenderPage } from '../render.ts'
import { personOf } from '../room.ts'
import { severityCommand } from '../severityCommand.ts'
import * as forms from './forms.ts'
import { addRoomForm } from './roomForm.ts'
import type { WrongFields } from './roomForm.ts'
import { RACING_EVENTS } from './roomSubmit.ts'
import { timeZoneOf } from './roomView.ts'

/** What a responder does in the room besides telling others: one plain form each. */

export function addStateForms(routes: Hono<HttpEnv>, render: RenderPage): void {
  addRoomForm(routes, render, {
    path: 'acknowledge',
    schema: forms.AcknowledgeForm,
    command: () => ({ type: 'acknowledge', via: 'console' }),
    anchor: 'main',
    done: () => 'acknowledged',
  })
  addRoomForm(routes, render, {
    path: 'phase',
    schema: forms.PhaseForm,
    racesWith: RACING_EVENTS,
    command: ({ data }) => ({ type: 'change_phase', to: data.to }),
    anchor: 'main',
    done: () => 'phase',
  })
  addRoomForm(routes, render, {
    path: 'severity',
    schema: forms.SeverityForm,
    racesWith: RACING_EVENTS,
    command: ({ data, incident, c }) => severityCommand(c.env, incident, data.severity, data.reason),
    anchor: 'main',
    done: () => 'severity',
  })
  addRoomForm(routes, render, {
    path: 'resolve',
    schema: forms.ResolveForm,
    racesWith: RACING_EVENTS,
    command: ({ data: { reason, publicBody } }) => ({
      type: 'resolve',
      reason,
      updateId: crypto.randomUUID(),
      publicBody: publicBody === '' ? null : publicBody,
    }),
    anchor: 'main',
    done: () => 'resolved',
  })
  addRoomForm(routes, render, {
    path: 'merge',
    schema: forms.MergeForm,
    racesWith: RACING_EVENTS,
    command: async ({ data: { into, reason }, c }) => {
      const prepared = await mergeCommand(c.env, into, reason)
      return prepared.ok ? prepared.command : { errors: { into: NOT_OPEN } }
    },
    anchor: 'main',
    done: () => 'merged',
  })
  addRoomForm(routes, render, {
    path: 'start',
    schema: forms.StartForm,
    racesWith: ['start_corrected'],
    command: async ({ data: { startedAt, reason }, c }) => {
      const toMs = forms.instantOf(startedAt, await timeZoneOf(c.env))
      if (toMs === null) return { errors: { startedAt: 'Enter a date and time, such as 2026-11-24T09:00.' } }
      if (toMs > Date.now()) return { errors: { startedAt: REFUSAL_MESSAGE.start_in_the_future } }
      return { type: 'correct_start', toMs, reason }
    },
    anchor: 'main',
    done: () => 'start',
  })
  addRoomForm(routes, render, {
    path: 'title',
    schema: forms.TitleForm,
    racesWith: ['title_changed'],
    command: ({ data: { title, publicTitle } }) => ({ type: 'change_title', title, publicTitle }),
    anchor: 'main',
    done: () => 'title',
  })
  addRoomForm(routes, render, {
    path: 'components',
    schema: forms.ComponentsForm,
    racesWith: ['components_set'],
    command: async ({ values, c }) => {
      const chosen = forms.chosenComponents(values)
      if (!chosen.ok) return chosen
      const named = affectedComponents(chosen.data, await c.env.ALERT_DESK.getByName('main').organisation())
      return named.ok
        ? { type: 'set_components', components: named.affected }
        : { errors: { components: named.detail } }
    },
    anchor: 'main',
    done: () => 'components',
  })
}

export function addTeamForms(routes: Hono<HttpEnv>, render: RenderPage): void {
  addRoomForm(routes, render, {
    path: 'roles',
    schema: forms.RoleForm,
    command: async ({ data: { role, responder }, c }) => {
      const person = await personNamed(c, responder)
      return person === null ? { errors: { responder: UNKNOWN_PERSON } } : { type: 'take_role', role, person }
    },
    anchor: 'roles',
    done: () => 'role',
  })
  addRoomForm(routes, render, {
    path: 'roles/release',
    schema: forms.ReleaseRoleForm,
    command: ({ data: { role } }) => ({ type: 'release_role', role }),
    anchor: 'roles',
    done: () => 'released',
  })
  addRoomForm(routes, render, {
    path: 'tasks',
    schema: forms.TaskForm,
    command: ({ data: { title, owner }, c }) =>
      withOwner(c, owner, (person) => ({ type: 'add_task', id: crypto.randomUUID(), title, owner: person })),
    anchor: 'tasks',
    done: () => 'task',
  })
  addRoomForm(routes, render, {
    path: 'tasks/:taskId',
    schema: forms.TaskChangeForm,
    command: ({ data: { owner, done }, c }) => {
      const id = c.req.param('taskId') ?? ''
      return withOwner(c, owner, (person) => ({ type: 'change_task', id, owner: person, done: done === 'yes' }))
    },
    anchor: 'tasks',
    done: () => 'task',
  })
  addRoomForm(routes, render, {
    path: 'hypotheses',
    schema: forms.HypothesisForm,
    command: ({ data: { statement, owner }, c }) =>
      withOwner(c, owner, (person) => ({ type: 'add_hypothesis', id: crypto.randomUUID(), statement, owner: person })),
    anchor: 'hypotheses',
    done: () => 'hypothesis',
  })
  addRoomForm(routes, render, {
    path: 'hypotheses/:hypothesisId',
    schema: forms.VerdictForm,
    command: ({ data: { verdict, note }, c }) => ({
      type: 'judge_hypothesis',
      id: c.req.param('hypothesisId') ?? '',
      verdict,
      note,
    }),
    anchor: 'hypotheses',
    done: () => 'hypothesis',
  })
}

export function addToolForms(routes: Hono<HttpEnv>, render: RenderPage): void {
  addRoomForm(routes, render, {
    path: 'diagnostics/http',
    schema: forms.ProbeForm,
    command: ({ data, c }) => diagnose(c, { kind: 'http', url: data.url }),
    anchor: 'timeline',
    done: () => 'diagnostic',
  })
  addRoomForm(routes, render, {
    path: 'diagnostics/prometheus',
    schema: forms.QueryForm,
    command: ({ data, c }) => diagnose(c, { kind: 'prometheus', ...data }),
    anchor: 'timeline',
    done: () => 'diagnostic',
  })
  addRoomForm(routes, render, {
    path: 'runs',
    schema: forms.RunForm,
    command: async ({ data, c }) => {
      const command = await startRunCommand(database(c.env.DB), data.playbookId, personOf(c.var.principal))
      return command ?? { errors: { playbookId: 'There is no such playbook any more.' } }
    },
    anchor: 'playbooks',
    done: () => 'run',
  })
  addRoomForm(routes, render, {
    path: 'runs/:runId/steps/:index/approve',
    schema: forms.ApprovalForm,
    command: ({ data: { planHash, decision }, c }) => ({
      type: 'approve_run_step',
      ...stepOf(c),
      planHash,
      approved: decision === 'approve',
      person: personOf(c.var.principal),
    }),
    anchor: 'playbooks',
    done: ({ decision }) => (decision === 'approve' ? 'approved' : 'declined'),
  })
  addRoomForm(routes, render, {
    path: 'runs/:runId/steps/:index/answer',
    schema: forms.AnswerForm,
    command: ({ data: { answer }, c }) => ({
      type: 'answer_run_step',
      ...stepOf(c),
      answer,
      person: personOf(c.var.principal),
    }),
    anchor: 'playbooks',
    done: () => 'answered',
  })
  addRoomForm(routes, render, {
    path: 'runs/:runId/cancel',
    schema: forms.CancelForm,
    command: ({ c }) => ({ type: 'cancel_run', runId: c.req.param('runId') ?? '' }),
    anchor: 'playbooks',
    done: () => 'cancelled',
  })
}

export const NOT_OPEN = 'This incident is not open any more. Choose another one.'
const UNKNOWN_PERSON = 'This person is not among the responders any more.'

async function personNamed(c: Context<HttpEnv>, id: string): Promise<Person | null> {
  if (id === c.var.principal.id) return personOf(c.var.principal)
  const responder = await findResponder(database(c.env.DB), id)
  return responder === null ? null : { id: responder.id, name: responder.name }
}

async function withOwner(
  c: Context<HttpEnv>,
  owner: string,
  command: (person: Person | null) => IncidentCommand,
): Promise<IncidentCommand | WrongFields> {
  if (owner === '') return command(null)
  const person = await personNamed(c, owner)
  return person === null ? { errors: { owner: UNKNOWN_PERSON } } : command(person)
}

async function diagnose(c: Context<HttpEnv>, request: DiagnosticRequest): Promise<IncidentCommand> {
  const result = await runDiagnostic(request, c.env.PRIVATE_TARGETS, () => Date.now())
  return { type: 'record_diagnostic', result }
}

function stepOf(c: Context<HttpEnv>): { runId: string; index: number } {
  return { runId: c.req.param('runId') ?? '', index: Number(c.req.param('index')) }
}
