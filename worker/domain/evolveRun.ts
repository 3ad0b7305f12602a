import type { IncidentEvent } from './incidentEvent.ts'
import type { Run, RunStep } from './playbookRun.ts'

type RunEvent = Extract<IncidentEvent, { type: 'run_started' | 'run_resumed' | 'run_step_changed' | 'run_ended' }>

/** The runs of an incident after `event`. */
export function evolveRun(runs: readonly Run[], event: RunEvent, atMs: number): readonly Run[] {
  switch (event.type) {
    case 'run_started':
      return [...runs, event.run]
    case 'run_resumed':
      return withRun(runs, event.runId, (run) => ({ ...run, heardAtMs: atMs, incarnation: event.incarnation }))
    case 'run_step_changed':
      return withRun(runs, event.runId, (run) => ({
        ...run,
        heardAtMs: atMs,
        status: event.status === 'waiting' ? 'waiting' : 'running',
        steps: run.steps.map((step, index) => (index === event.index ? changedStep(step, event, atMs) : step)),
      }))
    case 'run_ended':
      return withRun(runs, event.runId, (run) => ({
        ...run,
        status: event.status,
        endedAtMs: atMs,
        heardAtMs: atMs,
        // What the run never came to, it will not come to.
        steps: run.steps.map((step) =>
          step.endedAtMs === null ? { ...step, status: 'skipped', endedAtMs: atMs } : step,
        ),
      }))
  }
}

function changedStep(step: RunStep, event: Extract<RunEvent, { type: 'run_step_changed' }>, atMs: number): RunStep {
  const over = event.status === 'succeeded' || event.status === 'failed' || event.status === 'skipped'
  return {
    ...step,
    status: event.status,
    output: event.output === '' ? step.output : event.output,
    approvedBy: event.approvedBy ?? step.approvedBy,
    startedAtMs: step.startedAtMs ?? atMs,
    endedAtMs: over ? atMs : null,
  }
}

function withRun(runs: readonly Run[], runId: string, change: (run: Run) => Run): readonly Run[] {
  return runs.map((run) => (run.id === runId ? change(run) : run))
}
