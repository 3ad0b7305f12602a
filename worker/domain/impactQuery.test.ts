import { expect, it } from 'vitest'
import { filledQuery } from './impactQuery.ts'

it.each([
  ['sum(rate(x{region="{{region}}"}[5m]))', { region: 'eu' }, 'sum(rate(x{region="eu"}[5m]))'],
  ['x{a="{{ a }}", b="{{b}}"}', { a: '1' }, 'x{a="1", b=""}'],
  ['x{a="{{a}}"}', { a: '"} or vector(1) #' }, 'x{a="\\"} or vector(1) #"}'],
  ['x{a="{{a}}"}', { a: 'back\\' }, 'x{a="back\\\\"}'],
  ["x{a='{{a}}'}", { a: "it's" }, "x{a='it\\'s'}"],
  ['x{a=`{{a}}`}', { a: '`} or vector(1)' }, 'x{a=`} or vector(1)`}'],
  ['x{a="{{a}}"}', { a: 'two\nlines' }, 'x{a="two\\nlines"}'],
  ['x{a="{{a}}"}', { a: '{{b}}', b: 'no' }, 'x{a="{{b}}"}'],
])('%s with %o', (query, labels, filled) => {
  expect(filledQuery(query, labels)).toBe(filled)
})
