import { boundsOfMonth, isMonth, monthIn } from '../domain/historyMonths.ts'
import { endOf } from '../domain/maintenanceLists.ts'
import type { PublicIncident, PublicMaintenance } from '../domain/publicModel.ts'
import type { PublishedMaintenances } from './publishedMaintenances.ts'
import { storedIncident } from './storedDocuments.ts'

/** The whole past of the status page, month by month: also what is too old for the model. */

const STARTED = "json_extract(document, '$.startedAtMs')"
const INCIDENTS_A_MONTH_MAX = 500
const INCIDENTS_MAX = 5000
const MAINTENANCES_MAX = 2000

export class PublishedHistory {
  readonly #sql: SqlStorage
  readonly #maintenances: PublishedMaintenances
  readonly #timeZone: () => string

  constructor(sql: SqlStorage, maintenances: PublishedMaintenances, timeZone: () => string) {
    this.#sql = sql
    this.#maintenances = maintenances
    this.#timeZone = timeZone
    sql.exec(`CREATE INDEX IF NOT EXISTS incidents_by_start ON incidents (${STARTED})`)
  }

  /** Those in whose history an incident stands, and stood before it was changed. */
  monthsOf(...told: readonly (PublicIncident | null)[]): string[] {
    const starts = told.flatMap((incident) => (incident === null ? [] : [incident.startedAtMs]))
    return [...new Set(starts.map((atMs) => monthIn(this.#timeZone(), atMs)))]
  }

  /** The same of a maintenance: the month in which it was over. */
  monthsOfMaintenance(...told: readonly (PublicMaintenance | null)[]): string[] {
    const ends = told.flatMap((maintenance) => (maintenance === null ? [] : [endOf(maintenance)]))
    return [...new Set(ends.flatMap((atMs) => (atMs === null ? [] : [monthIn(this.#timeZone(), atMs)])))]
  }

  /** Those with incidents or maintenance, the newest first. */
  months(): string[] {
    const timeZone = this.#timeZone()
    const starts = this.#sql.exec<{ at: number }>(`SELECT ${STARTED} AS at FROM incidents ORDER BY ${STARTED} DESC`)
    const moments = [...Array.from(starts, ({ at }) => at), ...this.#maintenances.ends()]
    return [...new Set(moments.map((atMs) => monthIn(timeZone, atMs)))].sort().toReversed()
  }

  incidentsOf(month: string): PublicIncident[] {
    if (!isMonth(month)) return []
    const { fromMs, untilMs } = boundsOfMonth(this.#timeZone(), month)
    return this.#read(`WHERE ${STARTED} >= ? AND ${STARTED} < ?`, INCIDENTS_A_MONTH_MAX, fromMs, untilMs)
  }

  /** Those that were over in it, the last first. */
  maintenancesOf(month: string): PublicMaintenance[] {
    if (!isMonth(month)) return []
    const { fromMs, untilMs } = boundsOfMonth(this.#timeZone(), month)
    return this.#maintenances.endedBetween(fromMs, untilMs)
  }

  all(): PublicIncident[] {
    return this.#read('', INCIDENTS_MAX)
  }

  allMaintenances(): PublicMaintenance[] {
    return this.#maintenances.all().slice(0, MAINTENANCES_MAX)
  }

  #read(where: string, limit: number, ...values: number[]): PublicIncident[] {
    return readIncidents(this.#sql, `${where} ORDER BY ${STARTED} DESC, id LIMIT ?`, ...values, limit)
  }
}

/** `where`: all of the query that comes after the name of the table. */
export function readIncidents(sql: SqlStorage, where: string, ...values: (string | number)[]): PublicIncident[] {
  return sql
    .exec<{ document: string; has_post_mortem: number }>(
      `SELECT document, EXISTS (SELECT 1 FROM post_mortems WHERE post_mortems.id = incidents.id) AS has_post_mortem
       FROM incidents ${where}`,
      ...values,
    )
    .toArray()
    .map((row) => ({ ...storedIncident(row.document), hasPostMortem: row.has_post_mortem === 1 }))
}
