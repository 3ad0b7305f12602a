import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileLinearRegex } from '../storage/linearRegex.ts'
import type { Matcher } from './matchers.ts'
import { matcherText, parseMatcher } from './matchers.ts'
import type { Silence, WantedSilence } from './silence.ts'
import { compileMatchers, expireSilence, hasMatchers, inListOrder, putSilence, silenceState } from './silence.ts'

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
  return { ...content, id: 'old', updatedAtMs: NOW - HOUR, hid: 3, ...more }
}

const put = (known: Silence | null, change: Partial<WantedSilence>) =>
  putSilence(known, wanted({ id: known?.id ?? null, ...change }), 'new', NOW, compileLinearRegex)

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
  [['a=~"x.y"'], { a: 'x\ny' }, true],
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
