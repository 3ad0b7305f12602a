import type { PublicView } from '../domain/publicModel.ts'
import { LINKS_FILE } from '../domain/affectedLink.ts'
import { LANGUAGES } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'
import { ACCESS_FILE, ROUTES_FILE, routeOf } from '../domain/pageDirectory.ts'
import { isLookPath } from '../domain/shownLook.ts'
import { atomFeed } from './atomFeed.ts'
import { BANNER, bannerView } from './bannerView.ts'
import { calendarFile, maintenanceCalendar } from './calendar.ts'
import { historyFeed, updatesFeed } from './feedEntries.ts'
import { jsonFeed } from './jsonFeed.ts'
import {
  LOG,
  LOG_KEY,
  fullLogFile,
  incidentJson,
  logKeysFile,
  maintenanceJson,
  newestLogFile,
  postMortemJson,
} from './logFiles.ts'
import { llmsText } from './llmsText.ts'
import { mirrorJson } from './mirrorJson.ts'
import { searchDocument } from './historySearch.ts'
import { PERFORMANCE_JSON, isPerformancePath, performanceFile, performancePaths } from './performanceFiles.ts'
import type { PublicSource } from './publicSource.ts'
import { REDIRECTS, redirectsJson } from './redirectsJson.ts'
import { rssFeed } from './rssFeed.ts'
import { OVERALL_BADGE, isBadgePath, statusBadge } from './statusBadge.ts'
import { STORED_MODEL, writeModel } from './storedModel.ts'
import { groupUptimes, isUptimePath, uptimeFile } from './uptimeFiles.ts'
import { WIDGET, WIDGET_WORD_FILES, widgetScript, widgetWords } from './widgetFiles.ts'
import { STATUSPAGE_DOCUMENTS, isStatuspagePath, statuspageJson } from './statuspageJson.ts'
import { toldFile } from './toldFiles.ts'

/** Which stored files the status page consists of, which of them a change touches, and what is in each. */

