import type { PublicThirdParty } from '../domain/publicModel.ts'

/** What other status pages say of themselves, as the publisher of the main page shows it. */

const KEY = 'thirdParties'

export function thirdPartiesIn(kv: SyncKvStorage): readonly PublicThirdParty[] {
  return kv.get<readonly PublicThirdParty[]>(KEY) ?? []
}

/** Whether they differ from what was there. */
export function putThirdParties(kv: SyncKvStorage, thirdParties: readonly PublicThirdParty[]): boolean {
  if (JSON.stringify(thirdParties) === JSON.stringify(thirdPartiesIn(kv))) return false
  kv.put(KEY, thirdParties)
  return true
}
