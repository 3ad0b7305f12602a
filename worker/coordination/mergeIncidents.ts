import type { Actor } from '../domain/actor.ts'
import { SYSTEM } from '../domain/actor.ts'
import { moveTargetOf } from '../domain/alertMove.ts'
import { isPublic } from '../domain/decideUpdate.ts'
import type { Incident, NamedIncident } from '../domain/incident.ts'

/** Between the rooms of two incidents that turn out to be one. */

const MERGES_FOLLOWED_MAX = 10

/** From the room of the one that was merged: the AlertDesk gives its alerts to the other, wherever that has gone meanwhile. */
export async function handOverAlerts(
  env: Env,
  from: NamedIncident,
  { into, reason, by }: { readonly into: NamedIncident; readonly reason: string; readonly by: Actor },
): Promise<void> {
  const target = await whereItGoesOn(env, into.id)
  if (target === null) throw new Error(`there is no incident ${into.id} to hand alerts over to`)
  await env.ALERT_DESK.getByName('main').takeOver(from, moveTargetOf(target), reason, by)
}

/** A cause came to light: what began apart goes on together, unless somebody works on it already. */
export async function gather(env: Env, fromId: string, intoId: string, key: string): Promise<void> {
  const into = await whereItGoesOn(env, intoId)
  if (into === null || into.phase === 'resolved') return
  const { id, title, publicTitle } = into
  await env.INCIDENT_ROOM.getByName(fromId).submit({
    command: {
      type: 'merge_into',
      into: { id, title, publicTitle, isPublic: isPublic(into) },
      reason: 'A service that both of them need is failing',
      updateId: key,
    },
    by: SYSTEM,
    idempotencyKey: key,
  })
}

async function whereItGoesOn(env: Env, id: string): Promise<Incident | null> {
  let incident = await env.INCIDENT_ROOM.getByName(id).read()
  for (let i = 0; i < MERGES_FOLLOWED_MAX; i++) {
    const next = incident?.mergedInto ?? null
    if (next === null) return incident
    incident = await env.INCIDENT_ROOM.getByName(next.id).read()
  }
  return incident
}
