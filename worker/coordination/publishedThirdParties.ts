import type { ShownThirdParty } from '../domain/dependency.ts'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import type { PublicThirdParty } from '../domain/publicModel.ts'
import type { PublicChange } from '../publishing/publicPaths.ts'

/** What other status pages say of themselves, as the publisher of a page shows it. The main page's has all, for the others. */

const KEY = 'thirdParties'
const ALL_KEY = 'third parties of all pages'

export function thirdPartiesIn(kv: SyncKvStorage): readonly PublicThirdParty[] {
  return kv.get<readonly PublicThirdParty[]>(KEY) ?? []
}

/** On the main page: those of every page. */
export function allThirdPartiesIn(kv: SyncKvStorage): readonly ShownThirdParty[] {
  return kv.get<readonly ShownThirdParty[]>(ALL_KEY) ?? []
}

/** What changes for readers of the page; null when they have it already. */
export function putThirdParties(kv: SyncKvStorage, all: readonly ShownThirdParty[], page: string): PublicChange | null {
  if (page === MAIN_PAGE) kv.put(ALL_KEY, all)
  const shown = all
    .filter(({ pages }) => pages.includes(page))
    .map(({ id, name, url, status, sinceMs, component }): PublicThirdParty => {
      const said = { id, name, url, status, sinceMs }
      return component === undefined ? said : { ...said, component }
    })
  if (JSON.stringify(shown) === JSON.stringify(thirdPartiesIn(kv))) return null
  kv.put(KEY, shown)
  return { kind: 'components', componentIds: [] }
}
