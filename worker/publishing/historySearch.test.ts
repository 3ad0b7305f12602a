import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AS_POSTED, AT_MS, sampleIncident, sampleMaintenance, sampleModel } from '../../test/samplePublicModel.ts'
import type { PublicIncident } from '../domain/publicModel.ts'
import { HITS_MAX, searchDocument, searchHistory } from './historySearch.ts'
import { markdownText } from './markdownText.ts'
import { plainText } from './plainText.ts'
import { QUERY_GAP, RESULTS_GAP, filledSearchPage, tellSearch } from './searchResults.ts'

const { page } = sampleModel()

function incident(id: string, title: string, body: string, translations = {}): PublicIncident {
  const [first] = sampleIncident().updates
  if (first === undefined) throw new Error('the sample has an update')
  return sampleIncident({ id, title, updates: [{ ...first, ...AS_POSTED, body, translations }] })
}

const NEWEST_FIRST = [
  incident('a', 'Checkout is slow', 'The **payment** provider answers slowly.', { de: 'Die Zahlungen dauern länger.' }),
  incident('b', 'Search was empty', 'An index was missing. Payment was not touched.'),
  incident('c', 'Payment failed', 'カード決済が失敗しました。'),
]
const WORK = sampleMaintenance({
  id: 'm',
  title: 'New cables',
  scheduledForMs: AT_MS + 86_400_000,
  updates: sampleMaintenance().updates.map((update) => ({ ...update, body: 'An index is built anew.' })),
})
const DOCUMENT = searchDocument(page, NEWEST_FIRST, [WORK])
const found = (query: string) => searchHistory(DOCUMENT, query).map(({ entry }) => entry.id)

describe('searchHistory', () => {
  it.each([
    ['payment', ['c', 'a', 'b']],
    ['PAYMENT provider', ['a']],
    ['langer', ['a']],
    ['länger', ['a']],
    ['決済', ['c']],
    ['2100-11', ['m', 'a', 'b', 'c']],
    ['checkout', ['a', 'm', 'b', 'c']],
    ['index', ['m', 'b']],
    ['cables', ['m']],
    ['nothing like it', []],
    ['   ', []],
  ])('finds for “%s”', (query, ids) => {
    expect(found(query)).toEqual(ids)
  })

  it('marks where it was found', () => {
    expect(searchHistory(DOCUMENT, 'index missing')[0]?.excerpt).toEqual([
      'An ',
      'index',
      ' was missing. Payment was not touched.',
    ])
  })

  it('shows of one update what it says in one language', () => {
    const german = { de: 'Die geplante Wartung hat begonnen.' }
    const document = searchDocument(page, [incident('t', 'Cables', 'The work has begun.', german)], [])
    expect(searchHistory(document, 'cables')[0]?.excerpt).toEqual(['The work has begun.'])
    expect(searchHistory(document, 'wartung')[0]?.excerpt).toEqual(['Die geplante ', 'Wartung', ' hat begonnen.'])
  })

  it('bounds what is kept, what is asked and what is answered', () => {
    const many = Array.from({ length: 2000 }, (_, i) => incident(`i${i}`, 'Payment', 'word '.repeat(2000)))
    const document = searchDocument(page, many, [])
    expect(JSON.stringify(document).length).toBeLessThan(2_000_000)
    expect(searchHistory(document, 'payment')).toHaveLength(HITS_MAX)
    expect(searchHistory(document, 'a '.repeat(5000))).toHaveLength(HITS_MAX)
  })

  it('takes any query', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (query) => void searchHistory(DOCUMENT, query)))
  })
})

describe('the page of what was found', () => {
  const PAGE = `<input value="${QUERY_GAP}"><div>${RESULTS_GAP}</div>`

  it('lets nothing in as markup', () => {
    const query = '"><script>alert(1)</script>'
    const hostile = searchDocument(page, [incident('x', query, `${query} $& ${RESULTS_GAP}`)], [])
    const html = filledSearchPage(PAGE, query, searchHistory(hostile, '"><script>alert(1)</script>'), hostile, 'en')
    expect(html).not.toContain('<script')
    expect(html).toContain('1 result')
  })

  it('puts the results where they belong, whatever was searched for', () => {
    const html = filledSearchPage(PAGE, `${RESULTS_GAP} ${QUERY_GAP}`, [], DOCUMENT, 'en')
    expect(html).toMatch(/^<input value="%RESULTS-GAP% %QUERY-GAP%"><div><p role="status">[^<]+<\/p><\/div>$/)
  })

  it('says it in the reader’s language, and when there is nothing', () => {
    expect(filledSearchPage(PAGE, 'x', [], DOCUMENT, 'de')).toContain('Nichts enthält alle diese Wörter.')
    expect(filledSearchPage(PAGE, '決済', searchHistory(DOCUMENT, '決済'), DOCUMENT, 'ja')).toContain(
      '<mark>決済</mark>',
    )
  })

  it('says of maintenance that it is, and leads to its page', () => {
    const html = filledSearchPage(PAGE, 'cables', searchHistory(DOCUMENT, 'cables'), DOCUMENT, 'en')
    expect(html).toContain('href="./maintenance/m"')
    expect(html).toContain('<bdi>Maintenance</bdi>')
  })

  it('is lines for a terminal, and Markdown', () => {
    const told = tellSearch('index', searchHistory(DOCUMENT, 'index'), page, 'en')
    const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10)
    expect(plainText(told)).toBe(
      `index: 2 results\n\n${dayOf(AT_MS + 86_400_000)}  Maintenance: New cables  https://status.example/maintenance/m\n` +
        `${dayOf(AT_MS - 1_800_000)}  Search was empty  https://status.example/incidents/b\n`,
    )
    expect(markdownText(told)).toContain('[Search was empty](https://status.example/incidents/b)')
    expect(plainText(tellSearch('\u001B[2J', [], page, 'de'))).toBe('[2J: Nichts enthält alle diese Wörter.\n')
  })
})
