import { WorkflowEntrypoint } from 'cloudflare:workers'
import type { WorkflowEvent, WorkflowStep } from 'cloudflare:workers'
import type { Actor } from '../domain/actor.ts'
import { currentStep, isOver, waitsForHuman } from '../domain/decideRun.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { Run } from '../domain/playbookRun.ts'
import { reasonOf } from '../delivery/outcome.ts'
import { performStep } from './performStep.ts'
import type { StepOutcome } from './performStep.ts'

export interface PlaybookRunParams {
  readonly incidentId: string
  readonly runId: string
  readonly incarnation: number
}

/** Looks again at the room this often while it waits for a human, in case the waking event was lost. */
const LOOK_AGAIN = '5 minutes'
/** A Workflow may take 1,024 steps; a run that waits for days goes on in a new incarnation. */
const TURNS_MAX = 300

/**
 * Drives one playbook run. It holds no state of its own: the room says which step is next and keeps what came of it,
 * so an instance that dies is replaced by another, which goes on at the first step that is not over.
 */
export class PlaybookRun extends WorkflowEntrypoint<Env, PlaybookRunParams> {
  override async run(event: Readonly<WorkflowEvent<PlaybookRunParams>>, step: WorkflowStep): Promise<void> {
    const params = event.payload
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      const run = await step.do(`look ${turn}`, () => this.#read(params))
      if (run === null || isOver(run) || run.incarnation !== params.incarnation) return
      const at = currentStep(run)
      if (at === null) return

      const { index } = at
      const by = actorOf(run)
      const begun = await step.do(`begin ${turn}`, () =>
        this.#submit(params, { type: 'begin_run_step', runId: run.id, index }, by),
      )
      if (!begun) continue
      if (waitsForHuman(at.step)) {
        await waitForHuman(step, turn)
        continue
      }

      const { definition } = at.step
      if (definition.kind === 'wait') await step.sleep(`wait ${turn}`, definition.seconds * 1000)
      const done = await outcomeOf(() =>
        step.do(
          `${definition.kind} ${turn}`,
          { retries: { limit: 3, delay: '2 seconds', backoff: 'exponential' }, timeout: '1 minute' },
          () => performStep(this.env, { incidentId: params.incidentId, run, index, by }),
        ),
      )
      await step.do(`finish ${turn}`, () =>
        this.#submit(params, { type: 'finish_run_step', runId: run.id, index, ...done }, by),
      )
    }
  }

  async #read({ incidentId, runId }: PlaybookRunParams): Promise<Run | null> {
    const incident = await this.env.INCIDENT_ROOM.getByName(incidentId).read()
    return incident?.runs.find(({ id }) => id === runId) ?? null
  }

  async #submit({ incidentId }: PlaybookRunParams, command: IncidentCommand, by: Actor): Promise<boolean> {
    const answer = await this.env.INCIDENT_ROOM.getByName(incidentId).submit({ command, by })
    return answer.ok
  }
}

/** What still fails after its retries is the step's outcome: a Workflow that died of it would be replaced for ever. */
async function outcomeOf(perform: () => Promise<StepOutcome>): Promise<StepOutcome> {
  try {
    return await perform()
  } catch (error) {
    return { ok: false, output: `It failed each time it was tried: ${reasonOf(error)}` }
  }
}

export function actorOf(run: Run): Actor {
  return { kind: 'system', name: `Playbook ${run.name}` }
}

async function waitForHuman(step: WorkflowStep, turn: number): Promise<void> {
  try {
    await step.waitForEvent(`answer ${turn}`, { type: 'answered', timeout: LOOK_AGAIN })
  } catch {
    // Nobody answered yet. The next turn asks the room.
  }
}
