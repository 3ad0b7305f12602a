import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Recurrence } from './recurrence.ts'
import { describeRecurrence, nextOccurrences, recurrenceFault } from './recurrence.ts'
import { DAY_MS, parseRule, WEEKDAYS } from './recurrenceRule.ts'
import { toWallMs } from './wallClock.ts'

const HOUR = 3_600_000
const wall = (text: string) => Date.parse(`${text}:00Z`)

function recurrence(rule: string, more: Partial<Recurrence> = {}): Recurrence {
  return { rule, timeZone: 'America/New_York', startsAtWallMs: wall('1997-09-02T09:00'), durationMs: HOUR, ...more }
}

/** The days of the first `max`, as wall dates. */
function days(of: Recurrence, max = 10): string[] {
  return nextOccurrences(of, 0, max).map(({ startsAtMs }) =>
    new Date(toWallMs(of.timeZone, startsAtMs)).toISOString().slice(0, 10),
  )
}

describe('the examples of RFC 5545, 3.8.5.3', () => {
  it.each<[string, string | null, string[]]>([
    ['FREQ=DAILY;COUNT=3', null, ['1997-09-02', '1997-09-03', '1997-09-04']],
    ['FREQ=DAILY;INTERVAL=10;COUNT=5', null, ['1997-09-02', '1997-09-12', '1997-09-22', '1997-10-02', '1997-10-12']],
    ['FREQ=WEEKLY;UNTIL=19970917T000000Z', null, ['1997-09-02', '1997-09-09', '1997-09-16']],
    ['FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH', null, ['1997-09-02', '1997-09-04', '1997-09-09', '1997-09-11']],
    [
      'FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR',
      '1997-09-01T09:00',
      ['1997-09-01', '1997-09-03', '1997-09-05', '1997-09-15', '1997-09-17', '1997-09-19', '1997-09-29'],
    ],
    // The same days of the week, and what the start of the week does to them.
    [
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
      '1997-08-05T09:00',
      ['1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24'],
    ],
    [
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
      '1997-08-05T09:00',
      ['1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31'],
    ],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=1FR', '1997-09-05T09:00', ['1997-09-05', '1997-10-03', '1997-11-07']],
    [
      'FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU',
      '1997-09-07T09:00',
      ['1997-09-07', '1997-09-28', '1997-11-02', '1997-11-30'],
    ],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=-2MO', '1997-09-22T09:00', ['1997-09-22', '1997-10-20', '1997-11-17']],
    ['FREQ=MONTHLY;BYMONTHDAY=-3', '1997-09-28T09:00', ['1997-09-28', '1997-10-29', '1997-11-28', '1997-12-29']],
    ['FREQ=MONTHLY;COUNT=4;BYMONTHDAY=2,15', null, ['1997-09-02', '1997-09-15', '1997-10-02', '1997-10-15']],
    [
      'FREQ=MONTHLY;COUNT=4;BYMONTHDAY=1,-1',
      '1997-09-30T09:00',
      ['1997-09-30', '1997-10-01', '1997-10-31', '1997-11-01'],
    ],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', null, ['1998-02-13', '1998-03-13', '1998-11-13', '1999-08-13']],
    [
      'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
      '1997-09-13T09:00',
      ['1997-09-13', '1997-10-11', '1997-11-08'],
    ],
    // A month that has no 30th is left out.
    [
      'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
      '2007-01-15T09:00',
      ['2007-01-15', '2007-01-30', '2007-02-15', '2007-03-15', '2007-03-30'],
    ],
    ['FREQ=MONTHLY', '2007-01-31T09:00', ['2007-01-31', '2007-03-31', '2007-05-31']],
  ])('%s from %s', (rule, from, expected) => {
    const startsAtWallMs = wall(from ?? '1997-09-02T09:00')
    expect(days(recurrence(rule, { startsAtWallMs }), expected.length)).toEqual(expected)
  })

  it('end where COUNT or UNTIL says', () => {
    expect(days(recurrence('FREQ=DAILY;COUNT=3'))).toHaveLength(3)
    // 09:00 in New York is 13:00 in UTC.
    expect(days(recurrence('FREQ=DAILY;UNTIL=19970904T130000Z'))).toHaveLength(3)
    expect(days(recurrence('FREQ=DAILY;UNTIL=19970904T125959Z'))).toHaveLength(2)
    expect(days(recurrence('FREQ=DAILY;UNTIL=19970904T090000'))).toHaveLength(3)
    expect(days(recurrence('FREQ=DAILY;UNTIL=19970904'))).toHaveLength(3)
  })

  it('never come where no month has such a day', () => {
    expect(days(recurrence('FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31'))).toEqual([])
  })
})

