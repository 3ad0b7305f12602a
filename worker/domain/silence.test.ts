import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileLinearRegex } from '../storage/linearRegex.ts'
import type { Matcher } from './matchers.ts'
import { matcherText, parseMatcher } from './matchers.ts'
import type { Silence, WantedSilence } from './silence.ts'
import {
  atTime,
  compileMatchers,
  expireSilence,
  extendSilence,
  hasMatchers,
  inListOrder,
  laterOccurrences,
  putSilence,
  silenceState,
  skipOccurrence,
} from './silence.ts'
import { isBroad, isDueToWarn } from './silenceReach.ts'

const NOW = Date.UTC(2100, 0, 1)
const HOUR = 3_600_000

function matchers(...texts: string[]): Matcher[] {
  return texts.flatMap((text) => {
    const parsed = parseMatcher(text)
    return parsed.ok ? [parsed.matcher] : []
  })
}

function wanted(more: Partial<WantedSilence> = {}): WantedSilence {
  return {
    id: null,
    matchers: matchers('a="b"'),
    startsAtMs: NOW - HOUR,
    endsAtMs: NOW + HOUR,
    createdBy: 'Ada',
    comment: 'why',
    annotations: {},
    ...more,
  }
}

function silence(more: Partial<Silence> = {}): Silence {
  const { id: _id, ...content } = wanted()
  const made = { id: 'old', updatedAtMs: NOW - HOUR, hid: 3, isEnded: false, warnedOfEndMs: null }
  return { ...content, ...made, recurrence: null, authorId: null, ...more }
}

const put = (known: Silence | null, change: Partial<WantedSilence>, nowMs = NOW) =>
  putSilence(known, wanted({ id: known?.id ?? null, ...change }), 'new', nowMs, compileLinearRegex)

