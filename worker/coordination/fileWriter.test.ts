import { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import { sampleModel } from '../../test/samplePublicModel.ts'
import { FileWriter } from './fileWriter.ts'
import type { PublicStore, StaleFile } from './publicStore.ts'

it('takes nothing for written that was written where the page no longer is', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const place = { folder: `${crypto.randomUUID()}/` }
  // The same bytes wherever the page is.
  const path = 'widget.js'
  let stale: StaleFile[] = [{ path, mark: 1, urgency: 0 }]
  const written = new Map<string, { etag: string; at_ms: number }>()
  const clearStale = ({ mark }: Pick<StaleFile, 'mark'>) => {
    stale = stale.filter((each) => each.mark !== mark)
  }
  const store = {
    source: () => ({ model: sampleModel([]) }),
    staleFiles: () => stale,
    written: (of: string) => written.get(of) ?? null,
    clearStale,
    recordWritten: (file: StaleFile, etag: string, at_ms: number) => {
      written.set(file.path, { etag, at_ms })
      clearStale(file)
    },
    counts: { add: () => undefined },
  } as unknown as PublicStore
  const bucket = {
    put: async (key: string, bytes: Uint8Array) => {
      if (stale[0]?.mark === 1) {
        // As `useStatusPage` does while the bucket is waited for.
        place.folder = `${crypto.randomUUID()}/`
        written.clear()
        stale = [{ path, mark: 2, urgency: 0 }]
      }
      return env.PUBLIC_FILES.put(key, bytes)
    },
  } as unknown as R2Bucket
  const writer = new FileWriter(store, bucket, place, async () => new Response())
  await writer.drain()
  expect(await env.PUBLIC_FILES.head(place.folder + path)).not.toBeNull()
})
