import {
  incidentStatements,
  maintenanceStatements,
  postMortemStatements,
  statementOf,
} from '../domain/publicStatement.ts'
import type { Statement } from '../domain/publicStatement.ts'
import type { PublicIncident, PublicMaintenance, PublicPage } from '../domain/publicModel.ts'
import type { PublishedPostMortem } from './publicSource.ts'
import { LOG_FILE_ENTRIES, logFileOf } from './publicLog.ts'
import type { LogKey } from './publicLog.ts'

/** The files of the public log, and of each thing the statements that it is to be compared with. */

export interface LoggedPublicly {
  head(): { readonly sequence: number; readonly hash: string } | null
  /** As they were signed, each as JSON; at most a file full. */
  entriesFrom(sequence: number): readonly string[]
  keys(): readonly LogKey[]
}

export const LOG = 'log.json'
export const LOG_KEY = 'log-key.json'

/** The newest file: what has not filled one yet. */
export function newestLogFile(page: PublicPage, log: LoggedPublicly): string {
  const head = log.head()
  const full = head === null ? 0 : logFileOf(head.sequence) - 1
  const previous = full === 0 ? null : `log/${full}.json`
  return logText(
    { ...start(page), ...(head === null ? {} : { head }), previous },
    log.entriesFrom(full * LOG_FILE_ENTRIES + 1),
  )
}

/** A full one; null while it is not. */
export function fullLogFile(number: number, page: PublicPage, log: LoggedPublicly): string | null {
  const entries = log.entriesFrom((number - 1) * LOG_FILE_ENTRIES + 1)
  if (entries.length < LOG_FILE_ENTRIES) return null
  return logText({ ...start(page), previous: number === 1 ? null : `${number - 1}.json` }, entries)
}

export function logKeysFile(page: PublicPage, log: LoggedPublicly): string {
  return JSON.stringify({ ...start(page), keys: log.keys() })
}

export function incidentJson(page: PublicPage, incident: PublicIncident): string {
  const { id, title, status, impact, isBackdated, components } = incident
  return JSON.stringify({
    ...start(page),
    incident: {
      id,
      title,
      status,
      impact,
      url: `${page.url}/incidents/${id}`,
      created_at: iso(incident.createdAtMs),
      updated_at: iso(incident.updatedAtMs),
      started_at: iso(incident.startedAtMs),
      resolved_at: incident.resolvedAtMs === null ? null : iso(incident.resolvedAtMs),
      is_backdated: isBackdated,
      components,
    },
    statements: statements(incidentStatements(null, incident)),
  })
}

export function maintenanceJson(page: PublicPage, maintenance: PublicMaintenance): string {
  const { id, title, status, components } = maintenance
  return JSON.stringify({
    ...start(page),
    maintenance: {
      id,
      title,
      status,
      url: `${page.url}/maintenance/${id}`,
      scheduled_for: iso(maintenance.scheduledForMs),
      scheduled_until: iso(maintenance.scheduledUntilMs),
      updated_at: iso(maintenance.updatedAtMs),
      components,
    },
    statements: statements(maintenanceStatements(null, maintenance)),
  })
}

export function postMortemJson(page: PublicPage, published: PublishedPostMortem): string {
  const { id, title, publishedAtMs, updatedAtMs } = published.postMortem
  return JSON.stringify({
    ...start(page),
    post_mortem: {
      id,
      title,
      url: `${page.url}/post-mortems/${id}`,
      published_at: iso(publishedAtMs),
      updated_at: iso(updatedAtMs),
    },
    statements: statements(postMortemStatements(null, published)),
  })
}

function start({ id, name, url }: PublicPage) {
  return { format: 1, page: { id, name, url } }
}

function statements(all: readonly Statement[]) {
  return all.map((statement) => ({ statement: statementOf(statement), content: statement.content }))
}

/** One entry a line, so that two copies can be compared with `diff`. */
function logText(head: object, entries: readonly string[]): string {
  return `${JSON.stringify(head).slice(0, -1)},"entries":[\n${entries.join(',\n')}\n]}\n`
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
