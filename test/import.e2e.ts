import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { allclear } from './command.ts'
import { startHost, type Host } from './host.ts'
import { STATUSPAGE } from './otherPages.fixtures.ts'
import { until } from './until.ts'

/** A page of Statuspage moves here: its past, its components and its addresses. */

let host: Host
let folder = ''
let there: Server
let url = ''

beforeAll(async () => {
  ;[host, folder] = await Promise.all([startHost(), mkdtemp(join(tmpdir(), 'allclear-import-'))])
  there = createServer((request, response) => {
    const found = STATUSPAGE[new URL(request.url ?? '/', 'http://there').pathname]
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(found === undefined ? '' : JSON.stringify(found))
  })
  await new Promise<void>((resolve) => there.listen(0, '127.0.0.1', resolve))
  const bound = there.address()
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port')
  url = `http://127.0.0.1:${bound.port}`
})
afterAll(async () => {
  there?.close()
  await host?.stop()
  await rm(folder, { recursive: true, force: true })
})

it('shows what it would take over, takes it over, and the second time nothing', async () => {
  const from = { folder, home: host.home }
  const asked = await allclear(from, ['import', 'statuspage', url])
  expect(asked.code).toBe(1)
  expect(asked.out).toContain('? component Warehouse robots is not here')
  expect(asked.out).toContain('! incident Still going on: it is not resolved there yet; import again when it is')
  expect(asked.err).toContain('There is nobody to ask here')

  const taken = await allclear(from, ['import', 'statuspage', url, '--components', '--yes'])
  expect(taken).toMatchObject({ code: 0, err: '' })
  expect(taken.out).toContain('+ component warehouse-robots (Warehouse robots)')
  expect(taken.out).toMatch(/Done: incidents: 1 new, 0 changed, 0 the same, 1 refused; maintenances: 1 new/)
  const again = await allclear(from, ['import', 'statuspage', url, '--yes'])
  expect(again.code).toBe(0)
  expect(again.out).toContain('There is nothing to import: it is all here.')
}, 60_000)

it('answers the old addresses with 301, and shows where the past comes from', async () => {
  const moved = () => fetch(`${host.url}/incidents/kq7x1m`, { redirect: 'manual' })
  await until(async () => (await moved()).status === 301, 'the old address leads on')
  const to = (await moved()).headers.get('location') ?? ''
  expect(to).toMatch(/^\/incidents\/statuspage-[0-9a-f]{6}-kq7x1m$/)
  const page = await (await fetch(host.url + to, { headers: { accept: 'text/html' } })).text()
  expect(page).toContain('Taken over from the page that was here before (Atlassian Statuspage).')
  expect(page).toContain('What we learned.')
  expect(page).not.toContain('<script>alert')
  expect((await fetch(`${host.url}/incidents/nothing`, { redirect: 'manual' })).status).toBe(404)
  expect((await fetch(`${host.url}/de/incidents/kq7x1m`, { redirect: 'manual' })).status).toBe(301)
})

it('notified nobody', async () => {
  const mails = JSON.stringify(await (await fetch(`${host.inboxUrl}/messages.json`)).json())
  expect(mails).not.toContain('Orders fail')
})
