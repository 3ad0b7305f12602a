import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import { fillSignIn } from './console.ts'
import { startHost, type Host } from './host.ts'

/** The ways in and out of the console, in a real browser. */

let host: Host
let browser: Browser

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await host?.stop()
})

describe.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])('with %o', (options) => {
  it('an email and its password lead to the page that was asked for, and out again', async () => {
    await using watched = await openPage(browser, options)
    const { page, faults } = watched
    await page.goto(`${host.url}/console/on-call`)
    expect(new URL(page.url()).pathname).toBe('/console/login')
    await fillSignIn(page, host.credentials.admin)
    await page.waitForURL('**/console/on-call')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL('**/console/login')
    await page.goto(`${host.url}/console/on-call`)
    expect(new URL(page.url()).pathname).toBe('/console/login')
    expect(faults).toEqual([])
  })

  it('a wrong password is said to be wrong, and the email stays', async () => {
    await using watched = await openPage(browser, options)
    const { page } = watched
    const { email } = host.credentials.admin
    await page.goto(`${host.url}/console/login`)
    await fillSignIn(page, { email, password: 'not the password' })
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('do not belong together')
    expect(await page.getByLabel('Email').inputValue()).toBe(email)
    expect(await page.getByLabel('Password').inputValue()).toBe('')
    await page.goto(`${host.url}/console`)
    expect(new URL(page.url()).pathname).toBe('/console/login')
  })
})

it('the set-up link works once', async () => {
  const link = host.signInLink ?? ''
  await using first = await openPage(browser)
  expect((await first.page.goto(link))?.status()).toBe(200)
  expect(await faultsInEveryLook(first.page)).toEqual([])
  await first.page.getByLabel('Your name').fill('Ada Admin')
  await first.page.getByLabel('New password').fill(host.credentials.admin.password)
  await first.page.getByRole('button', { name: 'Set up and sign in' }).click()
  await first.page.waitForURL('**/console')
  expect(await first.page.getByText('Ada Admin').count()).toBe(1)

  await using second = await openPage(browser)
  expect((await second.page.goto(link))?.status()).toBe(410)
  expect(await second.page.locator('h1').textContent()).toBe('This link no longer works')
})

describe('a passkey', () => {
  it('is added in the settings, and signs in', async () => {
    // A passkey belongs to a name, never to an address such as 127.0.0.1.
    const url = host.url.replace('127.0.0.1', 'localhost')
    await using watched = await openPage(browser)
    const { page, faults } = watched
    await addAuthenticator(page)
    await page.goto(`${url}/console/login?next=/console/settings`)
    await fillSignIn(page, host.credentials.admin)
    await page.waitForURL('**/console/settings')
    await page.getByLabel('Name of a new passkey').fill('Key of the test')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.waitForURL('**/console/settings?done=passkey_added*')
    expect(await page.getByText('Key of the test').first().isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.waitForURL('**/console/login')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await page.waitForURL('**/console')
    expect(faults).toEqual([])
  })

  it('is not offered where it cannot work, and the page says where it does', async () => {
    await using watched = await openPage(browser)
    await watched.page.goto(`${host.url}/console/login`)
    expect(await watched.page.getByText('Open the console as localhost to use a passkey.').isVisible()).toBe(true)
    expect(await watched.page.getByRole('button', { name: 'Use a passkey' }).count()).toBe(0)
  })
})

/** One that is always there and always willing. */
async function addAuthenticator(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('WebAuthn.enable')
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}