it.each<[string, RegExp]>([
  ['', /is not taken/],
  ['FREQ=YEARLY', /FREQ is one of DAILY, WEEKLY, MONTHLY/],
  ['FREQ=DAILY;BYHOUR=9', /"BYHOUR" is not taken/],
  ['FREQ=DAILY;FREQ=DAILY', /twice/],
  ['FREQ', /needs a value/],
  ['FREQ=DAILY;INTERVAL=0', /INTERVAL/],
  ['FREQ=DAILY;INTERVAL=1e3', /INTERVAL/],
  ['FREQ=WEEKLY;BYDAY=2TU', /only with FREQ=MONTHLY/],
  ['FREQ=MONTHLY;BYDAY=6TU', /BYDAY is a list/],
  ['FREQ=MONTHLY;BYDAY=0TU', /BYDAY is a list/],
  ['FREQ=WEEKLY;BYDAY=XX', /BYDAY is a list/],
  ['FREQ=MONTHLY;BYMONTHDAY=0', /BYMONTHDAY is a list/],
  ['FREQ=MONTHLY;BYMONTHDAY=32', /BYMONTHDAY is a list/],
  ['FREQ=WEEKLY;BYMONTHDAY=1', /not taken with FREQ=WEEKLY/],
  ['FREQ=DAILY;COUNT=0', /COUNT/],
  ['FREQ=DAILY;COUNT=2;UNTIL=20300101', /not both/],
  ['FREQ=DAILY;UNTIL=20300231', /UNTIL is a date/],
  ['FREQ=DAILY;UNTIL=tomorrow', /UNTIL is a date/],
  ['FREQ=DAILY;WKST=XX', /WKST/],
  [`FREQ=DAILY;BYDAY=${'MO,'.repeat(300)}MO`, /at most 500/],
])('%j is refused with a reason', (rule, reason) => {
  expect(parseRule(rule)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) })
  expect(recurrenceFault(recurrence(rule))).toMatch(reason)
})

it.each(['RRULE:FREQ=DAILY', 'freq=daily;', ' FREQ=DAILY '])('%j is read as people paste it', (rule) => {
  expect(parseRule(rule)).toMatchObject({ ok: true, rule: { frequency: 'DAILY', interval: 1 } })
})

it('refuses a zone that is none, and what lasts too long', () => {
  expect(recurrenceFault(recurrence('FREQ=DAILY', { timeZone: 'Mars/Olympus' }))).toMatch(/not a time zone/)
  expect(recurrenceFault(recurrence('FREQ=DAILY', { durationMs: 32 * DAY_MS }))).toMatch(/31 days/)
  expect(recurrenceFault(recurrence('FREQ=DAILY', { durationMs: 0 }))).toMatch(/31 days/)
  expect(recurrenceFault(recurrence('FREQ=DAILY', { startsAtWallMs: Number.NaN }))).toMatch(/1970/)
  expect(recurrenceFault(recurrence('FREQ=DAILY'))).toBeNull()
})

describe('where clocks change', () => {
  const berlin = (from: string, durationMs: number) =>
    nextOccurrences(
      recurrence('FREQ=DAILY', { timeZone: 'Europe/Berlin', startsAtWallMs: wall(from), durationMs }),
      0,
      2,
    ).map(({ startsAtMs, endsAtMs }) => [new Date(startsAtMs).toISOString(), (endsAtMs - startsAtMs) / HOUR])

  it('a night ends at the same time of the clock, an hour shorter or longer', () => {
    expect(berlin('2027-03-27T22:00', 8 * HOUR)).toEqual([
      ['2027-03-27T21:00:00.000Z', 7],
      ['2027-03-28T20:00:00.000Z', 8],
    ])
    expect(berlin('2027-10-30T22:00', 8 * HOUR)[0]).toEqual(['2027-10-30T20:00:00.000Z', 9])
  })

  it('what begins in the hour that is skipped begins at the jump, and what lies wholly in it still happens', () => {
    expect(berlin('2027-03-28T02:30', HOUR)[0]).toEqual(['2027-03-28T01:00:00.000Z', 0.5])
    expect(berlin('2027-03-28T02:00', 0.5 * HOUR)[0]).toEqual(['2027-03-28T01:00:00.000Z', 0.5])
  })

  it('what lies in the hour that comes twice covers both', () => {
    expect(berlin('2027-10-31T02:00', HOUR)[0]).toEqual(['2027-10-31T00:00:00.000Z', 2])
  })
})

