import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openIncident, tellCustomers } from './api.ts'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import { startHost, type Host } from './host.ts'

/** What the script of public pages adds, in a real browser: freshness, the reader's time zone, and pages offline. */

const SCRIPT_BYTES_MAX = 6 * 1024
/** Longer than any wait for the next refresh. */
const NEXT_REFRESH_MS = 61_000
const MINUTE_MS = 60_000
const SHIFT_MAX = 0.05
/** Everything that has moved by the frame after the scripts of the page. */
const SHIFT_OF_THE_PAGE = `new Promise((resolve) => {
  const entries = []
  const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()))
  observer.observe({ type: 'layout-shift', buffered: true })
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
    entries.push(...observer.takeRecords())
    const moved = entries.flatMap(({ sources }) => sources.map(({ node }) => node?.textContent.trim().slice(0, 60)))
    resolve({ sum: entries.reduce((sum, { value }) => sum + value, 0), moved: moved.join(' | ') })
  }, 100)))
})`

let host: Host
let browser: Browser
let incidentId: string

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
  incidentId = await openIncident(host, { title: 'Orders are slow' })
  await tellCustomers(host, incidentId, { body: 'We look into it.' })
})

afterAll(async () => {
  await browser?.close()
  await host?.stop()
})

describe('a page that stays open', () => {
  it('shows a new update without being loaded again, keeps focus, details and place, and says so politely', async () => {
    await using watched = await openPage(browser, { viewport: { width: 1000, height: 500 }, reducedMotion: 'reduce' })
    const { page, faults, requests } = watched
    await page.clock.install()
    await page.goto(host.url)
    await page.evaluate('globalThis.isTheSame = true')
    const link = page.locator('.invite a')
    await link.focus()
    const topBefore = await link.evaluate((element) => element.getBoundingClientRect().top)
    const asked = requests.length

    const body = `Orders take ${'a minute, and some of them longer. '.repeat(5)}`
    await tellCustomers(host, incidentId, { body })
    await refreshedTo(page, 'Orders take a minute')

    expect(await page.evaluate('globalThis.isTheSame')).toBe(true)
    expect(await link.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true)
    const topAfter = await link.evaluate((element) => element.getBoundingClientRect().top)
    expect(Math.abs(topAfter - topBefore)).toBeLessThan(3)
    expect(await page.locator('[role=status].unseen').textContent()).toMatch(/^The page has changed\. .*Orders take/)
    expect(await page.locator('.stale').isVisible()).toBe(false)
    expect(requests.slice(asked).every((url) => url === `${host.url}/`)).toBe(true)
    expect(faults).toEqual([])
  })

  it('asks with the tag it has, and not while it is hidden', async () => {
    await using watched = await openPage(browser, { serviceWorkers: 'block' })
    const { page, requests } = watched
    await page.clock.install()
    await page.goto(`${host.url}/history`)
    const refreshed = page.waitForResponse((answer) => answer.request().method() === 'GET')
    await page.clock.runFor(NEXT_REFRESH_MS)
    expect((await refreshed).status()).toBe(200)
    const again = page.waitForResponse((answer) => answer.request().headers()['if-none-match'] !== undefined)
    await expect.poll(async () => (await page.clock.runFor(NEXT_REFRESH_MS), await settled(again))).toBe(true)
    expect((await again).status()).toBe(304)
    await page.evaluate(
      "Object.defineProperty(document, 'hidden', { value: true }), document.dispatchEvent(new Event('visibilitychange'))",
    )
    const asked = requests.length
    await page.clock.runFor(10 * NEXT_REFRESH_MS)
    expect(requests.length).toBe(asked)
  })

  it('keeps what was typed, and the bars that were walked through', async () => {
    await using watched = await openPage(browser)
    const { page, faults } = watched
    await page.clock.install()
    await page.goto(host.url)
    const walk = page.locator('.days').first()
    await walk.focus()
    await page.keyboard.press('ArrowLeft')
    const day = await page.evaluate<string>('document.activeElement.ariaLabel')
    await tellCustomers(host, incidentId, { body: 'Another word.' })
    await refreshedTo(page, 'Another word.')
    expect(await page.evaluate<string>('document.activeElement.ariaLabel')).toBe(day)
    expect(faults).toEqual([])
  })
})

