import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AS_POSTED, AT_MS, sampleIncident, sampleMaintenance } from '../../test/samplePublicModel.ts'
import { COMPONENT_STATUSES, worstStatus } from './componentStatus.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { PublicIncident, PublicUpdate } from './publicModel.ts'
import { DOWN_TENTHS, spansBetween, stateChanges, uptimeBars } from './uptime.ts'

const HOUR_MS = 3600 * 1000
const DAY_MS = 24 * HOUR_MS
const NOON_MS = AT_MS
const TODAY_MS = NOON_MS - 12 * HOUR_MS
const LONG_AGO_MS = NOON_MS - 400 * DAY_MS

describe('uptimeBars', () => {
  it.each<[ComponentStatus, number]>([
    ['operational', 0],
    ['under_maintenance', 0],
    ['degraded_performance', 0],
    ['partial_outage', 0.3 * 3600],
    ['major_outage', 3600],
  ])('counts an hour of %s as %i seconds down', (status, downSeconds) => {
    const changes = [
      { atMs: TODAY_MS + HOUR_MS, status },
      { atMs: TODAY_MS + 2 * HOUR_MS, status: 'operational' as const },
    ]
    const { days } = uptimeBars(changes, LONG_AGO_MS, NOON_MS)
    expect(days.at(-1)).toEqual({ day: '2100-11-24', worst: status, downSeconds })
  })

  it('shows ninety days, the last is today', () => {
    const { days, uptimePercent } = uptimeBars([], LONG_AGO_MS, NOON_MS)
    expect(days).toHaveLength(90)
    expect(days[0]?.day).toBe('2100-08-27')
    expect(uptimePercent).toBe(100)
  })

  it('shows of each day what its spans say, whenever states changed', () => {
    const moment = fc.integer({ min: NOON_MS - 100 * DAY_MS, max: NOON_MS + HOUR_MS })
    const some = fc.uniqueArray(fc.record({ atMs: moment, status: fc.constantFrom(...COMPONENT_STATUSES) }), {
      selector: ({ atMs }) => atMs,
      maxLength: 40,
    })
    const onTheHour = some.map((all) => all.map(({ atMs, status }) => ({ atMs: atMs - (atMs % HOUR_MS), status })))
    fc.assert(
      fc.property(fc.oneof(some, onTheHour), moment, (unordered, createdAtMs) => {
        const changes = unordered.toSorted((a, b) => a.atMs - b.atMs)
        const knownFromMs = Math.min(createdAtMs, changes[0]?.atMs ?? createdAtMs)
        uptimeBars(changes, createdAtMs, NOON_MS).days.forEach(({ worst, downSeconds }, i) => {
          const dayMs = TODAY_MS - (89 - i) * DAY_MS
          const fromMs = Math.max(dayMs, knownFromMs)
          const toMs = Math.min(dayMs + DAY_MS, NOON_MS)
          const isKnown = knownFromMs < dayMs + DAY_MS && knownFromMs <= NOON_MS
          const spans = isKnown ? spansBetween(changes, fromMs, Math.max(toMs, fromMs)) : []
          const down = spans.map(({ fromMs: from, untilMs, status }) => (untilMs - from) * DOWN_TENTHS[status])
          expect(worst).toBe(isKnown ? worstStatus(spans.map(({ status }) => status)) : null)
          expect(downSeconds).toBe(Math.round(down.reduce((sum, each) => sum + each, 0) / 10_000))
        })
      }),
    )
  })

  it('splits an outage at midnight in UTC', () => {
    const changes = [
      { atMs: TODAY_MS - HOUR_MS, status: 'major_outage' as const },
      { atMs: TODAY_MS + 2 * HOUR_MS, status: 'operational' as const },
    ]
    const { days } = uptimeBars(changes, LONG_AGO_MS, NOON_MS)
    expect(days.slice(-2).map((day) => day.downSeconds)).toEqual([3600, 7200])
  })

  it('carries on with a state from before the window', () => {
    const { days, uptimePercent } = uptimeBars([{ atMs: LONG_AGO_MS, status: 'major_outage' }], LONG_AGO_MS, NOON_MS)
    expect(days.every((day) => day.worst === 'major_outage')).toBe(true)
    expect(uptimePercent).toBe(0)
  })

  it('does not count the time before the component existed', () => {
    const createdAtMs = NOON_MS - DAY_MS
    const changes = [
      { atMs: NOON_MS - 6 * HOUR_MS, status: 'major_outage' as const },
      { atMs: NOON_MS, status: 'operational' as const },
    ]
    const { days, uptimePercent } = uptimeBars(changes, createdAtMs, NOON_MS)
    expect(days.filter((day) => day.worst !== null)).toHaveLength(2)
    expect(uptimePercent).toBe(75)
  })

  it('never rounds up to 100', () => {
    const changes = [
      { atMs: NOON_MS - 2000, status: 'major_outage' as const },
      { atMs: NOON_MS - 1000, status: 'operational' as const },
    ]
    expect(uptimeBars(changes, LONG_AGO_MS, NOON_MS).uptimePercent).toBeLessThan(100)
  })

  it('takes a component that is created right now', () => {
    const { days, uptimePercent } = uptimeBars([], NOON_MS, NOON_MS)
    expect(days.at(-1)?.worst).toBe('operational')
    expect(uptimePercent).toBe(100)
  })
})