describe('for any rule, in any zone', () => {
  const weekday = fc.constantFrom(...WEEKDAYS)
  const interval = fc.integer({ min: 1, max: 5 })
  const rule = fc.oneof(
    fc
      .record({ interval, days: fc.array(weekday, { maxLength: 3 }) })
      .map((r) => `FREQ=DAILY;INTERVAL=${r.interval}${r.days.length > 0 ? `;BYDAY=${r.days.join()}` : ''}`),
    fc
      .record({ interval, days: fc.array(weekday, { maxLength: 3 }), start: weekday })
      .map(
        (r) =>
          `FREQ=WEEKLY;INTERVAL=${r.interval};WKST=${r.start}${r.days.length > 0 ? `;BYDAY=${r.days.join()}` : ''}`,
      ),
    fc
      .record({ interval, day: weekday, ordinal: fc.constantFrom('', '1', '2', '4', '-1', '-2') })
      .map((r) => `FREQ=MONTHLY;INTERVAL=${r.interval};BYDAY=${r.ordinal}${r.day}`),
    fc
      .record({ interval, day: fc.constantFrom(1, 15, 28, 31, -1, -7) })
      .map((r) => `FREQ=MONTHLY;INTERVAL=${r.interval};BYMONTHDAY=${r.day}`),
  )
  const ending = fc.constantFrom('', ';COUNT=7', ';UNTIL=20270901', ';UNTIL=20270901T120000Z')
  const any = fc.record({
    rule: fc.tuple(rule, ending).map(([head, tail]) => head + tail),
    timeZone: fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Africa/Casablanca',
    ),
    startsAtWallMs: fc
      .integer({ min: 0, max: 365 * 24 * 12 - 1 })
      .map((fiveMinutes) => Date.UTC(2026, 9, 1) + fiveMinutes * 5 * 60_000),
    durationMs: fc.integer({ min: 1, max: 48 * 4 }).map((quarters) => quarters * 15 * 60_000),
  })

  it('they come in order, inside the bounds, and show the same time of the clock each day', () => {
    fc.assert(
      fc.property(any, (each) => {
        const found = nextOccurrences(each, 0, 40)
        const timeOfDayMs = each.startsAtWallMs % DAY_MS
        let lastMs = -Infinity
        for (const { startsAtMs, endsAtMs } of found) {
          expect(startsAtMs).toBeGreaterThan(lastMs)
          expect(endsAtMs).toBeGreaterThan(startsAtMs)
          lastMs = startsAtMs
          const startWallMs = toWallMs(each.timeZone, startsAtMs)
          expect(startWallMs).toBeGreaterThanOrEqual(each.startsAtWallMs)
          // Only a time that the clocks skip is shown by none.
          const skippedMs = startWallMs - (Math.floor(startWallMs / DAY_MS) * DAY_MS + timeOfDayMs)
          const jumped = skippedMs !== 0 && toWallMs(each.timeZone, startsAtMs - 1000) < startWallMs - 1000
          expect(skippedMs === 0 || jumped).toBe(true)
          const endWallMs = toWallMs(each.timeZone, endsAtMs)
          const isWhole = endWallMs - startWallMs === each.durationMs
          expect(isWhole || jumped || toWallMs(each.timeZone, endsAtMs - 1000) < endWallMs - 1000).toBe(true)
          // With a Z it is a moment, which may be the next day on the clock of the place.
          if (each.rule.endsWith('Z')) expect(startsAtMs).toBeLessThanOrEqual(Date.UTC(2027, 8, 1, 12))
          else if (each.rule.includes('UNTIL')) expect(startWallMs).toBeLessThan(Date.UTC(2027, 8, 2))
        }
        if (each.rule.includes('COUNT')) expect(found.length).toBeLessThanOrEqual(7)
      }),
      { numRuns: 400 },
    )
  })

  it('asked for later ones, it leaves out only what has ended', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 300 }), (each, daysLater) => {
        const afterMs = each.startsAtWallMs + daysLater * DAY_MS + 123
        const all = nextOccurrences(each, 0, 400)
        const expected = all.filter(({ endsAtMs }) => endsAtMs > afterMs).slice(0, 3)
        // Beyond what was looked at here nothing can be said.
        if (expected.length < 3 && all.length === 400) return
        expect(nextOccurrences(each, afterMs, 3)).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })
})

it.each<[string, Partial<Recurrence>, string]>([
  ['FREQ=DAILY', {}, 'Every day, 09:00 to 10:00 (America/New_York)'],
  ['FREQ=WEEKLY', { durationMs: 21 * HOUR }, 'Every week on Tuesday, 09:00 to 06:00 (America/New_York)'],
  [
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;COUNT=10',
    {},
    'Every 2 weeks on Monday, Wednesday and Friday, 09:00 to 10:00 (America/New_York), 10 times',
  ],
  ['FREQ=MONTHLY;COUNT=1', {}, 'Every month on the 2nd, 09:00 to 10:00 (America/New_York), once'],
  [
    'FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101T020000Z',
    { durationMs: 49 * HOUR },
    'Every month on the last Friday, 09:00 to 10:00 2 days later (America/New_York), until 2026-12-31',
  ],
  [
    'FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR',
    {},
    'Every month on the 13th if that is Friday, 09:00 to 10:00 (America/New_York)',
  ],
  ['FREQ=MONTHLY;BYMONTHDAY=1,-1', {}, 'Every month on the 1st and the last day, 09:00 to 10:00 (America/New_York)'],
])('%s %j in words', (rule, more, words) => {
  expect(describeRecurrence(recurrence(rule, more))).toBe(words)
})
