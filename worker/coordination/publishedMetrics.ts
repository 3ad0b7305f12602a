import type { MetricCharts } from '../domain/metricSeries.ts'
import type { MetricLine, PublicMetric, ShownMetric } from '../domain/publicMetric.ts'
import { metricLine } from '../domain/publicMetric.ts'

/** The metrics that a page shows, and the charts of them that were published last, in the publisher's own SQLite. */

const SCHEMA = 'CREATE TABLE IF NOT EXISTS metric_charts (id TEXT PRIMARY KEY, document TEXT NOT NULL);'
const KEY = 'metrics'

export interface PublishedCharts {
  readonly id: string
  readonly charts: MetricCharts
}

/** As they are stored. */
export interface ChartsDocument {
  readonly id: string
  readonly document: string
}

export class PublishedMetrics {
  readonly #sql: SqlStorage
  readonly #kv: SyncKvStorage

  constructor({ sql, kv }: Pick<DurableObjectStorage, 'sql' | 'kv'>) {
    this.#sql = sql
    this.#kv = kv
    sql.exec(SCHEMA)
  }

  get shown(): readonly ShownMetric[] {
    return this.#kv.get<readonly ShownMetric[]>(KEY) ?? []
  }

  /** Whether they differ from what was there. */
  use(metrics: readonly ShownMetric[]): boolean {
    if (JSON.stringify(metrics) === JSON.stringify(this.shown)) return false
    this.#kv.put(KEY, metrics)
    for (const { id } of this.#sql.exec<{ id: string }>('SELECT id FROM metric_charts').toArray())
      if (!metrics.some((metric) => metric.id === id)) this.#sql.exec('DELETE FROM metric_charts WHERE id = ?', id)
    return true
  }

  /** Of those that are shown; whether there were any. */
  put(published: readonly PublishedCharts[]): boolean {
    return this.take(published.map(({ id, charts }) => ({ id, document: JSON.stringify(charts) })))
  }

  /** What another page's publisher gave of its own. */
  take(documents: readonly ChartsDocument[]): boolean {
    const { shown } = this
    const known = documents.filter(({ id }) => shown.some((metric) => metric.id === id))
    for (const { id, document } of known)
      this.#sql.exec('INSERT OR REPLACE INTO metric_charts VALUES (?, ?)', id, document)
    return known.length > 0
  }

  documents(): ChartsDocument[] {
    return this.#sql.exec<{ id: string; document: string }>('SELECT id, document FROM metric_charts').toArray()
  }

  all(): PublicMetric[] {
    return this.shown.map((metric) => ({ ...metric, charts: this.#charts(metric.id) }))
  }

  lines(): MetricLine[] {
    return this.all().map(metricLine)
  }

  #charts(id: string): MetricCharts | null {
    const [row] = this.#sql.exec<{ document: string }>('SELECT document FROM metric_charts WHERE id = ?', id).toArray()
    return row === undefined ? null : chartsFrom(row.document)
  }
}

/** Only `put` writes them. */
function chartsFrom(json: string): MetricCharts {
  return JSON.parse(json) as MetricCharts
}
