import { expect, it } from 'vitest'
import { parseRule } from './recurrenceRule.ts'
import type { Repeats } from './repeats.ts'
import { ruleOf } from './repeats.ts'

// A Tuesday, the second of its month; and a Monday, the fifth.
const TUESDAY = Date.parse('2026-12-08T22:00:00Z')
const FIFTH_MONDAY = Date.parse('2026-11-30T22:00:00Z')

it.each<[Repeats, number, string | null, string]>([
  ['daily', TUESDAY, null, 'FREQ=DAILY'],
  ['weekdays', TUESDAY, null, 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['weekly', TUESDAY, '2027-01-31', 'FREQ=WEEKLY;BYDAY=TU;UNTIL=20270131'],
  ['weekly', FIFTH_MONDAY, null, 'FREQ=WEEKLY;BYDAY=MO'],
  ['monthly', FIFTH_MONDAY, null, 'FREQ=MONTHLY;BYMONTHDAY=30'],
  ['monthly_weekday', TUESDAY, null, 'FREQ=MONTHLY;BYDAY=2TU'],
  ['monthly_weekday', FIFTH_MONDAY, null, 'FREQ=MONTHLY;BYDAY=-1MO'],
])('%s from %d until %s', (repeats, startsAtWallMs, until, rule) => {
  expect(ruleOf(repeats, startsAtWallMs, until)).toBe(rule)
  expect(parseRule(rule).ok).toBe(true)
})
