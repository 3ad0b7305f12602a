import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PublicView } from '../worker/domain/publicModel.ts'
import { standInPage } from '../worker/publishing/standInPage.ts'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import type { PageRenderer } from './pageRenderer.ts'
import { startPageRenderer } from './pageRenderer.ts'
import { PUBLIC_PAGES } from './publicPages.fixtures.ts'

/**
 * Every public page in each of its states, in light and dark, in a language of each kind of writing, on a phone, a tablet
 * and a desk: nobody is shut out, and nothing has to be scrolled sideways.
 */

const WIDTHS_PX = [360, 768, 1440] as const
/** The plainest, the one with the longest words, and the one from right to left. */
const LANGUAGES = ['en', 'de', 'ar'] as const

/** What moves, or would when it changes. */
const MOVING = `[...document.querySelectorAll('*')].filter((element) => {
  const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element)
  return animationName !== 'none' || !/^0s(, 0s)*$/.test(transitionDuration) || scrollBehavior === 'smooth'
}).map(({ outerHTML }) => outerHTML.slice(0, 100)).concat(document.getAnimations().map(String))`
/** How a day of each state is drawn: how tall, and with which stripes. */
const BARS = `Object.fromEntries([...document.querySelectorAll('.bars path')].map((bar) => {
  const { stroke, strokeWidth } = getComputedStyle(bar)
  return [bar.getAttribute('class'), strokeWidth + ' ' + (stroke.startsWith('url') ? stroke : '')]
}))`

/** A4 without its margins. */
const SHEET_PX = 680
/** What is wider than its place: it could be scrolled on a screen. */
const CUT_ON_PAPER = `[...document.querySelectorAll('html, main *')].filter(({ scrollWidth, clientWidth, namespaceURI }) =>
  namespaceURI.endsWith('xhtml') && clientWidth > 0 && scrollWidth > clientWidth + 1).map(({ outerHTML }) => outerHTML.slice(0, 100))`
const INK_AND_PAPER = `getComputedStyle(document.body).color + ' on ' + getComputedStyle(document.body).backgroundColor`

let renderer: PageRenderer
let browser: Browser

beforeAll(async () => {
  ;[renderer, browser] = await Promise.all([startPageRenderer(), startBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await renderer?.[Symbol.asyncDispose]()
})

describe.each(['not_found', 'unavailable'] as const)('stand-in: %s', (reason) => {
  it.each(LANGUAGES)('fits and shuts nobody out in %s', async (language) => {
    await using watched = await openPage(browser)
    await watched.page.setContent(standInPage(language, reason, ''))
    expect(await faultsInEveryLook(watched.page, WIDTHS_PX)).toEqual([])
  })
})

describe.each(Object.entries(PUBLIC_PAGES))('%s', (_name, view) => {
  it.each(LANGUAGES)('fits and shuts nobody out in %s', async (language) => {
    await using watched = await openPage(browser)
    const { page } = watched
    // The page stands alone: what it may ask for later is not there.
    await page.route('**', (route) => route.abort())
    await page.setContent(await renderer.render(view, language), { waitUntil: 'domcontentloaded' })
    expect(await faultsInEveryLook(page, WIDTHS_PX)).toEqual([])
  })
})

it('moves nothing for who asked for less motion', async () => {
  await using watched = await openPage(browser, { reducedMotion: 'reduce' })
  const { page } = watched
  await page.route('**', (route) => route.abort())
  for (const name of ['home-worst-day', 'incident-active', 'performance', 'subscribe']) {
    await page.setContent(await renderer.render(viewNamed(name), 'en'), { waitUntil: 'domcontentloaded' })
    expect(await page.evaluate<string[]>(MOVING), name).toEqual([])
  }
})

it('prints as dark ink on whatever the paper is, with nothing cut off, whatever the reader’s system has', async () => {
  await using watched = await openPage(browser, { colorScheme: 'dark', viewport: { width: SHEET_PX, height: 1000 } })
  const { page } = watched
  await page.route('**', (route) => route.abort())
  await page.emulateMedia({ media: 'print' })
  for (const name of ['home-worst-day', 'incident-edited', 'post-mortem', 'performance'])
    for (const language of LANGUAGES) {
      await page.setContent(await renderer.render(viewNamed(name), language), { waitUntil: 'domcontentloaded' })
      expect(await page.evaluate<string[]>(CUT_ON_PAPER), `${name} in ${language}`).toEqual([])
      expect(await page.evaluate<string>(INK_AND_PAPER)).toBe('rgb(24, 33, 44) on rgba(0, 0, 0, 0)')
      expect(await page.getByRole('navigation').count()).toBe(0)
    }
})

it.each(['light', 'dark'] as const)('keeps states apart in the reader’s own colours on %s', async (colorScheme) => {
  await using watched = await openPage(browser, { forcedColors: 'active', colorScheme })
  const { page } = watched
  await page.route('**', (route) => route.abort())
  await page.setContent(await renderer.render(viewNamed('home-worst-day'), 'en'), { waitUntil: 'domcontentloaded' })
  const bars = await page.evaluate<Record<string, string>>(BARS)
  expect(Object.keys(bars).sort()).toEqual(['degraded', 'maintenance', 'major', 'operational', 'partial', 'unknown'])
  // By height or stripes, not by colour.
  expect(new Set(Object.values(bars)).size).toBe(6)
})

function viewNamed(name: string): PublicView {
  const view = PUBLIC_PAGES[name]
  if (view === undefined) throw new Error(`there is no page ${name}`)
  return view
}
