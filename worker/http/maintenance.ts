import type { Context } from 'hono'
import type { Maintenance } from '../domain/maintenance.ts'
import { MaintenanceId } from '../domain/maintenance.ts'
import type { MaintenanceCommand, MaintenanceRefusal } from '../domain/maintenanceCommand.ts'
import { MAINTENANCE_REFUSAL_MESSAGE } from '../domain/maintenanceCommand.ts'
import type { HttpEnv } from './env.ts'
import { maintenanceAnswer } from './maintenanceSchema.ts'
import { problem } from './problem.ts'
import { actorOf } from './room.ts'

/** How routes reach the desk of maintenances. */

export function maintenanceDeskOf(env: Env) {
  return env.MAINTENANCE_DESK.getByName('main')
}

export const MAINTENANCE_REFUSAL_STATUS = {
  unknown_maintenance: 404,
  unknown_update: 404,
  already_scheduled: 409,
  already_in_progress: 409,
  already_verifying: 409,
  already_completed: 409,
  already_cancelled: 409,
  already_started: 409,
  not_started: 409,
  components_fixed: 409,
  start_fixed: 409,
  window_over: 409,
  limit_reached: 409,
  too_many: 409,
  stale_version: 409,
  not_due: 409,
  same_times: 409,
  start_in_the_past: 422,
  end_in_the_past: 422,
  end_before_start: 422,
  too_long: 422,
  too_far: 422,
  nothing_to_say: 422,
} as const satisfies Record<MaintenanceRefusal, number>

/** A refusal as a problem; where the maintenance exists, its present state comes along. */
export function maintenanceProblem(
  c: Context<HttpEnv>,
  reason: MaintenanceRefusal,
  maintenance: Maintenance | null,
): Response {
  const present = maintenance === null ? {} : { maintenance: maintenanceAnswer(maintenance, c.env.PUBLIC_URL) }
  return problem(c, MAINTENANCE_REFUSAL_STATUS[reason], reason, MAINTENANCE_REFUSAL_MESSAGE[reason], present)
}

/** Submits a command for whoever is asking. */
export async function submitMaintenance(
  c: Context<HttpEnv>,
  id: string,
  command: MaintenanceCommand,
  options: { readonly expectedVersion?: number | undefined; readonly idempotencyKey?: string | undefined },
) {
  if (!MaintenanceId.safeParse(id).success)
    return { ok: false, reason: 'unknown_maintenance', maintenance: null } as const
  return maintenanceDeskOf(c.env).submit({ id, command, by: actorOf(c.var.principal), ...options })
}

/** The maintenance of this id with its log; null when there is none. */
export async function readMaintenance(c: Context<HttpEnv>, id: string) {
  return MaintenanceId.safeParse(id).success ? maintenanceDeskOf(c.env).read(id) : null
}
