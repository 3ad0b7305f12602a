import { moveTargetOf } from '../domain/alertMove.ts'
import type { Actor } from '../domain/actor.ts'
import { isPublic } from '../domain/decideUpdate.ts'
import { IncidentId } from '../domain/identifiers.ts'
import type { Incident } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { roomOf } from './room.ts'

/** Incidents that turn out to be one, or two. */

type OtherRefused = 'unknown_incident' | 'already_resolved'

/** The other incident of a merge or a move; it has to be open. */
async function openIncident(
  env: Env,
  id: string,
): Promise<{ readonly ok: true; readonly incident: Incident } | { readonly ok: false; readonly reason: OtherRefused }> {
  const parsed = IncidentId.safeParse(id)
  const incident = parsed.success ? await roomOf(env, parsed.data).read() : null
  if (incident === null) return { ok: false, reason: 'unknown_incident' }
  return incident.phase === 'resolved' ? { ok: false, reason: 'already_resolved' } : { ok: true, incident }
}

export async function mergeCommand(
  env: Env,
  intoId: string,
  reason: string,
): Promise<
  | { readonly ok: true; readonly command: Extract<IncidentCommand, { type: 'merge_into' }> }
  | { readonly ok: false; readonly reason: OtherRefused }
> {
  const into = await openIncident(env, intoId)
  if (!into.ok) return into
  const { id, title, publicTitle } = into.incident
  return {
    ok: true,
    command: {
      type: 'merge_into',
      into: { id, title, publicTitle, isPublic: isPublic(into.incident) },
      reason,
      updateId: crypto.randomUUID(),
    },
  }
}

export interface WantedMove {
  readonly fingerprints: readonly string[]
  /** Null: a new incident. */
  readonly to: string | null
  readonly title: string | null
  readonly reason: string
}

/** `id` is the incident the alerts are in from now on. */
export async function moveAlerts(
  env: Env,
  from: Incident,
  { fingerprints, to, title, reason }: WantedMove,
  by: Actor,
): Promise<
  | { readonly ok: true; readonly id: string; readonly moved: number }
  | { readonly ok: false; readonly reason: OtherRefused | 'same_incident' | 'nothing_to_move' }
> {
  if (to === from.id) return { ok: false, reason: 'same_incident' }
  const into = to === null ? null : await openIncident(env, to)
  if (into !== null && !into.ok) return into
  const answer = await env.ALERT_DESK.getByName('main').moveAlerts({
    from: { id: from.id, title: from.title },
    fingerprints,
    to: into === null ? { title } : moveTargetOf(into.incident),
    reason,
    by,
  })
  return answer.ok ? { ok: true, id: answer.incidentId, moved: answer.moved } : answer
}
