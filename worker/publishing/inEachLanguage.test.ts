import { NO_LINK_SETTINGS } from '../domain/affectedLink.ts'
import { describe, expect, it } from 'vitest'
import {
  AT_MS,
  sampleIncident,
  sampleMaintenance,
  sampleModel,
  samplePostMortem,
} from '../../test/samplePublicModel.ts'
import { sampleMetric } from '../../test/sampleMetric.ts'
import { assertWellFormedXml } from '../../test/wellFormedXml.ts'
import { LANGUAGES } from '../domain/language.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import { atomFeed } from './atomFeed.ts'
import { historyFeed, updatesFeed } from './feedEntries.ts'
import { publicFile } from './publicFile.ts'
import type { PublicSource } from './publicSource.ts'

/** What people wrote, names, and what programs read: all else is in the reader's language. */
const [update] = sampleIncident().updates
const DIGITS_ONLY = '0'
const model: PublicModel = {
  ...sampleModel([
    sampleIncident({
      title: '#1',
      updates: update === undefined ? [] : [{ ...update, body: DIGITS_ONLY, translations: { de: 'Auf Deutsch.' } }],
    }),
    sampleIncident({ id: 'b', title: '#2', status: 'resolved', resolvedAtMs: AT_MS, hasPostMortem: true, updates: [] }),
  ]),
  maintenances: [
    sampleMaintenance({
      title: '#3',
      updates: sampleMaintenance().updates.map((each) => ({
        ...each,
        body: DIGITS_ONLY,
        rescheduledFrom: { scheduledForMs: AT_MS, scheduledUntilMs: AT_MS + 3_600_000 },
      })),
    }),
    sampleMaintenance({ id: 'd', title: '#4', status: 'completed', startedAtMs: AT_MS, completedAtMs: AT_MS }),
  ].map((each) => ({ ...each, updates: each.updates.map((said) => ({ ...said, body: DIGITS_ONLY })) })),
  ownChanges: [{ changeId: 'c', id: 'checkout', name: '#5', from: 'operational', to: 'partial_outage', atMs: AT_MS }],
  postMortems: [samplePostMortem({ title: '#6', body: DIGITS_ONLY, services: ['#7'] })],
}
const source: PublicSource = {
  model,
  incident: (id) => model.incidents.find((each) => each.id === id) ?? null,
  maintenance: (id) => model.maintenances.find((each) => each.id === id) ?? null,
  postMortem: () => ({
    postMortem: samplePostMortem({ title: '#6', body: DIGITS_ONLY, services: ['#7'] }),
    actionItems: [],
  }),
  evidence: () => null,
  log: null,
  metrics: () => [{ ...sampleMetric(AT_MS), name: '#8', description: null }],
  pages: [],
  links: NO_LINK_SETTINGS,
  redirects: () => [],
  look: () => null,
  history: {
    months: () => ['2100-11'],
    incidentsOf: () => model.incidents,
    maintenancesOf: () => model.maintenances,
    all: () => model.incidents,
    allMaintenances: () => model.maintenances,
  },
}

const FILES = [
  'index.txt',
  'index.md',
  'history.txt',
  'history/2100-11.txt',
  'history/2100-11.md',
  'uptime.txt',
  'performance.txt',
  'performance.md',
  'post-mortems.txt',
  'incidents/0123456789ab.txt',
  'incidents/b.md',
  'maintenance/0123456789ab.txt',
  'maintenance/d.md',
  'post-mortems/0123456789ab.txt',
  'post-mortems/0123456789ab.md',
  'history.atom',
  'history.rss',
  'updates.atom',
  'feed.json',
  'calendar.ics',
  'maintenance/0123456789ab.ics',
] as const

function bodyOf(path: string): string {
  const file = publicFile(path, source)
  if (file?.kind !== 'text') throw new Error(`${path} is not a text`)
  return file.body
}

/** The words of a file that a reader would read. */
function wordsIn(path: string): string[] {
  const text = shownIn(path, bodyOf(path))
    .replaceAll(/&(?:lt|gt|amp);/g, (entity) => (entity === '&lt;' ? '<' : entity === '&gt;' ? '>' : ' '))
    .replaceAll(/<[^>]*>|https?:\S+|tag:\S+/g, ' ')
  return Array.from(text.matchAll(/\p{L}{3,}/gu), ([word]) => word.toLowerCase()).filter((word) => !NAMES.has(word))
}

