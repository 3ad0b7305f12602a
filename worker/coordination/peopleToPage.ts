import type { PersonToPage, StepTargets } from '../domain/escalation.ts'
import { database } from '../storage/database.ts'
import { peopleOfStep } from '../storage/onCall.ts'

/** Who a step reaches now. A throw means that D1 did not answer; the room tries again shortly. */
export async function peopleToPage(env: Env, targets: StepTargets, nowMs: number): Promise<PersonToPage[]> {
  return peopleOfStep(database(env.DB), targets, nowMs)
}