describe('a page that grows old', () => {
  it.each([
    ['', 'This page was last updated 12 minutes ago. Things may have changed since.'],
    ['de/', 'Diese Seite wurde zuletzt vor 12 Minuten aktualisiert.'],
    ['ja/', 'このページの最終更新は12 分前です。'],
    ['ar/', 'آخر تحديث لهذه الصفحة كان قبل 12 دقيقة.'],
  ])('says so at /%s, in every look', async (path, words) => {
    await using watched = await openPage(browser, { serviceWorkers: 'block' })
    const { page } = watched
    // A server that has stopped writing still answers with what it has.
    await page.route('**/*', async (route) => {
      const answer = await route.fetch()
      if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) return route.fulfill({ response: answer })
      const old = new Date(Date.now() - 12 * MINUTE_MS).toISOString()
      const html = (await answer.text()).replace(/(as-of">.*?<time datetime=")[^"]+/s, `$1${old}`)
      return route.fulfill({ response: answer, body: html })
    })
    await page.goto(`${host.url}/${path}`)
    await page.locator('.stale').waitFor()
    expect(await page.locator('.stale p').textContent()).toContain(words)
    expect(await faultsInEveryLook(page)).toEqual([])
  })

  it('says when it cannot be reached, and when it can be again', async () => {
    await using watched = await openPage(browser, { serviceWorkers: 'block' })
    const { page } = watched
    await page.goto(`${host.url}/incidents/${incidentId}`)
    expect(await page.locator('.stale').isVisible()).toBe(false)
    await page.context().setOffline(true)
    await page.getByText('You are offline.').first().waitFor()
    await page.context().setOffline(false)
    await page.locator('.stale').waitFor({ state: 'hidden' })
  })
})

describe('without a network', () => {
  it('shows the pages that were seen, with their stamp, and leads from others to the home page', async () => {
    await using watched = await openPage(browser)
    const { page } = watched
    await page.goto(host.url)
    await expect.poll(() => kept(page)).toContain('/')
    await page.goto(`${host.url}/incidents/${incidentId}`)
    await expect.poll(() => kept(page)).toContain(`/incidents/${incidentId}`)
    await page.context().setOffline(true)
    await page.reload()
    await page.getByText('We look into it.').waitFor()
    await page.getByText('You are offline.').first().waitFor()
    expect(await page.locator('.as-of time').first().textContent()).toMatch(/\d\d:\d\d/)
    await page.goto(`${host.url}/uptime`)
    expect(page.url()).toBe(`${host.url}/`)
    expect(await page.locator('h1').textContent()).toBeTruthy()
    await page.getByText('You are offline.').first().waitFor()
    expect(await faultsInEveryLook(page)).toEqual([])
  })

  it('keeps nothing of the console', async () => {
    await using watched = await openPage(browser)
    const { page } = watched
    await page.goto(host.url)
    await expect.poll(() => kept(page)).toContain('/')
    await page.goto(`${host.url}/console/login`)
    expect((await kept(page)).filter((path) => path.includes('console'))).toEqual([])
  })
})

describe('times', () => {
  it.each([
    ['Asia/Tokyo', /\d\d:\d\d GMT\+9 \(.*\d\d:\d\d UTC\)$/],
    ['America/New_York', /\d\d:\d\d GMT-[45] \(.*\d\d:\d\d UTC\)$/],
    ['UTC', /\d\d:\d\d UTC\)?$/],
  ])('are those of a reader in %s, with UTC beside them', async (timezoneId, form) => {
    await using watched = await openPage(browser, { timezoneId })
    const { page } = watched
    await page.goto(`${host.url}/incidents/${incidentId}`)
    const times = page.locator('main time')
    await expect.poll(() => times.first().textContent()).toMatch(form)
    for (const text of await times.allTextContents()) expect(text).toMatch(form)
  })

  it.each([
    ['UTC', 'in Berlin', asItIs],
    ['Asia/Tokyo', 'in Berlin', asItIs],
    ['Asia/Tokyo', 'in UTC', inUtc],
    ['America/New_York', 'in Berlin', asItIs],
  ])('move nothing on a phone in %s, on a page %s', async (timezoneId, _zone, written) => {
    await using watched = await openPage(browser, { timezoneId, viewport: { width: 360, height: 640 } })
    const { page } = watched
    await page.route('**/*', async (route) => {
      const answer = await route.fetch()
      const isPage = (answer.headers()['content-type'] ?? '').startsWith('text/html')
      return route.fulfill({ response: answer, ...(isPage ? { body: written(await answer.text()) } : {}) })
    })
    for (const path of ['', 'history', `incidents/${incidentId}`].flatMap((each) => [each, `ar/${each}`])) {
      await page.goto(`${host.url}/${path}`)
      const { sum, moved } = await page.evaluate<{ sum: number; moved: string }>(SHIFT_OF_THE_PAGE)
      expect(sum, `/${path} moved ${moved}`).toBeLessThan(SHIFT_MAX)
    }
  })

  it('are those of the page without script', async () => {
    await using watched = await openPage(browser, { javaScriptEnabled: false, timezoneId: 'Asia/Tokyo' })
    const { page } = watched
    await page.goto(`${host.url}/incidents/${incidentId}`)
    for (const text of await page.locator('main time').allTextContents()) expect(text).not.toContain('GMT+9')
    expect(await page.locator('.stale').count()).toBe(0)
  })
})

it('is one small file that comes after the page and is kept for ever', async () => {
  const html = await (await fetch(host.url, { headers: { accept: 'text/html' } })).text()
  const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)
  expect(scripts).toHaveLength(1)
  expect(scripts[0]).toMatch(/type="module" src="\/_astro\/[^"]+\.js"/)
  const path = /src="([^"]+)"/.exec(scripts[0] ?? '')?.[1] ?? ''
  const answer = await fetch(host.url + path)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect(gzipSync(await answer.text()).byteLength).toBeLessThanOrEqual(SCRIPT_BYTES_MAX)
})

function asItIs(html: string): string {
  return html
}

/** As a page whose own zone is UTC has it: the shortest that a moment can be. */
function inUtc(html: string): string {
  return html.replaceAll(/(<time datetime="[^"]*T[^>]*>[^<]*?)\d\d:\d\d [^<(]*\(([^<]*)\)/g, '$1$2')
}

/** A refresh may still get what was there a quarter of a second before. */
async function refreshedTo(page: Page, text: string): Promise<void> {
  const shown = page.locator('main').getByText(text)
  await expect
    .poll(async () => (await page.clock.runFor(NEXT_REFRESH_MS), shown.count()), { interval: 300 })
    .toBeGreaterThan(0)
}

/** The paths of the pages that this browser keeps. */
function kept(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    "caches.open('status-pages').then((cache) => cache.keys()).then((keys) => keys.map(({ url }) => new URL(url).pathname))",
  )
}

async function settled(work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200))])
}
