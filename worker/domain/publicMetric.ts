import type { Metric } from './metric.ts'
import type { MetricCharts } from './metricSeries.ts'

/** A metric as readers see it, field by field: where its values come from is nobody's business outside. */

export interface ShownMetric {
  readonly id: string
  readonly name: string
  readonly unit: string
  readonly description: string | null
  readonly decimals: number
  /** The id of the component that it is about; null: of none. */
  readonly component: string | null
}

export interface PublicMetric extends ShownMetric {
  /** Null: nothing was published of it yet. */
  readonly charts: MetricCharts | null
}

/** What the home page says of one. */
export interface MetricLine extends Pick<ShownMetric, 'id' | 'name' | 'unit' | 'decimals'> {
  /** Of the last day; null: no value came. */
  readonly average: number | null
}

export function shownMetric({ id, name, unit, description, decimals, component }: Metric): ShownMetric {
  return { id, name, unit, description: description ?? null, decimals, component: component ?? null }
}

export function metricLine({ id, name, unit, decimals, charts }: PublicMetric): MetricLine {
  return { id, name, unit, decimals, average: charts?.day.summary?.average ?? null }
}
