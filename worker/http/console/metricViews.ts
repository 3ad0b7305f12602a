import type { Metric, MetricPoint } from '../../domain/metric.ts'
import type { MetricSummary } from '../../domain/metricSeries.ts'
import type { ConfigurableView, FormState } from './views.ts'

/** What the console's pages of metrics are rendered from. */

export interface MetricsView extends ConfigurableView {
  readonly metrics: readonly {
    readonly metric: Metric
    readonly component: string | null
    readonly latest: MetricPoint | null
    /** What went wrong when Prometheus was asked last. */
    readonly failure: string | null
  }[]
  readonly pageUrl: string
}

export interface MetricView extends ConfigurableView {
  /** Null: a new one. */
  readonly metric: Metric | null
  readonly form: FormState
  readonly components: readonly { readonly id: string; readonly name: string }[]
  readonly connections: readonly { readonly id: string; readonly name: string }[]
  /** Newest first. */
  readonly points: readonly MetricPoint[]
  /** Of the last day. */
  readonly summary: MetricSummary | null
  readonly failure: string | null
  /** Sends one value. */
  readonly curl: string | null
}
