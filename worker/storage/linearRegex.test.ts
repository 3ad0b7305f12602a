import * as fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { compileLinearRegex, linearRegexes } from './linearRegex.ts'

describe('patterns that callers give', () => {
  it.each(['(?:a{1,30}){1,30}', '(?:(?:abc){10}){10}', '\\w{1000}', 'x'.repeat(4_096), '', 'web-.*|db-\\d+'])(
    'of what a pattern may cost, %s is within',
    (pattern) => {
      expect(() => compileLinearRegex(pattern)).not.toThrow()
    },
  )

  it.each(['(?:abcdef){1000}', '(?:[a-z]abcdefgh){1,900}', '(?:(?:a{10}){10}){10}{10}', '\\pL{1,1000}'])(
    '%s is refused before it is compiled',
    (pattern) => {
      expect(() => compileLinearRegex(pattern)).toThrow('too large')
    },
  )

  it('are refused for what they cost together', () => {
    const compile = linearRegexes()
    for (let i = 0; i < 20; i++) compile('a{1000}')
    expect(() => {
      for (let i = 0; i < 20; i++) compile('a{1000}')
    }).toThrow('too large together')
    expect(() => linearRegexes()('a{1000}')).not.toThrow()
  })

  it('match as the plain engine does when anchored at both ends', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '.',
      'a*',
      'b+?',
      '(?:a|ab)',
      '(?:a|)',
      '|',
      '\\w?',
      '^',
      '$',
      '(?i)',
      '[^a]',
      'A',
    )
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.array(fc.constantFrom('a', 'b', 'A', '\n', 'é'), { maxLength: 6 }),
        (parts, letters) => {
          const [pattern, text] = [parts.join(''), letters.join('')]
          let plain: RE2JS
          try {
            plain = RE2JS.compile(`^(?:${pattern})$`)
          } catch {
            expect(() => compileLinearRegex(pattern)).toThrow()
            return
          }
          expect(compileLinearRegex(pattern)(text)).toBe(plain.testExact(text))
        },
      ),
      { numRuns: 3_000 },
    )
  })
})
