import { isLookPath } from '../domain/shownLook.ts'
import type { PublicFile } from '../publishing/publicFile.ts'
import type { PublicSource } from '../publishing/publicSource.ts'
import { publicFile } from '../publishing/publicFile.ts'
import { IMAGE_POLICY, contentSecurityPolicy } from '../publishing/contentSecurityPolicy.ts'
import type { PublicStore, StaleFile } from './publicStore.ts'
import { NEWS_TRANSLATED, URGENT } from './urgency.ts'

/** Rendering uses the CPU, writing waits for R2: a few at a time do both at once. */
const URGENT_LANES = 4
/** An urgent file waits for as many as are under way, for there is one CPU. */
const QUIET_LANES = 1
/** Between files that can wait. */
const BREATH_MS_MAX = 100
/**
 * What is news is written for so long at a time. workerd looks for new requests when it has nothing else to do, so that
 * without a pause nobody would read the first of them before the last was written.
 */
const SPELL_MS = 100
const PAUSE_MS = 40
const FILE_TIMEOUT_MS = 10_000
/** A write that is late is waited for this long before the file is tried again: it must not overtake a newer one. */
const LATE_WRITE_MS_MAX = 60_000
/** What has not changed is written again after a day all the same, in case the bucket lost it. */
const REWRITE_AFTER_MS = 24 * 3600 * 1000

/** Renders a page of site/pages; `path` is the page's, such as /public/home. */
export type Render = (path: string, view: unknown) => Promise<Response>

/**
 * Brings the bucket what is stale, the most urgent first. What becomes stale while it is at it goes in by its urgency,
 * so that an update never waits for a night's refresh or for translations.
 */
export class FileWriter {
  readonly #store: PublicStore
  readonly #bucket: R2Bucket
  readonly #render: Render
  #drain: Promise<number> | null = null
  #source: PublicSource | null = null
  readonly #inFlight = new Map<string, StaleFile>()
  /** What failed in this drain, by path: it is the next one's. */
  readonly #failed = new Map<string, number>()
  #waiting: (() => void)[] = []
  #pause: Promise<void> | null = null
  #pausedAtMs = 0
  readonly #hurrying = new Set<Promise<void>>()

  readonly #place: { readonly folder: string }

  constructor(store: PublicStore, bucket: R2Bucket, place: { readonly folder: string }, render: Render) {
    this.#place = place
    this.#store = store
    this.#bucket = bucket
    this.#render = render
  }

  /** What the files are made of is another from now on. */
  changed(): void {
    this.#source = null
  }

  /** Writes until nothing is left but what failed. Resolves with how many did. */
  drain(): Promise<number> {
    this.#drain ??= this.#run()
    return this.#drain
  }

