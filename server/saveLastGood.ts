import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { isLookPath } from '../worker/domain/shownLook.ts'
import { MACHINE_FILES } from '../worker/publishing/machineFiles.ts'

/**
 * Saves the status page as it is now among the static assets, so that the next deployment carries a copy that needs
 * no bucket: `node server/saveLastGood.ts https://status.example`.
 */

const TIMEOUT_MS = 10_000
const HTML = { accept: 'text/html' }
const ANY = { accept: '*/*' }

const PAGES = ['index', 'history', 'uptime', 'post-mortems']

/** What `worker/http/publicFileReader.ts` looks for under `last-good/`, and where it is to be had. */
const FILES = [
  ...PAGES.map((page) => ({ file: `${page}.html`, address: page === 'index' ? '/' : `/${page}`, headers: HTML })),
  { file: 'embed.html', address: '/embed', headers: HTML },
  ...[...PAGES.flatMap((page) => [`${page}.txt`, `${page}.md`]), 'badge.svg', 'widget.js', ...MACHINE_FILES].map(
    (file) => ({
      file,
      address: `/${file}`,
      headers: ANY,
    }),
  ),
]

/** Reads everything before it writes anything: half a copy would hide that the other half is missing. */
export async function saveLastGood(publicUrl: string, assetsFolder: string): Promise<readonly string[]> {
  const readFile = async ({ file, address, headers }: (typeof FILES)[number]) => {
    const response = await fetch(new URL(address, publicUrl), { headers, signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!response.ok) throw new Error(`${address} answered ${response.status}; nothing was saved`)
    return { path: join(assetsFolder, 'last-good', file), bytes: new Uint8Array(await response.arrayBuffer()) }
  }
  const pages = await Promise.all(FILES.map(readFile))
  const images = await Promise.all(imagesIn(pages).map((file) => readFile({ file, address: `/${file}`, headers: ANY })))
  const read = [...pages, ...images]
  for (const { path, bytes } of read) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  return read.map(({ path }) => path)
}

/** Of the look, where it has files. */
function imagesIn(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): string[] {
  const html = files.filter(({ path }) => path.endsWith('.html')).map(({ bytes }) => new TextDecoder().decode(bytes))
  const named = html.flatMap((text) => text.match(/\blook\/[\w.-]+/g) ?? [])
  return [...new Set(named)].filter(isLookPath)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { positionals } = parseArgs({ allowPositionals: true })
  const [publicUrl, assetsFolder = 'dist/client'] = positionals
  if (publicUrl === undefined) {
    console.error('Say which status page: node server/saveLastGood.ts https://status.example [dist/client]')
    process.exitCode = 1
  } else {
    const paths = await saveLastGood(publicUrl, assetsFolder)
    console.log(`Saved ${paths.length} files of ${publicUrl} under ${join(assetsFolder, 'last-good')}`)
  }
}
