import type { Context } from 'hono'
import type { Change, ChangeSource } from '../../domain/change.ts'
import { servicesOfChange } from '../../domain/change.ts'
import { saveChanges } from '../../storage/changes.ts'
import { database } from '../../storage/database.ts'
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
  await saveChanges(database(c.env.DB), await Promise.all(changes))
}
