import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mustCall } from './api.ts'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import { signedIn } from './console.ts'
import { startHost, type Host } from './host.ts'

let host: Host
let browser: Browser

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
})
afterAll(async () => {
  await browser.close()
  await host.stop()
})

it('without script, on a phone: the menu, the graph, a service that is added, changed and removed', async () => {
  const phone = { viewport: { width: 360, height: 800 }, javaScriptEnabled: false }
  await using watched = await openPage(browser, { ...(await signedIn(browser, host)), ...phone })
  const { page } = watched
  await page.goto(`${host.url}/console`)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Catalogue' }).click()
  await page.getByRole('heading', { name: 'Catalogue', level: 1 }).waitFor()

  // By the keyboard, from what the graph shows.
  const graph = page.getByRole('region', { name: 'Graph of the services' })
  await graph.getByRole('link', { name: 'Orders database: Tier 1' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /Orders database/, level: 1 }).waitFor()
  await page.getByText('Needed by', { exact: true }).waitFor()

  await page.goto(`${host.url}/console/catalogue/services/new`)
  await page.getByLabel('Name', { exact: true }).fill('Recommendations')
  await page.getByLabel('Id').fill('Not an id')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Use lower-case letters', { exact: false }).waitFor()
  await page.getByLabel('Id').fill('recommendations')
  await page.getByLabel('Search', { exact: true }).first().check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('It is saved.').waitFor()
  await page.getByRole('link', { name: 'Change' }).click()
  await page.getByLabel('Tier').selectOption('4')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Tier 4').waitFor()

  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('One thing is removed:').waitFor()
  await page.getByRole('button', { name: 'Remove it' }).click()
  await page.getByText('It is removed.').waitFor()

  await page.goto(`${host.url}/console/configuration`)
  await page.getByText('Remove the service Recommendations').waitFor()
  await page.getByRole('link', { name: 'Version 3', exact: true }).click()
  await page.getByRole('button', { name: 'Go back to this version' }).click()
  await page.getByRole('button', { name: 'Go back to version 3' }).click()
  await page.getByText('The configuration is as it was, as a new version.').waitFor()

  const document = page.getByLabel('Configuration (YAML)')
  await document.fill((await document.inputValue()).replace('name: Acme Shop', 'name: Acme'))
  await page.getByLabel('What for').fill('Shorter')
  await page.getByRole('button', { name: 'Show what would change' }).click()
  await page.getByText('name: "Acme Shop" → "Acme"').waitFor()
  await page.getByRole('button', { name: 'Save the configuration' }).click()
  await page.getByText('The configuration is saved.').waitFor()
  await page.getByText('Shorter').waitFor()
})

it('has no faults in any look, with an incident open, a circle and very long names', async () => {
  const long = 'a-service-whose-name-goes-on-and-on-'.repeat(3)
  const organisation = await mustCall(host, 'GET', '/config')
  await mustCall(host, 'POST', '/config', {
    ...organisation,
    services: [
      ...(organisation.services as object[]),
      { id: 'one', name: long, dependsOn: ['two'] },
      { id: 'two', name: 'Two', dependsOn: ['one', 'checkout'] },
    ],
  })
  await mustCall(host, 'POST', '/incidents', { title: 'Orders fail', severity: 'sev2', services: ['checkout'] })
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  for (const path of [
    '/catalogue',
    '/catalogue/services/checkout',
    '/catalogue/services/one/edit',
    '/catalogue/teams/new',
    '/configuration',
    '/configuration/versions/1',
  ]) {
    await page.goto(`${host.url}/console${path}`)
    expect(await faultsInEveryLook(page), path).toEqual([])
  }
  await page.goto(`${host.url}/console/catalogue`)
  await page.getByRole('link', { name: 'Checkout: Tier 1 · SEV2, 1 open' }).waitFor()
  await page.goto(`${host.url}/console/catalogue/services/checkout`)
  await page.getByRole('button', { name: 'Remove' }).click()
  // The playbook names it, and is a text of its own.
  await page.getByText('there is no service "checkout"', { exact: false }).waitFor()
  expect(await faultsInEveryLook(page), 'a refused removal').toEqual([])
  expect(watched.faults).toEqual([])
})
