import type { PublicMetric } from '../domain/publicMetric.ts'
import type { ChartPoint, Range } from '../domain/metricSeries.ts'
import { RANGE_NAMES } from '../domain/metricSeries.ts'
import type { PublicModel } from '../domain/publicModel.ts'

/** The values behind the charts, for spreadsheets and for programs. */

export const PERFORMANCE_JSON = 'performance.json'
const PATH = /^performance\/([^/]+)\.(csv|json)$/

export interface PerformanceFileAnswer {
  readonly kind: 'csv' | 'json'
  readonly body: string
}

export function performancePaths(ids: readonly string[]): string[] {
  return ids.flatMap((id) => [`performance/${id}.csv`, `performance/${id}.json`])
}

export function isPerformancePath(path: string): boolean {
  return PATH.test(path) || path === PERFORMANCE_JSON
}

/** What is to stand there; null where there is no such metric, or none at all. */
export function performanceFile(
  path: string,
  model: PublicModel,
  metrics: readonly PublicMetric[],
): PerformanceFileAnswer | null {
  if (path === PERFORMANCE_JSON) return metrics.length === 0 ? null : { kind: 'json', body: list(model, metrics) }
  const [, id, kind] = PATH.exec(path) ?? []
  const metric = metrics.find((each) => each.id === id)
  if (metric === undefined) return null
  return kind === 'csv' ? { kind, body: csv(metric) } : { kind: 'json', body: one(model, metric) }
}

const HEADER = 'metric,unit,from,seconds,average,lowest,highest,values'

/** A row for each time that values came in; the last day by five minutes, the week by hours, the month by six of them. */
function csv({ id, unit, charts }: PublicMetric): string {
  const rows = RANGE_NAMES.flatMap((range) => {
    const { stepMs = 0 } = charts?.[range] ?? {}
    return stepsOf(charts, range).flatMap(({ atMs, point }) =>
      point === null ? [] : [[id, quoted(unit), iso(atMs), stepMs / 1000, ...point].join(',')],
    )
  })
  return [HEADER, ...rows, ''].join('\r\n')
}

/** Read with any spreadsheet: a unit cannot become a formula there. */
function quoted(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return `"${harmless.replaceAll('"', '""').replaceAll(/[\r\n]+/g, ' ')}"`
}

function list(model: PublicModel, metrics: readonly PublicMetric[]): string {
  return JSON.stringify({
    page: pageOf(model),
    metrics: metrics.map((metric) => ({ ...headOf(metric), url: `${model.page.url}/performance/${metric.id}.json` })),
  })
}

function one(model: PublicModel, metric: PublicMetric): string {
  const { charts } = metric
  return JSON.stringify({
    page: pageOf(model),
    ...headOf(metric),
    ranges: Object.fromEntries(
      RANGE_NAMES.map((range) => [
        range,
        {
          from: charts && iso(charts[range].fromMs),
          step_seconds: charts && charts[range].stepMs / 1000,
          summary: charts?.[range].summary ?? null,
          // Null where no value came.
          points: stepsOf(charts, range).map(
            ({ point }) => point && { average: point[0], lowest: point[1], highest: point[2], count: point[3] },
          ),
        },
      ]),
    ),
  })
}

function headOf({ id, name, unit, description, component, charts }: PublicMetric) {
  const latest = charts?.latest ?? null
  return { id, name, unit, description, component, latest: latest && { at: iso(latest.atMs), value: latest.value } }
}

function pageOf({ page: { id, name, url } }: PublicModel) {
  return { id, name, url }
}

function stepsOf(
  charts: PublicMetric['charts'],
  range: Range,
): { readonly atMs: number; readonly point: ChartPoint }[] {
  if (charts === null) return []
  const { fromMs, stepMs, points } = charts[range]
  return points.map((point, i) => ({ atMs: fromMs + i * stepMs, point }))
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
