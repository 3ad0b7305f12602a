import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { mustCall, openIncident, tellCustomers } from './api.ts'
import { faultsInEveryLook, openPage, startBrowser } from './browser.ts'
import { allclear } from './command.ts'
import { serveFolder, type FileServer } from './fileServer.ts'
import { startHost, type Host } from './host.ts'
import { publishedWholly } from './metrics.ts'
import { startProxy } from './proxy.ts'
import { until } from './until.ts'

/** The status page as plain files, opened while its instance is gone. */

let host: Host
let folder = ''
let server: FileServer
let browser: Browser
let incidentId = ''

beforeAll(async () => {
  ;[host, folder, browser] = await Promise.all([startHost(), mkdtemp(join(tmpdir(), 'allclear-site-')), startBrowser()])
  incidentId = await openIncident(host, { title: 'Checkout is slow' })
  await tellCustomers(host, incidentId, {
    body: 'Orders are placed **slowly**.',
    components: [{ id: 'checkout', status: 'partial_outage' }],
  })
  for (const [id, kind] of [
    ['shop', 'public'],
    ['club', 'staff'],
  ])
    await mustCall(host, 'POST', '/status-pages', { id, name: `The ${id}`, components: ['checkout'], access: { kind } })
  server = await serveFolder(folder)
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await host?.stop()
  await rm(folder, { recursive: true, force: true })
})

it('has a public log that a command verifies, and remembers', async () => {
  const from = { folder, home: host.home }
  await until(async () => /update_posted/.test(await (await fetch(`${host.url}/log.json`)).text()), 'the log is signed')
  const well = await allclear(from, ['verify-log', host.url, '--remember', 'seen.json'])
  expect(well).toMatchObject({ code: 0, err: '' })
  expect(well.out).toContain('Everything holds: the chain, the signatures, and what the pages say.')

  const tell = () => tellCustomers(host, incidentId, { body: 'A **database** is overloaded.' })
  await using meanwhile = await startProxy(host.url, { path: '/log.json', once: tell })
  const patient = await allclear(from, ['verify-log', meanwhile.url, '--remember', 'seen.json'])
  expect(patient).toMatchObject({ code: 0, err: '' })
  expect(patient.out).toContain('Pages and log differ, as they do while something is told. Looking again in 2 s')
  const seen = JSON.parse(await readFile(join(folder, 'seen.json'), 'utf8')) as object
  await writeFile(join(folder, 'seen.json'), JSON.stringify({ ...seen, sequence: 99 }))
  const cut = await allclear(from, ['verify-log', host.url, '--remember', 'seen.json'])
  expect(cut.code).toBe(1)
  expect(cut.out).toContain('Entry 99 was seen here before and is gone')
}, 60_000)

it('is exported by a command, from the instance and from its state when that does not run', async () => {
  await publishedWholly(host)
  const running = await allclear({ folder, home: host.home }, ['export-site', 'copies/running'])
  expect(running).toMatchObject({ code: 0, err: '' })
  expect(running.out).toMatch(/^Wrote \d+ files .* of http:\/\/127\.0\.0\.1:\d+ to /)

  const busy = await allclear({ folder, home: host.home }, ['export-site', 'copies/busy', '--home', host.home])
  expect(busy).toMatchObject({ code: 1, out: '' })
  expect(busy.err).toContain('can only be read through it')

  await host.kill('SIGTERM')
  const stopped = await allclear({ folder, home: host.home }, ['export-site', 'copies/stopped'])
  expect(stopped).toMatchObject({ code: 0, err: '' })
  expect(stopped.out).toContain('its state is read instead')
  const sums = (name: string) => readFile(join(folder, 'copies', name, 'SHA256SUMS'), 'utf8')
  expect(await sums('stopped')).toBe(await sums('running'))
}, 60_000)

it.each(['a file server, two folders down', 'no server at all'])('opens from %s', async (from) => {
  const home = from.startsWith('no')
    ? pathToFileURL(join(folder, 'copies/running/index.html')).href
    : `${server.url}/copies/running/`
  await using opened = await openPage(browser)
  const { page, requests, faults } = opened
  await page.goto(home)
  await page.getByRole('link', { name: 'Checkout is slow' }).first().click()
  await page.getByText('Orders are placed slowly.').waitFor()
  expect(new URL(page.url()).pathname).toMatch(new RegExp(`/incidents/${incidentId}/index\\.html$`))
  await page.getByRole('link', { name: 'Uptime' }).click()
  await page.getByRole('heading', { name: 'Uptime', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('heading', { name: 'History', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Status', exact: true }).click()
  expect(await faultsInEveryLook(page)).toEqual([])
  expect(requests.filter((url) => url.startsWith(host.url))).toEqual([])
  // Browsers load no module from a disk; the pages say everything without theirs.
  expect(faults.filter((fault) => !fault.startsWith("Access to script at 'file:"))).toEqual([])
})

it('has a further public page in a folder of its own, and none of a private one', async () => {
  const home = await (await fetch(`${server.url}/copies/running/pages/shop/`)).text()
  expect(home).toContain('Checkout is slow')
  expect(home).toContain('href="favicon.svg"')
  expect(await readdir(join(folder, 'copies/running/pages'))).toEqual(['shop'])
  expect(await readFile(join(folder, 'copies/running/SHA256SUMS'), 'utf8')).not.toContain('club')
})

it('keeps its log, which finds what was changed in a copy', async () => {
  const from = { folder, home: host.home }
  expect(await allclear(from, ['verify-log', 'copies/running'])).toMatchObject({ code: 0, err: '' })
  const path = join(folder, 'copies/running/incidents', `${incidentId}.json`)
  await writeFile(path, (await readFile(path, 'utf8')).replace('slowly', 'as ever'))
  const forged = await allclear(from, ['verify-log', 'copies/running'])
  expect(forged.code).toBe(1)
  expect(forged.out).toMatch(
    /Entry \d+ is the last word on incident:\w+\/update:\S+, and the page says something else\./,
  )
  expect(forged.out).toContain('1 thing does NOT hold.')
})

it('has the files of programs under their own names and types', async () => {
  for (const [path, type] of [
    ['api/v2/summary.json', 'application/json'],
    ['history.atom', 'application/atom+xml'],
    ['index.txt', 'text/plain'],
    [`incidents/${incidentId}`, 'text/html'],
  ] as const) {
    const answer = await fetch(`${server.url}/copies/running/${path}`)
    expect([path, answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([path, 200, type])
    expect(await answer.text()).toContain('Checkout is slow')
  }
})
