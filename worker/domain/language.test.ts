import { expect, it } from 'vitest'
import { directionOf, preferredLanguage } from './language.ts'

it.each([
  [undefined, 'de'],
  ['', 'de'],
  ['fr', 'fr'],
  ['pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
  ['nl, en;q=0.5, fr;q=0.7', 'fr'],
  ['EN-us', 'en'],
  ['zh-Hant-TW', 'zh'],
  ['en;q=0, ja;q=0.1', 'ja'],
  ['nl, *;q=0.1', 'de'],
  ['english', 'de'],
  [';;;,=q', 'de'],
] as const)('reads %s as %s', (header, language) => {
  expect(preferredLanguage(header, 'de')).toBe(language)
})

it('looks at no more of a header than anyone means', () => {
  expect(preferredLanguage(`${'nl,'.repeat(50)}fr`, 'en')).toBe('en')
})

it('writes Arabic from the right', () => {
  expect([directionOf('ar'), directionOf('ja')]).toEqual(['rtl', 'ltr'])
})
