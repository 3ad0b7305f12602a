import { HOUR_MS, metricCharts, rollUp, startOfHour } from '../worker/domain/metricSeries.ts'
import type { PublicMetric } from '../worker/domain/publicMetric.ts'

/** A metric with values, for tests: every five minutes, but for two hours in the night and, before that, every hour. */

const MINUTE_MS = 60_000

export function sampleMetric(nowMs: number, changes: Partial<PublicMetric> = {}): PublicMetric {
  const points = Array.from({ length: 288 }, (_, i) => ({ atMs: nowMs - i * 5 * MINUTE_MS, value: valueAt(i) })).filter(
    (_, i) => i < 120 || i > 144,
  )
  const hours = Array.from({ length: 720 }, (_, i) =>
    rollUp(startOfHour(nowMs) - i * HOUR_MS, [valueAt(i), valueAt(i) * 1.4, valueAt(i) * 0.8]),
  ).flatMap((hour) => hour ?? [])
  return {
    id: 'response-time',
    name: 'Response time',
    unit: 'ms',
    description: 'Time until the first byte of the shop, measured from three continents.',
    decimals: 0,
    component: 'checkout',
    charts: metricCharts(points, hours, points[0] ?? null, nowMs),
    ...changes,
  }
}

/** Waves, with a peak now and then. */
function valueAt(i: number): number {
  return Math.round(180 + 60 * Math.sin(i / 20) + (i % 37 === 0 ? 240 : 0))
}
