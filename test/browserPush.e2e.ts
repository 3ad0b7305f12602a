import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mustCall, openIncident, tellCustomers } from './api.ts'
import { openPage, startBrowser } from './browser.ts'
import { startHost, type Host } from './host.ts'
import { startNoticeReceivers, type NoticeReceivers } from './noticeReceivers.ts'

/**
 * Notifications in a real browser, whose one service worker also keeps pages for when there is no network. Only the push
 * service between is ours: Chromium's own is on the internet.
 */

let receivers: NoticeReceivers
let host: Host
let browser: Browser

beforeAll(async () => {
  receivers = await startNoticeReceivers(async () => String((await mustCall(host, 'GET', '/push-key'))['key']))
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
  const { statusPage, ...rest } = await mustCall(host, 'GET', '/config')
  await mustCall(host, 'POST', '/config', {
    ...rest,
    statusPage: { ...Object(statusPage), undo: { pageSeconds: 0, noticeSeconds: 0 } },
  })
})

afterAll(async () => {
  await browser?.close()
  await host?.stop()
  await receivers?.stop()
})

it('are turned on, confirmed by the worker, shown, and shown while the site is gone beside the pages that were seen', async () => {
  const phone = receivers.addBrowser('chromium')
  await using watched = await openPage(browser, { permissions: ['notifications'] })
  const { page, faults } = watched
  await page.addInitScript(
    `PushManager.prototype.subscribe = async () => ({ toJSON: () => (${JSON.stringify(asBrowsersSay(phone.channel))}) })`,
  )
  const deliver = await pushService(page)

  await page.goto(host.url)
  await expect.poll(() => keptPages(page)).toContain('/')
  await page.goto(`${host.url}/subscribe`)
  await page.getByRole('button', { name: 'Turn on notifications' }).click()
  await page.getByRole('button', { name: 'Turn off notifications' }).waitFor()
  await expect.poll(() => phone.shown.length).toBe(1)
  await deliver(phone.shown[0])
  await expect.poll(() => shownTitles(page)).toEqual(['Acme Shop'])
  await expect.poll(() => states()).toEqual(['confirmed'])

  const id = await openIncident(host, { title: 'Payments fail' })
  await tellCustomers(host, id, {
    body: 'We look into it.',
    components: [{ id: 'checkout', status: 'partial_outage' }],
  })
  await expect.poll(() => phone.shown.length).toBe(2)
  await page.goto(`${host.url}/incidents/${id}`)
  await expect.poll(() => keptPages(page)).toContain(`/incidents/${id}`)
  await host.kill('SIGKILL')
  await deliver(phone.shown[1])
  await expect.poll(() => shownTitles(page)).toEqual(['Acme Shop', 'Investigating: Payments fail'])
  await page.reload()
  await page.getByText('We look into it.').waitFor()
  expect(await keptPages(page)).toContain('/')
  expect(receivers.faults).toEqual([])
  expect(faults).toEqual([])
})

/** As `PushSubscription.toJSON` has it. */
function asBrowsersSay(channel: object): object {
  const { endpoint, p256dh, auth } = Object(channel)
  return { endpoint, keys: { p256dh, auth } }
}

/** Gives the site's worker what came for it, as it came out of the envelope. */
async function pushService(page: Page): Promise<(said: unknown) => Promise<void>> {
  const session: CDPSession = await page.context().newCDPSession(page)
  const known = new Map<string, string>()
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    for (const { registrationId, scopeURL } of registrations) known.set(scopeURL, registrationId)
  })
  await session.send('ServiceWorker.enable')
  return async (said) => {
    await expect.poll(() => known.get(`${host.url}/`)).toBeDefined()
    const registrationId = known.get(`${host.url}/`) ?? ''
    await session.send('ServiceWorker.deliverPushMessage', {
      origin: host.url,
      registrationId,
      data: JSON.stringify(said),
    })
  }
}

function shownTitles(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    "navigator.serviceWorker.getRegistration('/').then((known) => known.getNotifications()).then((all) => all.map(({ title }) => title).sort())",
  )
}

function keptPages(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    "caches.open('status-pages').then((cache) => cache.keys()).then((keys) => keys.map(({ url }) => new URL(url).pathname))",
  )
}

async function states(): Promise<string[]> {
  const { subscribers } = await mustCall(host, 'GET', '/subscribers')
  return Array.isArray(subscribers) ? subscribers.map((each) => String(Object(each).state)) : []
}
