import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { mustCall, openIncident, tellCustomers } from './api.ts'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import { startHost, type Host } from './host.ts'
import { until } from './until.ts'

/** The widget, the banner and badges on a page of another origin, which lets nothing run or style it but its own. */

let host: Host
let browser: Browser
let foreign: Server
let foreignUrl = ''
/** What the foreign page has in its body. */
let body = ''

const NOTICE = 'allclear-status'

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
  foreign = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.setHeader(
      'Content-Security-Policy',
      [
        "default-src 'none'",
        `script-src ${host.url}/widget.js`,
        `connect-src ${host.url}`,
        `frame-src ${host.url}`,
        `img-src ${host.url}`,
        "require-trusted-types-for 'script'",
      ].join('; '),
    )
    response.end(
      `<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>Shop</h1>${body}</body></html>`,
    )
  })
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
  const bound = foreign.address()
  // Another port is another origin, and another name another site.
  foreignUrl = typeof bound === 'object' && bound !== null ? `http://localhost:${bound.port}/` : ''
})
afterAll(async () => {
  await browser?.close()
  foreign?.closeAllConnections()
  foreign?.close()
  await host?.stop()
})

const widget = (attributes = '') => `<script src="${host.url}/widget.js" ${attributes} async></script>`

/** As it does each minute, and when someone comes back to the page. */
const look = (page: Page) => page.evaluate("document.dispatchEvent(new Event('visibilitychange')) && undefined")

async function told(page: Page): Promise<string> {
  await page.locator(`${NOTICE} button`).waitFor()
  return page.locator(`${NOTICE} p`).innerText()
}

describe('on a page of another origin', () => {
  let incidentId = ''

  it('the widget says nothing when all is well, unless it is asked to', async () => {
    body = widget()
    await using opened = await openPage(browser)
    const summary = opened.page.waitForResponse(`${host.url}/api/v2/summary.json`)
    await opened.page.goto(foreignUrl)
    await (await summary).finished()
    expect(await opened.page.locator(NOTICE).count()).toBe(0)
    body = widget('data-show="always" data-lang="de" data-position="top-left"')
    await opened.page.goto(foreignUrl)
    expect(await told(opened.page)).toBe('Alle Systeme laufen')
    expect(opened.faults).toEqual([])
  })

  it('tells of an incident in the language of the page, and of nothing that does not concern it', async () => {
    incidentId = await openIncident(host, { title: 'Checkout is slow' })
    const components = [{ id: 'checkout', status: 'partial_outage' }]
    await tellCustomers(host, incidentId, { body: 'Orders are placed slowly.', components })
    body = widget()
    await using opened = await openPage(browser)
    await opened.page.goto(foreignUrl)
    expect(await told(opened.page)).toBe('Investigating Checkout is slow')
    const link = opened.page.locator(`${NOTICE} a`)
    expect(await link.getAttribute('href')).toBe(`${host.url}/en/incidents/${incidentId}`)
    expect((await fetch(`${host.url}/en/incidents/${incidentId}`)).status).toBe(200)
    expect(await faultsInEveryLook(opened.page)).toEqual([])

    body = widget('data-lang="ar" data-theme="dark"')
    await opened.page.goto(foreignUrl)
    expect(await told(opened.page)).toBe('قيد التحقيق Checkout is slow')
    expect(await opened.page.locator(`${NOTICE} div`).getAttribute('dir')).toBe('rtl')

    body = widget('data-components="website,search"')
    const summary = opened.page.waitForResponse(`${host.url}/api/v2/summary.json`)
    await opened.page.goto(foreignUrl)
    await (await summary).finished()
    expect(await opened.page.locator(NOTICE).count()).toBe(0)
    body = widget('data-components="website,search" data-show="always"')
    await opened.page.goto(foreignUrl)
    expect(await told(opened.page)).toBe('Operational')
    expect(opened.faults).toEqual([])
  })

  it('stays away once it was put away by the keyboard, until something changes', async () => {
    body = widget()
    await using opened = await openPage(browser)
    await opened.page.goto(foreignUrl)
    await told(opened.page)
    await opened.page.keyboard.press('Tab')
    await opened.page.keyboard.press('Tab')
    expect(await opened.page.evaluate(`document.querySelector('${NOTICE}').shadowRoot.activeElement.ariaLabel`)).toBe(
      'Close',
    )
    await opened.page.keyboard.press('Escape')
    expect(await opened.page.locator(NOTICE).count()).toBe(0)
    const again = opened.page.waitForResponse(`${host.url}/api/v2/summary.json`)
    await opened.page.reload()
    await (await again).finished()
    expect(await opened.page.locator(NOTICE).count()).toBe(0)

    await tellCustomers(host, incidentId, { body: 'A cache is full.', status: 'identified' })
    await look(opened.page)
    expect(await told(opened.page)).toBe('Identified Checkout is slow')
    expect(opened.faults).toEqual([])
  })

  it('the banner fits its frame, and no other page lets itself be framed', async () => {
    const shown = async (path: string) => (await fetch(host.url + path, { headers: { accept: 'text/html' } })).text()
    await until(async () => (await shown('/embed')).includes('Checkout is slow'), 'the banner tells of it')
    const frames = ['/embed', '/de/embed?theme=dark', '/'].map(
      (path) => `<iframe src="${host.url}${path}" title="Status" height="72"></iframe>`,
    )
    body = frames.join('')
    await using opened = await openPage(browser)
    await opened.page.goto(foreignUrl)
    for (const [path, words] of [
      ['/embed', 'Partial System Outage'],
      ['/de/embed?theme=dark', 'Teilweiser Ausfall'],
    ] as const) {
      const frame = opened.page.frameLocator(`iframe[src$="${path}"]`)
      expect(await frame.getByRole('heading').innerText()).toBe(words)
      expect(await frame.getByRole('link', { name: 'Checkout is slow' }).getAttribute('target')).toBe('_top')
      expect(await frame.locator('html').evaluate('document.documentElement.scrollHeight')).toBeLessThanOrEqual(72)
    }
    expect(opened.faults.join()).toContain("frame-ancestors 'none'")

    await opened.page.goto(`${host.url}/embed`)
    expect(await faultsInEveryLook(opened.page)).toEqual([])
    const answer = await fetch(`${host.url}/embed`, { headers: { accept: 'text/html' } })
    expect(answer.headers.get('X-Frame-Options')).toBeNull()
    expect(answer.headers.get('Content-Security-Policy')).toContain("script-src 'none'")
  })

  it('badges are loaded', async () => {
    const badges = ['/badge.svg', '/badge/checkout.svg?lang=ja&style=large']
    body = badges.map((path) => `<img src="${host.url}${path}" alt="State">`).join('')
    await using opened = await openPage(browser)
    await opened.page.goto(foreignUrl, { waitUntil: 'load' })
    const widths = '[...document.images].map((image) => image.naturalWidth > 80)'
    expect(await opened.page.evaluate(widths)).toEqual([true, true])
    expect(opened.faults).toEqual([])
  })

  it('nothing breaks when the status page is gone', async () => {
    await mustCall(host, 'POST', `/incidents/${incidentId}/resolve`, { reason: 'A cache was emptied.' })
    body = widget()
    await using opened = await openPage(browser)
    await opened.page.route('**/api/v2/**', (route) => route.abort())
    await opened.page.goto(foreignUrl)
    await look(opened.page)
    expect(await opened.page.locator(NOTICE).count()).toBe(0)
    expect(await opened.page.locator('h1').innerText()).toBe('Shop')
    expect(opened.faults).toEqual([])
  })
})
