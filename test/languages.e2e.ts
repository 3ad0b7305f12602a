import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LANGUAGES, LANGUAGE_NAME, directionOf } from '../worker/domain/language.ts'
import type { PublicView } from '../worker/domain/publicModel.ts'
import { brokenReferences } from '../worker/publishing/siteCopy.ts'
import type { PageRenderer } from './pageRenderer.ts'
import { startPageRenderer } from './pageRenderer.ts'
import { FIRST_VIEW_BYTES_MAX, fullestHome } from './fullestHome.ts'
import { PUBLIC_PAGES } from './publicPages.fixtures.ts'
import { textsIn, wordTables } from './wordTables.ts'

/** Every public page in each of its states, in every language: nothing is left in another. */

let renderer: PageRenderer
const ownTexts = new Map<string, ReadonlySet<string>>()

beforeAll(async () => {
  renderer = await startPageRenderer()
  const tables = Object.values(await wordTables())
  for (const language of LANGUAGES)
    ownTexts.set(language, new Set(tables.flatMap((table) => textsIn(table[language]).map(([, text]) => text.trim()))))
})

afterAll(() => renderer?.[Symbol.asyncDispose]())

/** Names of formats, products and languages. */
const NAMES = new Set(
  Object.values<string>(LANGUAGE_NAME).concat(
    'Atom',
    'RSS',
    'JSON',
    'JSON Feed',
    'CSV',
    'Webhook',
    'Slack',
    'Discord',
    'Microsoft Teams',
  ),
)

/** Zones, units, months that two languages share, examples of addresses, and gaps that are filled in later. */
const SAME_EVERYWHERE = /\b(?:CET|UTC|GMT|min)\b|(?:November|September|August) \d{4}|https:\S*|%[A-Z-]+%/g

describe.each(Object.entries(PUBLIC_PAGES))('%s', (_name, view) => {
  it('speaks the reader’s language and no other, and its links stay in it', async () => {
    const english = textsOf(await renderer.render(view, 'en'))
    for (const language of LANGUAGES.filter((each) => each !== 'en')) {
      const html = await renderer.render(view, language)
      expect(/<html lang="(\w+)" dir="(\w+)"/.exec(html)?.slice(1)).toEqual([language, directionOf(language)])
      const written = lettersOf(JSON.stringify(view))
      // Also units, behind any figure.
      const isAllowed = (text: string) =>
        !/\p{L}{2}/u.test(text.replaceAll(SAME_EVERYWHERE, '')) ||
        NAMES.has(text) ||
        ownTexts.get(language)?.has(text) ||
        written.includes(lettersOf(text.replace(/^[\d.,\s\u2066]+/, '')))
      const left = [...textsOf(html)].filter(
        (text) => english.has(text) && !isAllowed(text) && !text.split(/\s*[·,.:()]\s*/).every(isAllowed),
      )
      expect(left, language).toEqual([])
      expect(leavingLinks(html, view), language).toEqual([])
    }
  })
})

it.each(Object.entries(PUBLIC_PAGES))('%s names each of its parts by an id that no other has', async (_name, view) => {
  const html = await renderer.render(view, 'en')
  const ids = Array.from(html.matchAll(/\sid="([^"]+)"/g), ([, id = '']) => id)
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  const named = Array.from(html.matchAll(/\saria-(?:labelledby|describedby)="([^"]+)"/g), ([, each = '']) =>
    each.split(' '),
  )
  expect(named.flat().filter((id) => !ids.includes(id))).toEqual([])
})

it('is small at its fullest in every language: 30 components, 90 days, 3 incidents, charts, and a look of its own', async () => {
  const view = fullestHome()
  for (const language of LANGUAGES) {
    const html = await renderer.render(view, language)
    expect(html).toContain('<img class="logo" src="data:image/png;base64,')
    expect(html.match(/<svg class="[^"]*bars/g)?.length, language).toBe(30)
    expect(gzipSync(html).byteLength, language).toBeLessThanOrEqual(FIRST_VIEW_BYTES_MAX)
    expect(brokenReferences(html, 'index.html', () => true).filter((fault) => fault.includes('loads'))).toEqual([])
  }
})

it.each([
  [99.999, 'less than a minute'],
  [100, 'none'],
])('of %d % and no whole second the uptime page says that the downtime was %s', async (uptimePercent, said) => {
  const view = PUBLIC_PAGES['uptime']
  if (view?.view !== 'uptime') throw new Error('There is no example of the uptime page.')
  const groups = view.groups.map((group) => ({ ...group, uptimePercent, downSeconds: 0 }))
  const html = await renderer.render({ ...view, groups }, 'en')
  expect(html).toMatch(new RegExp(`${uptimePercent}%</td> *<td [^>]*data-head="Downtime"[^>]*>${said}</td>`))
})

/** What a page says: between its tags, and in the attributes that are read out or shown. */
function textsOf(html: string): Set<string> {
  const body = html
    .replaceAll(/<meta name="description" content="([^"]*)"[^>]*>/g, '$1')
    .replaceAll(/<(script|style|pre|code)[\s>][\s\S]*?<\/\1>/g, '<i>')
  const attributes = body.matchAll(/<[a-z][^>]*?\s(?:aria-label|title|placeholder|alt)="([^"]*)"/g)
  const between = body.split(/<[^>]*>/)
  return new Set(
    [...between, ...Array.from(attributes, ([, value]) => value ?? '')].map((text) => decoded(text).trim()),
  )
}

/** What people wrote stands as it is, whatever Markdown makes of it. */
function lettersOf(text: string): string {
  return text.replaceAll(/\\[nr]/g, ' ').replaceAll(/[^\p{L}\p{N}]+/gu, '')
}

/** Those that lead to another language than the page's own, but for those that are there for that, or to the console. */
function leavingLinks(html: string, view: PublicView): string[] {
  const url = 'model' in view ? view.model.page.url : 'page' in view ? view.page.url : 'https://status.example.com'
  const body = html.replaceAll(/<link rel="canonical"[^>]*>|<(?:a|link)\s[^>]*hreflang=[^>]*>/g, '')
  return Array.from(body.matchAll(/\s(?:href|action)="([^"]*)"/g), ([, value]) => decoded(value ?? '')).filter(
    (value) =>
      (value.startsWith('/') && value !== '/favicon.svg' && !value.startsWith('/console/')) ||
      value === url ||
      value.startsWith(`${url}/`),
  )
}

function decoded(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll(/&quot;|&#34;/g, '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
