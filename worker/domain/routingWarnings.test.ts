import { expect, it } from 'vitest'
import { RoutingRule } from './routingRule.ts'
import { routingWarnings } from './routingWarnings.ts'

const rule = (id: string, matchers: string[], set: object, more: object = {}) =>
  RoutingRule.parse({ id, name: id.toUpperCase(), matchers, set, ...more })

it.each<[string, RoutingRule[], Record<string, RegExp>]>([
  [
    'nothing for rules that decide different things',
    [rule('a', [], { page: false }), rule('b', [], { severity: 'sev1' })],
    {},
  ],
  [
    'nothing for an earlier rule that asks for more',
    [rule('a', ['x="1"', 'y="2"'], { page: false }), rule('b', ['x="1"'], { page: false })],
    {},
  ],
  [
    'of one that stands after the same, however it is written',
    [rule('a', ['x="1"'], { page: false }), rule('b', [' x = 1 ', 'y="2"'], { page: true })],
    { b: /“A” stands before it/ },
  ],
  [
    'of one that several before it decide together',
    [
      rule('a', [], { page: false }),
      rule('b', ['x="1"'], { suppress: true }),
      rule('c', ['x="1"'], { page: true, suppress: false }),
    ],
    { c: /“A” and “B”/ },
  ],
  [
    'of one after an unconditional last',
    [rule('a', [], {}, { last: true }), rule('b', ['x="1"'], { page: true })],
    { b: /never looked at.*“A”/ },
  ],
  [
    'nothing when what stands before it is disabled',
    [rule('a', [], { page: false }, { enabled: false }), rule('b', [], { page: true })],
    {},
  ],
  [
    'that both ways of naming the service decide the same',
    [rule('a', [], { service: 'shop' }), rule('b', [], { serviceLabel: 'team' })],
    { b: /decides the same/ },
  ],
  ['of one that says nothing', [rule('a', ['x="1"'], {})], { a: /sets nothing/ }],
  ['nothing of one that only stops', [rule('a', ['x="1"'], {}, { last: true })], {}],
  [
    'nothing of a covered one that stops',
    [
      rule('a', [], { page: false }),
      rule('b', ['x="1"'], { page: true }, { last: true }),
      rule('c', [], { severity: 'sev1' }),
    ],
    {},
  ],
])('warns %s', (_name, rules, expected) => {
  const warnings = routingWarnings(rules)
  expect(warnings.map(({ ruleId }) => ruleId)).toEqual(Object.keys(expected))
  for (const { ruleId, text } of warnings) expect(text).toMatch(expected[ruleId] ?? /^$/)
})
