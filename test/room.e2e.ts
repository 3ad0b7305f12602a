import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustCall, openIncident } from './api.ts'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import { draftOf } from './busyStatusPage.ts'
import { signedIn } from './console.ts'
import { startHost, type Host } from './host.ts'
import { raiseStorm } from './storm.ts'

/** What a responder does in the console during an incident and after it, in a real browser. */

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

let host: Host
let browser: Browser
let session: Pick<BrowserContextOptions, 'storageState'>

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
  session = await signedIn(browser, host)
})

afterAll(async () => {
  await browser?.close()
  await host?.stop()
})

function roomUrl(incidentId: string): string {
  return `${host.url}/console/incidents/${incidentId}`
}

function composerOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Post an update' })
}

function timelineOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Timeline' })
}

async function isLive(page: Page): Promise<void> {
  await page.getByText('Live', { exact: true }).waitFor()
}

describe.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])('on a phone, with %o', (options) => {
  it('a public update is previewed, posted, and on the status page', async () => {
    const text = `Orders are placed slowly, said ${options.javaScriptEnabled ? 'with' : 'without'} script.`
    const id = await openIncident(host, { title: `Checkout is slow ${options.javaScriptEnabled ? 1 : 2}` })
    await using watched = await openPage(browser, { ...session, ...PHONE, ...options })
    const { page, faults } = watched
    await page.goto(roomUrl(id))
    await page.getByLabel('Customers', { exact: true }).check()
    await page.getByLabel('What do you want to say?').fill(`${text}\n\n- **carts** are kept`)
    await page.getByLabel('State', { exact: true }).selectOption('Investigating')
    await page.getByText('Affected components').click()
    await composerOf(page).getByLabel('Card payments', { exact: true }).selectOption('Partial outage')
    await page.getByRole('button', { name: 'Preview' }).click()

    await page.getByRole('heading', { name: 'Preview' }).waitFor()
    const preview = await page.locator('article').innerText()
    expect(preview).toContain(text)
    expect(preview).toMatch(/Card payments.*Partial outage/s)
    // axe needs timers, which stand still without script.
    if (options.javaScriptEnabled) expect(await faultsInEveryLook(page)).toEqual([])
    await page.setViewportSize(PHONE.viewport)
    await page.getByRole('button', { name: 'Post for customers' }).click()

    await page.waitForURL('**?done=public_update*')
    const html = await (await fetch(host.url, { headers: { accept: 'text/html' } })).text()
    expect(html).toContain(text)
    expect(html).toContain('<strong>carts</strong>')
    expect(faults).toEqual([])
  })

  it('the incident is acknowledged', async () => {
    const id = await openIncident(host, { title: `Search is slow ${options.javaScriptEnabled ? 1 : 2}` })
    await using watched = await openPage(browser, { ...session, ...PHONE, ...options })
    const { page } = watched
    await page.goto(roomUrl(id))
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await page.waitForURL('**?done=*')
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0)
    expect(await mustCall(host, 'GET', `/incidents/${id}`)).toMatchObject({ status: 'acknowledged' })
  })
})

describe('an incident of more alerts than a page shows, without script', () => {
  it('has a headline that leads to what is on another page', async () => {
    const [incident] = (await raiseStorm(host, 'Crowded', 30)).incidents
    await using watched = await openPage(browser, { ...session, javaScriptEnabled: false })
    const { page } = watched
    const secondPage = `${roomUrl(incident?.id ?? '')}?alerts=25&show=public`
    await page.goto(secondPage)
    await page.locator('.headline').getByRole('link', { name: 'because' }).click()
    await page.locator('li:target').waitFor()
    await page.goto(secondPage)
    await page.locator('.headline a[href^="/console/alerts/"]').first().click()
    await page.getByRole('heading', { name: 'What was decided, and why' }).waitFor()
  })

  it('keeps what was ticked when alerts cannot be moved yet', async () => {
    const [incident] = (await raiseStorm(host, 'Full', 30)).incidents
    await using watched = await openPage(browser, { ...session, javaScriptEnabled: false })
    const { page } = watched
    await page.goto(`${roomUrl(incident?.id ?? '')}?alerts=25`)
    const ticks = page.getByRole('checkbox', { name: 'Move Full' })
    const why = page.getByRole('form', { name: 'Move alerts' }).getByLabel('Why?')
    await ticks.nth(1).check()
    await ticks.nth(3).check()
    await page.getByText('Move alerts …').click()
    await why.fill(' ')
    await page.getByRole('button', { name: 'Move the ticked alerts' }).click()
    await page.getByText('Not sent yet.').first().waitFor()
    await page.getByText('These are 26 to 30.').waitFor()
    expect(await Promise.all([0, 1, 2, 3, 4].map((i) => ticks.nth(i).isChecked()))).toEqual([
      false,
      true,
      false,
      true,
      false,
    ])
    await page.getByRole('link', { name: 'Go to the form' }).click()
    await why.fill('They are of another disk')
    await page.getByRole('button', { name: 'Move the ticked alerts' }).click()
    await page.getByText('The alerts are in this incident now.').waitFor()
    await page.getByText('2 firing, 2 in all.').waitFor()
  })
})

