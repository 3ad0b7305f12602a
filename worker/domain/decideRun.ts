import type { Actor } from './actor.ts'
import { accept, internal, refuse } from './decision.ts'
import type { Decision, Effect, NewEvent } from './decision.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { IncidentEvent } from './incidentEvent.ts'
import type { Run, RunStep } from './playbookRun.ts'

export type RunCommand = Extract<
  IncidentCommand,
  {
    type:
      | 'start_run'
      | 'resume_run'
      | 'begin_run_step'
      | 'finish_run_step'
      | 'approve_run_step'
      | 'answer_run_step'
      | 'cancel_run'
  }
>

const RUNS_MAX = 20
/** A Workflow that has not reported for this long while it should be working is taken for dead. */
export const RUN_SILENCE_MS = 60_000

/** The step a run is at: the first that is not over; null when all are. */
export function currentStep(run: Run): { index: number; step: RunStep } | null {
  const index = run.steps.findIndex((step) => step.endedAtMs === null)
  const step = run.steps[index]
  return step === undefined ? null : { index, step }
}

/** True when a human has to say something before the step may go on: an answer, an approval, or leave for a risky act. */
export function waitsForHuman(step: RunStep): boolean {
  const { definition } = step
  switch (definition.kind) {
    case 'ask':
    case 'approve':
      return true
    case 'act':
      return definition.risk === 'high' && step.approvedBy === null
    case 'diagnose':
    case 'update':
    case 'wait':
      return false
  }
}

/** When a run that stays silent is taken for dead; null while it is over or waits for a human, silent by design. */
export function takenForDeadAtMs(run: Run): number | null {
  const at = currentStep(run)
  if (isOver(run) || at === null || at.step.status === 'waiting') return null
  return run.heardAtMs + RUN_SILENCE_MS + workMsOf(at.step)
}

export function isOver(run: Run): boolean {
  return run.status === 'succeeded' || run.status === 'failed' || run.status === 'cancelled'
}

/**
 * What a playbook run may do next. The room is the truth of a run: the Workflow asks it what is next,
 * so a Workflow that died can be replaced by another that goes on at the first step not over.
 */
export function decideRun(incident: Incident, command: RunCommand, by: Actor, nowMs: number): Decision {
  if (command.type === 'start_run') return startRun(incident, command, by, nowMs)

  const run = incident.runs.find((candidate) => candidate.id === command.runId)
  if (run === undefined) return refuse('unknown_run')
  if (isOver(run)) return refuse('run_over')

  switch (command.type) {
    case 'resume_run': {
      const deadAtMs = takenForDeadAtMs(run)
      if (!command.dead && (deadAtMs === null || nowMs < deadAtMs)) return refuse('not_due')
      const incarnation = run.incarnation + 1
      return accept(
        [internal(by, { type: 'run_resumed', runId: run.id, incarnation })],
        [{ type: 'start_workflow', runId: run.id, incarnation }],
      )
    }
    case 'begin_run_step': {
      const at = currentStep(run)
      if (at?.index !== command.index) return refuse('wrong_step')
      const status = waitsForHuman(at.step) ? 'waiting' : 'running'
      // Reported again after a restart: nothing new to tell.
      if (at.step.status === status) return accept([])
      return accept([internal(by, stepChanged(run, command.index, status, ''))])
    }
    case 'finish_run_step': {
      const at = currentStep(run)
      if (at?.index !== command.index) return refuse('wrong_step')
      return finish(run, command.index, command.ok, command.output, by)
    }
    case 'approve_run_step': {
      const at = currentStep(run)
      if (at?.index !== command.index) return refuse('wrong_step')
      if (at.step.status !== 'waiting' || at.step.definition.kind === 'ask') return refuse('not_waiting')
      if (at.step.planHash !== command.planHash) return refuse('plan_changed')
      const risky = at.step.definition.kind === 'act' && at.step.definition.risk === 'high'
      if (risky && command.approved && command.person.id === run.requestedBy.id) return refuse('own_approval')
      if (!command.approved) return finish(run, command.index, false, `Declined by ${command.person.name}`, by)
      const output = `Approved by ${command.person.name}`
      // An approved act still has to be done; an approval step is done by the approval.
      return risky
        ? accept([internal(by, stepChanged(run, command.index, 'running', output, command.person))], wake(run))
        : finish(run, command.index, true, output, by, command.person)
    }
    case 'answer_run_step': {
      const at = currentStep(run)
      if (at?.index !== command.index) return refuse('wrong_step')
      if (at.step.status !== 'waiting' || at.step.definition.kind !== 'ask') return refuse('not_waiting')
      const { options } = at.step.definition
      if (options.length > 0 && !options.includes(command.answer)) return refuse('plan_changed')
      return finish(run, command.index, true, `${command.person.name}: ${command.answer}`, by)
    }
    case 'cancel_run':
      return accept([internal(by, { type: 'run_ended', runId: run.id, status: 'cancelled' })], wake(run))
  }
}

function startRun(
  incident: Incident,
  command: Extract<RunCommand, { type: 'start_run' }>,
  by: Actor,
  nowMs: number,
): Decision {
  if (incident.phase === 'resolved') return refuse('already_resolved')
  // The same request again: the run exists, and that is what was asked for.
  if (incident.runs.some((run) => run.id === command.runId)) return accept([])
  if (incident.runs.length >= RUNS_MAX) return refuse('limit_reached')
  const run: Run = {
    id: command.runId,
    playbookId: command.playbookId,
    name: command.name,
    requestedBy: command.requestedBy,
    status: 'running',
    steps: command.steps.map(({ definition, planHash }) => ({
      definition,
      planHash,
      status: 'pending',
      output: '',
      approvedBy: null,
      startedAtMs: null,
      endedAtMs: null,
    })),
    startedAtMs: nowMs,
    endedAtMs: null,
    heardAtMs: nowMs,
    incarnation: 0,
  }
  return accept(
    [internal(by, { type: 'run_started', run })],
    [{ type: 'start_workflow', runId: run.id, incarnation: run.incarnation }],
  )
}

function finish(
  run: Run,
  index: number,
  ok: boolean,
  output: string,
  by: Actor,
  approvedBy: RunStep['approvedBy'] = null,
): Decision {
  const events: NewEvent[] = [internal(by, stepChanged(run, index, ok ? 'succeeded' : 'failed', output, approvedBy))]
  if (!ok) events.push(internal(by, { type: 'run_ended', runId: run.id, status: 'failed' }))
  else if (index === run.steps.length - 1)
    events.push(internal(by, { type: 'run_ended', runId: run.id, status: 'succeeded' }))
  return accept(events, by.kind === 'system' ? [] : wake(run))
}

function wake(run: Run): Effect[] {
  return [{ type: 'wake_workflow', runId: run.id, incarnation: run.incarnation }]
}

/** How long a step may take by itself. An act is tried four times, half a minute each, with pauses in between. */
const ACT_MS_MAX = 150_000

function workMsOf({ definition }: RunStep): number {
  switch (definition.kind) {
    case 'wait':
      return definition.seconds * 1000
    case 'act':
      return ACT_MS_MAX
    case 'diagnose':
    case 'ask':
    case 'approve':
    case 'update':
      return 0
  }
}

function stepChanged(
  run: Run,
  index: number,
  status: RunStep['status'],
  output: string,
  approvedBy: RunStep['approvedBy'] = null,
): IncidentEvent {
  return { type: 'run_step_changed', runId: run.id, index, status, output, approvedBy }
}