describe('stateChanges', () => {
  const update = (atMs: number, to: ComponentStatus, status: PublicUpdate['status'] = 'investigating') => ({
    id: `at-${atMs}`,
    status,
    body: '',
    ...AS_POSTED,
    atMs,
    components: [{ id: 'checkout', name: 'Checkout', from: 'operational' as const, to }],
  })
  const incident = (id: string, updates: PublicUpdate[]): PublicIncident =>
    sampleIncident({ id, updates: updates.toReversed() })

  it('takes the worst where incidents overlap, and what is left when one ends', () => {
    const changes = stateChanges(
      [
        incident('a', [update(1, 'partial_outage'), { ...update(30, 'operational', 'resolved'), components: [] }]),
        incident('b', [update(10, 'major_outage'), update(20, 'operational', 'resolved')]),
      ],
      [],
    )
    expect(changes.get('checkout')).toEqual([
      { atMs: 1, status: 'partial_outage' },
      { atMs: 10, status: 'major_outage' },
      { atMs: 20, status: 'partial_outage' },
      { atMs: 30, status: 'operational' },
    ])
  })

  it('does not depend on the order of incidents', () => {
    const a = incident('a', [update(1, 'partial_outage'), update(30, 'operational', 'resolved')])
    const b = incident('b', [update(10, 'major_outage'), update(20, 'degraded_performance')])
    expect(stateChanges([a, b], [])).toEqual(stateChanges([b, a], []))
  })

  it('leaves a component operational once its incident is resolved, whatever the last words name', () => {
    const changes = stateChanges(
      [incident('a', [update(1, 'major_outage'), update(2, 'major_outage', 'resolved')])],
      [],
    )
    expect(changes.get('checkout')?.at(-1)).toEqual({ atMs: 2, status: 'operational' })
  })

  const work = (fromMs: number, toMs: number) =>
    sampleMaintenance({
      updates: [
        [toMs, 'completed', 'under_maintenance', 'operational'] as const,
        [fromMs, 'in_progress', 'operational', 'under_maintenance'] as const,
      ].map(([atMs, status, from, to]) => ({
        ...AS_POSTED,
        id: `work-${atMs}`,
        status,
        body: 'x',
        atMs,
        components: [{ id: 'checkout', name: 'Checkout', from, to }],
        rescheduledFrom: null,
      })),
    })

  it('shows maintenance as such, and an outage during it as an outage', () => {
    const outage = incident('a', [update(10, 'major_outage'), update(20, 'operational', 'resolved')])
    expect(stateChanges([outage], [work(5, 30)]).get('checkout')).toEqual([
      { atMs: 5, status: 'under_maintenance' },
      { atMs: 10, status: 'major_outage' },
      { atMs: 20, status: 'under_maintenance' },
      { atMs: 30, status: 'operational' },
    ])
  })

  it('does not count maintenance as downtime', () => {
    const changes = stateChanges([], [work(TODAY_MS + HOUR_MS, TODAY_MS + 3 * HOUR_MS)]).get('checkout') ?? []
    const { days, uptimePercent } = uptimeBars(changes, LONG_AGO_MS, NOON_MS)
    expect(days.at(-1)).toEqual({ day: '2100-11-24', worst: 'under_maintenance', downSeconds: 0 })
    expect(uptimePercent).toBe(100)
  })
})
