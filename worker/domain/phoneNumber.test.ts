import { expect, it } from 'vitest'
import { isWithin, keywordIn, normaliseNumber, prefixesIn } from './phoneNumber.ts'

it.each([
  ['+491701234567', '+491701234567'],
  [' +49 (0) 170 / 123-45.67 ', '+491701234567'],
  ['0049 170 1234567', '+491701234567'],
  ['＋４９ １７０ １２３４５６７', '+491701234567'],
  ['+1 (500) 555-0006', '+15005550006'],
  ['\u202a+33 6 12 34 56 78\u202c', '+33612345678'],
  // Without a country code it could be anybody's.
  ['0170 1234567', null],
  ['+0170 1234567', null],
  ['+49', null],
  ['+4917012345678901', null],
  ['+49170123x567', null],
  ['+49170 1234567; +43', null],
  ['', null],
])('reads %j as %j', (text, number) => {
  expect(normaliseNumber(text)).toBe(number)
})

it('knows whom texts may go to', () => {
  expect(prefixesIn(' +49, +43 ,')).toEqual(['+49', '+43'])
  expect(prefixesIn('49')).toBeNull()
  expect(isWithin('+43660123456', ['+49', '+43'])).toBe(true)
  expect(isWithin('+88213123456', ['+49', '+43'])).toBe(false)
  expect(isWithin('+43660123456', [])).toBe(false)
})

it.each([
  ['STOP', 'stop'],
  [' Stop. ', 'stop'],
  ['ARRÊT', 'stop'],
  ['退订', 'stop'],
  ['إيقاف', 'stop'],
  ['Yes!', 'start'],
  ['sí', 'start'],
  ['UNSTOP', 'start'],
  ['help', 'help'],
  ['ヘルプ', 'help'],
  ['Please stop that noise', null],
  ['', null],
])('takes %j for %j', (text, keyword) => {
  expect(keywordIn(text)).toBe(keyword)
})
