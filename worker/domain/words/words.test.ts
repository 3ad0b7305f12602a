import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../language.ts'
import type { Language } from '../language.ts'
import { COMPONENT_WORDS } from './componentWords.ts'
import { ERROR_WORDS } from './errorWords.ts'
import { FRAME_WORDS } from './frameWords.ts'
import { HOME_WORDS } from './homeWords.ts'
import { MAINTENANCE_WORDS } from './maintenanceWords.ts'
import { counted, writtenPercent } from './phrase.ts'
import { POST_MORTEM_WORDS } from './postMortemWords.ts'
import { REPORT_WORDS } from './reportWords.ts'
import { STATE_WORDS } from './stateWords.ts'

const TABLES: Record<string, Record<Language, object>> = {
  COMPONENT_WORDS,
  ERROR_WORDS,
  FRAME_WORDS,
  HOME_WORDS,
  MAINTENANCE_WORDS,
  POST_MORTEM_WORDS,
  REPORT_WORDS,
  STATE_WORDS,
}

/** The same word in both languages, and meant. */
const SHARED = new Set(['Status', 'Pages', 'Maintenance', 'Incident', 'Services', ' – '])

/** Every text of a table by its place; what takes a count is asked for one, a few and many. */
function textsIn(words: unknown, place: string): [string, string][] {
  if (typeof words === 'string') return [[place, words]]
  if (typeof words === 'function')
    return [1, 2, 3, 14, 90].map((count) => [`${place}(${count})`, String(words(count, `${count}`, `${count}`))])
  return Object.entries(words as object).flatMap(([key, value]) => textsIn(value, `${place}.${key}`))
}

describe.each(Object.entries(TABLES))('%s', (_name, table) => {
  const english = new Map(textsIn(table.en, ''))

  it.each(LANGUAGES.filter((language) => language !== 'en'))('leaves no English in %s', (language) => {
    const left = textsIn(table[language], '').filter(
      ([place, text]) => /\p{L}{2}/u.test(text) && english.get(place) === text && !SHARED.has(text.trim()),
    )
    expect(left).toEqual([])
  })

  it.each(['ja', 'zh', 'ar'] as const)('has no Latin words in %s but names', (language) => {
    const left = textsIn(table[language], '')
      .map(([, text]) => text.replace(/UTC|Atom|RSS|JSON/g, ''))
      .filter((text) => /[a-z]{3}/i.test(text))
    expect(left).toEqual([])
  })
})

it('counts by the rules of each language', () => {
  const forms = { one: 'a day', two: 'two days', few: '# few', many: '# many', other: '# other' }
  expect([1, 2, 3, 11].map((count) => counted('ar', count, forms))).toEqual(['a day', 'two days', '3 few', '11 many'])
  expect([1, 2].map((count) => counted('de', count, forms))).toEqual(['a day', '2 other'])
})

it.each([
  ['en', 100, '100%'],
  ['en', 99.987, '99.987%'],
  ['en', 99.999, '99.999%'],
  ['de', 99.987, '99,987\u00A0%'],
  ['ja', 99.9, '99.900%'],
] as const)('writes a percentage in %s', (language, percent, text) => {
  expect(writtenPercent(language, percent)).toBe(text)
})
