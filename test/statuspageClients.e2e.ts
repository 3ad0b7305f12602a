import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { Statuspage } from 'statuspage.io'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mustCall, openIncident } from './api.ts'
import { openPage, startBrowser } from './browser.ts'
import { startHost, type Host } from './host.ts'

/** Programs that were written for Atlassian Statuspage read us, knowing of nothing but another address. */

let host: Host
let browser: Browser
/** A site of somebody else's, with Statuspage's own widget on it. */
let site: Server

beforeAll(async () => {
  ;[host, browser] = await Promise.all([startHost(), startBrowser()])
  const widget = await readFile(createRequire(import.meta.url).resolve('@statuspage/status-widget/dist/index.js'))
  site = createServer(({ url }, answer) => {
    if (url === '/widget.js') return answer.writeHead(200, { 'content-type': 'text/javascript' }).end(widget)
    const html = `<!doctype html><title>Elsewhere</title><script src="/widget.js"></script>
<statuspage-widget src="${host.url}"></statuspage-widget>`
    return answer.writeHead(200, { 'content-type': 'text/html' }).end(html)
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await browser?.close()
  site?.close()
  await host?.stop()
})

it('are told of an incident and of planned work', async () => {
  const client = new Statuspage('unused')
  client.setApiUrl(host.url)
  const before = await client.api.getStatus()
  expect(before.status).toEqual({ indicator: 'none', description: 'All Systems Operational' })

  const id = await openIncident(host, { title: 'Checkout fails', severity: 'sev2' })
  await mustCall(host, 'POST', `/incidents/${id}/updates`, {
    audience: 'public',
    body: 'We look into it.',
    status: 'investigating',
    components: [{ id: 'checkout', status: 'partial_outage' }],
  })
  const startMs = Date.now() + 3_600_000
  await mustCall(host, 'POST', '/maintenances', {
    title: 'Database upgrade',
    body: 'Orders cannot be placed for five minutes.',
    components: ['checkout'],
    scheduledFor: new Date(startMs).toISOString(),
    scheduledUntil: new Date(startMs + 3_600_000).toISOString(),
  })

  const { status, page } = await client.api.getStatus()
  expect(status).toEqual({ indicator: 'major', description: 'Partial System Outage' })
  expect(page.url).toBe(host.url)
  const summary = await client.api.getSummary()
  expect(summary.incidents.map(({ name }) => name)).toEqual(['Checkout fails'])
  expect(summary.scheduled_maintenances.map(({ name }) => name)).toEqual(['Database upgrade'])
  const { components } = await client.api.getComponents()
  expect(components.find(({ name }) => name === 'Checkout')?.status).toBe('partial_outage')
  expect((await client.api.incidents.getAll()).incidents[0]?.incident_updates[0]?.body).toBe('We look into it.')
  expect((await client.api.incidents.getUnresolved()).incidents).toHaveLength(1)
  for (const ask of ['getAll', 'getUpcoming', 'getActive'] as const)
    expect((await client.api.scheduledMaintenances[ask]()).scheduled_maintenances[0]?.name).toBe('Database upgrade')

  await using visitor = await openPage(browser)
  const { port } = site.address() as AddressInfo
  await visitor.page.goto(`http://127.0.0.1:${port}/`)
  await visitor.page.getByText('Partial System Outage').waitFor()
  // The widget's own bundle ends in a slip, wherever it reads from.
  expect(visitor.faults).toEqual(['parcelRequire is not defined'])
})
