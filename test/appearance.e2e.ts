import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mustCall, openIncident, tellCustomers } from './api.ts'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import { signedIn } from './console.ts'
import { startHost, type Host } from './host.ts'

/** The look of a status page: seen before it is saved, refused where it cannot be read, and on every page after. */

let host: Host
let browser: Browser
let incidentId: string

const svg = (inside: string) => ({
  name: 'logo.svg',
  mimeType: 'image/svg+xml',
  buffer: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 30">${inside}</svg>`),
})
const LOGO = svg('<rect width="120" height="30" rx="6" fill="#7a1f5c"/><circle cx="15" cy="15" r="9" fill="#ffd9ef"/>')

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
  incidentId = await openIncident(host, { title: 'Orders are slow' })
  await tellCustomers(host, incidentId, {
    body: 'We look into it.',
    components: [{ id: 'checkout', status: 'partial_outage' }],
  })
})

afterAll(async () => {
  await browser?.close()
  await host?.stop()
})

it('is previewed, saved, and on every page in every look', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page, faults } = watched
  await page.goto(`${host.url}/console/status-page`)
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('link', { name: 'Appearance' }).click()
  await page.getByRole('heading', { name: 'Appearance of Acme Shop' }).waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])

  const accent = page.getByRole('group', { name: 'Accent' })
  await accent.getByLabel('In the light theme').fill('#ffcc00')
  await accent.getByLabel('In the dark theme').fill('#ffb3dd')
  await page.getByLabel('Logo', { exact: true }).setInputFiles(svg('<script>alert(1)</script>'))
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('It was not saved.').waitFor()
  await page.getByText(/In the light theme, links on the background would have a contrast of 1\.\d/).waitFor()
  await page.getByLabel('What the logo says').fill('Acme')
  await accent.getByLabel('In the light theme').fill('#7a1f5c')
  await page.getByLabel('Logo', { exact: true }).setInputFiles(svg('<script>alert(1)</script>'))
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The file has a script in it').waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])

  await page.getByLabel('Logo', { exact: true }).setInputFiles(LOGO)
  await page.getByLabel('Font').selectOption('serif')
  await page.getByLabel('Corners').selectOption('round')
  await page.getByLabel('Links at the top').fill('Help centre https://example.com/help')
  await page.getByLabel('Links at the foot').fill('Imprint https://example.com/imprint')
  const css = page.getByLabel('CSS of your own')
  await css.fill('h2 {\n  display: none;\n}\n@import "x";')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(/Line 2: display: “none” would hide .*\nLine 4: @import is not taken/).waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByLabel('Logo', { exact: true }).setInputFiles(LOGO)
  await css.fill('.page-head { background: #2b0a20; color: #fff }\n.page-head a { color: #fff }')
  const opened = page.context().waitForEvent('page')
  await page.getByRole('button', { name: 'Preview in a new tab' }).click()
  const preview = await opened
  await preview.getByRole('img', { name: 'Acme' }).waitFor()
  expect(await preview.content()).toContain('.page-head{background:#2b0a20;color:#ffffff}')
  expect(await preview.locator('h1').textContent()).toContain('Outage')
  await preview.close()
  expect(await (await fetch(host.url, { headers: { accept: 'text/html' } })).text()).not.toContain('Imprint')

  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('It is saved.').waitFor()
  await expect
    .poll(async () => (await fetch(host.url, { headers: { accept: 'text/html' } })).text())
    .toContain('https://example.com/imprint')
  expect(faults).toEqual([])

  await using reader = await openPage(browser)
  for (const path of ['/', `/incidents/${incidentId}`, '/history', '/uptime', '/subscribe', '/ar/']) {
    await reader.page.goto(host.url + path)
    await reader.page.getByRole('img', { name: 'Acme' }).waitFor()
    const color = await reader.page
      .getByRole('link', { name: 'Imprint' })
      .evaluate((link) => getComputedStyle(link).color)
    expect(['rgb(122, 31, 92)', 'rgb(255, 179, 221)']).toContain(color)
    const head = reader.page.locator('.page-head')
    expect(await head.evaluate((element) => getComputedStyle(element).backgroundColor)).toBe('rgb(43, 10, 32)')
    expect(await faultsInEveryLook(reader.page)).toEqual([])
  }
  expect(reader.faults).toEqual([])
  expect(reader.requests.filter((url) => !url.startsWith(host.url) && !url.startsWith('data:'))).toEqual([])
})

