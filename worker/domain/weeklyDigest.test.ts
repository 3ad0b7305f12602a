import { describe, expect, it } from 'vitest'
import { AT_MS, sampleModel } from '../../test/samplePublicModel.ts'
import { parseFilter } from './readerFilter.ts'
import { WEEK_MS, digestOf, filterDigest, isEmptyDigest, nextDigestMs } from './weeklyDigest.ts'

describe('nextDigestMs', () => {
  const at = (text: string) => Date.parse(text)

  it.each([
    ['Etc/UTC', '2026-11-24T14:00:00Z', '2026-11-30T09:00:00Z'],
    ['Etc/UTC', '2026-11-30T08:59:59Z', '2026-11-30T09:00:00Z'],
    ['Etc/UTC', '2026-11-30T09:00:00Z', '2026-12-07T09:00:00Z'],
    ['Europe/Berlin', '2026-11-24T14:00:00Z', '2026-11-30T08:00:00Z'],
    // It is Monday there already.
    ['Pacific/Auckland', '2026-11-29T12:00:00Z', '2026-11-29T20:00:00Z'],
    // Clocks change in between.
    ['Europe/Berlin', '2026-10-20T12:00:00Z', '2026-10-26T08:00:00Z'],
    ['America/New_York', '2026-10-27T12:00:00Z', '2026-11-02T14:00:00Z'],
  ])('in %s after %s: %s', (zone, after, expected) => {
    expect(new Date(nextDigestMs(zone, at(after))).toISOString()).toBe(new Date(at(expected)).toISOString())
  })
})

describe('the time that a digest tells of', () => {
  const HOUR_MS = 3_600_000
  const fromMs = (toldMs: number | null) => digestOf(sampleModel([]), toldMs, AT_MS).fromMs - AT_MS

  it.each([
    ['the first one: a week', null, -WEEK_MS],
    ['clocks were put back: an hour more', AT_MS - WEEK_MS - HOUR_MS, -WEEK_MS - HOUR_MS],
    ['the last one was late: not again what it told', AT_MS - WEEK_MS + HOUR_MS, -WEEK_MS + HOUR_MS],
    ['this one is days late: all since the last', AT_MS - WEEK_MS - 72 * HOUR_MS, -WEEK_MS - 72 * HOUR_MS],
    ['nobody wanted one for long: a week', AT_MS - 3 * WEEK_MS, -WEEK_MS],
  ])('%s', (_, toldMs, expected) => {
    expect(fromMs(toldMs)).toBe(expected)
  })
})

describe('a week in which only components changed by themselves', () => {
  const change = { id: 'checkout', name: 'Checkout', from: 'operational', to: 'partial_outage' } as const
  const quiet = {
    ...sampleModel([]),
    maintenances: [],
    postMortems: [],
    ownChanges: [
      { ...change, changeId: '2', atMs: AT_MS - 1000 },
      { ...change, changeId: '1', atMs: AT_MS - WEEK_MS },
    ],
  }

  it('is told to those who chose the component, and is no news to others', () => {
    const digest = digestOf(quiet, null, AT_MS)
    expect(digest.ownChanges?.map(({ changeId }) => changeId)).toEqual(['2'])
    for (const [filter, isEmpty] of [
      ['level=weekly_digest', false],
      ['level=weekly_digest&component=checkout', false],
      ['level=weekly_digest&component=search', true],
    ] as const)
      expect(isEmptyDigest(filterDigest(digest, parseFilter(filter))), filter).toBe(isEmpty)
  })
})
