import type { PersonToPage, StepTargets } from '../domain/escalation.ts'
import { database } from '../storage/database.ts'
import { peopleOfPlan, peopleOfStep } from '../storage/onCall.ts'

const D1_PATIENCE_MS = 3_000

/**
 * Who a step reaches now. When D1 fails, or hangs, the AlertDesk's copy of the plan decides: it is a minute old at
 * most, and a page that goes to whoever was on call then is better than none.
 */
export async function peopleToPage(env: Env, targets: StepTargets, nowMs: number): Promise<PersonToPage[]> {
  try {
    return await withinTime(peopleOfStep(database(env.DB), targets, nowMs))
  } catch (error) {
    console.error('D1 does not say who is on call; the last known plan does', error)
    const plan = await env.ALERT_DESK.getByName('main').onCallPlan()
    if (plan === null) throw error
    return peopleOfPlan(plan, targets, nowMs)
  }
}

async function withinTime<T>(answer: Promise<T>): Promise<T> {
  const patience = new AbortController()
  const late = scheduler.wait(D1_PATIENCE_MS, { signal: patience.signal }).then(() => {
    throw new Error(`D1 did not answer within ${D1_PATIENCE_MS} ms`)
  })
  // Ended by the abort below when D1 was in time.
  late.catch(() => {})
  try {
    return await Promise.race([answer, late])
  } finally {
    patience.abort()
  }
}
