import examples from '@octokit/webhooks-examples'
import { createHmac } from 'node:crypto'
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

/** As GitHub sends it; the times are those of a deployment that has just failed. */
function delivery(): string {
  const [example] = examples.find(({ name }) => name === 'deployment_status')?.examples ?? []
  const atText = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString()
  return JSON.stringify(example)
    .replace('"payload":{}', '"payload":{"service":"checkout"}')
    .replace('"state":"success"', '"state":"failure"')
    .replaceAll('2019-05-15T15:20:53Z', atText(10))
    .replaceAll('2019-05-15T15:20:55Z', atText(8))
}

async function deliver(body: string, secret: string): Promise<number> {
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const response = await fetch(`${host.url}/hooks/github/${host.credentials.integrations.github.key}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-GitHub-Event': 'deployment_status',
      'X-GitHub-Delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'X-Hub-Signature-256': `sha256=${signature}`,
    },
    body,
  })
  return response.status
}

it('a deployment that failed stands in the room of the incident that began soon after', async () => {
  const { json, github } = host.credentials.integrations
  expect(await deliver(delivery(), 'guessed')).toBe(401)
  expect(await deliver(delivery(), github.secret)).toBe(202)
  const fired = await fetch(`${host.url}/hooks/json/${json.key}`, {
    method: 'POST',
    body: JSON.stringify({ title: 'Checkout answers errors', service: 'checkout', severity: 'critical' }),
  })
  const { incidents }: { incidents: string[] } = JSON.parse(await fired.text())

  await using watched = await openPage(browser, await signedIn(browser, host))
  const { page } = watched
  await page.goto(`${host.url}/console/incidents/${incidents[0]}`)
  const panel = page.getByRole('region', { name: 'Recent changes' })
  await panel.getByText('Deployment of Hello-World master to production').waitFor()
  await panel.getByText('8 min before it began · same service (Checkout) · production · failed').waitFor()
  expect(await faultsInEveryLook(page)).toEqual([])

  await panel.getByRole('link', { name: 'All changes' }).click()
  await page.getByRole('heading', { name: 'Changes', level: 1 }).waitFor()
  await page.getByLabel('Service').selectOption('checkout')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.waitForURL('**/console/changes?service=checkout')
  expect(await page.getByRole('listitem').filter({ hasText: 'Failed' }).count()).toBe(1)
  expect(await faultsInEveryLook(page)).toEqual([])
  expect(watched.faults).toEqual([])
})
