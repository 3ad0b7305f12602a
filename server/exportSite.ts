import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { COPY_MANIFEST, COPY_SUMS, CopyManifest, manifestText, sumsText } from '../worker/publishing/copyManifest.ts'
import type { CopiedFile } from '../worker/publishing/copyManifest.ts'
import { REDIRECTS, readRedirects, redirectPage } from '../worker/publishing/redirectsJson.ts'
import {
  brokenReferences,
  copiedHtml,
  copiedPathAt,
  copyPath,
  isPlainPath,
  rootReferences,
} from '../worker/publishing/siteCopy.ts'
import type { CopyRules } from '../worker/publishing/siteCopy.ts'
import { isOfPage } from '../worker/domain/pageDirectory.ts'
import type { PublicPlace } from '../worker/domain/pageDirectory.ts'
import type { SiteFile, SiteSource } from './siteSource.ts'

/** Writes a whole status page into a folder as plain files, with a manifest of their SHA-256 sums. */

const LANES = 8

export interface Exported {
  readonly files: readonly CopiedFile[]
  readonly bytes: number
  /** Left by the last export and not part of the page any more. */
  readonly removed: readonly string[]
  /** Links and files that a reader of the copy would miss. */
  readonly broken: readonly string[]
}

/** Reads everything before it writes anything: half a copy would hide that the other half is missing. */
export async function exportSite(source: SiteSource, folder: string, nowMs: number): Promise<Exported> {
  const before = await earlierExport(folder)
  const stored = await storedFiles(source)
  const sites = await Promise.all(
    [{ url: source.origin, folder: '' }, ...source.pages].map((place) => siteAt(place, stored, source)),
  )
  const copied = new Map(sites.flatMap((site) => [...copiesOf(site, sites)]))
  const broken = [...copied].flatMap(([path, file]) =>
    isHtml(file) ? brokenReferences(textOf(file), path, (target) => copied.has(target)) : [],
  )

  for (const [path, file] of copied) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), file.bytes)
  }
  const removed = before.filter((path) => !copied.has(path))
  for (const path of removed) await rm(join(folder, path), { force: true })

  const files = [...copied].map(([path, { bytes, type }]) => ({
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.byteLength,
    type,
  }))
  await writeFile(join(folder, COPY_SUMS), sumsText(files))
  await writeFile(join(folder, COPY_MANIFEST), manifestText(source.origin, nowMs, files))
  return { files, bytes: files.reduce((sum, file) => sum + file.bytes, 0), removed, broken }
}

/** One of the pages: its folder of the copy opens alone, with the icons and scripts it needs. */
interface CopiedSite {
  readonly url: string
  readonly folder: string
  /** By their paths in its folder. */
  readonly stored: ReadonlyMap<string, SiteFile>
  readonly assets: ReadonlyMap<string, SiteFile>
}

async function siteAt(
  { url, folder }: PublicPlace,
  all: ReadonlyMap<string, SiteFile>,
  source: SiteSource,
): Promise<CopiedSite> {
  const own = [...all].filter(([path]) => (folder === '' ? !isOfPage(path) : path.startsWith(folder)))
  const stored = new Map(own.map(([path, file]) => [path.slice(folder.length), file]))
  return { url, folder, stored, assets: await assetsOf(source, stored) }
}

/** By their paths in the whole copy. */
function copiesOf(site: CopiedSite, sites: readonly CopiedSite[]): Map<string, SiteFile> {
  const { url: origin, folder, stored, assets } = site
  const others = sites.filter((each) => each !== site)
  const rules: CopyRules = {
    origin,
    has: (path) => stored.has(path),
    hasAsset: (path) => assets.has(path),
    elsewhere: (url) => placeElsewhere(url, folder, others),
  }
  const copied = new Map<string, SiteFile>(assets)
  for (const [path, file] of stored) copied.set(copyPath(path), asCopied(path, file, rules))
  for (const [path, file] of oldAddresses(stored)) if (!copied.has(path)) copied.set(path, file)
  return new Map([...copied].map(([path, file]) => [folder + path, file]))
}

/** Where another page of the copy shows it, seen from this one's folder; null where none does. */
function placeElsewhere(url: string, from: string, others: readonly CopiedSite[]): string | null {
  for (const { url: origin, folder, stored } of others) {
    const path = copiedPathAt(url, origin, (each) => stored.has(each))
    const up = from.split('/').slice(1).fill('..')
    if (path !== null) return [...up, folder + path].join('/')
  }
  return null
}

/** A file server cannot answer 301: a small page leads on. */
function oldAddresses(stored: ReadonlyMap<string, SiteFile>): [string, SiteFile][] {
  const file = stored.get(REDIRECTS)
  if (file === undefined) return []
  return [...readRedirects(textOf(file))].flatMap(([from, to]): [string, SiteFile][] => {
    const [path, target] = [`${from.slice(1)}/index.html`, `${to.slice(1)}.html`]
    if (!isPlainPath(path) || !stored.has(target)) return []
    const up = path
      .split('/')
      .slice(0, -1)
      .map(() => '..')
    const html = redirectPage([...up, copyPath(target)].join('/'))
    return [[path, { bytes: new TextEncoder().encode(html), type: 'text/html; charset=utf-8' }]]
  })
}

/** The paths of what an export wrote there before. Throws when the folder holds something else. */
async function earlierExport(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length === 0) return []
  const text = await readFile(join(folder, COPY_MANIFEST), 'utf8').catch(() => null)
  if (text === null)
    throw new Error(`${folder} holds other things than a copy of a status page. Name an empty folder, or a new one.`)
  const manifest = CopyManifest.parse(JSON.parse(text))
  return manifest.files.map(({ path }) => path).filter(isPlainPath)
}

async function storedFiles(source: SiteSource): Promise<Map<string, SiteFile>> {
  const paths = (await source.paths()).toSorted()
  const waiting = paths.values()
  const found = new Map<string, SiteFile>()
  const lane = async () => {
    for (const path of waiting) {
      const file = await source.read(path)
      if (file !== null) found.set(path, file)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  if (!found.has('index.html')) throw new Error(`${source.name} has no status page yet; nothing was written.`)
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function assetsOf(source: SiteSource, stored: ReadonlyMap<string, SiteFile>): Promise<Map<string, SiteFile>> {
  const named = new Set<string>()
  for (const file of stored.values()) if (isHtml(file)) for (const path of rootReferences(textOf(file))) named.add(path)
  const assets = new Map<string, SiteFile>()
  for (const path of named) {
    // What has no ending is a page's address, and those are stored or not part of the copy.
    if (!/\.[a-z0-9]+$/i.test(path) || !isPlainPath(path) || stored.has(path)) continue
    const file = await source.asset(path)
    if (file !== null) assets.set(path, file)
  }
  return assets
}

function asCopied(path: string, file: SiteFile, rules: CopyRules): SiteFile {
  if (!isHtml(file)) return file
  return { ...file, bytes: new TextEncoder().encode(copiedHtml(textOf(file), path, rules)) }
}

function isHtml(file: SiteFile): boolean {
  return file.type.startsWith('text/html')
}

function textOf(file: SiteFile): string {
  return new TextDecoder().decode(file.bytes)
}
