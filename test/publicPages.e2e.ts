import { rm } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultsInEveryLook, openPage, startBrowser, WIDTHS_PX } from './browser.ts'
import { FIRST_VIEW_BYTES_MAX } from './fullestHome.ts'
import { BUSY_COMPONENTS, startBusyHost, type BusyHost } from './busyStatusPage.ts'

/** What customers see, in a real browser, on a bad day of an instance with a long past. */

let busy: BusyHost
let browser: Browser

beforeAll(async () => {
  ;[busy, browser] = await Promise.all([startBusyHost(), startBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await busy?.host.stop()
  // A host that was started on a home that was there leaves it.
  if (busy !== undefined) await rm(busy.host.home, { recursive: true, force: true })
})

const PAGES: readonly { name: string; path: () => string; heading: string }[] = [
  { name: 'the home page', path: () => '/', heading: 'Outage' },
  { name: 'an active incident', path: () => `/incidents/${busy.activeIncidentId}`, heading: 'REST API fail' },
  { name: 'the history', path: () => '/history', heading: 'History' },
  { name: 'the uptime of ninety days', path: () => '/uptime', heading: 'Uptime' },
  { name: 'the list of post-mortems', path: () => '/post-mortems', heading: 'Post-mortems' },
  { name: 'a published post-mortem', path: () => `/post-mortems/${busy.postMortemId}`, heading: 'Slow orders' },
  { name: 'the form to subscribe', path: () => '/subscribe', heading: 'Subscribe' },
]

describe.each(PAGES)('$name', ({ path, heading }) => {
  it('fits at 360 and 1440 px, in light and dark, and shuts nobody out', async () => {
    await using watched = await openPage(browser)
    const { page, faults } = watched
    const response = await page.goto(busy.host.url + path())
    expect(response?.status()).toBe(200)
    expect(await page.locator('h1').textContent()).toContain(heading)
    expect(await faultsInEveryLook(page)).toEqual([])
    expect(faults).toEqual([])
  })
})

it('says the same with JavaScript switched off', async () => {
  await using plain = await openPage(browser, { javaScriptEnabled: false })
  await using scripted = await openPage(browser)
  // Notifications of the browser are offered only where a script can turn them on.
  for (const { path, name } of PAGES.filter((each) => each.path() !== '/subscribe')) {
    const url = busy.host.url + path()
    await Promise.all([plain.page.goto(url), scripted.page.goto(url)])
    const [without, withScript] = await Promise.all([shownText(plain.page), shownText(scripted.page)])
    expect(without, name).toBe(withScript)
    expect(without, name).toContain('Acme Shop')
  }
})

describe('the bars', () => {
  it('are walked through day by day, each in words, with one stop for Tab', async () => {
    await using watched = await openPage(browser)
    const { page, faults } = watched
    await page.goto(busy.host.url)
    const walks = page.locator('.days')
    expect(await walks.count()).toBe(BUSY_COMPONENTS.length)
    await walks.first().focus()
    const now = () => page.evaluate<string>('document.activeElement.ariaLabel')
    const today = await now()
    expect(today).toMatch(/\d{4}: \S+/)
    expect(await page.locator('.said').textContent()).toBe(today)
    await page.keyboard.press('ArrowLeft')
    expect(await now()).not.toBe(today)
    await page.keyboard.press('ArrowRight')
    expect(await now()).toBe(today)
    await page.keyboard.press('Home')
    const first = await now()
    await page.keyboard.press('ArrowLeft')
    expect(await now()).toBe(first)
    await page.keyboard.press('End')
    expect(await now()).toBe(today)
    await page.keyboard.press('Home')
    await page.keyboard.press('Escape')
    expect(await page.locator('.said').count()).toBe(0)
    const words = await walks
      .first()
      .locator('i')
      .evaluateAll((days) => days.map((day) => day.ariaLabel))
    expect(words).toHaveLength(90)
    expect(new Set(words).size).toBe(90)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Shift+Tab')
    expect(await now()).toBe(first)
    expect(await faultsInEveryLook(page)).toEqual([])
    expect(faults).toEqual([])
  })
})

describe('the first view', () => {
  it.each(WIDTHS_PX)('is one request at %i px, and whole with it', async (width) => {
    const viewport = { width, height: 800 }
    const requests = async (javaScriptEnabled: boolean) => {
      await using watched = await openPage(browser, { viewport, javaScriptEnabled })
      await watched.page.goto(busy.host.url, { waitUntil: 'networkidle' })
      return watched.requests.filter((url) => !url.endsWith('/favicon.svg'))
    }
    expect(await requests(false)).toEqual([`${busy.host.url}/`])
    // The script comes after the page, and once for all pages.
    const [first, ...rest] = await requests(true)
    expect(first).toBe(`${busy.host.url}/`)
    for (const url of rest) expect(url).toMatch(/\/_astro\/[^/]+\.js$/)
    expect(rest.length).toBeLessThanOrEqual(1)
  })

  it('is small with 30 components, 90 days and 3 active incidents', async () => {
    const answer = await fetch(busy.host.url, { headers: { accept: 'text/html' } })
    const html = await answer.text()
    expect(BUSY_COMPONENTS).toHaveLength(30)
    for (const { name } of BUSY_COMPONENTS) expect(html).toContain(name)
    expect(gzipSync(html).byteLength).toBeLessThanOrEqual(FIRST_VIEW_BYTES_MAX)
    await using watched = await openPage(browser)
    await watched.page.goto(busy.host.url)
    expect(await watched.page.locator('section[aria-labelledby=active] article').count()).toBe(3)
  })
})

/** Without empty lines: the script brings the places along where it would say something. */
async function shownText(page: Page): Promise<string> {
  return (await page.locator('body').innerText()).replaceAll(/\n\s*\n/g, '\n')
}