describe('two responders in one room', () => {
  it('see each other’s updates without a reload, keep what they type, and are not overtaken', async () => {
    const id = await openIncident(host, { title: 'Partners cannot order' })
    await using watchedByAda = await openPage(browser, session)
    await using watchedByBob = await openPage(browser, { ...session, ...PHONE })
    const [ada, bob] = [watchedByAda.page, watchedByBob.page]
    await Promise.all([ada.goto(roomUrl(id)), bob.goto(roomUrl(id))])
    await Promise.all([isLive(ada), isLive(bob)])

    const draft = 'A certificate expired; I am rolling out a new one, which'
    await ada.getByLabel('What do you want to say?').fill(draft)
    await bob.getByLabel('What do you want to say?').fill('The partners’ gateway refuses our certificate.')
    await bob.getByRole('button', { name: /^Post/ }).click()
    await bob.waitForURL('**?done=update*')

    // Ada has not touched her page, and still types.
    await timelineOf(ada).getByText('refuses our certificate').waitFor()
    expect(new URL(ada.url()).search).toBe('')
    const typed = ada.getByLabel('What do you want to say?')
    expect(await typed.inputValue()).toBe(draft)
    await typed.press('End')
    await typed.pressSequentially(' takes five minutes.')

    const [answer] = await Promise.all([
      ada.waitForResponse((response) => response.request().method() === 'POST'),
      ada.getByRole('button', { name: /^Post/ }).click(),
    ])
    expect(answer.status()).toBe(409)
    await ada.getByRole('alert').waitFor()
    expect(await ada.getByRole('alert').innerText()).toContain('Someone changed this a moment ago')
    expect(await typed.inputValue()).toBe(`${draft} takes five minutes.`)
    await ada.getByRole('button', { name: /^Post/ }).click()
    await ada.waitForURL('**?done=update*')
    await timelineOf(bob).getByText('takes five minutes').waitFor()
    expect([...watchedByAda.faults, ...watchedByBob.faults]).toEqual([])
  })
})

const HOSTILE = [
  '## What customers saw',
  'Orders were slow. <script>alert("script")</script>',
  '<img src="https://elsewhere.example/x.png" onerror="alert(1)">',
  '[a link](javascript:alert(2)) and [another](data:text/html,<script>alert(3)</script>)',
  '![a picture](https://elsewhere.example/y.png)',
].join('\n\n')

describe('a post-mortem', () => {
  it('is edited, published and read, and nothing that was written into it runs', async () => {
    const id = await openIncident(host, { title: 'Invoices were late' })
    await mustCall(host, 'POST', `/incidents/${id}/updates`, {
      audience: 'public',
      status: 'identified',
      body: HOSTILE,
    })
    await mustCall(host, 'POST', `/incidents/${id}/resolve`, { reason: 'The printer was switched on.' })
    await draftOf(host, id)

    await using editing = await openPage(browser, session)
    const { page } = editing
    await page.goto(`${host.url}/console/post-mortems/${id}`)
    await page.getByLabel('Title', { exact: true }).fill('Late invoices <b>of November</b>')
    await page.getByLabel('Text, in Markdown').fill(HOSTILE)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.waitForURL('**?done=saved')
    await page.getByLabel('I have read it, and it may be public').check()
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.waitForURL('**?done=published')

    await using reading = await openPage(browser)
    const reader = reading.page
    for (const path of [`/post-mortems/${id}`, `/incidents/${id}`, '/history', '/post-mortems']) {
      await reader.goto(host.url + path)
    }
    await reader.goto(`${host.url}/post-mortems/${id}`)
    expect(await reader.locator('h1').innerText()).toBe('Late invoices <b>of November</b>')
    expect(await reader.getByRole('heading', { name: 'What customers saw' }).isVisible()).toBe(true)
    expect(
      await reader.locator('main script, main img, main [href^="javascript:"], main [href^="data:"]').count(),
    ).toBe(0)
    for (const { faults, requests } of [editing, reading]) {
      expect(faults).toEqual([])
      expect(requests.filter((url) => !url.startsWith(host.url))).toEqual([])
    }
    const feed = await (await fetch(`${host.url}/history.atom`)).text()
    expect(feed).toContain(`/post-mortems/${id}`)
    // Its content is HTML, escaped once.
    expect(feed).not.toMatch(/&lt;(script|img)|href=&quot;(?!https?:)/)
  })
})

describe('every page of the console', () => {
  it('fits at 360 and 1440 px, in light and dark, and shuts nobody out', async () => {
    const resolved = await openIncident(host, { title: 'Resolved', services: ['checkout'] })
    await mustCall(host, 'POST', `/incidents/${resolved}/resolve`, { reason: 'It went away.' })
    await draftOf(host, resolved)
    const open = await openIncident(host, { title: 'Open', severity: 'sev1', services: ['checkout'] })
    await using watched = await openPage(browser, session)
    const { page } = watched
    const paths = [
      '',
      '/incidents/new',
      `/incidents/${open}`,
      `/incidents/${resolved}`,
      '/on-call',
      '/playbooks',
      '/post-mortems',
      `/post-mortems/${resolved}`,
      '/status-page',
      '/settings',
    ]
    const faults: string[] = []
    for (const path of paths) {
      const answer = await page.goto(`${host.url}/console${path}`)
      if (answer?.status() !== 200) faults.push(`${path}: status ${answer?.status()}`)
      for (const fault of await faultsInEveryLook(page)) faults.push(`${path}: ${fault}`)
    }
    expect(faults).toEqual([])
    expect(watched.faults).toEqual([])
  })
})
