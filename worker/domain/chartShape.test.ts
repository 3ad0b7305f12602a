import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ChartPoint } from './metricSeries.ts'
import { CHART_HEIGHT, chartShape } from './chartShape.ts'

const at = (value: number): ChartPoint => [value, value, value, 1]

it('breaks the line where no value came, and shows one alone as a dot', () => {
  const { line, band, scale, width } = chartShape({ points: [at(0), at(10), null, at(5), null] })
  expect({ line, band, scale, width }).toEqual({
    line: 'M0 100l4 -100M12 50h0',
    band: '',
    scale: [10, 5, 0],
    width: 16,
  })
})

it('has a band from the lowest to the highest', () => {
  const points: ChartPoint[] = [
    [5, 0, 10, 2],
    [5, 5, 5, 2],
  ]
  expect(chartShape({ points }).band).toBe('M0 0l4 50V50l-4 50z')
})

it.each([
  ['the least that there is', [5e-324]],
  ['next to nothing', [0, 1e-320]],
  ['apart by the last bit', [1e9, 1e9 + 1.2e-7]],
  ['far apart', [-1e15, 1e15]],
])('has a scale for values that are %s', (_, values) => {
  const { scale, line } = chartShape({ points: values.map(at) })
  const [top, middle, bottom] = scale
  expect(top > middle && middle > bottom).toBe(true)
  expect(line).not.toContain('NaN')
})

it('has round figures around all values', () => {
  expect(chartShape({ points: [at(180), at(420)] }).scale).toEqual([500, 250, 0])
  expect(chartShape({ points: [at(99.2), at(99.9)] }).scale).toEqual([100, 99.6, 99.2])
  expect(chartShape({ points: [at(7)] }).scale).toEqual([12, 8, 4])
  expect(chartShape({ points: [at(0)] }).scale).toEqual([2, 1, 0])
  expect(chartShape({ points: [null] }).scale).toEqual([2, 1, 0])
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
      const { scale, line } = chartShape({ points: values.map(at) })
      const [top, middle, bottom] = scale
      expect(top >= Math.max(...values) - 1e-6 && bottom <= Math.min(...values) + 1e-6).toBe(true)
      expect(middle).toBeCloseTo((top + bottom) / 2, 3)
      for (const [, y] of line.matchAll(/M\d+ (-?\d+)/g)) expect(Number(y) >= 0 && Number(y) <= CHART_HEIGHT).toBe(true)
    }),
  )
})