describe('a new silence', () => {
  it('begins now when it should have begun before', () => {
    expect(put(null, {})).toMatchObject({ ok: true, id: 'new', put: [{ id: 'new', startsAtMs: NOW, hid: 0 }] })
    expect(put(null, { startsAtMs: NOW + 1 })).toMatchObject({ put: [{ startsAtMs: NOW + 1 }] })
  })

  // Texts read off Alertmanager 0.25.
  it.each<[Partial<WantedSilence>, string]>([
    [{ endsAtMs: NOW - HOUR }, 'Failed to create silence: start time must be before end time'],
    [{ endsAtMs: NOW - 1 }, "Failed to create silence: end time can't be in the past"],
    [{ matchers: [] }, 'silence invalid: at least one matcher required'],
    [
      { matchers: matchers('a=""', 'b=~".*"', 'c!="x"') },
      'silence invalid: at least one matcher must not match the empty string',
    ],
    [
      { matchers: [{ name: '', value: 'x', isRegex: false, isEqual: true }] },
      'silence invalid: invalid label matcher 0: invalid label name ""',
    ],
    [
      { matchers: matchers('a="b"', 'a=~"("') },
      'silence invalid: invalid label matcher 1: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [{ id: 'unknown' }, 'silence not found'],
    [{ comment: 'x'.repeat(16_001) }, 'silence invalid: its text is longer than 16000 characters'],
  ])('%j is refused', (change, message) => {
    expect(put(null, change)).toMatchObject({ ok: false, message })
  })
})

describe('a change', () => {
  it.each<[string, Partial<Silence>, Partial<WantedSilence>]>([
    ['of the end of an active one', {}, { endsAtMs: NOW + 1 }],
    ['of its reason and author', {}, { comment: 'other', createdBy: 'Bo' }],
    ['of the start within its second', {}, { startsAtMs: NOW - HOUR + 999 }],
    ['of the order of matchers', { matchers: matchers('a=1', 'b=2') }, { matchers: matchers('b=2', 'a=1') }],
    ['of the start of a pending one', { startsAtMs: NOW + 5 }, { startsAtMs: NOW + 50 }],
  ])('%s is made in place', (_name, known, change) => {
    const answer = put(silence(known), change)
    expect(answer).toMatchObject({ ok: true, id: 'old', put: [{ id: 'old', updatedAtMs: NOW, hid: 3, ...change }] })
  })

  it.each<[string, Partial<Silence>, Partial<WantedSilence>]>([
    ['of matchers', {}, { matchers: matchers('a!="b"', 'c=d') }],
    ['of the start of an active one', {}, { startsAtMs: NOW - 2 * HOUR }],
    ['of a pending one to begin in the past', { startsAtMs: NOW + 5 }, {}],
  ])('%s ends the old one and makes a new one', (_name, known, change) => {
    const answer = put(silence(known), change)
    const ended = { id: 'old', endsAtMs: NOW, updatedAtMs: NOW, hid: 3 }
    expect(answer).toMatchObject({ ok: true, id: 'new', put: [ended, { id: 'new', startsAtMs: NOW, hid: 0 }] })
    if (answer.ok) expect(answer.put.map((each) => silenceState(each, NOW))).toEqual(['expired', 'active'])
  })

  it('of an expired one makes a new one and leaves the old as it was', () => {
    expect(put(silence({ endsAtMs: NOW }), {})).toMatchObject({ id: 'new', put: [{ id: 'new' }] })
  })
})

it('expires at once, and only once', () => {
  const ended = expireSilence(silence(), NOW)
  expect(ended).toMatchObject({ endsAtMs: NOW, startsAtMs: NOW - HOUR })
  expect(expireSilence(silence({ endsAtMs: NOW }), NOW)).toBeNull()
  expect(expireSilence(silence({ startsAtMs: NOW + 1 }), NOW)).toMatchObject({ startsAtMs: NOW, endsAtMs: NOW })
})

describe('one that recurs', () => {
  const DAY = 24 * HOUR
  /** Each day from 22:00 to 23:00; NOW is midnight. */
  const nightly = { rule: 'FREQ=DAILY', timeZone: 'UTC', startsAtWallMs: NOW - 10 * DAY + 22 * HOUR, durationMs: HOUR }
  const at = (hours: number) => ({ startsAtMs: NOW + hours * HOUR, endsAtMs: NOW + (hours + 1) * HOUR })
  const made = (): Silence => {
    const answer = put(null, { recurrence: nightly })
    const [first] = answer.ok ? answer.put : []
    if (first === undefined) throw new Error('it was not made')
    return first
  }

  it('has the times of its next occurrence, and of the present one while it lasts', () => {
    expect(made()).toMatchObject({ ...at(22), recurrence: nightly })
    const begun = put(null, { recurrence: { ...nightly, startsAtWallMs: NOW - 0.5 * HOUR } })
    expect(begun).toMatchObject({ put: [{ startsAtMs: NOW, endsAtMs: NOW + 0.5 * HOUR }] })
  })

  it('goes on to the next when one is over, whenever it is asked', () => {
    const nights = made()
    expect(silenceState(atTime(nights, NOW + 21 * HOUR), NOW + 21 * HOUR)).toBe('pending')
    expect(silenceState(atTime(nights, NOW + 22 * HOUR), NOW + 22 * HOUR)).toBe('active')
    expect(atTime(nights, NOW + 23 * HOUR)).toMatchObject(at(46))
    expect(atTime(nights, NOW + 300 * DAY + 22.5 * HOUR)).toMatchObject(at(300 * 24 + 22))
    expect(laterOccurrences(nights, 2)).toEqual([at(46), at(70)])
  })

  it('expires when its rule has no more, and stays so', () => {
    const answer = put(null, { recurrence: { ...nightly, rule: 'FREQ=DAILY;COUNT=12' } })
    const [first] = answer.ok ? answer.put : []
    if (first === undefined) throw new Error('it was not made')
    const second = atTime(first, NOW + 23 * HOUR)
    expect(second).toMatchObject(at(46))
    expect(laterOccurrences(second, 2)).toEqual([])
    const over = atTime(second, NOW + 47 * HOUR)
    expect([silenceState(over, NOW + 47 * HOUR), over.isEnded, over.endsAtMs]).toEqual([
      'expired',
      true,
      NOW + 47 * HOUR,
    ])
  })

  it('ended, it never comes again; skipped, only one occurrence is left out', () => {
    const nights = made()
    const during = NOW + 22.5 * HOUR
    const ended = expireSilence(nights, during)
    expect(ended).toMatchObject({ endsAtMs: during, isEnded: true })
    expect(ended && silenceState(atTime(ended, NOW + 46.5 * HOUR), NOW + 46.5 * HOUR)).toBe('expired')
    expect(skipOccurrence(nights, during)).toMatchObject({ ...at(46), isEnded: false })
    expect(skipOccurrence(nights, NOW)).toMatchObject(at(46))
    const last = { ...nights, recurrence: { ...nightly, rule: 'FREQ=DAILY;COUNT=11' } }
    expect(skipOccurrence(last, NOW)).toMatchObject({ endsAtMs: NOW, isEnded: true })
    expect(skipOccurrence(last, during)).toMatchObject({ endsAtMs: during, isEnded: true })
  })

  it('extended, one occurrence is longer and the next is as ever', () => {
    const longer = extendSilence(made(), HOUR, NOW + 22.5 * HOUR)
    expect(longer).toMatchObject({ startsAtMs: NOW + 22 * HOUR, endsAtMs: NOW + 24 * HOUR })
    expect(longer && atTime(longer, NOW + 24 * HOUR)).toMatchObject(at(46))
  })

  it('corrected after an occurrence was ended, left out or extended, it keeps that', () => {
    const during = NOW + 22.5 * HOUR
    const nights = made()
    for (const changed of [
      skipOccurrence(nights, NOW),
      skipOccurrence(nights, during),
      extendSilence(nights, HOUR, during),
    ]) {
      if (changed === null) throw new Error('nothing to change')
      const { startsAtMs, endsAtMs } = changed
      const corrected = put(changed, { ...at(22), comment: 'as I meant it', recurrence: nightly }, during + 1)
      expect(corrected).toMatchObject({ ok: true, put: [{ startsAtMs, endsAtMs, comment: 'as I meant it' }] })
      const longer = { ...nightly, durationMs: 3 * HOUR }
      expect(put(changed, { ...at(22), recurrence: longer }, during + 1)).toMatchObject({
        ok: true,
        put: [{ recurrence: longer }],
      })
    }
  })

  it('read and sent back by amtool, it still recurs, in place or with other matchers', () => {
    const nights = made()
    const back = { ...at(22), endsAtMs: NOW + 25 * HOUR, comment: 'longer today' }
    expect(put(nights, back)).toMatchObject({ id: nights.id, put: [{ ...back, recurrence: nightly }] })
    const other = put(nights, { ...at(22), matchers: matchers('c="d"') })
    expect(other).toMatchObject({ ok: true, put: [{ isEnded: true }, { recurrence: nightly, isEnded: false }] })
  })

  it('ended for good and sent back by amtool, it does not recur again', () => {
    const ended = expireSilence(made(), NOW)
    expect(put(ended, at(22))).toMatchObject({ ok: true, id: 'new', put: [{ ...at(22), recurrence: null }] })
  })

  it('its rule is changed in place, and can be taken away', () => {
    const later = { ...nightly, startsAtWallMs: NOW + 23 * HOUR }
    expect(put(made(), { recurrence: later })).toMatchObject({ put: [{ ...at(23), recurrence: later, hid: 0 }] })
    expect(put(made(), { recurrence: null, ...at(5) })).toMatchObject({ put: [{ ...at(5), recurrence: null }] })
  })

  it.each([
    [{ ...nightly, rule: 'FREQ=YEARLY' }, /silence invalid: FREQ is one of/],
    [{ ...nightly, rule: 'FREQ=DAILY;COUNT=3' }, /never begins/],
    [{ ...nightly, timeZone: 'Mars' }, /not a time zone/],
  ])('is refused with a rule that cannot be: %j', (recurrence, message) => {
    expect(put(null, { recurrence })).toMatchObject({ ok: false, message: expect.stringMatching(message) })
  })
})

it.each<[number, number, boolean]>([
  [40, 37, true],
  [40, 21, true],
  [40, 20, false],
  [5, 5, true],
  [4, 4, false],
  [0, 0, false],
])('of %d that fire, hiding %d is broad: %j', (firing, hides, broad) => {
  expect(isBroad({ firing, hides })).toBe(broad)
})

it.each<[string, Partial<Silence>, boolean]>([
  ['with 15 minutes left', { endsAtMs: NOW + HOUR / 4 }, true],
  ['with more left', { endsAtMs: NOW + HOUR / 4 + 1 }, false],
  ['when it was told of that end', { endsAtMs: NOW + HOUR / 4, warnedOfEndMs: NOW + HOUR / 4 }, false],
  ['when that end was moved since', { endsAtMs: NOW + HOUR / 4, warnedOfEndMs: NOW }, true],
  ['when it has ended', { endsAtMs: NOW }, false],
  ['in the last quarter of a short one', { startsAtMs: NOW - 15 * 60_000, endsAtMs: NOW + 5 * 60_000 }, true],
  ['before the last quarter of a short one', { startsAtMs: NOW - 14 * 60_000, endsAtMs: NOW + 5 * 60_000 }, false],
  ['before it begins', { startsAtMs: NOW + 60_000, endsAtMs: NOW + HOUR / 4 }, false],
  ['at the end of one of two minutes', { startsAtMs: NOW - 30_000, endsAtMs: NOW + 90_000 }, true],
  ['before the end of one of two minutes', { startsAtMs: NOW - 29_999, endsAtMs: NOW + 90_001 }, false],
  ['in one of a minute', { startsAtMs: NOW, endsAtMs: NOW + 60_000 }, true],
  ['before one of a minute begins', { startsAtMs: NOW + 1, endsAtMs: NOW + 60_001 }, false],
])('its author is told of its end %s: %j', (_name, more, due) => {
  expect(isDueToWarn(silence({ startsAtMs: NOW - 5 * HOUR, ...more }), NOW)).toBe(due)
})

it('is listed active by end, pending by start, expired by end, the latest first', () => {
  const listed = inListOrder(
    [
      silence({ id: 'e1', endsAtMs: NOW - 5 }),
      silence({ id: 'p2', startsAtMs: NOW + 9 }),
      silence({ id: 'a2', endsAtMs: NOW + 9 }),
      silence({ id: 'e2', endsAtMs: NOW }),
      silence({ id: 'a1', endsAtMs: NOW + 1 }),
      silence({ id: 'p1', startsAtMs: NOW + 1 }),
    ],
    NOW,
  )
  expect(listed.map(({ id }) => id)).toEqual(['a1', 'a2', 'p1', 'p2', 'e2', 'e1'])
})

it.each<[string[], boolean]>([
  [[], true],
  [['svc=~"web.*"'], true],
  [['svc=~"web.*"', 'a!="b"'], true],
  [['svc="web.*"'], false],
  [['svc=~"web-1"'], false],
  [['other=""'], false],
])('is found by its own matchers: %j', (filters, found) => {
  expect(hasMatchers(silence({ matchers: matchers('a!="b"', 'svc=~"web.*"') }), matchers(...filters))).toBe(found)
})

it.each<[string[], Record<string, string>, boolean]>([
  [['a="b"'], { a: 'b' }, true],
  [['a="b"', 'c=~"d+"'], { a: 'b', c: 'ddd' }, true],
  [['a="b"', 'c=~"d+"'], { a: 'b', c: 'xddd' }, false],
  [['a="b"', 'c!="d"'], { a: 'b' }, true],
  [['a="b"', 'c!~"d|"'], { a: 'b' }, false],
  [['a=~"x.y"'], { a: 'x\ny' }, false],
  [['a=~"(?s)x.y"'], { a: 'x\ny' }, true],
])('%j on %j', (texts, labels, expected) => {
  expect(compileMatchers(matchers(...texts), compileLinearRegex)(labels)).toBe(expected)
})

describe('for any matchers', () => {
  const value = fc.constantFrom('', 'x', 'y', 'xy', 'x|y', 'x.*', '[xy]+', '.', 'x"y\\z\n')
  const matcher: fc.Arbitrary<Matcher> = fc
    .record({ name: fc.constantFrom('a', 'b', 'with space'), value, isRegex: fc.boolean(), isEqual: fc.boolean() })
    .filter(({ isRegex, value: pattern }) => !isRegex || !pattern.includes('"'))
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'with space'), fc.constantFrom('x', 'y', 'xy', 'z'), {
    noNullPrototype: true,
  })

  it('all of them match, each as Alertmanager says: anchored, an absent label an empty one', () => {
    fc.assert(
      fc.property(fc.array(matcher, { minLength: 1, maxLength: 3 }), labels, (all, on) => {
        const expected = all.every(({ name, value: wantedValue, isRegex, isEqual }) => {
          const text = on[name] ?? ''
          return (isRegex ? new RegExp(`^(?:${wantedValue})$`, 'su').test(text) : text === wantedValue) === isEqual
        })
        expect(compileMatchers(all, compileLinearRegex)(on)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('what they are written as is read as the same', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: fc.string({ minLength: 1 }),
          value: fc.string(),
          isRegex: fc.boolean(),
          isEqual: fc.boolean(),
        }),
        (any) => {
          expect(parseMatcher(matcherText(any))).toEqual({ ok: true, matcher: any })
        },
      ),
      { numRuns: 2000 },
    )
  })
})
