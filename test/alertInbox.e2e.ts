import type { Browser, Page } from 'playwright-core'
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

async function fire(title: string, service: string): Promise<string> {
  const response = await fetch(`${host.url}/hooks/json/${host.credentials.integrations.json.key}`, {
    method: 'POST',
    body: JSON.stringify({ title, service, severity: 'critical' }),
  })
  const answer: { incidents: string[] } = JSON.parse(await response.text())
  return answer.incidents[0] ?? ''
}

const current = (page: Page) =>
  page.evaluate<string>('document.activeElement.closest("[data-alert]")?.querySelector("h3").textContent ?? ""')

it('without script: alerts are found, acknowledged, and silenced by what they have in common', async () => {
  await fire('Slow', 'db')
  await fire('Full', 'db')
  await fire('Down', 'web')
  await using watched = await openPage(browser, { ...(await signedIn(browser, host)), javaScriptEnabled: false })
  const { page } = watched
  await page.goto(`${host.url}/console`)
  await page.getByRole('link', { name: 'Alerts', exact: true }).click()
  await page.getByText('3 firing in incidents').waitFor()

  await page.getByLabel('Labels').fill('service=~"("')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText('missing closing', { exact: false }).waitFor()
  await page.getByLabel('Labels').fill('service="db"')
  await page.getByLabel('Order').selectOption('By name')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText('1 to 2 of 2').waitFor()

  await page.getByRole('checkbox', { name: 'Full' }).check()
  await page.getByRole('button', { name: 'Acknowledge' }).click()
  await page.getByText('Acknowledged 1 incident: paging has stopped.').waitFor()
  await page.getByText('1 to 2 of 2').waitFor()

  for (const name of ['Full', 'Slow']) await page.getByRole('checkbox', { name }).check()
  await page.getByRole('button', { name: 'Silence …' }).click()
  await page.getByText('This would hide 2 of 3 alerts firing now.', { exact: false }).waitFor()
  expect(await page.getByLabel('Which alerts').inputValue()).toBe('service="db"\nseverity="critical"')
  await page.getByLabel('Why').fill('The database moves')
  await page.getByRole('button', { name: 'Silence them' }).click()
  await page.getByText('The silence is made.').waitFor()

  await fire('Locked', 'db')
  await page.goto(`${host.url}/console/alerts?state=suppressed`)
  await page.getByText('Hidden: by a silence').waitFor()
  await page.getByRole('link', { name: 'Locked', exact: true }).waitFor()
  await page.goto(`${host.url}/console/alerts?state=active`)
  await page.getByRole('link', { name: 'Full', exact: true }).click()
  await page.getByRole('heading', { name: 'What was decided, and why' }).waitFor()
  await page.getByRole('link', { name: 'Open the incident' }).click()
  await page.getByRole('region', { name: 'Alerts' }).waitFor()
})

it('with script: the keys move, tick, search, open and acknowledge, and a reload keeps what is ticked', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  const id = await fire('Keyed', 'keys')
  await page.goto(`${host.url}/console/alerts?sort=name&state=active`)
  await page.getByText('Keys', { exact: true }).waitFor()
  await page.keyboard.press('j')
  expect(await current(page)).toBe('Down')
  await page.keyboard.press('j')
  expect(await current(page)).toBe('Full')
  await page.keyboard.press('k')
  await page.keyboard.press('x')
  await page.getByText('1 ticked').waitFor()
  await fire('Anew', 'keys')
  await page.keyboard.press('r')
  await page.getByRole('link', { name: 'Anew', exact: true }).waitFor()
  expect(await page.getByRole('checkbox', { name: 'Down' }).isChecked()).toBe(true)
  expect(await current(page)).toBe('Down')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await current(page)).toBe('Keyed')
  await page.keyboard.press('e')
  await page.getByText('Acknowledged 1 incident: paging has stopped.').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('keyed')
  await page.keyboard.press('Enter')
  await page.getByText('1 to 1 of 1').waitFor()
  await page.keyboard.press('?')
  await page.getByText('previous alert').waitFor()
  await page.getByLabel('Keys are on').uncheck()
  await page.keyboard.press('j')
  expect(await current(page)).toBe('')
  await page.getByLabel('Keys are on').check()
  await page.keyboard.press('j')
  await page.keyboard.press('o')
  await page.getByRole('heading', { name: 'Keyed', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Open the incident' }).click()
  await page.waitForURL(`**/console/incidents/${id}`)
  expect(watched.faults).toEqual([])
})

it('has no faults in any look', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  await fire('very-long-name-'.repeat(12), 'long')
  for (const query of ['', '?group=service&state=suppressed', '?q=nothing-like-it', '?matchers=%28', '?state=ended']) {
    await page.goto(`${host.url}/console/alerts${query}`)
    expect([query, ...(await faultsInEveryLook(page))]).toEqual([query])
  }
  await page.goto(`${host.url}/console/alerts`)
  await page.getByRole('checkbox').first().focus()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('link', { name: /^very-long/ }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])
  expect(watched.faults).toEqual([])
})

it('finds one of ten thousand quickly', async () => {
  const { url, credentials } = host
  const authorization = `Basic ${Buffer.from(`x:${credentials.integrations.alertmanager.key}`).toString('base64')}`
  const alerts = Array.from({ length: 10_000 }, (_, i) => ({
    labels: { alertname: 'Storm', service: 'web', pod: `p${i}` },
  }))
  for (let from = 0; from < alerts.length; from += 1000) {
    const body = JSON.stringify(alerts.slice(from, from + 1000))
    const headers = { Authorization: authorization, 'Content-Type': 'application/json' }
    const answer = await fetch(`${url}/alertmanager/api/v2/alerts`, { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
  }
  const headers = { Authorization: `Bearer ${credentials.apiToken}` }
  const search = async () => {
    const response = await fetch(`${url}/api/v1/alerts?matchers=pod%3D~%22p9.*7%22&sort=severity&limit=50`, { headers })
    return JSON.parse(await response.text()) as { total: number }
  }
  expect((await search()).total).toBe(111)
  const beganMs = performance.now()
  await search()
  // A few tens of milliseconds on a quiet machine; this only catches what grows out of hand.
  expect(performance.now() - beganMs).toBeLessThan(3000)
})
