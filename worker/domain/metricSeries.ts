import type { MetricPoint } from './metric.ts'

/** What charts are made of: values put together by five minutes, hours and quarters of a day. */

const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

/** What is kept of the values of an hour. */
export interface Rollup {
  readonly atMs: number
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** How many values are of about this size, by `sizeOf`: percentiles of any time are read from it, within 2 %. */
  readonly sizes: Readonly<Record<string, number>>
}

/** Null where no value came. */
export type ChartPoint = readonly [average: number, lowest: number, highest: number, count: number] | null

export interface MetricSummary {
  readonly average: number
  readonly lowest: number
  readonly highest: number
  readonly p95: number
  readonly count: number
}

/** A chart: as many points as there is time. */
export interface ChartSeries {
  readonly fromMs: number
  readonly stepMs: number
  readonly points: readonly ChartPoint[]
  /** Null: no value came in all of it. */
  readonly summary: MetricSummary | null
}

export const RANGES = {
  day: { steps: 288, stepMs: 5 * MINUTE_MS },
  week: { steps: 168, stepMs: HOUR_MS },
  month: { steps: 120, stepMs: 6 * HOUR_MS },
} as const
export type Range = keyof typeof RANGES
export const RANGE_NAMES = ['day', 'week', 'month'] as const satisfies readonly Range[]

export interface MetricCharts extends Readonly<Record<Range, ChartSeries>> {
  readonly latest: MetricPoint | null
}

export function startOfHour(atMs: number): number {
  return atMs - (atMs % HOUR_MS)
}

/** Values of one hour; null: none. */
export function rollUp(hourMs: number, values: readonly number[]): Rollup | null {
  if (values.length === 0) return null
  const sizes: Record<string, number> = {}
  for (const value of values) sizes[sizeOf(value)] = (sizes[sizeOf(value)] ?? 0) + 1
  return {
    atMs: hourMs,
    count: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    min: Math.min(...values),
    max: Math.max(...values),
    sizes,
  }
}

/** `points` are those of the last day, `hours` those of the last month; in any order. */
export function metricCharts(
  points: readonly MetricPoint[],
  hours: readonly Rollup[],
  latest: MetricPoint | null,
  nowMs: number,
): MetricCharts {
  const singles = points.map(({ atMs, value }) => ({ atMs, count: 1, sum: value, min: value, max: value }))
  const dayFromMs = firstMs('day', nowMs)
  const ofDay = singles.filter(({ atMs }) => atMs >= dayFromMs).map(({ sum }) => sum)
  const day = series('day', singles, nowMs)
  return {
    latest,
    day: { ...day, summary: day.summary && { ...day.summary, p95: round(exactPercentile(ofDay, 0.95)) } },
    week: series('week', hours, nowMs),
    month: series('month', hours, nowMs),
  }
}

/** The last step is the one that `nowMs` is in. */
function firstMs(range: Range, nowMs: number): number {
  const { steps, stepMs } = RANGES[range]
  return nowMs - (nowMs % stepMs) - (steps - 1) * stepMs
}

type Part = Omit<Rollup, 'sizes'> & { readonly sizes?: Rollup['sizes'] }

function series(range: Range, parts: readonly Part[], nowMs: number): ChartSeries {
  const { steps, stepMs } = RANGES[range]
  const fromMs = firstMs(range, nowMs)
  const shown = parts.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + steps * stepMs)
  const byStep = Map.groupBy(shown, ({ atMs }) => Math.floor((atMs - fromMs) / stepMs))
  const points = Array.from({ length: steps }, (_, i): ChartPoint => {
    const whole = together(byStep.get(i) ?? [])
    return whole && [round(whole.sum / whole.count), round(whole.min), round(whole.max), whole.count]
  })
  return { fromMs, stepMs, points, summary: summaryOf(shown) }
}

function summaryOf(parts: readonly Part[]): MetricSummary | null {
  const whole = together(parts)
  if (whole === null) return null
  const sizes = new Map<string, number>()
  for (const part of parts)
    for (const [size, count] of Object.entries(part.sizes ?? {})) sizes.set(size, (sizes.get(size) ?? 0) + count)
  return {
    average: round(whole.sum / whole.count),
    lowest: round(whole.min),
    highest: round(whole.max),
    p95: round(Math.min(whole.max, Math.max(whole.min, percentileOf(sizes, 0.95)))),
    count: whole.count,
  }
}

function together(parts: readonly Part[]): Omit<Part, 'atMs' | 'sizes'> | null {
  if (parts.length === 0) return null
  return parts.reduce<Omit<Part, 'atMs' | 'sizes'>>(
    (a, b) => ({
      count: a.count + b.count,
      sum: a.sum + b.sum,
      min: Math.min(a.min, b.min),
      max: Math.max(a.max, b.max),
    }),
    { count: 0, sum: 0, min: Infinity, max: -Infinity },
  )
}

/** Of several steps of a chart one; null: no value came in any. */
export function mergedPoint(points: readonly ChartPoint[]): ChartPoint {
  const whole = together(
    points.flatMap((point) =>
      point === null ? [] : [{ atMs: 0, count: point[3], sum: point[0] * point[3], min: point[1], max: point[2] }],
    ),
  )
  return whole && [round(whole.sum / whole.count), whole.min, whole.max, whole.count]
}

/** The smallest value that this share of all does not exceed. */
function exactPercentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

/** Neighbouring sizes are 4 % apart, so that the middle between them is within 2 % of either. */
const GAMMA = 1.04

/** Such as `12`, `-3` for a value between nought and one, `n12` for a negative one, `0` for nought itself is `z`. */
function sizeOf(value: number): string {
  if (value === 0) return 'z'
  const size = Math.ceil(Math.log(Math.abs(value)) / Math.log(GAMMA))
  return value < 0 ? `n${size}` : String(size)
}

function valueOf(size: string): number {
  if (size === 'z') return 0
  const isNegative = size.startsWith('n')
  const value = (2 * GAMMA ** Number(isNegative ? size.slice(1) : size)) / (GAMMA + 1)
  return isNegative ? -value : value
}

function percentileOf(sizes: ReadonlyMap<string, number>, share: number): number {
  const sorted = Array.from(sizes, ([size, count]) => ({ value: valueOf(size), count })).toSorted(
    (a, b) => a.value - b.value,
  )
  const total = sorted.reduce((sum, { count }) => sum + count, 0)
  const rank = Math.ceil(share * total)
  let passed = 0
  for (const { value, count } of sorted) {
    passed += count
    if (passed >= rank) return value
  }
  return 0
}

/** Six figures are more than any chart shows, and keep files small. */
function round(value: number): number {
  return Number(value.toPrecision(6))
}
