import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Override, Schedule } from './organisation.ts'
import { nextHandoff, onCallAt, shiftsBetween } from './schedule.ts'
import { toWallMs } from './wallClock.ts'

const HOUR = 3600 * 1000
const DAY = 24 * HOUR
const FROM = Date.UTC(2020, 0, 1)
const TO = Date.UTC(2036, 0, 1)

const at = (text: string) => Date.parse(text)
const iso = (atMs: number) => new Date(atMs).toISOString().replace(':00.000Z', 'Z')

function schedule(timeZone: string, rotation: Partial<Schedule['rotation']> = {}): Schedule {
  return {
    id: 'primary',
    name: 'Primary',
    timeZone,
    rotation: { startsOn: '2020-01-06', handoffTime: '09:00', weeks: 1, members: ['alice', 'bob'], ...rotation },
  }
}

function override(responderId: string, startsAt: string, endsAt: string, scheduleId = 'primary'): Override {
  return { id: `${responderId}-${startsAt}`, scheduleId, responderId, startsAtMs: at(startsAt), endsAtMs: at(endsAt) }
}

describe('a weekly rotation', () => {
  const berlin = schedule('Europe/Berlin')

  it.each([
    ['before it starts', '2019-06-01T00:00Z', 'alice'],
    ['a minute before the first handoff', '2020-01-13T07:59Z', 'alice'],
    ['at the first handoff', '2020-01-13T08:00Z', 'bob'],
    ['at the second handoff', '2020-01-20T08:00Z', 'alice'],
    ['in summer an hour earlier in UTC', '2020-06-29T06:59Z', 'alice'],
    ['in summer at the handoff', '2020-06-29T07:00Z', 'bob'],
  ])('%s (%s)', (_when, time, who) => {
    expect(onCallAt(berlin, [], at(time))).toBe(who)
  })

  it('may be several weeks long', () => {
    const monthly = schedule('Europe/Berlin', { weeks: 4 })
    expect(onCallAt(monthly, [], at('2020-02-03T07:59Z'))).toBe('alice')
    expect(onCallAt(monthly, [], at('2020-02-03T08:00Z'))).toBe('bob')
  })

  it('says when someone else takes over', () => {
    expect(nextHandoff(berlin, [], at('2020-01-14T12:00Z'))).toEqual({
      atMs: at('2020-01-20T08:00Z'),
      responderId: 'alice',
    })
    expect(nextHandoff(schedule('Europe/Berlin', { members: ['alice'] }), [], FROM)).toBeNull()
  })
})

