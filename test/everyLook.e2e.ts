import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
