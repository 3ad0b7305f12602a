import { sql } from 'drizzle-orm'
import { schedules } from '../../db/schema.ts'
import { peopleFor } from '../domain/escalation.ts'
import type { PersonToPage, StepTargets } from '../domain/escalation.ts'
import type { Override, Responder, Schedule } from '../domain/organisation.ts'
import type { Database } from './database.ts'
import { overridesFrom } from './overrides.ts'
import { listResponders } from './responders.ts'

/** Everything that says who is on call from now on. */
export interface OnCallPlan {
  readonly schedules: readonly Schedule[]
  /** Those that are not over, in the order they were made. */
  readonly overrides: readonly Override[]
  readonly responders: readonly Responder[]
}

export async function onCallPlan(db: Database, nowMs: number): Promise<OnCallPlan> {
  const [[found, lying], responders] = await Promise.all([
    db.batch([
      db
        .select()
        .from(schedules)
        .orderBy(sql`rowid`),
      overridesFrom(db, nowMs),
    ]),
    listResponders(db),
  ])
  return { schedules: found, overrides: lying, responders }
}

/** Who the step reaches at this moment; empty only where there is not even an admin to fall back to. */
export async function peopleOfStep(db: Database, targets: StepTargets, nowMs: number): Promise<PersonToPage[]> {
  return peopleOfPlan(await onCallPlan(db, nowMs), targets, nowMs)
}

export function peopleOfPlan(plan: OnCallPlan, targets: StepTargets, nowMs: number): PersonToPage[] {
  return peopleFor(targets, plan.schedules, plan.overrides, plan.responders, nowMs)
}
