import type { ChartPoint, ChartSeries } from './metricSeries.ts'

/** The shape of a chart: whole numbers, because the page must arrive on a bad connection. */

const STEP_WIDTH = 4
export const CHART_HEIGHT = 100

export interface ChartShape {
  readonly width: number
  /** Of the averages; it breaks where no value came. */
  readonly line: string
  /** From the lowest to the highest values. */
  readonly band: string
  /** What stands at the top, in the middle and at the bottom. */
  readonly scale: readonly [top: number, middle: number, bottom: number]
}

export function chartShape({ points }: Pick<ChartSeries, 'points'>): ChartShape {
  const scale = scaleOf(points)
  const [top, , bottom] = scale
  const y = (value: number) => Math.round(CHART_HEIGHT - ((value - bottom) / (top - bottom)) * CHART_HEIGHT)
  const runs = runsOf(points)
  return {
    width: (points.length - 1) * STEP_WIDTH,
    line: runs
      .map(({ start, values }) =>
        path(
          start,
          values.map(([average]) => y(average)),
        ),
      )
      .join(''),
    band: runs
      .map(({ start, values }) =>
        area(
          start,
          values.map(([, low, high]) => [y(low), y(high)] as const),
        ),
      )
      .join(''),
    scale,
  }
}

type Value = NonNullable<ChartPoint>

/** Values that follow each other without a gap. */
function runsOf(points: readonly ChartPoint[]): { readonly start: number; readonly values: Value[] }[] {
  const runs: { start: number; values: Value[] }[] = []
  points.forEach((point, i) => {
    if (point === null) return
    const last = runs.at(-1)
    if (last !== undefined && last.start + last.values.length === i) last.values.push(point)
    else runs.push({ start: i, values: [point] })
  })
  return runs
}

/** A value alone is a dot: a line of no length with round ends. */
function path(start: number, heights: readonly number[]): string {
  const [first = 0, ...rest] = heights
  let before = first
  const steps = rest.map((height) => {
    const step = `l${STEP_WIDTH} ${height - before}`
    before = height
    return step
  })
  return `M${start * STEP_WIDTH} ${first}${steps.length === 0 ? 'h0' : steps.join('')}`
}

/** Along the highest values, and back along the lowest. Where they are the same all the time there is nothing to see. */
function area(start: number, heights: readonly (readonly [low: number, high: number])[]): string {
  if (heights.length === 1 || heights.every(([low, high]) => low === high)) return ''
  const up = path(
    start,
    heights.map(([, high]) => high),
  )
  const [last = 0, ...back] = heights.map(([low]) => low).toReversed()
  let before = last
  const steps = back.map((height) => {
    const step = `l-${STEP_WIDTH} ${height - before}`
    before = height
    return step
  })
  return `${up}V${last}${steps.join('')}z`
}

/** Six decimals are shown at most. Much below, a step would be no number any more, and none would ever be large enough. */
const STEP_MIN = 1e-9
/** Of the largest value: what is less is lost when the two are added. */
const STEP_SHARE_MIN = 1e-11

/** Round figures around all values; from nought where that does not press them flat. */
function scaleOf(points: readonly ChartPoint[]): ChartShape['scale'] {
  const known = points.filter((point) => point !== null)
  const [lowest, highest] = [Math.min(...known.map(([, low]) => low)), Math.max(...known.map(([, , high]) => high))]
  if (!Number.isFinite(lowest) || !Number.isFinite(highest)) return [2, 1, 0]
  const from = lowest >= 0 && lowest < highest * 0.6 ? 0 : lowest
  const largest = Math.max(Math.abs(lowest), Math.abs(highest))
  const wanted = (highest - from) / 2 || Math.abs(highest) / 2 || 1
  let half = roundStep(Math.max(wanted, largest * STEP_SHARE_MIN, STEP_MIN))
  for (;;) {
    const bottom = Math.floor(from / half) * half
    if (bottom + 2 * half >= highest) return [plain(bottom + 2 * half), plain(bottom + half), plain(bottom)]
    half = roundStep(half * 1.01)
  }
}

/** A round figure that is not less than this. */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast))
  return ([1, 1.5, 2, 2.5, 3, 4, 5, 10].find((factor) => factor * power >= atLeast) ?? 10) * power
}

/** Without what adding in binary leaves behind. */
function plain(value: number): number {
  return Number(value.toPrecision(12))
}
