import * as fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { patternCost } from './patternCost.ts'

describe('what a pattern costs', () => {
  it.each<[string, number, number]>([
    ['', 20, 25],
    ['critical|warning', 30, 45],
    ['a{1000}', 1_000, 2_100],
    ['(a{1,30}){1,30}', 1_800, 2_200],
    ['(?:(?:a{1,9}){1,9}){1,9}', 1_400, 2_000],
    ['(?:abc){1000}', 3_000, 7_000],
    ['a{2,}', 22, 40],
    ['\\pL{1,1000}', 25_000, 30_000],
    ['[\\pL\\p{Greek}x]{100}', 5_000, 6_000],
    // No repetitions.
    ['\\x{10}a\\{30}', 22, 30],
    ['\\Qa{1000}\\E', 22, 30],
    ['[a{1000}]', 20, 23],
    ['a{,5}b{x}', 25, 35],
  ])('of %s', (pattern, atLeast, atMost) => {
    expect(patternCost(pattern)).toBeGreaterThanOrEqual(atLeast)
    expect(patternCost(pattern)).toBeLessThanOrEqual(atMost)
  })

  it('is never less than its program has', () => {
    const atom = fc.constantFrom(
      'a',
      'é🦀',
      '.',
      '\\.',
      '\\w',
      '\\pL',
      '\\p{Greek}',
      '\\x{41}',
      '\\u{41}',
      '\\Qa{9}\\E',
      '[a-f]',
      '[]a]',
      '[^]{9}]',
      '[[:alpha:]\\]{5}]',
      '^',
      '\\b',
      '(?i)',
      '(?i:k)',
      '(?P<n>',
      '(?<m>',
      '(?:',
      '(',
      ')',
      ')',
      '|',
      '{9}',
      '{x}',
      '-',
    )
    const repetition = fc.constantFrom('', '', '*', '+?', '?', '{3}', '{2,}', '{0,5}', '{1,7}?', '{0}')
    const part = fc.tuple(atom, repetition).map((both) => both.join(''))
    let compiled = 0
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const pattern = parts.join('')
        let size: number
        try {
          size = RE2JS.compile(pattern).programSize()
        } catch {
          return
        }
        compiled++
        expect(patternCost(pattern)).toBeGreaterThanOrEqual(size)
      }),
      { numRuns: 20_000 },
    )
    expect(compiled).toBeGreaterThan(1_000)
  })

  it('is told in the time that its text takes, whatever stands there', () => {
    for (const text of ['(', '[', '\\Q', '{1', '(?P<', '[[:', '((?:a{9}){9})', '\\'])
      expect(patternCost(text.repeat(4_096 / text.length))).toBeGreaterThan(0)
  })
})
