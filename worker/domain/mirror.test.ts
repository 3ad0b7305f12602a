import { describe, expect, it } from 'vitest'
import { DRILL_AGAIN_MS, DRILL_EVERY_MS, filesToCheck, isDrillOld, nextDrillAtMs } from './mirror.ts'

const drill = { atMs: 1000, filesChecked: 1, filesTotal: 1, faults: [] }

it('wants a drill at once, then every day, sooner when something was wrong, and calls one of four days ago old', () => {
  expect([nextDrillAtMs(null), nextDrillAtMs(drill)]).toEqual([0, 1000 + DRILL_EVERY_MS])
  expect(nextDrillAtMs({ ...drill, faults: ['x'] })).toBe(1000 + DRILL_AGAIN_MS)
  expect(isDrillOld(null, 0)).toBe(true)
  expect(isDrillOld(drill, 1000 + 3 * DRILL_EVERY_MS)).toBe(false)
  expect(isDrillOld(drill, 1001 + 3 * DRILL_EVERY_MS)).toBe(true)
})

describe('filesToCheck', () => {
  const incidents = Array.from({ length: 10 }, (_, i) => `incidents/${i}/index.html`)
  const paths = [...incidents, 'index.html', 'history/index.html', 'api/v2/summary.json']

  it('always has what every reader wants first', () => {
    expect(filesToCheck(paths, 0, 3)).toEqual(['api/v2/summary.json', 'history/index.html', 'index.html'])
  })

  it('has seen everything after some drills', () => {
    const seen = new Set([0, 4, 8].flatMap((from) => filesToCheck(paths, from, 7)))
    expect(seen.size).toBe(paths.length)
  })

  it('takes all where there are few', () => expect(filesToCheck(paths, 12, 100)).toHaveLength(paths.length))
  it('takes none where there are none', () => expect(filesToCheck([], 5, 100)).toEqual([]))
})
