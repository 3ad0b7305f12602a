import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
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

async function send(key: string, body: unknown): Promise<number> {
  const response = await fetch(`${host.url}/hooks/json/${key}`, { method: 'POST', body: JSON.stringify(body) })
  await response.text()
  return response.status
}

const zabbix = { events: [{ name: 'Load is high', host: 'db-1', id: 7 }] }

it('without script: an integration is made, tested, mapped, its key exchanged and revoked', async () => {
  await using watched = await openPage(browser, { ...(await signedIn(browser, host)), javaScriptEnabled: false })
  const { page } = watched
  await page.goto(`${host.url}/console/integrations`)
  await page.getByRole('link', { name: 'Add an integration' }).click()
  await page.getByRole('radio', { name: /^JSON/ }).check()
  await page.getByLabel('Name').fill('Zabbix')
  await page.getByRole('button', { name: 'Create the key' }).click()
  const shown = page.getByRole('status').filter({ hasText: 'The key for Zabbix' })
  const key = (await shown.locator('.secret').textContent()) ?? ''
  expect(key).toMatch(/^js_/)

  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('The test was taken in like a real message.').waitFor()
  await page.getByRole('link', { name: /^Open incident / }).waitFor()
  await page.getByRole('button', { name: 'End the test' }).click()
  await page.getByText('The test has ended.').waitFor()

  expect(await send(key, zabbix)).toBe(422)
  await page.reload()
  const received = page.getByRole('region', { name: 'Received' })
  await received.getByText('refused', { exact: true }).waitFor()
  await received.getByRole('link').first().click()
  await page.getByText(/It was refused: .*title/).waitFor()
  await page.getByRole('link', { name: 'Open it in the mapping editor' }).click()

  await page.getByLabel('Expression').fill('events.{"title": name & " on " & }')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByRole('alert').filter({ hasText: 'line 1, column' }).waitFor()
  await page.getByLabel('Expression').fill('events.{"title": name & " on " & host, "key": "zabbix/" & $string(id)}')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page
    .getByRole('region', { name: 'What it makes of the message' })
    .getByText('Load is high on db-1')
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The mapping is saved.', { exact: false }).waitFor()
  expect(await send(key, zabbix)).toBe(202)

  await page.getByRole('link', { name: 'Zabbix' }).click()
  await received.getByText('refused', { exact: true }).waitFor()
  await received.getByRole('listitem').filter({ hasText: 'refused' }).getByRole('link').click()
  await page.getByRole('link', { name: 'Show what it would become' }).click()
  await page
    .getByRole('region', { name: 'What it would become today' })
    .getByText('Load is high on db-1')
    .first()
    .waitFor()
  await page.getByText('Take it in again').click()
  await page.getByRole('button', { name: 'Take this message in again' }).click()
  await page.getByText('The message was taken in again.').waitFor()

  await page.getByRole('button', { name: 'Make a second key' }).click()
  const second = (await shown.locator('.secret').textContent()) ?? ''
  expect([await send(key, zabbix), await send(second, zabbix)]).toEqual([202, 202])
  const keys = page.getByRole('region', { name: 'Keys' })
  await keys.getByText('Revoke', { exact: false }).first().click()
  await keys.getByRole('button', { name: 'Revoke this key' }).first().click()
  await page.getByText('The key was revoked.', { exact: false }).waitFor()
  expect([await send(key, zabbix), await send(second, zabbix)]).toEqual([401, 202])
})

it('with script: settings are copied by a button', async () => {
  const options = { ...(await signedIn(browser, host)), permissions: ['clipboard-read', 'clipboard-write'] }
  await using watched = await openPage(browser, options)
  const { page } = watched
  await page.goto(`${host.url}/console/integrations/new?source=grafana`)
  await page.getByLabel('Name').fill('Grafana')
  await page.getByRole('button', { name: 'Create the key' }).click()
  const key = (await page.locator('.secret').textContent()) ?? ''
  await page.getByRole('button', { name: 'Copy The key for Grafana' }).click()
  await page.getByText('Copied.').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  expect(watched.faults).toEqual([])
})

it('has no faults in any look', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  const long = `${'very-long-name-'.repeat(6)}end`
  await page.goto(`${host.url}/console/integrations/new?source=json`)
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByLabel('Name').fill(long)
  await page.getByRole('button', { name: 'Create the key' }).click()
  const key = (await page.locator('.secret').textContent()) ?? ''
  expect(await faultsInEveryLook(page)).toEqual([])
  await send(key, { titel: 'unbroken'.repeat(60) })
  await send(key, { title: `Disk ${'full'.repeat(60)}`, labels: { ['n'.repeat(80)]: 'v'.repeat(300) } })
  await page.goto(`${host.url}/console/integrations`)
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('link', { name: long }).click()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('region', { name: 'Received' }).getByRole('link').first().click()
  await page.getByRole('link', { name: 'Show what it would become' }).click()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('link', { name: 'Open it in the mapping editor' }).click()
  await page.getByLabel('Expression').fill('{"title": titel}')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The mapping is saved.', { exact: false }).waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])
  expect(watched.faults).toEqual([])
})
