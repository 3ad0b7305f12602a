import { z } from 'zod'

/** What a copy of the status page consists of, as `copy-manifest.json` beside its files says it. */

export const COPY_MANIFEST = 'copy-manifest.json'
/** The same for `sha256sum -c`. */
export const COPY_SUMS = 'SHA256SUMS'

const FILES_MAX = 200_000

export const CopiedFile = z.object({
  path: z.string().max(500),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().min(0),
  type: z.string().max(200),
})
export type CopiedFile = z.infer<typeof CopiedFile>

export const CopyManifest = z.object({
  format: z.literal(1),
  /** The page that this is a copy of. */
  origin: z.url(),
  /** When the copy was last complete. */
  at: z.iso.datetime(),
  files: z.array(CopiedFile).max(FILES_MAX),
})
export type CopyManifest = z.infer<typeof CopyManifest>

/** One file a line, by path, so that two manifests can be compared by eye and by `diff`. */
export function manifestText(origin: string, atMs: number, files: readonly CopiedFile[]): string {
  const lines = byPath(files).map(
    ({ path, sha256, bytes, type }) => `    ${JSON.stringify({ path, sha256, bytes, type })}`,
  )
  const head = JSON.stringify({ format: 1, origin, at: new Date(atMs).toISOString() }).slice(1, -1)
  return `{${head},"files":[\n${lines.join(',\n')}\n]}\n`
}

export function sumsText(files: readonly CopiedFile[]): string {
  return byPath(files)
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .join('')
}

function byPath(files: readonly CopiedFile[]): CopiedFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
