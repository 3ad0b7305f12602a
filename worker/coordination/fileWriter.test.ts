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

it.each([
  ['and they come after it', false],
  ['and do not wait for one that fails', true],
])('writes the images of a new look before the pages, %s', async (_name, fails) => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const image = 'look/icon-0123456789ab.png'
  let stale: StaleFile[] = [image, 'widget.js', 'mirror.json', 'around.json'].map((path, mark) => ({
    path,
    mark,
    urgency: 0,
  }))
  const store = {
    source: () => ({
      model: sampleModel([]),
      look: (path: string) => ({ path, contentType: 'image/png', bytes: new Uint8Array([137, 80]) }),
    }),
    staleFiles: () => stale,
    written: () => null,
    recordWritten: (file: StaleFile) => {
      stale = stale.filter(({ mark }) => mark !== file.mark)
    },
    counts: { add: () => undefined },
  } as unknown as PublicStore
  const steps: string[] = []
  const folder = `${crypto.randomUUID()}/`
  const bucket = {
    put: async (key: string, bytes: Uint8Array<ArrayBuffer>, options: R2PutOptions) => {
      steps.push(`begins ${key}`)
      if (key !== folder + image) return
      await env.PUBLIC_FILES.put(key, bytes, options)
      steps.push(`has ${key}`)
      if (fails) throw new Error('the bucket is away')
    },
  } as unknown as R2Bucket
  const writer = new FileWriter(store, bucket, { folder }, async () => new Response())
  await writer.urgent()
  expect(steps.slice(0, 2)).toEqual([`begins ${folder}${image}`, `has ${folder}${image}`])
  expect(steps).toHaveLength(5)
  expect(await writer.drain()).toBe(fails ? 1 : 0)
  const stored = await env.PUBLIC_FILES.get(folder + image)
  expect(new Uint8Array((await stored?.arrayBuffer()) ?? [])).toEqual(new Uint8Array([137, 80]))
  expect(stored?.customMetadata?.['csp']).toContain('sandbox')
})

it('pauses after the first files, so that readers get them before all are written', async () => {
  let stale: StaleFile[] = ['widget.js', 'mirror.json', 'around.json', 'appearance.json', 'log.json', 'llms.txt'].map(
    (path, mark) => ({ path, mark, urgency: 0 }),
  )
  const all = stale.length
  const store = {
    source: () => ({ model: sampleModel([]), log: null }),
    staleFiles: () => stale,
    written: () => null,
    forgetWritten: (file: StaleFile) => done(file),
    recordWritten: (file: StaleFile) => done(file),
    counts: { add: () => undefined },
  } as unknown as PublicStore
  const done = ({ mark }: StaleFile) => {
    stale = stale.filter((each) => each.mark !== mark)
  }
  const lengthsMs: number[] = []
  const leftAtPause: number[] = []
  const wait = vi.spyOn(scheduler, 'wait').mockImplementation(async (ms) => {
    lengthsMs.push(ms)
    // All that can go on without the pause does.
    await new Promise((resolve) => setTimeout(resolve))
    leftAtPause.push(stale.length)
  })
  vi.spyOn(Date, 'now').mockReturnValue(4_133_000_000_000)
  const bucket = { put: async () => null } as unknown as R2Bucket
  try {
    await new FileWriter(store, bucket, { folder: '' }, async () => new Response()).drain()
  } finally {
    vi.restoreAllMocks()
  }
  expect(wait).toHaveBeenCalledTimes(1)
  expect(lengthsMs).toEqual([40])
  expect(leftAtPause[0]).toBeGreaterThan(0)
  expect(leftAtPause[0]).toBeLessThan(all)
  expect(stale).toEqual([])
})
