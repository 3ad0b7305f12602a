import { LINKS_FILE } from '../domain/affectedLink.ts'
import { LANGUAGES } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'
import { ACCESS_FILE, ROUTES_FILE } from '../domain/pageDirectory.ts'
import { BANNER } from './bannerView.ts'
import { LOG, LOG_KEY } from './logFiles.ts'
import { PERFORMANCE_JSON, performancePaths } from './performanceFiles.ts'
import { REDIRECTS } from './redirectsJson.ts'
import { OVERALL_BADGE } from './statusBadge.ts'
import { STATUSPAGE_DOCUMENTS } from './statuspageJson.ts'
import { STORED_MODEL } from './storedModel.ts'
import { WIDGET, WIDGET_WORD_FILES } from './widgetFiles.ts'

/** Which stored files the status page consists of, and which of them a change touches. */

export type PublicChange =
  /**
   * `months`: those in whose history it stands, and stood before. `componentIds`: those whose states it changes; absent:
   * perhaps any.
   */
  | {
      readonly kind: 'incident'
      readonly id: string
      readonly months: readonly string[]
      readonly componentIds?: readonly string[]
    }
  | {
      readonly kind: 'maintenance'
      readonly id: string
      readonly months: readonly string[]
      readonly componentIds?: readonly string[]
    }
  | { readonly kind: 'post_mortem'; readonly id: string }
  /** Their states, by themselves. */
  | { readonly kind: 'components'; readonly componentIds: readonly string[] }
  /** Name, components or the day: it shows everywhere. */
  | {
      readonly kind: 'everything'
      /** The main page says where the others are. */
      readonly isMain: boolean
      /** Images of the page that are files. */
      readonly lookPaths: readonly string[]
      readonly incidentIds: readonly string[]
      readonly maintenanceIds: readonly string[]
      readonly postMortemIds: readonly string[]
      readonly months: readonly string[]
      /** Those that are shown. */
      readonly metricIds: readonly string[]
    }
  /** The past of another page came, with its addresses. */
  | {
      readonly kind: 'imported'
      readonly incidentIds: readonly string[]
      readonly maintenanceIds: readonly string[]
      readonly months: readonly string[]
    }
  /** New values came, or time went by. */
  | { readonly kind: 'metrics'; readonly ids: readonly string[] }
  /** There is a copy elsewhere, or it was tried. */
  | { readonly kind: 'mirror' }
  /** Which status pages there are. */
  | { readonly kind: 'pages' }
  /** Nothing happened, and that is worth saying. */
  | {
      readonly kind: 'as_of'
      readonly activeIncidentIds: readonly string[]
      /** Those that are not over. */
      readonly openMaintenanceIds: readonly string[]
    }

const FEEDS = ['history.atom', 'history.rss', 'updates.atom', 'feed.json'] as const
const DOCUMENTS: readonly string[] = Object.keys(STATUSPAGE_DOCUMENTS)
export const CALENDAR = 'calendar.ics'
export const LLMS = 'llms.txt'
const HOME = ['index.html', 'index.txt', 'index.md', LLMS] as const
const LISTS = ['history', 'uptime'].flatMap(pageForms)
/** What shows all of them together, the home page first. */
const OVERVIEWS = [...HOME, ...DOCUMENTS, ...FEEDS, ...LISTS, STORED_MODEL]
/** What shows the overall state on other people's pages. It may come a moment after the page. */
export const EMBEDDED = [OVERALL_BADGE, BANNER] as const
export const SEARCH_DOCUMENT = 'history-search.json'
export const SEARCH_PAGE = 'history-search.html'
const POST_MORTEM_LISTS = pageForms('post-mortems')

const PERFORMANCE = [...pageForms('performance'), PERFORMANCE_JSON]

/** For pages that are made on request: how they look, and what else stands around each page. */
export const APPEARANCE = 'appearance.json'
export const AROUND = 'around.json'
export const MIRROR = 'mirror.json'
const DIRECTORY = [ACCESS_FILE, ROUTES_FILE, LINKS_FILE]

