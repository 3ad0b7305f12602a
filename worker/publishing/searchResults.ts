import type { Language } from '../domain/language.ts'
import { addressIn } from '../domain/publicAddress.ts'
import type { PublicPage } from '../domain/publicModel.ts'
import { HISTORY_WORDS } from '../domain/words/historyWords.ts'
import { MAINTENANCE_WORDS } from '../domain/words/maintenanceWords.ts'
import { headed, localeOf } from '../domain/words/phrase.ts'
import type { SearchDocument, SearchHit } from './historySearch.ts'
import { HITS_MAX, QUERY_LENGTH_MAX } from './historySearch.ts'
import { escapeMarkup, printable, utcMinute } from './text.ts'
import type { Told } from './told.ts'

/** The stored page of the search, with what was found put in: nothing is rendered when someone searches. */

/** Where the page has gaps. Nobody writes this by accident, and what is put in is escaped. */
export const QUERY_GAP = '%QUERY-GAP%'
export const RESULTS_GAP = '%RESULTS-GAP%'

export function filledSearchPage(
  page: string,
  query: string,
  hits: readonly SearchHit[],
  document: SearchDocument,
  language: Language,
): string {
  const shown = escapeMarkup(printable(query.slice(0, QUERY_LENGTH_MAX)))
  const results = resultsHtml(hits, document, language)
  // Both at once: what is put in is not looked at again. By a function: a dollar sign in a query is a dollar sign.
  return page.replace(/%(?:QUERY|RESULTS)-GAP%/g, (gap) => (gap === QUERY_GAP ? shown : results))
}

function resultsHtml(hits: readonly SearchHit[], { timeZone }: SearchDocument, language: Language): string {
  const words = HISTORY_WORDS[language]
  if (hits.length === 0) return `<p role="status">${escapeMarkup(words.nothingFound)}</p>`
  const narrow = hits.length === HITS_MAX ? ` ${words.narrow}` : ''
  return `<p role="status">${escapeMarkup(words.found(hits.length) + narrow)}</p>\n${hits
    .map((hit) => hitHtml(hit, timeZone, language))
    .join('\n')}`
}

function hitHtml({ entry, excerpt }: SearchHit, timeZone: string, language: Language): string {
  const { id, folder, title, startedAtMs, components } = entry
  const kind = folder === 'maintenance' ? [MAINTENANCE_WORDS[language].maintenance] : []
  const facts = [...kind, dayIn(startedAtMs, timeZone, language), ...components]
    .map((fact) => `<bdi>${text(fact)}</bdi>`)
    .join(' · ')
  const shown = excerpt.map((part, i) => (i % 2 === 1 ? `<mark>${text(part)}</mark>` : text(part))).join('')
  return `<article class="past"><h2 class="hit" dir="auto"><a href="./${folder}/${encodeURIComponent(id)}">${text(title)}</a></h2><p class="facts">${facts}</p><p dir="auto">${shown}</p></article>`
}

/** The same for whoever reads no HTML. */
export function tellSearch(query: string, hits: readonly SearchHit[], page: PublicPage, language: Language): Told {
  const words = HISTORY_WORDS[language]
  const found = hits.length === 0 ? words.nothingFound : words.found(hits.length)
  const rows = hits.map(({ entry: { id, folder, title, startedAtMs } }) => ({
    when: utcMinute(startedAtMs).slice(0, 10),
    label: folder === 'maintenance' ? MAINTENANCE_WORDS[language].maintenance : null,
    title,
    url: `${addressIn(page, language)}/${folder}/${id}`,
  }))
  return {
    language,
    title: headed(language, query.slice(0, QUERY_LENGTH_MAX), found),
    asOfMs: null,
    parts: [
      ...(hits.length === HITS_MAX ? [{ kind: 'sentence', text: words.narrow } as const] : []),
      ...(rows.length === 0 ? [] : [{ kind: 'entries', rows } as const]),
    ],
  }
}

function text(value: string): string {
  return escapeMarkup(printable(value))
}

function dayIn(atMs: number, timeZone: string, language: Language): string {
  return new Intl.DateTimeFormat(localeOf(language), { timeZone, dateStyle: 'medium' }).format(atMs)
}
