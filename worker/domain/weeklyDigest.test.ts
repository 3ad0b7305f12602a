import { describe, expect, it } from 'vitest'
import { nextDigestMs } from './weeklyDigest.ts'

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
