import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { compileLinearRegex } from '../storage/linearRegex.ts'
import type { Labels } from './alert.ts'
import { fingerprintOf } from './alert.ts'
import { compileRule, InhibitionIndex } from './inhibition.ts'
import type { InhibitRule } from './organisation.ts'

const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', 'z'), { noNullPrototype: true })
const matcher = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('=', '!=', '=~', '!~'), fc.constantFrom('x', 'y', 'x|y', ''))
  .map(([name, operator, value]) => `${name}${operator}"${value}"`)
const matcherTexts = fc.array(matcher, { minLength: 1, maxLength: 2 })
const rule: fc.Arbitrary<InhibitRule> = fc.record({
  sourceMatchers: matcherTexts,
  targetMatchers: matcherTexts,
  equal: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
})

/** Alertmanager's Inhibitor.Mutes, word for word: every rule, every alert. */
function inhibitors(rules: readonly InhibitRule[], sources: readonly Labels[], target: Labels): Set<string> {
  const found = new Set<string>()
  for (const each of rules) {
    const { isSource, isTarget } = compileRule(each, compileLinearRegex)
    if (!isTarget(target)) continue
    const targetIsSource = isSource(target)
    for (const source of sources) {
      if (!isSource(source)) continue
      if (each.equal.some((name) => (source[name] ?? '') !== (target[name] ?? ''))) continue
      if (targetIsSource && isTarget(source)) continue
      found.add(fingerprintOf(source))
    }
  }
  return found
}

it('says the same as comparing every alert with every other', () => {
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 3 }),
      fc.array(labels, { maxLength: 8 }),
      fc.array(labels, { maxLength: 8 }),
      labels,
      (rules, gone, firing, target) => {
        const index = new InhibitionIndex(rules.map((each) => compileRule(each, compileLinearRegex)))
        for (const each of [...gone, ...firing]) index.add({ fingerprint: fingerprintOf(each), labels: each })
        const stays = new Set(firing.map(fingerprintOf))
        for (const each of gone) if (!stays.has(fingerprintOf(each))) index.remove(fingerprintOf(each))
        const expected = inhibitors(rules, firing, target)
        const inhibitor = index.inhibitorOf(target, () => true)
        expect(inhibitor === null ? expected.size === 0 : expected.has(inhibitor)).toBe(true)
      },
    ),
    { numRuns: 2000 },
  )
})

it('passes over sources that are over', () => {
  const index = new InhibitionIndex([
    compileRule({ sourceMatchers: ['s=1'], targetMatchers: ['s=2'], equal: [] }, compileLinearRegex),
  ])
  index.add({ fingerprint: 'one', labels: { s: '1' } })
  index.add({ fingerprint: 'two', labels: { s: '1', x: 'y' } })
  expect(index.inhibitorOf({ s: '2' }, (fingerprint) => fingerprint === 'two')).toBe('two')
  expect(index.inhibitorOf({ s: '2' }, () => false)).toBeNull()
})
