import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
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

const sh = (script: string) => promisify(execFile)('/bin/sh', ['-c', script])
const hasCurl = await sh('command -v curl').then(
  () => true,
  () => false,
)

/** With curl, as a crontab has it, where there is one. */
async function report(url: string, body?: string): Promise<void> {
  if (!hasCurl) {
    expect((await fetch(url, { method: body === undefined ? 'GET' : 'POST', body: body ?? null })).status).toBe(200)
    return
  }
  const data = body === undefined ? '' : `printf '%s' '${body}' | `
  await sh(`${data}curl -fsS -m 10 -o /dev/null ${body === undefined ? '' : '--data-binary @-'} ${url}`)
}

const read = (id: string) => mustCall(host, 'GET', `/heartbeats/${id}`)
const sampleUrl = () => `${host.url}/heartbeats/${host.credentials.integrations.heartbeats?.['nightly-backup']?.key}`

async function openIncidents(): Promise<{ title: string; id: string }[]> {
  const { incidents } = await mustCall(host, 'GET', '/incidents?state=open')
  return incidents as { title: string; id: string }[]
}

it('opens an incident when a job fails or stays silent, and a kill in between loses no ping', async () => {
  const document = await mustCall(host, 'GET', '/config')
  const heartbeats = document['heartbeats'] as unknown[]
  const beacon = { id: 'beacon', name: 'Beacon', everySeconds: 30, graceSeconds: 0, severity: 'sev4' }
  await mustCall(host, 'POST', '/config', { ...document, heartbeats: [...heartbeats, beacon] })
  const { key } = await mustCall(host, 'POST', '/heartbeats/beacon/keys', {})
  await report(`${host.url}/heartbeats/${String(key)}`)

  await report(sampleUrl())
  expect(await read('nightly-backup')).toMatchObject({ state: 'healthy' })
  await report(`${sampleUrl()}/fail`, 'no space left on device')
  await vi.waitFor(
    async () =>
      expect(await openIncidents()).toMatchObject([{ title: 'Nightly backup reports a failure on payments' }]),
    10_000,
  )
  expect(await firingHeartbeats()).toEqual(['nightly-backup'])

  const { home, url } = host
  await host.kill('SIGKILL')
  host = await startHost({ home, port: Number(new URL(url).port) })
  const { state, pings } = await read('nightly-backup')
  expect(state).toBe('failed')
  expect(pings).toMatchObject([{ sign: 'fail', detail: 'no space left on device' }, { sign: 'ok' }])
  await report(sampleUrl())
  expect(await read('nightly-backup')).toMatchObject({ state: 'healthy', alertsSince: null })

  // Half a minute after its only ping, by the object's own alarm.
  await vi.waitFor(
    async () => {
      expect(await read('beacon')).toMatchObject({ state: 'silent' })
      expect((await openIncidents()).map(({ title }) => title)).toContain('Beacon is silent')
    },
    { timeout: 60_000, interval: 500 },
  )
  await report(`${host.url}/heartbeats/${String(key)}`)
  expect(await read('beacon')).toMatchObject({ state: 'healthy' })
  await vi.waitFor(async () => expect(await firingHeartbeats()).toEqual([]), 10_000)
})

/** As Alertmanager's API lists them. */
async function firingHeartbeats(): Promise<string[]> {
  const { key } = host.credentials.integrations.alertmanager
  const answer = await fetch(`${host.url}/alertmanager/api/v2/alerts`, { headers: { authorization: `Bearer ${key}` } })
  const alerts: { labels: Record<string, string> }[] = JSON.parse(await answer.text())
  return alerts.flatMap(({ labels }) => labels['heartbeat'] ?? [])
}

it('without script: one is added, reports to the address that was shown, and is removed', async () => {
  await using watched = await openPage(browser, { ...(await signedIn(browser, host)), javaScriptEnabled: false })
  const { page } = watched
  await page.goto(`${host.url}/console/heartbeats`)
  await page.getByText('Add a heartbeat').click()
  await page.getByLabel('Name').fill('Weekly report')
  await page.getByLabel('At these times').fill('0 25 * * 1')
  await page.getByLabel('Time zone').fill('Europe/Berlin')
  await page.getByRole('button', { name: 'Add it and show its address' }).click()
  await page.getByText('Invalid value for hour: 25').waitFor()
  await page.getByLabel('At these times').fill('0 6 * * 1')
  await page.getByRole('button', { name: 'Add it and show its address' }).click()
  const address = await page
    .getByLabel('The address that Weekly report reports to')
    .first()
    .locator('pre.secret')
    .textContent()
  await page.getByText('Waiting for a ping').waitFor()
  await report(String(address), '12 pages')

  await page.goto(`${host.url}/console/heartbeats/weekly-report`)
  await page.getByText('Healthy', { exact: true }).waitFor()
  await page.getByText('What it said').click()
  await page.getByText('12 pages').waitFor()
  expect(await page.content()).not.toContain(String(address))
  const badge = await fetch(String(/http\S+\.svg/.exec(await page.getByLabel('Badge in Markdown').innerText())?.[0]))
  expect(await badge.text()).toContain('Weekly report: healthy')

  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).waitFor()
  await page.getByText('Remove it').click()
  await page.getByRole('button', { name: 'Remove Weekly report' }).click()
  await page.getByText('The heartbeat was removed.', { exact: false }).waitFor()
  expect((await fetch(String(address))).status).toBe(404)
})

it('has no faults in any look', async () => {
  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  await report(`${sampleUrl()}/fail`, 'x'.repeat(3000))
  await page.goto(`${host.url}/console/heartbeats`)
  await page.getByText('Add a heartbeat').click()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.goto(`${host.url}/console/heartbeats/nightly-backup`)
  await page.getByText('What it said').first().click()
  await page.getByText('Change it').click()
  await page.getByText('Remove it').click()
  expect(await faultsInEveryLook(page)).toEqual([])
  await page.getByRole('button', { name: 'Make a new key' }).click()
  await page.getByText('Copy it now').waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])
  expect(watched.faults).toEqual([])
})