  /** Resolves when every urgent file was written or has failed; the drain goes on with the others. */
  async urgent(): Promise<void> {
    const drained = this.drain()
    this.#hurry()
    await Promise.race([drained, new Promise<void>((resolve) => this.#waiting.push(resolve))])
  }

  async #run(): Promise<number> {
    this.#source = null
    this.#failed.clear()
    try {
      do {
        this.#hurry()
        await Promise.all(Array.from({ length: QUIET_LANES }, () => this.#lane(Number.MAX_SAFE_INTEGER)))
        await Promise.all(this.#hurrying)
      } while (this.#next() !== null)
      return this.#failed.size
    } finally {
      // In the same step as the last look: whoever marks a file after it begins a drain of their own.
      this.#drain = null
      this.#source = null
      this.#tellWaiting()
    }
  }

  /** More lanes, for as long as there is something urgent. */
  #hurry(): void {
    while (this.#hurrying.size < URGENT_LANES - QUIET_LANES && this.#next()?.urgency === URGENT) {
      const lane = this.#lane(URGENT).finally(() => this.#hurrying.delete(lane))
      this.#hurrying.add(lane)
    }
  }

  async #lane(urgencyMax: number): Promise<void> {
    for (let file = this.#next(); file !== null && file.urgency <= urgencyMax; file = this.#next()) {
      const startedMs = Date.now()
      await this.#writeWatched(file)
      if (isLookPath(file.path)) this.#hurry()
      if (!this.#hasUrgent()) this.#tellWaiting()
      // As long again for whoever comes with something urgent: each of their steps would wait for a whole page.
      if (file.urgency > NEWS_TRANSLATED) await scheduler.wait(Math.min(Date.now() - startedMs, BREATH_MS_MAX))
      else await this.#letReadersIn()
    }
  }

  /** Holds all lanes, so that readers get what was written so far. */
  async #letReadersIn(): Promise<void> {
    if (Date.now() - this.#pausedAtMs >= SPELL_MS) this.#pause ??= this.#wait()
    await this.#pause
  }

  async #wait(): Promise<void> {
    await scheduler.wait(PAUSE_MS)
    this.#pause = null
    this.#pausedAtMs = Date.now()
  }

  #next(): StaleFile | null {
    const isNext = ({ path, mark }: StaleFile) => !this.#inFlight.has(path) && this.#failed.get(path) !== mark
    const waitsForLook = this.#isLookUnderWay()
    for (const file of this.#store.staleFiles())
      if (isNext(file)) return isLookPath(file.path) || !waitsForLook ? file : null
    return null
  }

  /** A page that names an image comes after it; should that fail, the page does not wait. */
  #isLookUnderWay(): boolean {
    for (const { path, mark, urgency } of this.#inFlight.values())
      if (urgency === URGENT && isLookPath(path) && this.#failed.get(path) !== mark) return true
    return false
  }

  #hasUrgent(): boolean {
    for (const { urgency } of this.#inFlight.values()) if (urgency === URGENT) return true
    return this.#next()?.urgency === URGENT
  }

  #tellWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  /** Never throws: one file that fails must not take the others with it. */
  async #writeWatched(file: StaleFile): Promise<void> {
    this.#inFlight.set(file.path, file)
    const work = this.#write(file)
    const settled = work.then(
      () => undefined,
      () => undefined,
    )
    try {
      await within(FILE_TIMEOUT_MS, work)
      this.#inFlight.delete(file.path)
    } catch (error) {
      this.#failed.set(file.path, file.mark)
      this.#store.counts.add('filesFailed')
      console.error(`The status page's file ${file.path} could not be written`, error)
      // Not before it has come to an end, or is taken for lost.
      void within(LATE_WRITE_MS_MAX, settled)
        .catch(() => undefined)
        .then(() => this.#inFlight.delete(file.path))
    }
  }

  async #write(stale: StaleFile): Promise<void> {
    this.#source ??= this.#store.source(Date.now())
    const file = publicFile(stale.path, this.#source)
    const key = this.#place.folder + stale.path
    if (file === null) {
      if (this.#store.written(stale.path) !== null) await this.#bucket.delete(key)
      return this.#store.forgetWritten(stale, Date.now())
    }

    const text = file.kind === 'bytes' ? null : await this.#textOf(file)
    const bytes = file.kind === 'bytes' ? file.bytes : new TextEncoder().encode(text ?? '')
    const etag = await sha256(bytes)
    const nowMs = Date.now()
    const before = this.#store.written(stale.path)
    if (before?.etag === etag && nowMs - before.at_ms < REWRITE_AFTER_MS) return this.#store.clearStale(stale)

    const expectInPlace = () => {
      if (key !== this.#place.folder + stale.path) throw new Error('the page is at another place now')
    }
    const csp = await policyOf(file, text ?? '')
    // It may move while this is rendered, and while the bucket is waited for.
    expectInPlace()
    await this.#bucket.put(key, bytes, {
      httpMetadata: { contentType: file.contentType },
      customMetadata: { etag, csp, language: file.language },
    })
    expectInPlace()
    this.#store.recordWritten(stale, etag, nowMs)
  }

  async #textOf(file: Exclude<PublicFile, { kind: 'bytes' }>): Promise<string> {
    if (file.kind === 'text') return file.body
    const path = `/public/${file.view.view}`
    const response = await this.#render(path, { ...file.view, language: file.language, path: file.path })
    if (!response.ok) throw new Error(`${path} was rendered with status ${response.status}`)
    return response.text()
  }
}

async function policyOf(file: PublicFile, text: string): Promise<string> {
  switch (file.kind) {
    case 'view':
      return contentSecurityPolicy(text, file.view.view === 'embed')
    case 'bytes':
      return IMAGE_POLICY
    case 'text':
      return "default-src 'none'; frame-ancestors 'none'"
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A renderer or bucket that hangs must not hold up every later update. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
