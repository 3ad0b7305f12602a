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
    body: JSON.stringify({ title, service, severity: 'critical', labels: { environment: 'staging' } }),
  })
  const answer: { incidents: string[] } = JSON.parse(await response.text())
  return answer.incidents
}

it.each([false, true])(
  'a rule is tried on an alert and on the past, then saved, and holds; script: %s',
  async (script) => {
    const name = `Mute staging ${script}`
    expect(await fire(`Down ${script}`, 'checkout')).toHaveLength(1)
    await using watched = await openPage(browser, { ...(await signedIn(browser, host)), javaScriptEnabled: script })
    const { page } = watched
    await page.goto(`${host.url}/console/routing`)
    await page.getByRole('link', { name: 'Add a rule' }).click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('When all of these match').fill('environment=~"stag("')
    await page.getByLabel('Suppress it').selectOption({ index: 1 })
    await page.getByRole('button', { name: 'Add the rule' }).click()
    await page.getByText(/Line 1: .*missing closing/).waitFor()
    await page.getByLabel('When all of these match').fill(`environment="staging"\nalertname="Down ${script}"`)
    await page.getByRole('button', { name: 'Try it as a draft' }).click()

    await page
      .getByLabel('Alert', { exact: true })
      .fill(`alertname="Down ${script}"\nenvironment="staging"\nservice="checkout"`)
    await page.getByRole('button', { name: 'Test this alert' }).click()
    const saved = page.getByRole('region', { name: 'By the saved rules' })
    await saved.getByText(/would join|would open/).waitFor()
    const draft = page.getByRole('region', { name: 'By the draft' })
    await draft.getByText('It would open no incident.').waitFor()
    await draft.getByText(`the rule “${name}” says so`).first().waitFor()

    await page.getByRole('button', { name: 'Replay' }).click()
    await page.getByText(/1 of \d alerts? of the last 7 days would have come to something else/).waitFor()
    await page.getByText(`Down ${script}: paging, suppression`).click()
    await page.getByText('suppressed by a rule').first().waitFor()
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.getByText('The draft is saved', { exact: false }).waitFor()
    await page.getByRole('listitem', { name }).getByText('Decided nothing in the last 7 days.').waitFor()

    expect(watched.faults).toEqual([])
  },
)

it('has no faults in any look', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  await page.goto(`${host.url}/console/routing`)
  await page.getByRole('link', { name: 'Change: Mute staging true' }).click()
  await page.getByLabel('Page by the policy').selectOption({ index: 1 })
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('button', { name: 'Save the rule' }).click()
  await page.getByText('The rule is saved').waitFor()
  await page.getByRole('button', { name: 'Up: Mute staging true' }).click()
  await page.getByText('The rule was moved.').waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])

  await page.goto(`${host.url}/console/routing/bench`)
  await page.getByLabel('Rules and limits').fill('routingRules: []\n')
  await page.getByLabel('Or one of the latest').selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Test this alert' }).click()
  await page.getByRole('region', { name: 'By the draft' }).waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('button', { name: 'Replay' }).click()
  await page.getByRole('heading', { name: 'What would have changed' }).waitFor()
  for (const each of await page.locator('summary').all()) if (await each.isVisible()) await each.click()
  expect(await faultsInEveryLook(page)).toEqual([])
  expect(watched.faults).toEqual([])
})
