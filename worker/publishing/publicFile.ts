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
import { isPerformancePath, performanceFile } from './performanceFiles.ts'
import { APPEARANCE, AROUND, CALENDAR, LLMS, MIRROR, SEARCH_DOCUMENT, SEARCH_PAGE } from './publicPaths.ts'
import type { PublicSource } from './publicSource.ts'
import { REDIRECTS, redirectsJson } from './redirectsJson.ts'
import { rssFeed } from './rssFeed.ts'
import { isBadgePath, statusBadge } from './statusBadge.ts'
import { STORED_MODEL, writeModel } from './storedModel.ts'
import { groupUptimes, isUptimePath, uptimeFile } from './uptimeFiles.ts'
import { WIDGET, widgetScript, widgetWords } from './widgetFiles.ts'
import { isStatuspagePath, statuspageJson } from './statuspageJson.ts'
import { toldFile } from './toldFiles.ts'

/** What is in each file that the status page consists of. */

/** Either the bytes themselves, or a view for the renderer. */
export type PublicFile = { readonly contentType: string; readonly language: Language } & (
  | { readonly kind: 'text'; readonly body: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** `path`: the address it is made for, without a language. */
  | { readonly kind: 'view'; readonly view: PublicView; readonly path: string }
)

type FileBody = PublicFile extends infer File ? (File extends PublicFile ? Omit<File, 'language'> : never) : never

const HTML = 'text/html; charset=utf-8'
const TEXT = 'text/plain; charset=utf-8'
const CALENDAR_TYPE = 'text/calendar; charset=utf-8'
const CSV_TYPE = 'text/csv; charset=utf-8; header=present'
const SCRIPT_TYPE = 'text/javascript; charset=utf-8'
export const SVG_TYPE = 'image/svg+xml; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'

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
      const { history } = source
      const document = searchDocument(model.page, history?.all() ?? [], history?.allMaintenances() ?? [])
      return { contentType: JSON_TYPE, kind: 'text', body: JSON.stringify(document) }
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

function page(path: string, view: PublicView): FileBody {
  return { contentType: HTML, kind: 'view', view, path }
}

function json(body: string | null): FileBody | null {
  return body === null ? null : { contentType: JSON_TYPE, kind: 'text', body }
}
