import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openPage } from './browser.ts'
import type { Host } from './host.ts'

/** The console as people use it: by its words, not by its markup. */

export async function fillSignIn(page: Page, { email, password }: Host['credentials']['admin']): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** What a browser remembers of a signed-in admin, for pages that are not about signing in. */
export async function signedIn(browser: Browser, host: Host): Promise<Pick<BrowserContextOptions, 'storageState'>> {
  await using watched = await openPage(browser)
  const { page } = watched
  await page.goto(`${host.url}/console/login`)
  await fillSignIn(page, host.credentials.admin)
  await page.waitForURL('**/console')
  return { storageState: await page.context().storageState() }
}
