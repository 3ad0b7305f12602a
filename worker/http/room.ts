import type { Context } from 'hono'
import type { Actor } from '../domain/actor.ts'
import type { Person } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { IncidentId } from '../domain/identifiers.ts'
import { REFUSAL_MESSAGE } from '../domain/refusal.ts'
import type { Refusal } from '../domain/refusal.ts'
import { hashKey } from '../storage/masterKey.ts'
import type { HttpEnv, Principal } from './env.ts'
import { incidentAnswer } from './incidentSchema.ts'
import { problem } from './problem.ts'

/** How routes reach an incident's room. */

export function roomOf(env: Env, id: string) {
  return env.INCIDENT_ROOM.getByName(id)
}

export function actorOf(principal: Principal): Actor {
  const { kind, id, name } = principal
  return { kind, id, name }
}

export function personOf(principal: Principal): Person {
  return { id: principal.id, name: principal.name }
}

export const REFUSAL_STATUS = {
  unknown_incident: 404,
  unknown_task: 404,
  unknown_hypothesis: 404,
  unknown_page: 404,
  unknown_run: 404,
  already_open: 409,
  already_acknowledged: 409,
  already_resolved: 409,
  already_in_phase: 409,
  same_incident: 422,
  tell_customers_first: 409,
  merged: 409,
  same_severity: 409,
  role_already_yours: 409,
  role_not_taken: 409,
  not_due: 409,
  not_paging: 409,
  page_settled: 409,
  run_over: 409,
  wrong_step: 409,
  not_waiting: 409,
  plan_changed: 409,
  stale_version: 409,
  limit_reached: 409,
  own_approval: 403,
  reason_needed: 422,
  nothing_to_say: 422,
  unknown_update: 404,
  unknown_draft: 404,
  not_for_customers: 422,
  same_words: 409,
  undo_over: 409,
  later_update: 409,
  not_awaiting_release: 409,
  own_release: 403,
  posts_in_the_past: 422,
  posts_too_late: 422,
  not_backdated: 422,
  happened_in_the_future: 422,
  out_of_order: 422,
  start_in_the_future: 422,
  start_after_resolution: 422,
} as const satisfies Record<Refusal, number>

/** A refusal as a problem; where the incident exists, its present state comes along. */
export function refusalProblem(
  c: Context<HttpEnv>,
  reason: Refusal,
  incident: Parameters<typeof incidentAnswer>[0] | null,
) {
  const present = incident === null ? {} : { incident: incidentAnswer(incident, c.env.PUBLIC_URL) }
  return problem(c, REFUSAL_STATUS[reason], reason, REFUSAL_MESSAGE[reason], present)
}

/** Submits a command for whoever is asking, under their Idempotency-Key if they sent one. */
export async function submitFor(
  c: Context<HttpEnv>,
  id: string,
  command: IncidentCommand,
  expectedVersion: number | undefined,
) {
  const incidentId = IncidentId.safeParse(id)
  if (!incidentId.success) return { ok: false, reason: 'unknown_incident', incident: null } as const
  return roomOf(c.env, incidentId.data).submit({
    command,
    by: actorOf(c.var.principal),
    expectedVersion: expectedVersion ?? ifMatch(c),
    idempotencyKey: await commandKey(c),
  })
}

/** `If-Match: "7"` says the same as `expectedVersion: 7`. */
export function ifMatch(c: Context<HttpEnv>): number | undefined {
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(c.req.header('If-Match')?.trim() ?? '')
  return match?.[1] === undefined ? undefined : Number(match[1])
}

/** The same request of the same principal has the same key: the room carries it out once, whatever fails around it. */
export async function commandKey(c: Context<HttpEnv>): Promise<string | undefined> {
  const key = c.req.header('Idempotency-Key')
  if (key === undefined || key === '') return undefined
  const { kind, id } = c.var.principal
  return hashKey(JSON.stringify([kind, id, c.req.method, c.req.path, key]))
}