function shownIn(path: string, body: string): string {
  if (path.endsWith('.ics'))
    return Array.from(
      body.replaceAll('\r\n ', '').matchAll(/^(?:NAME|X-WR-CALNAME|SUMMARY|DESCRIPTION):(.*)$/gm),
      ([, value = '']) => value.replaceAll('\\n', ' '),
    ).join('\n')
  if (path.endsWith('.json'))
    return Array.from(body.matchAll(/"(?:title|content_html)":"((?:[^"\\]|\\.)*)"/g), ([, value = '']) =>
      value.replaceAll('\\n', ' '),
    ).join('\n')
  return body.replaceAll(/<(pubDate|language|published|updated)>[^<]*<\/\1>|<[^>]*>/g, ' ')
}

/** Of the sample and of formats. */
const NAMES = new Set('example sons shop checkout docs search utc json csv atom'.split(' '))

describe.each(FILES)('%s', (path) => {
  const english = new Set(wordsIn(path))

  // Their letters are others: what is left of the English is plain to see.
  it.each(['ja', 'zh', 'ar'] as const)('has no English in %s', (language) => {
    const left = wordsIn(`${language}/${path}`).filter((word) => english.has(word))
    expect(left).toEqual([])
  })

  it('is in each language another, and always the same bytes', () => {
    const bodies = LANGUAGES.map((language) => bodyOf(`${language}/${path}`))
    expect(new Set(bodies).size).toBe(LANGUAGES.length)
    expect(bodyOf(`en/${path}`)).toBe(bodyOf(path))
    expect(publicFile(`de/${path}`, { ...source, model: { ...model } })).toEqual(publicFile(`de/${path}`, source))
  })
})

describe('a text in another language', () => {
  it.each(['history/2100-11', 'post-mortems', 'post-mortems/0123456789ab', 'index'])(
    'leads to pages in its own: %s',
    (page) => {
      for (const path of [`ja/${page}.txt`, `ja/${page}.md`]) {
        const links = bodyOf(path).match(/https:\/\/status\.example[^\s)>]*/g) ?? []
        expect(links.length, path).toBeGreaterThan(0)
        // JSON has one language.
        expect(links.filter((link) => !/^https:\/\/status\.example\/(?:ja\/|api\/)/.test(link))).toEqual([])
      }
    },
  )
})

describe('a feed in another language', () => {
  it('is well-formed, names itself and its pages by its language, and keeps the ids of what it tells', () => {
    for (const language of LANGUAGES) {
      for (const feed of [
        historyFeed(model, 'history.atom', '', language),
        updatesFeed(model, 'updates.atom', '', language),
      ]) {
        const xml = atomFeed(feed)
        assertWellFormedXml(xml)
        expect(xml).toContain(`xml:lang="${language}"`)
        const base = `https://status.example${language === 'en' ? '' : `/${language}`}/`
        expect(feed.selfUrl.startsWith(base)).toBe(true)
        expect(feed.entries.every(({ link }) => link.startsWith(base))).toBe(true)
      }
      expect(historyFeed(model, 'history.atom', '', language).entries.map(({ id }) => id)).toEqual(
        historyFeed(model, 'history.atom').entries.map(({ id }) => id),
      )
    }
  })

  it('has what people translated, and marks what they did not', () => {
    const [german] = updatesFeed(model, 'updates.atom', '', 'de').entries.filter(({ link }) =>
      link.includes('#update-'),
    )
    expect(german?.html).toContain('<p>Auf Deutsch.</p>')
    const [arabic] = updatesFeed(model, 'updates.atom', '', 'ar').entries.filter(({ link }) =>
      link.includes('#update-'),
    )
    expect(arabic?.html).toContain('<div lang="ar" dir="rtl">')
    expect(arabic?.html).toContain('<div lang="en" dir="ltr">')
  })

  it('has what people translated into the language of a page that speaks another than they write', () => {
    const german: PublicModel = { ...model, page: { ...model.page, language: 'de', writtenIn: 'en' } }
    const entry = (language?: 'en') =>
      updatesFeed(german, 'updates.atom', '', language).entries.find(({ link }) => link.includes('#update-'))
    expect(entry()?.html).toContain('<p>Auf Deutsch.</p>')
    expect(entry('en')?.html).not.toContain('lang=')
  })

  it('has one address, however its language was asked for', () => {
    const asked = historyFeed(model, 'history.atom', 'group=Shop&lang=de', 'de')
    expect(asked.selfUrl).toBe('https://status.example/de/history.atom?group=Shop')
  })
})
