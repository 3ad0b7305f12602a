import { env } from 'cloudflare:workers'
import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, expect, it, vi } from 'vitest'
import { TestHost, useMirrorHost } from '../../test/mirrorInMemory.ts'
import { AT_MS, sampleIncident } from '../../test/samplePublicModel.ts'
import { Appearance } from '../domain/appearance.ts'
import { shownLook } from '../domain/shownLook.ts'
import type { ShownLook } from '../domain/shownLook.ts'
import type { StatusPageConfig } from './statusPageConfig.ts'

const DAY_MS = 24 * 3600 * 1000

type Stub = ReturnType<typeof env.STATUS_PUBLISHER.getByName>

/** A logo of that many bytes; what does not get smaller. */
function look(length: number, seed: number): ShownLook {
  let state = seed
  const bytes = Array.from({ length }, () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return String.fromCharCode(state >>> 24)
  })
  const light = `data:image/png;base64,${btoa(`\u0089PNG\r\n\u001A\n${bytes.join('')}`)}`
  return shownLook(Appearance.parse({ logo: { light, alt: 'Acme' } }))
}

function configOf({ appearance, files }: ShownLook): StatusPageConfig {
  return {
    page: { publicId: 'abcdefghjkmn', name: 'Acme', timeZone: 'Etc/UTC', supportUrl: null, language: 'en', appearance },
    look: files,
    components: [{ id: 'checkout', name: 'Checkout' }],
  }
}

async function images(): Promise<string[]> {
  return (await env.PUBLIC_FILES.list({ prefix: 'look/' })).objects.map(({ key }) => key)
}

async function text(path: string): Promise<string> {
  return (await (await env.PUBLIC_FILES.get(path))?.text()) ?? ''
}

const isQuiet = (stub: Stub) => expect.poll(async () => (await stub.stats()).filesPending).toBe(0)

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: AT_MS })
  const { objects } = await env.PUBLIC_FILES.list()
  await env.PUBLIC_FILES.delete(objects.map(({ key }) => key))
})

it('lie there when the pages name them, and go once no page does', async () => {
  const stub = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
  const [first, second] = [look(8192, 1), look(100_000, 2)]
  const [before, after] = [first.files[0], second.files[0]]
  await stub.useStatusPage(1, configOf(first))
  await stub.publishIncident(1, sampleIncident())
  expect(await images()).toEqual([before?.path])
  expect(await text('appearance.json')).toContain(before?.path)
  await isQuiet(stub)

  await stub.useStatusPage(2, configOf(second))
  expect(new Set(await images())).toEqual(new Set([before?.path, after?.path]))
  expect(await text('appearance.json')).toContain(after?.path)
  const stored = await env.PUBLIC_FILES.get(after?.path ?? '')
  expect(stored?.httpMetadata?.contentType).toBe('image/png')
  expect(new Uint8Array((await stored?.arrayBuffer()) ?? [])).toEqual(after?.bytes)
  await isQuiet(stub)

  // Copies of the pages that name it may still be shown.
  vi.setSystemTime(AT_MS + 3600 * 1000)
  await stub.heartbeat(Date.now())
  await stub.heartbeat(Date.now())
  expect(await images()).toHaveLength(2)
  vi.setSystemTime(AT_MS + 2 * DAY_MS)
  await stub.heartbeat(Date.now())
  await stub.heartbeat(Date.now())
  expect(await images()).toEqual([after?.path])
  // The present one is written anew, should the bucket have lost it.
  await env.PUBLIC_FILES.delete(after?.path ?? '')
  vi.setSystemTime(AT_MS + 4 * DAY_MS)
  await stub.heartbeat(Date.now())
  expect(await images()).toEqual([after?.path])
})

it('come back with a look that comes back', async () => {
  const stub = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
  const [first, second] = [look(8192, 1), look(8192, 2)]
  for (const [i, each] of [first, second, first].entries()) await stub.useStatusPage(i + 1, configOf(each))
  vi.setSystemTime(AT_MS + 3 * DAY_MS)
  for (let i = 0; i < 3; i++) await stub.heartbeat(Date.now())
  expect(await images()).toContain(first.files[0]?.path)
})

it('are on the mirror before the pages', async () => {
  const stub = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
  const { files } = look(8192, 1)
  await stub.useStatusPage(1, configOf(look(8192, 1)))
  const host = new TestHost()
  await useMirrorHost(stub, host)
  await stub.heartbeat(Date.now())
  await runDurableObjectAlarm(stub)
  const path = files[0]?.path ?? ''
  expect(host.puts.slice(0, 4)).toContain(path)
  expect(host.manifest().files).toContainEqual(
    expect.objectContaining({ path, bytes: files[0]?.bytes.byteLength, type: 'image/png' }),
  )
  expect((await stub.drillMirror())?.faults).toEqual([])
})