it('is another page’s own where it has one, and a logo that has no room in the page is a file of it', async () => {
  const config = await mustCall(host, 'GET', '/config')
  await mustCall(host, 'POST', '/config', {
    ...config,
    pages: [{ id: 'bank', name: 'Harbour Bank', components: ['checkout'] }],
  })
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page, faults } = watched
  await page.goto(`${host.url}/console/appearance/bank`)
  await page.getByText('This page looks as the main page does.').waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])
  const photo = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), noise(103_000)])
  await page.getByLabel('Logo', { exact: true }).setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: photo })
  await page.getByLabel('What the logo says').fill('Harbour')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The file is larger than 100 KB').waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByLabel('Logo', { exact: true }).setInputFiles(LOGO)
  await page.getByLabel('CSS of your own').fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('It is saved.').waitFor()
  await expect
    .poll(async () => (await fetch(`${host.url}/pages/bank/`, { headers: { accept: 'text/html' } })).text())
    .toContain('alt="Harbour"')
  await page.goto(`${host.url}/pages/bank/`)
  expect(
    await page.getByRole('img', { name: 'Harbour' }).evaluate((logo) => Number(Object(logo).naturalWidth)),
  ).toBeGreaterThan(0)

  const png = await logoPng(page, 240, 60)
  expect(png.byteLength).toBeGreaterThan(8 * 1024)
  await page.goto(`${host.url}/console/appearance/bank`)
  await page.getByLabel('Logo', { exact: true }).setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: png })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('It is saved.').waitFor()
  const html = async () => (await fetch(`${host.url}/pages/bank/`, { headers: { accept: 'text/html' } })).text()
  await expect.poll(html).toContain('look/logo-light-240x60-')
  expect(faults).toEqual([])
  await using reader = await openPage(browser)
  for (const path of ['', 'history', 'de/', 'de/history']) {
    await reader.page.goto(`${host.url}/pages/bank/${path}`)
    const logo = reader.page.getByRole('img', { name: 'Harbour' })
    expect(await logo.evaluate((img) => [Object(img).naturalWidth, Object(img).clientWidth])).toEqual([240, 160])
  }
  expect(reader.faults).toEqual([])
  const [, address = ''] = /src="\.\/(look\/[^"]+)"/.exec(await html()) ?? []
  const file = await fetch(`${host.url}/pages/bank/${address}`)
  expect(Buffer.from(await file.arrayBuffer()).equals(png)).toBe(true)
  expect(Object.fromEntries(file.headers)).toMatchObject({
    'content-type': 'image/png',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-security-policy': expect.stringContaining('sandbox'),
    'x-content-type-options': 'nosniff',
  })
})

/** As a browser paints and writes it. */
async function logoPng(page: Page, width: number, height: number): Promise<Buffer> {
  const uri = await page.evaluate(
    ({ w, h, values }) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h })
      const context = canvas.getContext('2d')
      values.forEach((value, i) => {
        if (context === null) return
        context.fillStyle = `hsl(${(value * 360) / 256} 60% 40%)`
        context.fillRect((i * 2) % w, Math.floor((i * 2) / w) * 2, 2, 2)
      })
      return canvas.toDataURL('image/png')
    },
    { w: width, h: height, values: [...noise(3600)] },
  )
  return Buffer.from(uri.split(',')[1] ?? '', 'base64')
}

/** What does not get smaller; the same in every run. */
function noise(length: number): Buffer {
  let state = 1
  return Buffer.from(Array.from({ length }, () => (state = (state * 1_664_525 + 1_013_904_223) >>> 0) >>> 24))
}

it('goes back to how it came', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  await page.goto(`${host.url}/console/appearance/main`)
  await page.getByRole('button', { name: 'Back to how it came' }).click()
  await page.getByText('It looks as it came.').waitFor()
  await expect
    .poll(async () => (await fetch(host.url, { headers: { accept: 'text/html' } })).text())
    .not.toContain('Imprint')
})
