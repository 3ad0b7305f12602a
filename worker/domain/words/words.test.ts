import { describe, expect, it } from 'vitest'
import { textsIn, wordTables } from '../../../test/wordTables.ts'
import { LANGUAGES } from '../language.ts'
import { counted, writtenPercent } from './phrase.ts'

const TABLES = await wordTables()

/** The same word in both languages, and meant. */
const SHARED = new Set([
  'Status',
  'Pages',
  'Maintenance',
  'Incident',
  'Incidents',
  'Services',
  'Filter',
  'Support',
  'Email',
  'Feed',
  'Region',
  'Plan',
])
const NAMES =
  /UTC|Atom|RSS|JSON|HTML|Slack|Statuspage|(?:Standard )?Webhooks?|https:|subscription\.manage_url|SMS|YES|STOP|START|HELP/gi

describe.each(Object.entries(TABLES))('%s', (_name, table) => {
  const english = new Map(textsIn(table.en))

  it.each(LANGUAGES.filter((language) => language !== 'en'))('leaves no English in %s', (language) => {
    const left = textsIn(table[language]).filter(
      ([place, text]) =>
        /\p{L}{2}/u.test(text) &&
        english.get(place) === text &&
        !SHARED.has(text.trim()) &&
        text.replace(NAMES, '') !== '',
    )
    expect(left).toEqual([])
  })

  it.each(['ja', 'zh', 'ar'] as const)('has no Latin words in %s but names', (language) => {
    const left = textsIn(table[language])
      .map(([, text]) => text.replace(NAMES, ''))
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
