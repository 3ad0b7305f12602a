import { latestVersion } from '../storage/configVersions.ts'
import { database } from '../storage/database.ts'

/** Which configuration an object has. Several push it at once, and what was read first may come last. */

const KEY = 'configuration version'

/** Whether what the object has is newer. A lower version counts after all when D1 itself was set back to before it. */
export async function isOvertaken(version: number, kv: SyncKvStorage, env: Env): Promise<boolean> {
  const held = heldVersion(kv)
  return version < held && (await latestVersion(database(env.DB))) >= held
}

/** To be called without waiting for anything since `isOvertaken`. */
export function holdVersion(version: number, kv: SyncKvStorage): void {
  if (version !== heldVersion(kv)) kv.put(KEY, version)
}

export function heldVersion(kv: SyncKvStorage): number {
  return kv.get<number>(KEY) ?? 0
}
