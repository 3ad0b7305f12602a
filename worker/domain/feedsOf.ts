import type { Language } from './language.ts'
import { addressIn } from './publicAddress.ts'
import type { PublicPage } from './publicModel.ts'
import { FEED_WORDS } from './words/feedWords.ts'

export interface NamedFeed {
  readonly path: string
  readonly name: string
  readonly about: string
  /** Where it is in this language; of what programs read it is the same in all. */
  readonly url: string
}

/** What somebody can follow a page by, without an address of their own. */
export function feedsOf(page: Pick<PublicPage, 'url' | 'language'>, language: Language): NamedFeed[] {
  const words = FEED_WORDS[language]
  const named = [
    { path: '/history.atom', name: `${words.incidents}, Atom`, about: words.incidentsHint },
    { path: '/history.rss', name: `${words.incidents}, RSS`, about: words.sameAs('RSS 2.0') },
    { path: '/feed.json', name: `${words.incidents}, JSON Feed`, about: words.sameAs('JSON Feed 1.1') },
    { path: '/updates.atom', name: `${words.everyUpdate}, Atom`, about: words.everyUpdateHint },
    { path: '/calendar.ics', name: words.maintenance, about: words.calendarHint },
    { path: '/api/v2/summary.json', name: words.statusAsJson, about: words.statusHint },
  ]
  return named.map((each) => ({
    ...each,
    url: `${each.path.startsWith('/api/') ? page.url : addressIn(page, language)}${each.path}`,
  }))
}
