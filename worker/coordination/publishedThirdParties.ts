import type { PublicThirdParty } from '../domain/publicModel.ts'
import type { PublicChange } from '../publishing/pages.ts'

/** What other status pages say of themselves, as the publisher of the main page shows it. */

const KEY = 'thirdParties'

export function thirdPartiesIn(kv: SyncKvStorage): readonly PublicThirdParty[] {
  return kv.get<readonly PublicThirdParty[]>(KEY) ?? []
}

/** What changes for readers; null when they have it already. */
export function putThirdParties(kv: SyncKvStorage, thirdParties: readonly PublicThirdParty[]): PublicChange | null {
  if (JSON.stringify(thirdParties) === JSON.stringify(thirdPartiesIn(kv))) return null
  kv.put(KEY, thirdParties)
  return { kind: 'components', componentIds: [] }
}
