import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callApi, mustCall, openIncident, tellCustomers } from './api.ts'
import { allclear } from './command.ts'
import { serveFolder, type FileServer } from './fileServer.ts'
import { startHost, type Host } from './host.ts'
import { until } from './until.ts'

/** The mirror of a real host in a folder that another server shows. */

let host: Host
let folder = ''
let readers: FileServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allclear-mirror-'))
  readers = await serveFolder(folder)
  host = await startHost({ environment: { MIRROR_FOLDER: folder, MIRROR_PUBLIC_URL: readers.url } })
})
afterAll(async () => {
  await host?.stop()
  await readers?.close()
  await rm(folder, { recursive: true, force: true })
})

const mirrorState = async () => (await callApi(host, 'GET', '/status-page/mirror')).body

it('has what was told to customers, by itself', async () => {
  const incidentId = await openIncident(host, { title: 'Checkout is slow' })
  await tellCustomers(host, incidentId, { body: 'Orders are placed slowly.' })
  await until(async () => (await mirrorState()).filesPending === 0, 'the mirror has everything')
  const answer = await fetch(`${readers.url}/incidents/${incidentId}/`)
  expect(await answer.text()).toContain('Orders are placed slowly.')
  expect(await (await fetch(`${host.url}/mirror.json`)).json()).toMatchObject({
    mirror: { url: `${readers.url}/index.html` },
  })
})

it('has a further page while that is public, and nothing of it afterwards', async () => {
  const page = { id: 'shop', name: 'Shop status', components: ['checkout'] }
  await mustCall(host, 'POST', '/status-pages', page)
  const copies = async () => (await mirrorState()).pages
  const isWhole = async () => /"page":"shop".*"whole":true/.test(JSON.stringify(await copies()))
  await until(isWhole, 'the page is copied and tried')
  expect(await (await fetch(`${readers.url}/pages/shop/history/`)).text()).toContain('Shop status')
  await mustCall(host, 'PUT', '/status-pages/shop', { ...page, access: { kind: 'password' } })
  await until(async () => JSON.stringify(await copies()) === '[]', 'nothing of it has to be taken away')
  expect(await readdir(folder)).not.toContain('pages')
}, 120_000)

it('is tried by a command, which says what is wrong', async () => {
  const from = { folder: tmpdir(), home: host.home }
  const well = await allclear(from, ['mirror', 'drill'])
  expect(well).toMatchObject({ code: 0, err: '' })
  expect(well.out).toMatch(/the copy is whole and opens alone \((\d+) of \1 files compared\)/)

  const path = join(folder, 'api/v2/status.json')
  const before = await readFile(path)
  await writeFile(path, '{"status":{"indicator":"none"}}')
  const forged = await allclear(from, ['mirror', 'drill'])
  expect(forged.code).toBe(1)
  expect(forged.out).toContain('api/v2/status.json is not what the manifest says')
  expect((await allclear(from, ['mirror'])).out).toContain('NOT whole')
  await writeFile(path, before)
  expect((await allclear(from, ['mirror', 'drill'])).code).toBe(0)

  const page = await fetch(host.url, { headers: { accept: 'text/html' } })
  expect(await page.text()).toContain('It was last found to open alone on')
}, 60_000)
