import { exportSite } from '../../server/exportSite.ts'
import { readSettings } from '../../server/settings.ts'
import { StoredFiles, siteInHome } from '../../server/siteSource.ts'
import type { SiteSource } from '../../server/siteSource.ts'
import { NoAnswer, connect, pathFrom } from '../configuration/connection.ts'
import type { Connection } from '../configuration/connection.ts'
import { UsageError } from '../configuration/usageError.ts'

const FOLDER = 'status-page-copy'
const BROKEN_SHOWN_MAX = 10

interface Said {
  readonly url?: string | undefined
  readonly token?: string | undefined
  readonly home?: string | undefined
}

/** Writes the whole status page as plain files: from an instance that runs, else from its state. */
export async function exportSiteCommand(said: Said, rest: readonly string[]): Promise<number> {
  const [folder = FOLDER, ...more] = rest
  if (more.length > 0) throw new UsageError(`One folder at a time: what is ${more.join(' ')} for?`)
  const target = pathFrom(folder)
  const source = await sourceFor(said)
  try {
    const { files, bytes, removed, broken } = await exportSite(source, target, Date.now())
    console.log(`Wrote ${files.length} files (${(bytes / 1024).toFixed(0)} KB) of ${source.origin} to ${target}.`)
    console.log(`They came from ${source.name}. Their sums are in SHA256SUMS: \`sha256sum -c SHA256SUMS\` checks them.`)
    if (removed.length > 0) console.log(`Removed ${removed.length} that are not part of the page any more.`)
    for (const fault of broken.slice(0, BROKEN_SHOWN_MAX)) console.error(`  ${fault}`)
    if (broken.length > 0) console.error(`${broken.length} links lead nowhere in the copy.`)
    return broken.length === 0 ? 0 : 1
  } finally {
    await source.close()
  }
}

async function sourceFor(said: Said): Promise<SiteSource> {
  if (said.home !== undefined) return siteInHome(pathFrom(said.home))
  const instance = await connect(said)
  try {
    await instance.download('/healthz', { isPublic: true })
    return runningSite(instance)
  } catch (error) {
    // Of an instance elsewhere there is no state here; the one that was started here may have stopped.
    if (!(error instanceof NoAnswer) || said.url !== undefined || (process.env.ALLCLEAR_URL ?? '') !== '') throw error
    console.log(`No instance answers at ${instance.url}: its state is read instead.`)
    return siteInHome(readSettings([], process.env).home)
  }
}

async function runningSite(instance: Connection): Promise<SiteSource> {
  const { origin, pages } = await listed(instance, null)
  return {
    origin: origin.replace(/\/+$/, ''),
    pages,
    name: instance.url,
    async paths() {
      const paths: string[] = []
      let after: string | null = null
      do {
        const { files, next }: StoredFiles = await listed(instance, after)
        paths.push(...files.map(({ path }) => path))
        after = next
      } while (after !== null)
      return paths
    },
    read: (path) => instance.download('/api/v1/status-page/file', { query: { path } }),
    asset: (path) => instance.download(`/${path}`, { isPublic: true }),
    close: () => Promise.resolve(),
  }
}

async function listed(instance: Connection, after: string | null): Promise<StoredFiles> {
  const { text } = await instance.call('GET', '/api/v1/status-page/files', { query: { after } })
  return StoredFiles.parse(JSON.parse(text))
}
