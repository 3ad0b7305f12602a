import { env } from 'cloudflare:workers'
import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { TestHost, useMirrorHost } from '../../test/mirrorInMemory.ts'
import { AT_MS } from '../../test/samplePublicModel.ts'
import { folderOf } from '../domain/pageDirectory.ts'
import type { StatusPageConfig } from './statusPageConfig.ts'

/** The copy of a page beside the main one, which must not outlive its being public. */

const COMPONENTS = [{ id: 'checkout', name: 'Checkout' }]
const RUNS_MAX = 6

type Stub = ReturnType<typeof env.STATUS_PUBLISHER.getByName>

class Page {
  readonly id = `p${crypto.randomUUID().slice(0, 8)}`
  readonly folder = `pages/${this.id}/`
  host = new TestHost()
  #version = 0

  get stub(): Stub {
    return env.STATUS_PUBLISHER.getByName(this.id)
  }

  async is(access: 'public' | 'private', components = COMPONENTS): Promise<void> {
    this.#version += 1
    const page = {
      publicId: 'abcdefghjkmn',
      name: 'Shop',
      timeZone: 'Etc/UTC',
      supportUrl: null,
      language: 'en',
    } as const
    const config: StatusPageConfig = {
      page,
      components,
      place: {
        url: 'https://shop.example',
        folder: folderOf({ id: this.id, isPrivate: access === 'private' }),
        lens: { components: ['checkout'], untouched: false },
      },
    }
    await this.stub.useStatusPage(this.#version, config)
  }

  async remove(): Promise<void> {
    this.#version += 1
    await this.stub.remove(this.#version)
  }

  /** As the heartbeat and the alarms bring it about. */
  async goesOn(until: () => boolean | Promise<boolean>): Promise<void> {
    await useMirrorHost(this.stub, this.host)
    await this.stub.heartbeat(Date.now())
    for (let run = 0; run < RUNS_MAX && !(await until()); run += 1) await runDurableObjectAlarm(this.stub)
    expect(await until()).toBe(true)
  }

  async isCopied(): Promise<void> {
    await this.goesOn(async () => (await this.state())?.drill?.faults.length === 0)
  }

  async state() {
    return (await this.stub.stats()).mirror
  }

  get copied(): string[] {
    return [...this.host.files.keys()]
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: AT_MS })
})

describe('the copy of a further page', () => {
  it('lies in a folder of its own, and says whose it is', async () => {
    const page = new Page()
    await page.is('public')
    await page.isCopied()
    expect(page.copied.filter((path) => !path.startsWith(page.folder))).toEqual([])
    const { origin, files } = page.host.manifest(page.folder)
    expect(origin).toBe('https://shop.example')
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['index.html', 'history/index.html']))
    expect(await (await env.PUBLIC_FILES.get(`${page.folder}mirror.json`))?.json()).toMatchObject({
      mirror: { url: `https://copy.example/${page.folder}index.html`, last_drill: { whole: true } },
    })
    page.host.files.delete(`${page.folder}history.atom`)
    expect((await page.stub.drillMirror())?.faults).toContain(`${page.folder}history.atom is not there`)
  })

  it('never comes to be of a page that was private from the beginning', async () => {
    const page = new Page()
    await page.is('private')
    await page.goesOn(() => true)
    await runDurableObjectAlarm(page.stub)
    expect([page.host.puts, await page.state(), await page.stub.drillMirror()]).toEqual([[], null, null])
  })

  it('is taken away when it becomes private, though the mirror is down at first and its memory is lost', async () => {
    const page = new Page()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await page.is('public')
    await page.isCopied()
    const before = page.copied.length
    page.host.puts = []
    page.host.refuses = true
    await page.is('private')
    await page.goesOn(async () => (await page.state())?.failure !== null)
    expect(await page.state()).toMatchObject({
      filesLeaving: before,
      leavingSinceMs: AT_MS,
      failure: expect.stringContaining('503 SlowDown'),
      publicUrl: null,
    })
    expect((await page.stub.drillMirror())?.faults[0]).toMatch(/^\d+ files of a page that is private or gone are still/)

    await evictDurableObject(page.stub)
    page.host.refuses = false
    vi.setSystemTime(AT_MS + 10 * 60_000)
    await page.goesOn(async () => (await page.state()) === null)
    expect(page.copied).toEqual([])
    expect(page.host.puts).toEqual([])
  })

  it('is taken away with files that the mirror took without saying so', async () => {
    const page = new Page()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await page.is('public')
    const put = page.host.put.bind(page.host)
    page.host.put = async (path, file) => {
      await put(path, file)
      throw new Error('the answer is lost')
    }
    await page.goesOn(() => page.copied.length > 0)
    await page.is('private')
    await page.goesOn(async () => (await page.state()) === null)
    expect(page.copied).toEqual([])
  })

  it('is there again when it is public again, without what has gone meanwhile', async () => {
    const page = new Page()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await page.is('public')
    await page.isCopied()
    const gone = page.copied.filter((path) => path.includes('checkout'))
    expect(gone).not.toEqual([])
    page.host.refuses = true
    await page.is('private')
    await page.goesOn(() => true)
    await page.is('public', [])
    page.host.refuses = false
    vi.setSystemTime(AT_MS + 10 * 60_000)
    await page.goesOn(async () => page.copied.every((path) => !gone.includes(path)))
    expect(await page.state()).toMatchObject({ filesLeaving: 0, filesMirrored: page.copied.length - 1 })
    expect(page.copied).toContain(`${page.folder}index.html`)
  })

  it('goes with the page when that is removed', async () => {
    const page = new Page()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await page.is('public')
    await page.isCopied()
    page.host.refuses = true
    await page.remove()
    await runDurableObjectAlarm(page.stub)
    expect(await page.stub.isLeavingMirror()).toBe(true)
    await evictDurableObject(page.stub)
    page.host.refuses = false
    vi.setSystemTime(AT_MS + 10 * 60_000)
    await page.goesOn(async () => !(await page.stub.isLeavingMirror()))
    expect(page.copied).toEqual([])
  })

  it('is written anew when the mirror moves', async () => {
    const page = new Page()
    await page.is('public')
    await page.isCopied()
    const before = page.copied.toSorted()
    page.host = new TestHost('https://elsewhere.example')
    await page.goesOn(() => page.copied.length === before.length)
    expect(page.copied.toSorted()).toEqual(before)
  })
})
