import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { saveLastGood } from './saveLastGood.ts'

let folder = ''
let server: Server | undefined

/** A status page that answers with its addresses, except those that are missing. */
async function statusPage(missing: readonly string[] = [], more = ''): Promise<string> {
  const started = createServer((request, response) => {
    const address = request.url ?? ''
    response.statusCode = missing.includes(address) ? 503 : 200
    response.end(`${address} as ${request.headers.accept}${more}`)
  })
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  const bound = started.address()
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${bound.port}`
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'last-good-'))
})

afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  await rm(folder, { recursive: true })
})

describe('saveLastGood', () => {
  it('puts each file where the reader looks for it', async () => {
    await saveLastGood(await statusPage(), folder)
    expect(await readFile(join(folder, 'last-good/index.html'), 'utf8')).toBe('/ as text/html')
    expect(await readFile(join(folder, 'last-good/api/v2/incidents/unresolved.json'), 'utf8')).toContain('unresolved')
    expect(await readFile(join(folder, 'last-good/history.atom'), 'utf8')).toBe('/history.atom as */*')
  })

  it('saves the images that the pages name', async () => {
    const image = 'look/logo-light-240x60-0123456789ab.png'
    const paths = await saveLastGood(await statusPage([], `<img src="./${image}"><a href="./look/elsewhere">`), folder)
    expect(paths.filter((path) => path.includes('/look/'))).toEqual([join(folder, 'last-good', image)])
    expect(await readFile(join(folder, 'last-good', image), 'utf8')).toContain(`/${image} as */*`)
  })

  it('saves nothing when something is missing', async () => {
    await expect(saveLastGood(await statusPage(['/uptime']), folder)).rejects.toThrow('/uptime answered 503')
    expect(await readdir(folder)).toEqual([])
  })
})
