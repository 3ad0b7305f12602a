import type { Actor } from './actor.ts'
import { accept, forStakeholders, internal, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'

export type TeamCommand = Extract<
  IncidentCommand,
  {
    type:
      | 'take_role'
      | 'release_role'
      | 'add_task'
      | 'change_task'
      | 'add_hypothesis'
      | 'judge_hypothesis'
      | 'record_diagnostic'
  }
>

const TASKS_MAX = 200
const HYPOTHESES_MAX = 100

/** Who does what, what is believed, and what was looked at. Open after the resolution too: people tidy up. */
export function decideTeam(incident: Incident, command: TeamCommand, by: Actor): Decision {
  switch (command.type) {
    case 'take_role': {
      const holder = incident.roles[command.role] ?? null
      if (holder?.id === command.person.id) return refuse('role_already_yours')
      const { role, person } = command
      return accept([forStakeholders(by, { type: 'role_taken', role, person, from: holder })])
    }
    case 'release_role': {
      const holder = incident.roles[command.role]
      if (holder === undefined) return refuse('role_not_taken')
      return accept([forStakeholders(by, { type: 'role_released', role: command.role, from: holder })])
    }
    case 'add_task': {
      const { id, title, owner } = command
      if (incident.tasks.some((task) => task.id === id)) return accept([])
      if (incident.tasks.length >= TASKS_MAX) return refuse('limit_reached')
      return accept([internal(by, { type: 'task_added', id, title, owner })])
    }
    case 'change_task': {
      const task = incident.tasks.find((candidate) => candidate.id === command.id)
      if (task === undefined) return refuse('unknown_task')
      const { owner, done } = command
      if (task.owner?.id === owner?.id && task.done === done) return accept([])
      return accept([internal(by, { type: 'task_changed', id: task.id, title: task.title, owner, done })])
    }
    case 'add_hypothesis': {
      const { id, statement, owner } = command
      if (incident.hypotheses.some((hypothesis) => hypothesis.id === id)) return accept([])
      if (incident.hypotheses.length >= HYPOTHESES_MAX) return refuse('limit_reached')
      return accept([internal(by, { type: 'hypothesis_added', id, statement, owner })])
    }
    case 'judge_hypothesis': {
      const hypothesis = incident.hypotheses.find((candidate) => candidate.id === command.id)
      if (hypothesis === undefined) return refuse('unknown_hypothesis')
      const { id, verdict, note } = command
      if (hypothesis.verdict === verdict && hypothesis.note === note) return accept([])
      return accept([internal(by, { type: 'hypothesis_judged', id, statement: hypothesis.statement, verdict, note })])
    }
    case 'record_diagnostic':
      return accept([internal(by, { type: 'diagnostic_run', result: command.result })])
  }
}
