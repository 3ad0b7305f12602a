import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportSite } from './exportSite.ts'
import type { SiteSource } from './siteSource.ts'

const AT_MS = Date.UTC(2100, 0, 1)
const HOME = '<link rel="icon" href="/favicon.svg"><a href="/history">History</a>'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A status page of these files; those with null are gone when they are read. */
function site(files: Readonly<Record<string, string | null>>): SiteSource {
  const file = (text: string | null | undefined, path: string) =>
    text === null || text === undefined
      ? null
      : { bytes: new TextEncoder().encode(text), type: path.endsWith('.html') ? 'text/html' : 'text/plain' }
  return {
    origin: 'https://status.example',
    pages: [{ url: 'https://shop.example', folder: 'pages/shop/' }],
    name: 'a test',
    paths: () => Promise.resolve(Object.keys(files)),
    read: (path) => Promise.resolve(file(files[path], path)),
    asset: (path) => Promise.resolve(file(path === 'favicon.svg' ? '<svg/>' : null, path)),
    close: () => Promise.resolve(),
  }
}

describe('exportSite', () => {
  it('writes pages where file servers look for them, with what they bring along', async () => {
    const { files, broken } = await exportSite(
      site({ 'index.html': HOME, 'history.html': '<a href="/">' }),
      folder,
      AT_MS,
    )
    expect(files.map(({ path }) => path).toSorted()).toEqual(['favicon.svg', 'history/index.html', 'index.html'])
    expect(broken).toEqual([])
    expect(await readFile(join(folder, 'history/index.html'), 'utf8')).toBe('<a href="../index.html">')
    expect(await readFile(join(folder, 'SHA256SUMS'), 'utf8')).toContain('  history/index.html\n')
  })

  it('writes further pages into folders that open alone, and leads from one to the other', async () => {
    const link = (url: string) => `<link rel="icon" href="/favicon.svg"><a href="${url}">`
    const { broken } = await exportSite(
      site({
        'index.html': link('https://shop.example/'),
        'history.html': link('https://shop.example/history'),
        'pages/shop/index.html': link('./history'),
        'pages/shop/history.html': link('https://status.example/history#july'),
      }),
      folder,
      AT_MS,
    )
    expect(broken).toEqual([])
    const written = async (path: string) => /<a href="(.*)">/.exec(await readFile(join(folder, path), 'utf8'))?.[1]
    expect(await written('index.html')).toBe('pages/shop/index.html')
    expect(await written('history/index.html')).toBe('../pages/shop/history/index.html')
    expect(await written('pages/shop/index.html')).toBe('history/index.html')
    expect(await written('pages/shop/history/index.html')).toBe('../../../history/index.html#july')
    expect(await readFile(join(folder, 'pages/shop/history/index.html'), 'utf8')).toContain('"../favicon.svg"')
    expect(await readFile(join(folder, 'pages/shop/favicon.svg'), 'utf8')).toBe('<svg/>')
  })

  it('passes over what is gone when its turn comes', async () => {
    const { files } = await exportSite(site({ 'index.html': 'x', 'incidents/a.html': null }), folder, AT_MS)
    expect(files.map(({ path }) => path)).toEqual(['index.html'])
  })

  it('takes away what an earlier export wrote and is not part of the page any more, and nothing else', async () => {
    await exportSite(site({ 'index.html': 'x', 'incidents/a.html': 'y' }), folder, AT_MS)
    await writeFile(join(folder, 'CNAME'), 'mine')
    const { removed } = await exportSite(site({ 'index.html': 'x' }), folder, AT_MS)
    expect(removed).toEqual(['incidents/a/index.html'])
    expect(await readFile(join(folder, 'CNAME'), 'utf8')).toBe('mine')
  })

  it('writes over nothing that it did not write', async () => {
    await writeFile(join(folder, 'thesis.txt'), 'years of work')
    await expect(exportSite(site({ 'index.html': 'x' }), folder, AT_MS)).rejects.toThrow('holds other things')
    expect(await readdir(folder)).toEqual(['thesis.txt'])
  })

  it('does not take an instance without a page for one', async () => {
    await expect(exportSite(site({}), folder, AT_MS)).rejects.toThrow('has no status page yet')
    expect(await readdir(folder)).toEqual([])
  })
})