/** In the order to write them: what is linked to stands before what links to it. */
export function pathsTouchedBy(change: PublicChange): string[] {
  switch (change.kind) {
    case 'incident':
      return newsFirst(change, [
        ...pageFiles('incidents', change.id),
        ...OVERVIEWS,
        ...change.months.flatMap(monthFiles),
        SEARCH_DOCUMENT,
      ])
    case 'maintenance':
      return newsFirst(change, [
        ...maintenanceFiles(change.id),
        CALENDAR,
        ...OVERVIEWS,
        ...change.months.flatMap(monthFiles),
        SEARCH_DOCUMENT,
      ])
    case 'components':
      return [...OVERVIEWS]
    case 'post_mortem':
      return [
        ...pageFiles('post-mortems', change.id),
        ...pageFiles('incidents', change.id),
        ...POST_MORTEM_LISTS,
        ...OVERVIEWS,
      ]
    case 'everything':
      return [
        ...change.lookPaths,
        ...HOME,
        ...DOCUMENTS,
        ...FEEDS,
        ...LISTS,
        ...POST_MORTEM_LISTS,
        ...(change.metricIds.length === 0 ? [] : [...PERFORMANCE, ...performancePaths(change.metricIds)]),
        CALENDAR,
        MIRROR,
        APPEARANCE,
        AROUND,
        STORED_MODEL,
        ...EMBEDDED,
        WIDGET,
        ...WIDGET_WORD_FILES,
        LOG,
        LOG_KEY,
        ...(change.isMain ? DIRECTORY : []),
        SEARCH_DOCUMENT,
        SEARCH_PAGE,
        ...change.months.flatMap(monthFiles),
        ...change.incidentIds.flatMap((id) => pageFiles('incidents', id)),
        ...change.maintenanceIds.flatMap((id) => maintenanceFiles(id)),
        ...change.postMortemIds.flatMap((id) => pageFiles('post-mortems', id)),
      ]
    case 'imported':
      return [
        REDIRECTS,
        ...change.incidentIds.flatMap((id) => pageFiles('incidents', id)),
        ...change.maintenanceIds.flatMap((id) => maintenanceFiles(id)),
        CALENDAR,
        ...OVERVIEWS,
        ...change.months.flatMap(monthFiles),
        SEARCH_DOCUMENT,
        SEARCH_PAGE,
      ]
    case 'metrics':
      return [...PERFORMANCE, ...performancePaths(change.ids)]
    case 'mirror':
      return [MIRROR, ...HOME]
    case 'pages':
      return [...DIRECTORY]
    case 'as_of':
      return [
        ...HOME,
        STORED_MODEL,
        ...change.activeIncidentIds.flatMap((id) => pageFiles('incidents', id)),
        ...change.openMaintenanceIds.flatMap((id) => pageFiles('maintenance', id)),
      ]
  }
}

/** Where people look first: what somebody said told in full, and the home page. */
export function newsIn(change: PublicChange): string[] {
  if (change.kind === 'incident') return [`incidents/${change.id}.html`, 'index.html']
  if (change.kind === 'maintenance') return [`maintenance/${change.id}.html`, 'index.html']
  return []
}

function newsFirst(change: PublicChange, touched: readonly string[]): string[] {
  return [...new Set([...newsIn(change), ...touched])]
}

/** What may come a moment after the pages that people read. */
export function mayFollow(path: string): boolean {
  return path.endsWith('.md') || path === LLMS || path === SEARCH_DOCUMENT
}

/** What may be a moment older than they are, once it is there: large, and not where people look for news. */
export function mayLag(path: string): boolean {
  return path.startsWith('history/') || path === 'uptime.html' || path === 'uptime.txt'
}

/**
 * Pages as text and as Markdown that the stored model has too little for: actions of post-mortems, months long past,
 * the time of all members of a group together, the values behind charts.
 */
const TOLD_FROM_MORE =
  /^(?:uptime|performance|post-mortems|(?:history|post-mortems|incidents|maintenance)\/[^/]+)\.(?:txt|md)$/

/**
 * The same pages for readers of other languages; they lie in a folder each. Other text is made when it is asked for.
 * One page in all languages, then the next, so that nobody's home page waits for another language's history.
 */
export function translationsOf(paths: readonly string[], written: Language): string[] {
  const pages = paths.filter((path) => path.endsWith('.html') || TOLD_FROM_MORE.test(path))
  const others = LANGUAGES.filter((language) => language !== written)
  return pages.flatMap((path) => others.map((language) => `${language}/${path}`))
}

function monthFiles(month: string): string[] {
  return pageForms(`history/${month}`)
}

function maintenanceFiles(id: string): string[] {
  return [...pageFiles('maintenance', id), `maintenance/${id}.ics`]
}

function pageFiles(folder: 'incidents' | 'maintenance' | 'post-mortems', id: string): string[] {
  return [...pageForms(`${folder}/${id}`), `${folder}/${id}.json`]
}

/** A page for people, for terminals and for programs that read for people. */
function pageForms(stem: string): string[] {
  return [`${stem}.html`, `${stem}.txt`, `${stem}.md`]
}
