import { SYSTEM } from '../domain/actor.ts'
import type { Silence } from '../domain/silence.ts'
import { forgetAlerts, upsertAlerts } from '../storage/alerts.ts'
import { database } from '../storage/database.ts'
import type { Effect } from './alertEffects.ts'
import { rowsOf } from './alertEffects.ts'
import type { AlertStore } from './alertStore.ts'
import { gather } from './mergeIncidents.ts'
import { sendSilenceWarning } from './silenceWarning.ts'

/** What delivering needs of the AlertDesk. */
export interface EffectContext {
  readonly store: AlertStore
  readonly silence: (id: string) => Silence | null
  /** The incident was resolved while these alerts were on their way into it. */
  readonly moveOn: (incidentId: string, fingerprints: readonly string[]) => Promise<void>
}

/** Tells others what a change of the AlertDesk means to them; a throw means "again later". */
export async function deliverEffect(
  env: Env,
  effect: Effect,
  lane: string,
  key: string,
  { store, silence, moveOn }: EffectContext,
): Promise<void> {
  switch (effect.kind) {
    case 'project': {
      const rows = effect.records.flatMap(([incidentId, fingerprint]) => rowsOf(store.record(incidentId, fingerprint)))
      return upsertAlerts(database(env.DB), rows)
    }
    case 'gather':
      return gather(env, lane, effect.into, key)
    case 'forget':
      return forgetAlerts(database(env.DB), effect.incidentId, effect.fingerprints)
    case 'submit': {
      const room = env.INCIDENT_ROOM.getByName(lane)
      const answer = await room.submit({ command: effect.command, by: effect.by ?? SYSTEM, idempotencyKey: key })
      if (answer.ok || answer.reason === 'already_open' || answer.reason === 'already_acknowledged') return
      if (answer.incident?.phase === 'resolved') return moveOn(lane, effect.fingerprints)
      console.error('an incident refused what its alerts did', { lane, key, reason: answer.reason })
      return
    }
    case 'warn_of_silence':
      return sendSilenceWarning(env, effect, silence(effect.silenceId))
  }
}
