import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pointsToKeep } from './metric.ts'
import { HOUR_MS, RANGES, mergedPoint, metricCharts, rollUp, startOfHour } from './metricSeries.ts'

const NOW_MS = Date.UTC(2100, 10, 24, 12, 3)
const MINUTE_MS = 60_000

describe('points that are kept', () => {
  it('are in time, finite, and the last of each ten seconds', () => {
    const at = (ms: number, value = 1) => ({ atMs: NOW_MS + ms, value })
    const given = [
      at(0, 1),
      at(9_999, 2),
      at(-24 * HOUR_MS),
      at(6 * MINUTE_MS),
      at(10_000, Number.NaN),
      at(20_000, 1e16),
    ]
    expect(pointsToKeep(given, NOW_MS)).toEqual([{ atMs: NOW_MS, value: 2 }])
  })
})

describe('charts', () => {
  it('have a gap where no value came, and say the least, the most, the average and p95', () => {
    const points = [1, 2, 3, 100].map((value, i) => ({ atMs: NOW_MS - i * 5 * MINUTE_MS, value }))
    const { day, week, latest } = metricCharts(points, [], points[0] ?? null, NOW_MS)
    expect(day.points.slice(-5)).toEqual([null, [100, 100, 100, 1], [3, 3, 3, 1], [2, 2, 2, 1], [1, 1, 1, 1]])
    expect(day.fromMs + day.points.length * day.stepMs).toBe(Date.UTC(2100, 10, 24, 12, 5))
    expect(day.summary).toEqual({ average: 26.5, lowest: 1, highest: 100, p95: 100, count: 4 })
    expect([week.summary, week.points.every((point) => point === null)]).toEqual([null, true])
    expect(latest?.value).toBe(1)
  })

  it('put hours together by the count of their values', () => {
    const hourMs = startOfHour(NOW_MS)
    const hours = [rollUp(hourMs, [10]), rollUp(hourMs - HOUR_MS, [1, 1, 1])].flatMap((hour) => hour ?? [])
    const { week, month } = metricCharts([], hours, null, NOW_MS)
    expect(week.points.slice(-2)).toEqual([
      [1, 1, 1, 3],
      [10, 10, 10, 1],
    ])
    expect(month.points.at(-1)).toEqual([10, 10, 10, 1])
    expect(month.summary).toMatchObject({ average: 3.25, count: 4 })
    expect(mergedPoint(week.points)).toEqual([3.25, 1, 10, 4])
    expect(mergedPoint([null])).toBeNull()
  })

  it('cover their time, whatever the time is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (nowMs) => {
        const charts = metricCharts([], [], null, nowMs)
        for (const range of ['day', 'week', 'month'] as const) {
          const { fromMs, stepMs, points } = charts[range]
          expect(points.length).toBe(RANGES[range].steps)
          const endMs = fromMs + points.length * stepMs
          expect(endMs > nowMs && endMs - nowMs <= stepMs).toBe(true)
        }
      }),
    )
  })

  it('know the 95th percentile of hours together within 2 %', () => {
    const value = fc.oneof(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: -1e6, max: -1e-6, noNaN: true }),
      fc.constant(0),
    )
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: 1, maxLength: 50 }), { minLength: 1, maxLength: 5 }), (of) => {
        const hourMs = startOfHour(NOW_MS)
        const hours = of.flatMap((values, i) => rollUp(hourMs - i * HOUR_MS, values) ?? [])
        const sorted = of.flat().toSorted((a, b) => a - b)
        const exact = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0
        const { summary } = metricCharts([], hours, null, NOW_MS).week
        expect(Math.abs((summary?.p95 ?? 0) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.0201 + 1e-12)
      }),
    )
  })
})
