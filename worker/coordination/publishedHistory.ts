import { boundsOfMonth, isMonth, monthIn } from '../domain/historyMonths.ts'
import type { PublicIncident } from '../domain/publicModel.ts'
import { storedIncident } from './storedDocuments.ts'

/** The whole past of the status page, month by month: also what is too old for the model. */

const STARTED = "json_extract(document, '$.startedAtMs')"
const HAS_POST_MORTEM = 'EXISTS (SELECT 1 FROM post_mortems WHERE post_mortems.id = incidents.id) AS has_post_mortem'
const INCIDENTS_A_MONTH_MAX = 500
const INCIDENTS_MAX = 5000

export class PublishedHistory {
  readonly #sql: SqlStorage
  readonly #timeZone: () => string

  constructor(sql: SqlStorage, timeZone: () => string) {
    this.#sql = sql
    this.#timeZone = timeZone
    sql.exec(`CREATE INDEX IF NOT EXISTS incidents_by_start ON incidents (${STARTED})`)
  }

  /** Those in whose history an incident stands, and stood before it was changed. */
  monthsOf(...told: readonly (PublicIncident | null)[]): string[] {
    const starts = told.flatMap((incident) => (incident === null ? [] : [incident.startedAtMs]))
    return [...new Set(starts.map((atMs) => monthIn(this.#timeZone(), atMs)))]
  }

  /** Those with incidents, the newest first. */
  months(): string[] {
    const timeZone = this.#timeZone()
    const starts = this.#sql.exec<{ at: number }>(`SELECT ${STARTED} AS at FROM incidents ORDER BY ${STARTED} DESC`)
    return [...new Set(Array.from(starts, ({ at }) => monthIn(timeZone, at)))]
  }

  incidentsOf(month: string): PublicIncident[] {
    if (!isMonth(month)) return []
    const { fromMs, untilMs } = boundsOfMonth(this.#timeZone(), month)
    return this.#read(`WHERE ${STARTED} >= ? AND ${STARTED} < ?`, INCIDENTS_A_MONTH_MAX, fromMs, untilMs)
  }

  all(): PublicIncident[] {
    return this.#read('', INCIDENTS_MAX)
  }

  #read(where: string, limit: number, ...values: number[]): PublicIncident[] {
    return this.#sql
      .exec<{ document: string; has_post_mortem: number }>(
        `SELECT document, ${HAS_POST_MORTEM} FROM incidents ${where} ORDER BY ${STARTED} DESC, id LIMIT ?`,
        ...values,
        limit,
      )
      .toArray()
      .map((row) => ({ ...storedIncident(row.document), hasPostMortem: row.has_post_mortem === 1 }))
  }
}
