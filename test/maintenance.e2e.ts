import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Mailbox } from '../cli/demo/mailbox.ts'
import { mustCall } from './api.ts'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import { signedIn } from './console.ts'
import { startHost, type Host } from './host.ts'
import { until } from './realAlertmanager.ts'

/** Planned work, as the one who plans it and as customers see it; its clock is the real one. */

let host: Host
let browser: Browser

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await host?.stop()
})

async function text(path: string): Promise<string> {
  return (await fetch(host.url + path)).text()
}

it('without script: it is planned, moved, started, completed, and its page shuts nobody out', async () => {
  await using watched = await openPage(browser, { ...(await signedIn(browser, host)), javaScriptEnabled: false })
  await using reader = await openPage(browser)
  const { page } = watched
  await page.goto(`${host.url}/console/maintenance`)
  await page.getByRole('link', { name: 'Schedule maintenance' }).click()
  await page.getByLabel('What is done?').fill('Database upgrade')
  await page.getByLabel('Ends').fill('2020-01-01T10:00')
  await page.getByLabel('What it means to customers').fill('Orders cannot be placed for **five minutes**.')
  await page.getByLabel('Checkout').check()
  await page.getByRole('button', { name: 'Schedule it' }).click()
  await page.getByRole('alert').waitFor()
  // What was typed is there; only the end was wrong.
  const starts = await page.getByLabel('Starts').inputValue()
  await page.getByLabel('Ends').fill(`${starts.slice(0, 11)}23:59`)
  await page.getByRole('button', { name: 'Schedule it' }).click()
  await page.getByText('The maintenance is scheduled', { exact: false }).waitFor()

  await page.getByText('Move it …').click()
  const move = page.getByRole('form', { name: 'Move it' })
  await move.getByLabel('Ends').fill(`${starts.slice(0, 11)}23:45`)
  await move.getByLabel('Why').fill('Fifteen minutes less.')
  await move.getByRole('button', { name: 'Move it' }).click()
  await page.getByText('The maintenance is moved.').waitFor()

  const address = (await page.getByRole('link', { name: 'See it as customers do' }).getAttribute('href')) ?? ''
  await reader.page.goto(address)
  await reader.page.getByText('Rescheduled').waitFor()
  expect(await reader.page.locator('del').count()).toBe(1)
  expect(await faultsInEveryLook(reader.page)).toEqual([])
  expect(await text('/calendar.ics')).toContain('SEQUENCE:1\r\n')

  await page.getByText('Start it now …').click()
  await page.getByRole('form', { name: 'Start it' }).getByRole('button').click()
  await page.getByText('Its components are under maintenance', { exact: false }).first().waitFor()
  await reader.page.goto(host.url)
  await reader.page.getByRole('heading', { name: 'Service Under Maintenance' }).waitFor()
  expect(await faultsInEveryLook(reader.page)).toEqual([])

  await page.getByText('Complete it …').click()
  await page.getByRole('form', { name: 'Complete it' }).getByRole('button').click()
  await page.getByText('The maintenance is completed.', { exact: false }).first().waitFor()
  await reader.page.goto(host.url)
  await reader.page.getByRole('heading', { name: 'All Systems Operational' }).waitFor()
  expect([...watched.faults, ...reader.faults]).toEqual([])
})

it('the console’s pages of it fit every look', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  const id = await scheduled(24 * 3600, 26 * 3600)
  for (const path of ['', '/new', `/${id}`]) {
    await page.goto(`${host.url}/console/maintenance${path}`)
    await page.evaluate('document.querySelectorAll("details").forEach((each) => { each.open = true })')
    expect(await faultsInEveryLook(page), path).toEqual([])
  }
  expect(watched.faults).toEqual([])
})

it('it starts and is completed by itself, and a subscriber hears of each once', async () => {
  const mailbox = new Mailbox(host.inboxUrl)
  await mustCall(host, 'POST', '/subscribers', { email: 'reader@example.com', confirmed: true })
  const id = await scheduled(3, 15)
  const active = () => text('/api/v2/scheduled-maintenances/active.json')
  await until(
    async () => (await active()).includes(id),
    () => host.output(),
  )
  expect(await text('/api/v2/status.json')).toContain('"indicator":"maintenance"')
  await until(
    async () => (await text(`/maintenance/${id}.txt`)).includes('Completed. Scheduled for'),
    () => host.output(),
  )

  const subjects = async (): Promise<string[]> => {
    const mails = await mailbox.to('reader@example.com')
    return mails.flatMap(({ text: body }) => /^Maintenance (scheduled|in progress|completed)/m.exec(body)?.[1] ?? [])
  }
  await until(
    async () => (await subjects()).length >= 3,
    () => host.output(),
  )
  expect((await subjects()).toSorted()).toEqual(['completed', 'in progress', 'scheduled'])
})

async function scheduled(startsInSeconds: number, endsInSeconds: number): Promise<string> {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
  const { id } = await mustCall(host, 'POST', '/maintenances', {
    title: 'New disks',
    body: 'Nothing is noticeable.',
    scheduledFor: at(startsInSeconds),
    scheduledUntil: at(endsInSeconds),
    components: ['search'],
  })
  return String(id)
}