describe('clock changes', () => {
  // The shift that ends and the one that starts at the handoff of this day, as worked out by hand from the zone's rules.
  it.each([
    // Spring: 02:00–03:00 is skipped. Autumn: 02:00–03:00 comes twice.
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-03-29', '03:00', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
    ['Europe/Berlin', '2026-03-29', '01:59', '2026-03-29T00:59Z', '2026-03-29T00:59Z'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30Z', '2026-10-25T01:30Z'],
    ['Europe/Berlin', '2026-10-25', '03:00', '2026-10-25T02:00Z', '2026-10-25T02:00Z'],
    ['America/New_York', '2026-03-08', '02:15', '2026-03-08T07:00Z', '2026-03-08T07:00Z'],
    ['America/New_York', '2026-11-01', '01:00', '2026-11-01T05:00Z', '2026-11-01T06:00Z'],
    ['America/New_York', '2026-11-01', '02:00', '2026-11-01T07:00Z', '2026-11-01T07:00Z'],
    // Half an hour only.
    ['Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30Z', '2026-10-03T15:30Z'],
    ['Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45Z', '2026-04-04T15:15Z'],
    ['Australia/Lord_Howe', '2026-04-05', '02:00', '2026-04-04T15:30Z', '2026-04-04T15:30Z'],
    // At midnight: the day begins at 01:00, or its predecessor's last hour comes twice.
    ['Africa/Cairo', '2024-04-26', '00:30', '2024-04-25T22:00Z', '2024-04-25T22:00Z'],
    ['Africa/Cairo', '2024-10-31', '23:30', '2024-10-31T20:30Z', '2024-10-31T21:30Z'],
    ['America/Sao_Paulo', '2018-11-04', '00:00', '2018-11-04T03:00Z', '2018-11-04T03:00Z'],
    ['America/Sao_Paulo', '2018-02-17', '23:30', '2018-02-18T01:30Z', '2018-02-18T02:30Z'],
    ['America/Sao_Paulo', '2026-11-01', '00:00', '2026-11-01T03:00Z', '2026-11-01T03:00Z'],
    // A whole day was skipped.
    ['Pacific/Apia', '2011-12-30', '09:00', '2011-12-30T10:00Z', '2011-12-30T10:00Z'],
  ])('%s on %s at %s: the next starts %s, the last ends %s', (timeZone, day, handoffTime, starts, ends) => {
    const startsOn = new Date(at(`${day}T00:00Z`) - 7 * DAY).toISOString().slice(0, 10)
    const zoned = schedule(timeZone, { startsOn, handoffTime })
    const [ending, starting] = shiftsBetween(zoned, [], at(starts) - DAY, at(ends) + DAY)
    expect([starting?.responderId, iso(starting?.startsAtMs ?? 0)]).toEqual(['bob', starts])
    expect([ending?.responderId, iso(ending?.endsAtMs ?? 0)]).toEqual(['alice', ends])
    // While both are there, the one who has just begun is called.
    expect(onCallAt(zoned, [], at(starts) - 1)).toBe('alice')
    expect(onCallAt(zoned, [], at(starts))).toBe('bob')
  })
})

describe('overrides', () => {
  const berlin = schedule('Europe/Berlin')

  it('lie on top, the later one uppermost', () => {
    const overrides = [
      override('charlie', '2020-01-14T08:00Z', '2020-01-16T08:00Z'),
      override('alice', '2020-01-15T08:00Z', '2020-01-15T20:00Z'),
      override('mallory', '2020-01-14T08:00Z', '2020-01-16T08:00Z', 'secondary'),
    ]
    const shifts = shiftsBetween(berlin, overrides, at('2020-01-13T00:00Z'), at('2020-01-17T00:00Z'))
    expect(shifts.map(({ responderId, startsAtMs }) => [responderId, iso(startsAtMs)])).toEqual([
      ['alice', '2020-01-13T00:00Z'],
      ['bob', '2020-01-13T08:00Z'],
      ['charlie', '2020-01-14T08:00Z'],
      ['alice', '2020-01-15T08:00Z'],
      ['charlie', '2020-01-15T20:00Z'],
      ['bob', '2020-01-16T08:00Z'],
    ])
    expect(nextHandoff(berlin, overrides, at('2020-01-13T12:00Z'))).toEqual({
      atMs: at('2020-01-14T08:00Z'),
      responderId: 'charlie',
    })
  })

  it('begin and end to the millisecond', () => {
    const overrides = [override('charlie', '2020-01-14T08:00Z', '2020-01-16T08:00Z')]
    expect(onCallAt(berlin, overrides, at('2020-01-14T08:00Z') - 1)).toBe('bob')
    expect(onCallAt(berlin, overrides, at('2020-01-14T08:00Z'))).toBe('charlie')
    expect(onCallAt(berlin, overrides, at('2020-01-16T08:00Z') - 1)).toBe('charlie')
    expect(onCallAt(berlin, overrides, at('2020-01-16T08:00Z'))).toBe('bob')
  })
})

const MEMBERS = ['alice', 'bob', 'charlie', 'dora']
const zones = Intl.supportedValuesOf('timeZone')
const zone = fc.constantFrom(...zones)
const rotation = fc.record({
  startsOn: fc
    .date({ min: new Date('2018-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10)),
  handoffTime: fc
    .tuple(fc.nat(23), fc.constantFrom('00', '15', '30', '45', '59'))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`),
  weeks: fc.integer({ min: 1, max: 8 }),
  members: fc.constantFrom(...MEMBERS.map((_, i) => MEMBERS.slice(0, i + 1))),
})
const minute = fc.integer({ min: FROM / 60_000, max: TO / 60_000 }).map((minutes) => minutes * 60_000)
const overrideList = fc.array(
  fc.record({
    id: fc.uuid(),
    scheduleId: fc.constant('primary'),
    responderId: fc.constantFrom(...MEMBERS),
    startsAtMs: fc.nat(60 * 24 * 30).map((minutes) => minutes * 60_000),
    endsAtMs: fc.integer({ min: 1, max: 60 * 24 * 20 }).map((minutes) => minutes * 60_000),
  }),
  { maxLength: 5 },
)

describe('in every time zone', () => {
  it('exactly one is on call at any minute, the same whichever way one asks', () => {
    fc.assert(
      fc.property(zone, rotation, minute, overrideList, (timeZone, rotating, nowMs, relative) => {
        const zoned = schedule(timeZone, rotating)
        const fromMs = nowMs - 10 * DAY
        const overrides = relative.map((entry) => ({
          ...entry,
          startsAtMs: fromMs + entry.startsAtMs,
          endsAtMs: fromMs + entry.startsAtMs + entry.endsAtMs,
        }))
        const shifts = shiftsBetween(zoned, overrides, fromMs, nowMs + 10 * DAY)
        for (const askedMs of [nowMs, ...shifts.map(({ startsAtMs }) => startsAtMs)]) {
          const there = shifts.filter(({ startsAtMs, endsAtMs }) => startsAtMs <= askedMs && askedMs < endsAtMs)
          expect(there.at(-1)?.responderId).toBe(onCallAt(zoned, overrides, askedMs))
        }
      }),
      { numRuns: 2000 },
    )
  })

  // Every handoff of four years in each zone, at the hours where clocks change; the zones share out 2020 to 2035.
  it('shifts follow each other without a gap, at the same wall-clock time', { timeout: 60_000 }, () => {
    for (const [i, timeZone] of zones.entries()) {
      const fromMs = Date.UTC(2020 + (i % 4) * 4, 0, 1)
      const handoffTime = ['00:00', '00:30', '01:30', '02:00', '02:30', '03:00', '09:00', '23:30'][i % 8] ?? '09:00'
      // Clocks change on Sundays, mostly.
      const startsOn = i % 3 === 0 ? '2019-12-30' : '2019-12-29'
      const shifts = shiftsBetween(schedule(timeZone, { startsOn, handoffTime }), [], fromMs, fromMs + 4 * 365 * DAY)
      expect(shifts.length).toBeGreaterThan(207)
      for (const [index, shift] of shifts.entries()) {
        const next = shifts[index + 1]
        if (next === undefined) continue
        expect(next.responderId).not.toBe(shift.responderId)
        const overlapMs = shift.endsAtMs - next.startsAtMs
        // Casey in Antarctica has set its clocks back by three hours at once.
        if (overlapMs < 0 || overlapMs > 3 * HOUR) throw new Error(`${timeZone}: ${iso(shift.endsAtMs)} ${overlapMs}`)
        const shown = new Date(toWallMs(timeZone, next.startsAtMs)).toISOString().slice(11, 16)
        const skipped = toWallMs(timeZone, next.startsAtMs) - toWallMs(timeZone, next.startsAtMs - 60_000) > 60_000
        if (shown !== handoffTime && !skipped) throw new Error(`${timeZone}: ${shown} at ${iso(next.startsAtMs)}`)
      }
    }
  })

  it('counts at any distance', () => {
    const berlin = schedule('Europe/Berlin')
    expect(onCallAt(berlin, [], -8_000_000_000_000)).toBe('alice')
    expect(MEMBERS).toContain(onCallAt(berlin, [], 8_000_000_000_000_000))
    expect(onCallAt(schedule('Europe/Berlin', { startsOn: '9999-12-31' }), [], FROM)).toBe('alice')
    expect(MEMBERS).toContain(onCallAt(schedule('Europe/Berlin', { startsOn: '0001-01-01' }), [], FROM))
  })
})
