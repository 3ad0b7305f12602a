import type { Context } from 'hono'
import type { Change, ChangeSource } from '../../domain/change.ts'
import { servicesOfChange } from '../../domain/change.ts'
import { AFTERWARDS_MS } from '../../domain/changeScore.ts'
import { saveChanges } from '../../storage/changes.ts'
import { database } from '../../storage/database.ts'
import { openSince } from '../../storage/incidents.ts'
import { hashKey } from '../../storage/masterKey.ts'
import type { HttpEnv } from '../env.ts'
import type { SentChange } from './githubEvents.ts'
import { desk } from './hook.ts'

/** Stores all of them or none; what is known already writes nothing. */
export async function storeChanges(
  c: Context<HttpEnv>,
  source: ChangeSource,
  sent: readonly SentChange[],
): Promise<void> {
  if (sent.length === 0) return
  const { services } = await desk(c).organisation()
  const changes = sent.map(async ({ identity, serviceNames, ...change }): Promise<Change> => {
    const id = (await hashKey(JSON.stringify([source, ...identity]))).slice(0, 32)
    return { id, source, services: servicesOfChange(serviceNames, services), ...change }
  })
  const arrived = await Promise.all(changes)
  const written = await saveChanges(database(c.env.DB), arrived)
  if (written > 0) await tellRooms(c.env, Math.min(...arrived.map(({ atMs }) => atMs)))
}

const ROOMS_TOLD_MAX = 20

/** Senders often tell of a change when it is through, and by then it has led to something. The change is stored anyhow. */
async function tellRooms(env: Env, beganAtMs: number): Promise<void> {
  try {
    const ids = await openSince(database(env.DB), beganAtMs - AFTERWARDS_MS, ROOMS_TOLD_MAX)
    await Promise.all(ids.map((id) => env.INCIDENT_ROOM.getByName(id).hearOfChange()))
  } catch (error) {
    console.error('The rooms of incidents did not hear of a change', error)
  }
}
