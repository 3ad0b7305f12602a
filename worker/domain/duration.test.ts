import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { durationText, parseDuration } from './duration.ts'

it.each([
  ['45 s', 45],
  ['45s', 45],
  ['30 min', 1800],
  ['5m', 300],
  ['26 h', 93_600],
  ['1 Day', 86_400],
  ['0', 0],
])('reads %s', (text, seconds) => expect(parseDuration(text)).toBe(seconds))

it.each(['', '5', 'soon', '-5 min', '1.5 h', '5 weeks', '5 min 3', '9999999999 s', '1 constructor'])(
  'does not take %s for a length of time',
  (text) => expect(parseDuration(text)).toBeNull(),
)

it.each([
  [0, '0 s'],
  [90, '90 s'],
  [60, '1 min'],
  [86_400, '24 h'],
  [93_600, '26 h'],
  [604_800, '7 d'],
])('writes %i seconds as %s', (seconds, text) => expect(durationText(seconds)).toBe(text))

it('reads what it writes', () => {
  fc.assert(fc.property(fc.nat(366 * 24 * 3600), (seconds) => parseDuration(durationText(seconds)) === seconds))
})
