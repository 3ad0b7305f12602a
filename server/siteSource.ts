import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { z } from 'zod'
import { ACCESS_FILE, PageEntries, isPublicPath, publicPlaces } from '../worker/domain/pageDirectory.ts'
import type { PublicPlace } from '../worker/domain/pageDirectory.ts'
import { isPlainPath } from '../worker/publishing/siteCopy.ts'
import { isInUse } from './running.ts'
import { PROJECT_ROOT } from './settings.ts'
import { readCredentials } from './stateFiles.ts'
import { runWorkerdThroughItsScript } from './worker.ts'

/** Where the stored files of a status page are read from: an instance that runs, or the state of one that does not. */

export interface SiteFile {
  readonly bytes: Uint8Array
  readonly type: string
}

export interface SiteSource {
  /** The address of the main page. */
  readonly origin: string
  /** The further pages that anyone may read. */
  readonly pages: readonly PublicPlace[]
  /** Where the files come from, for people. */
  readonly name: string
  paths(): Promise<string[]>
  /** Null when it is gone. */
  read(path: string): Promise<SiteFile | null>
  /** What the page's templates bring along: icons, scripts. */
  asset(path: string): Promise<SiteFile | null>
  close(): Promise<void>
}

export const StoredFiles = z.object({
  origin: z.url(),
  // An earlier version of the program names none.
  pages: z
    .array(z.object({ url: z.url(), folder: z.string().regex(/^pages\/[a-z0-9][a-z0-9_-]{0,63}\/$/) }))
    .default([]),
  files: z.array(z.object({ path: z.string().refine(isPlainPath, 'is not the path of a file') })),
  next: z.string().nullable(),
})
export type StoredFiles = z.infer<typeof StoredFiles>

/** The bucket under a home folder, without its host: for the day that does not start. */
export async function siteInHome(home: string): Promise<SiteSource> {
  const credentials = await readCredentials(home)
  if (credentials === null) throw new Error(`${home} is not the home of an instance: it has no credentials.json.`)
  if (await isInUse(home)) throw new Error(`An instance runs on ${home}; its files can only be read through it.`)
  runWorkerdThroughItsScript()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      modules: true,
      script: 'export default { fetch: () => new Response(null, { status: 404 }) }',
      r2Buckets: { PUBLIC_FILES: 'allclear-public' },
      resourcePersistencePath: join(home, 'data'),
      telemetry: { enabled: false },
      log: new Log(LogLevel.WARN),
    }),
  )
  await miniflare.ready
  const bucket = await miniflare.getR2Bucket('PUBLIC_FILES')
  const directory = await bucket.get(ACCESS_FILE)
  const pages = directory === null ? [] : publicPlaces(PageEntries.parse(await directory.json()))
  return {
    origin: credentials.url.replace(/\/+$/, ''),
    pages,
    name: home,
    async paths() {
      const paths: string[] = []
      let cursor: string | undefined
      do {
        const listed = await bucket.list(cursor === undefined ? {} : { cursor })
        paths.push(...listed.objects.map(({ key }) => key))
        cursor = listed.truncated ? listed.cursor : undefined
      } while (cursor !== undefined)
      return paths.filter((path) => isPlainPath(path) && isPublicPath(path, pages))
    },
    async read(path) {
      const object = await bucket.get(path)
      if (object === null) return null
      return {
        bytes: new Uint8Array(await object.arrayBuffer()),
        type: object.httpMetadata?.contentType ?? 'application/octet-stream',
      }
    },
    asset: builtAsset,
    close: () => miniflare.dispose(),
  }
}

/** Of the last build of this checkout. */
async function builtAsset(path: string): Promise<SiteFile | null> {
  if (!isPlainPath(path)) return null
  const bytes = await readFile(join(PROJECT_ROOT, 'dist', 'client', path)).catch(() => null)
  if (bytes === null) return null
  return { bytes: new Uint8Array(bytes), type: TYPES[extname(path)] ?? 'application/octet-stream' }
}

const TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}
