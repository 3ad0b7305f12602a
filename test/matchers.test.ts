import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileMatcher, matcherText, parseMatcher } from '../worker/domain/matchers.ts'
import { compileLinearRegex } from '../worker/storage/linearRegex.ts'

/**
 * What a matcher means, told once more without a regex engine: patterns are generated with the set of texts that they
 * match, so that the answer is known before anything is compiled.
 */

interface Pattern {
  readonly source: string
  readonly matches: (text: string) => boolean
}

// Few and alike, so that most matchers match something.
const word: fc.Arbitrary<string> = fc.constantFrom(
  '',
  'a',
  'ab',
  'b',
  'web-1',
  'web-2',
  'a.b',
  'a+',
  '(',
  '\\',
  '"',
  'x\ny',
  'Köln',
  '🦀',
)
const escaped = (text: string) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
const holdsNoNewline = (text: string) => !text.includes('\n')

const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => ({
    source: words.map(escaped).join('|'),
    matches: (text: string) => words.includes(text),
  })),
  word.map((start) => ({
    source: `${escaped(start)}.*`,
    matches: (text: string) => text.startsWith(start) && holdsNoNewline(text.slice(start.length)),
  })),
  word.map((end) => ({
    source: `.+${escaped(end)}`,
    matches: (text: string) =>
      text.length > end.length && text.endsWith(end) && holdsNoNewline(text.slice(0, text.length - end.length)),
  })),
)

const labels = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString'), word, { noNullPrototype: true })
const name = fc.constantFrom('a', 'b', 'missing', '__proto__', 'toString')

it('a matcher means the same with and without a regex engine, as written and as read back', () => {
  fc.assert(
    fc.property(
      labels,
      name,
      pattern,
      word,
      fc.boolean(),
      fc.boolean(),
      (set, label, regex, text, isRegex, isEqual) => {
        const matcher = { name: label, value: isRegex ? regex.source : text, isRegex, isEqual }
        // An absent label counts as an empty one.
        const value = Object.hasOwn(set, label) ? (set[label] ?? '') : ''
        const meant = (isRegex ? regex.matches(value) : value === text) === isEqual
        expect(compileMatcher(matcher, compileLinearRegex)(set)).toBe(meant)
        expect(parseMatcher(matcherText(matcher))).toEqual({ ok: true, matcher })
      },
    ),
    { numRuns: 2_000 },
  )
})
