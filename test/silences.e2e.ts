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

async function fire(title: string, service: string): Promise<string[]> {
  const response = await fetch(`${host.url}/hooks/json/${host.credentials.integrations.json.key}`, {
    method: 'POST',
    body: JSON.stringify({ title, service, severity: 'critical' }),
  })
  const answer: { incidents: string[] } = JSON.parse(await response.text())
  return answer.incidents
}

it('without script: an alert of an incident is silenced, the next like it is hidden, and ending it lets it through', async () => {
  const [incidentId] = await fire('Disk full', 'db')
  await using watched = await openPage(browser, { ...(await signedIn(browser, host)), javaScriptEnabled: false })
  const { page } = watched
  await page.goto(`${host.url}/console/incidents/${incidentId}`)
  const alerts = page.getByRole('region', { name: 'Alerts' })
  await alerts.getByText('Labels').click()
  await alerts.getByRole('link', { name: 'Silence this alert' }).click()
  await page.getByRole('heading', { name: 'Silences', level: 1 }).waitFor()
  expect((await page.getByLabel('Which alerts').inputValue()).split('\n')).toContain('service="db"')

  // Wider than this one alert.
  await page.getByLabel('Which alerts').fill('service=~"d("')
  await page.getByLabel('Why').fill('The database moves')
  await page.getByRole('button', { name: 'Silence them' }).click()
  await page.getByRole('alert').waitFor()
  expect(await page.getByLabel('Why').inputValue()).toBe('The database moves')
  await page.getByLabel('Which alerts').fill('service=~"db|cache"')
  await page.getByLabel('For how long').selectOption('30 minutes')
  await page.getByRole('button', { name: 'Silence them' }).click()
  await page.getByText('The silence is made.').waitFor()
  const active = page.getByRole('region', { name: 'Active' })
  await active.getByText('service=~"db|cache"', { exact: true }).waitFor()
  await active.getByText(/ends in 29 min/).waitFor()

  expect(await fire('Slow queries', 'db')).toEqual([])
  await page.reload()
  await active.getByText('hid 1 alert').waitFor()
  await page.getByText('One alert fires hidden right now.').waitFor()
  await active.getByText('End it now').click()
  await active.getByRole('button', { name: 'End this silence' }).click()
  await page.getByText('The silence has ended.', { exact: false }).first().waitFor()
  await page.getByText('Nothing is silenced.').waitFor()
  await page.goto(`${host.url}/console`)
  await page.getByRole('link', { name: /Slow queries/ }).waitFor()
})

it('has no faults in any look', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  for (const [matchers, starts] of [
    ['service="shop"', ''],
    [`instance=~"${'very-long-name-'.repeat(20)}"`, '2099-01-01T09:00'],
  ] as const) {
    await page.goto(`${host.url}/console/silences?matchers=${encodeURIComponent(matchers)}#new`)
    await page.getByLabel('From').fill(starts)
    await page.getByLabel('Why').fill('A test')
    await page.getByRole('button', { name: 'Silence them' }).click()
    await page.getByText('The silence is made.').waitFor()
  }
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.goto(`${host.url}/console/silences?matchers=${encodeURIComponent('service="cache"')}#new`)
  await page.getByText('Repeat it').click()
  await page.getByLabel('How often').selectOption('Every day')
  await page.getByLabel('From').fill('2099-01-01T09:00')
  await page.getByLabel('Why').fill('Backups')
  await page.getByRole('button', { name: 'Check what it hides' }).click()
  await page.getByText('The next times:').waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('button', { name: 'Silence them' }).click()
  const pending = page.getByRole('region', { name: 'Beginning later' })
  await pending.getByText(/Every day, 09:00 to 11:00/).waitFor()
  await pending.getByRole('link', { name: /Open.*cache/ }).click()
  await page.getByText('Change it').click()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByLabel('Why').fill('Backups of all')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The silence is changed.').waitFor()
  await page.getByText('Backups of all').first().waitFor()
  await page.getByRole('button', { name: 'by 4 hours' }).click()
  await page.getByText('The silence is extended.').waitFor()
  await page.getByText('Take it back').click()
  await page.getByRole('button', { name: 'Leave out the next time' }).click()
  await page.getByText('This occurrence is left out.', { exact: false }).waitFor()
  expect(watched.faults).toEqual([])
})