/** Either the bytes themselves, or a view for the renderer. */
export type PublicFile = { readonly contentType: string; readonly language: Language } & (
  | { readonly kind: 'text'; readonly body: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `path`: the address it is made for, without a language. */
  | { readonly kind: 'view'; readonly view: PublicView; readonly path: string }
)

type FileBody = PublicFile extends infer File ? (File extends PublicFile ? Omit<File, 'language'> : never) : never

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
const CALENDAR = 'calendar.ics'
const LLMS = 'llms.txt'
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
const MIRROR = 'mirror.json'
const DIRECTORY = [ACCESS_FILE, ROUTES_FILE, LINKS_FILE]

const HTML = 'text/html; charset=utf-8'
const TEXT = 'text/plain; charset=utf-8'
const CALENDAR_TYPE = 'text/calendar; charset=utf-8'
const CSV_TYPE = 'text/csv; charset=utf-8; header=present'
const SCRIPT_TYPE = 'text/javascript; charset=utf-8'
export const SVG_TYPE = 'image/svg+xml; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

/** In the order to write them: what is linked to stands before what links to it. */
export function pathsTouchedBy(change: PublicChange): string[] {
  switch (change.kind) {
    case 'incident':
      return [...pageFiles('incidents', change.id), ...OVERVIEWS, ...change.months.flatMap(monthFiles), SEARCH_DOCUMENT]
    case 'maintenance':
      return [...maintenanceFiles(change.id), CALENDAR, ...OVERVIEWS, ...change.months.flatMap(monthFiles)]
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

/** The same pages for readers of other languages; they lie in a folder each. Other text is made when it is asked for. */
export function translationsOf(paths: readonly string[], written: Language): string[] {
  const pages = paths.filter((path) => path.endsWith('.html') || TOLD_FROM_MORE.test(path))
  return LANGUAGES.filter((language) => language !== written).flatMap((language) =>
    pages.map((path) => `${language}/${path}`),
  )
}

/**
 * What is to stand at `path`; null when there is no such thing (any more). `query` is the filter that the model went
 * through; empty for the whole page.
 */
export function publicFile(path: string, source: PublicSource, query = ''): PublicFile | null {
  const [folder = '', ...rest] = path.split('/')
  const language = LANGUAGES.find((each) => each === folder && rest.length > 0)
  const spoken = language ?? source.model.page.language
  const file = fileAt(language === undefined ? path : rest.join('/'), source, query, spoken)
  return file === null ? null : { ...file, language: spoken }
}

function fileAt(path: string, source: PublicSource, query: string, language: Language): FileBody | null {
  const { model } = source
  if (isLookPath(path)) {
    const file = source.look(path)
    return file && { contentType: file.contentType, kind: 'bytes', bytes: file.bytes }
  }
  if (isUptimePath(path)) {
    const file = uptimeFile(path, model, source.evidence)
    return file && { contentType: file.kind === 'csv' ? CSV_TYPE : JSON_TYPE, kind: 'text', body: file.body }
  }
  if (isPerformancePath(path)) {
    const file = performanceFile(path, model, source.metrics())
    return file && { contentType: file.kind === 'csv' ? CSV_TYPE : JSON_TYPE, kind: 'text', body: file.body }
  }
  if (isBadgePath(path)) {
    const body = statusBadge(path, model, {})
    return body === null ? null : { contentType: SVG_TYPE, kind: 'text', body }
  }
  if (isStatuspagePath(path)) return { contentType: JSON_TYPE, kind: 'text', body: statuspageJson(path, model) }
  switch (path) {
    case 'index.html':
      return page('/', { view: 'home', model, query })
    case BANNER:
      return page('/embed', bannerView(model, 'auto'))
    case WIDGET:
      return { contentType: SCRIPT_TYPE, kind: 'text', body: widgetScript() }
    case 'history.html':
      return page('/history', { view: 'history', model, query, months: source.history?.months() ?? [] })
    case SEARCH_PAGE:
      return page('/history', { view: 'history-search', page: model.page })
    case SEARCH_DOCUMENT: {
      const body = JSON.stringify(searchDocument(model.page, source.history?.all() ?? []))
      return { contentType: JSON_TYPE, kind: 'text', body }
    }
    case 'uptime.html':
      return page('/uptime', { view: 'uptime', model, groups: groupUptimes(model, source.evidence) })
    case 'performance.html': {
      const metrics = source.metrics()
      return metrics.length === 0 ? null : page('/performance', { view: 'performance', model, metrics })
    }
    case 'post-mortems.html':
      return page('/post-mortems', { view: 'post-mortems', model })
    case LLMS:
      return { contentType: TEXT, kind: 'text', body: llmsText(model) }
    case STORED_MODEL:
      return { contentType: JSON_TYPE, kind: 'text', body: writeModel(model) }
    case ROUTES_FILE:
      return { contentType: JSON_TYPE, kind: 'text', body: JSON.stringify(source.pages.map(routeOf)) }
    case ACCESS_FILE:
      return { contentType: JSON_TYPE, kind: 'text', body: JSON.stringify(source.pages) }
    case LINKS_FILE:
      return json(JSON.stringify(source.links))
    case CALENDAR:
      return { contentType: CALENDAR_TYPE, kind: 'text', body: calendarFile(model, language) }
    case 'history.atom':
      return {
        contentType: 'application/atom+xml; charset=utf-8',
        kind: 'text',
        body: atomFeed(historyFeed(model, path, query, language)),
      }
    case 'updates.atom':
      return {
        contentType: 'application/atom+xml; charset=utf-8',
        kind: 'text',
        body: atomFeed(updatesFeed(model, path, query, language)),
      }
    case 'history.rss':
      return {
        contentType: 'application/rss+xml; charset=utf-8',
        kind: 'text',
        body: rssFeed(historyFeed(model, path, query, language)),
      }
    case APPEARANCE:
      return json(JSON.stringify(model.page.appearance ?? null))
    case AROUND: {
      const { supportUrl, hasPerformance = false } = model.page
      return json(JSON.stringify({ supportUrl, hasPerformance }))
    }
    case MIRROR:
      return json(mirrorJson(model))
    case REDIRECTS:
      return json(redirectsJson(source.redirects()))
    case LOG:
      return json(source.log && newestLogFile(model.page, source.log))
    case LOG_KEY:
      return json(source.log && logKeysFile(model.page, source.log))
    case 'feed.json':
      return {
        contentType: 'application/feed+json; charset=utf-8',
        kind: 'text',
        body: jsonFeed(historyFeed(model, path, query, language)),
      }
  }
  const logFile = /^log\/(\d{1,9})\.json$/.exec(path)?.[1]
  if (logFile !== undefined) return json(source.log && fullLogFile(Number(logFile), model.page, source.log))
  const told = toldFile(path, source, language)
  if (told !== null) return { ...told, kind: 'text' }
  return json(widgetWords(path)) ?? pageOfMonth(path, source) ?? pageOfOne(path, source, language)
}

function pageOfMonth(path: string, source: PublicSource): FileBody | null {
  const [, month] = /^history\/(\d{4}-\d\d)\.html$/.exec(path) ?? []
  if (month === undefined) return null
  const incidents = source.history?.incidentsOf(month) ?? []
  const maintenances = source.history?.maintenancesOf(month) ?? []
  if (incidents.length + maintenances.length === 0) return null
  const { page: statusPage } = source.model
  return page(`/history/${month}`, { view: 'history-month', page: statusPage, month, incidents, maintenances })
}

function pageOfOne(path: string, source: PublicSource, language: Language): FileBody | null {
  const [, folder, id, kind] = /^(incidents|maintenance|post-mortems)\/([^/]+)\.(html|ics|json)$/.exec(path) ?? []
  if (folder === undefined || id === undefined) return null
  const { page: statusPage, asOfMs } = source.model
  if (folder === 'maintenance') return maintenanceFile(id, kind, source, language)
  if (kind === 'ics') return null
  if (folder === 'incidents') {
    const incident = source.incident(id)
    if (incident === null) return null
    if (kind === 'json') return json(incidentJson(statusPage, incident))
    const actionItems = source.postMortem(id)?.actionItems ?? []
    return page(`/incidents/${id}`, { view: 'incident', page: statusPage, incident, actionItems, asOfMs })
  }
  const published = source.postMortem(id)
  if (published === null) return null
  if (kind === 'json') return json(postMortemJson(statusPage, published))
  return page(`/post-mortems/${id}`, { view: 'post-mortem', page: statusPage, ...published, asOfMs })
}

function maintenanceFile(
  id: string,
  kind: string | undefined,
  { maintenance, model }: PublicSource,
  language: Language,
): FileBody | null {
  const found = maintenance(id)
  if (found === null) return null
  const { page: statusPage, asOfMs } = model
  if (kind === 'ics')
    return { contentType: CALENDAR_TYPE, kind: 'text', body: maintenanceCalendar(statusPage, found, language) }
  if (kind === 'json') return json(maintenanceJson(statusPage, found))
  return page(`/maintenance/${found.id}`, { view: 'maintenance', page: statusPage, maintenance: found, asOfMs })
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

function page(path: string, view: PublicView): FileBody {
  return { contentType: HTML, kind: 'view', view, path }
}

function json(body: string | null): FileBody | null {
  return body === null ? null : { contentType: JSON_TYPE, kind: 'text', body }
}
