import { filesToCheck, nextDrillAtMs } from '../domain/mirror.ts'
import type { MirrorDrill, MirrorState } from '../domain/mirror.ts'
import type { MirrorHost } from '../delivery/mirrorHost.ts'
import { reasonOf } from '../delivery/outcome.ts'
import { COPY_MANIFEST, CopyManifest, manifestText } from '../publishing/copyManifest.ts'
import { brokenReferences, copiedHtml, copyPath, rootReferences } from '../publishing/siteCopy.ts'
import { retryAtMs } from './backOff.ts'
import type { MirrorStore, PendingFile } from './mirrorStore.ts'

/** An invocation on Cloudflare may make a thousand calls; a file needs two or three. */
const FILES_A_RUN = 200
const DRILL_FILES_MAX = 300
const LANES = 4
const FAULTS_MAX = 20

/**
 * Brings what the publisher has written to a second host, in its own time: nothing here is waited for by a publish.
 * A file leaves the outbox once the mirror has it; a host that does not answer is asked again with back-off.
 */
export class Mirror {
  readonly #store: MirrorStore
  readonly #env: Pick<Env, 'PUBLIC_FILES' | 'ASSETS' | 'PUBLIC_URL'>
  readonly #host: () => MirrorHost | null
  /** Files of the build that were looked at since this object woke. */
  readonly #assetsSeen = new Set<string>()
  #running: Promise<unknown> = Promise.resolve()

  constructor(
    store: MirrorStore,
    env: Pick<Env, 'PUBLIC_FILES' | 'ASSETS' | 'PUBLIC_URL'>,
    host: () => MirrorHost | null,
  ) {
    this.#store = store
    this.#env = env
    this.#host = host
  }

  /** Takes up what the operator has configured. Whether anything changed. */
  use(nowMs: number): boolean {
    const host = this.#host()
    const progress = this.#store.progress()
    if (host === null) this.#store.end()
    else if (progress?.target !== host.target) this.#store.begin(host.target, host.publicUrl, nowMs)
    else if (progress.publicUrl !== host.publicUrl) this.#store.note({ publicUrl: host.publicUrl })
    return progress?.publicUrl !== host?.publicUrl
  }

  /** When there is something to do next; null when there is nothing. */
  dueAtMs(): number | null {
    const progress = this.#store.progress()
    if (progress === null) return null
    if (progress.isManifestStale || this.#store.pending(1).length > 0) return progress.notBeforeMs
    return nextDrillAtMs(progress.drill)
  }

  /** Brings what is due. Never throws. */
  drain(nowMs: number): Promise<void> {
    return this.#next(() => this.#drain(nowMs))
  }

  isDrillDue(nowMs: number): boolean {
    const progress = this.#store.progress()
    return progress !== null && progress.completeAtMs !== null && nowMs >= nextDrillAtMs(progress.drill)
  }

  /** Reads the copy alone and says what it lacks; null without a mirror. */
  async drill(nowMs: number): Promise<MirrorDrill | null> {
    // What waits for its turn after a failure is brought now: someone wants to know whether it works.
    this.#store.note({ notBeforeMs: 0 })
    await this.drain(nowMs)
    return this.#next(() => this.#drill(nowMs))
  }

  state(): MirrorState | null {
    return this.#store.state()
  }

  /** One at a time: a later version of a file must not be overtaken, and a drill sees a copy that stands still. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#running.then(work)
    this.#running = done.catch(() => undefined)
    return done
  }

  async #drain(nowMs: number): Promise<void> {
    const [host, progress] = [this.#host(), this.#store.progress()]
    if (host === null || progress === null || nowMs < progress.notBeforeMs) return
    try {
      await this.#bring(host)
      if (this.#store.pending(1).length === 0) await this.#writeManifest(host, nowMs)
      this.#store.note({ failures: 0, failure: null, notBeforeMs: 0 })
    } catch (error) {
      console.error('The mirror could not be written; it is tried again', error)
      const failures = progress.failures + 1
      this.#store.note({ failures, failure: reasonOf(error), notBeforeMs: retryAtMs(failures, nowMs) })
    }
  }

  /** Ends at the first failure: a host that does not take one file is not tried with thousands. */
  async #bring(host: MirrorHost): Promise<void> {
    const waiting = this.#store.pending(FILES_A_RUN).values()
    const failures: unknown[] = []
    const lane = async () => {
      for (const file of waiting) {
        if (failures.length > 0) return
        try {
          await this.#bringFile(host, file)
        } catch (error) {
          failures.push(error)
        }
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    if (failures.length > 0) throw failures[0]
  }

  async #bringFile(host: MirrorHost, file: PendingFile): Promise<void> {
    const object = await this.#env.PUBLIC_FILES.get(file.path)
    const path = copyPath(file.path)
    if (object === null) {
      await host.remove(path)
      this.#store.forget(path)
      return this.#store.done(file)
    }
    const type = object.httpMetadata?.contentType ?? 'application/octet-stream'
    if (type.startsWith('text/html')) {
      const html = await object.text()
      await this.#bringAssets(host, html)
      const copied = copiedHtml(html, file.path, { origin: this.#origin, has: (stored) => this.#store.has(stored) })
      await this.#put(host, file.path, path, new TextEncoder().encode(copied), type)
    } else {
      await this.#put(host, file.path, path, new Uint8Array(await object.arrayBuffer()), type)
    }
    this.#store.done(file)
  }

  /** What a page loads that is no stored file: its icon, its script. */
  async #bringAssets(host: MirrorHost, html: string): Promise<void> {
    for (const path of rootReferences(html)) {
      // What has no ending is a page's address.
      if (this.#assetsSeen.has(path) || !/\.[a-z0-9]+$/i.test(path)) continue
      const response = await this.#env.ASSETS.fetch(`http://assets/${path}`)
      if (response.ok) {
        const type = response.headers.get('Content-Type') ?? 'application/octet-stream'
        await this.#put(host, path, path, new Uint8Array(await response.arrayBuffer()), type)
      } else {
        await response.body?.cancel()
      }
      this.#assetsSeen.add(path)
    }
  }

  async #put(
    host: MirrorHost,
    storedPath: string,
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
    type: string,
  ): Promise<void> {
    const hash = await sha256(bytes)
    if (this.#store.mirrored(path)?.sha256 === hash) return
    await host.put(path, { bytes, type, sha256: hash })
    this.#store.record(storedPath, { path, sha256: hash, bytes: bytes.byteLength, type })
  }

  async #writeManifest(host: MirrorHost, nowMs: number): Promise<void> {
    if (this.#store.progress()?.isManifestStale !== true) return
    const text = manifestText(this.#origin, nowMs, this.#store.allMirrored())
    const bytes = new TextEncoder().encode(text)
    await host.put(COPY_MANIFEST, { bytes, type: 'application/json; charset=utf-8', sha256: await sha256(bytes) })
    this.#store.note({ isManifestStale: false, completeAtMs: nowMs })
  }

  async #drill(nowMs: number): Promise<MirrorDrill | null> {
    const [host, progress] = [this.#host(), this.#store.progress()]
    if (host === null || progress === null) return null
    const pending = this.#store.state()?.filesPending ?? 0
    const faults = pending === 0 ? [] : [`${pending} files are not there in their present form yet`]
    const checked = await checkCopy(
      host,
      this.#store.allMirrored().map(({ path }) => path),
      progress.drills,
    )
    const drill = { atMs: nowMs, ...checked, faults: [...faults, ...checked.faults].slice(0, FAULTS_MAX) }
    this.#store.note({ drill, drills: progress.drills + 1 })
    return drill
  }

  get #origin(): string {
    return this.#env.PUBLIC_URL.replace(/\/+$/, '')
  }
}

/** Only the copy is asked: its manifest names its files, their sums are computed, and pages need nothing else. */
async function checkCopy(
  host: MirrorHost,
  expected: readonly string[],
  drills: number,
): Promise<Omit<MirrorDrill, 'atMs'>> {
  const faults: string[] = []
  const manifest = await manifestOf(host).catch((error: unknown) => {
    faults.push(reasonOf(error))
    return null
  })
  if (manifest === null) return { filesChecked: 0, filesTotal: expected.length, faults }
  const files = new Map(manifest.files.map((file) => [file.path, file]))
  for (const path of expected) if (!files.has(path)) faults.push(`${path} is not in the manifest`)

  const chosen = filesToCheck([...files.keys()], drills * DRILL_FILES_MAX, DRILL_FILES_MAX)
  const waiting = chosen.values()
  const lane = async () => {
    for (const path of waiting) {
      try {
        const bytes = await host.read(path)
        if (bytes === null) faults.push(`${path} is not there`)
        else if ((await sha256(bytes)) !== files.get(path)?.sha256) faults.push(`${path} is not what the manifest says`)
        else if (path.endsWith('.html'))
          faults.push(...brokenReferences(new TextDecoder().decode(bytes), path, (target) => files.has(target)))
      } catch (error) {
        faults.push(reasonOf(error))
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return { filesChecked: chosen.length, filesTotal: files.size, faults }
}

async function manifestOf(host: MirrorHost): Promise<CopyManifest> {
  const bytes = await host.read(COPY_MANIFEST)
  if (bytes === null) throw new Error(`${COPY_MANIFEST} is not there`)
  const parsed = CopyManifest.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
  if (!parsed.success) throw new Error(`${COPY_MANIFEST} is not a manifest`)
  return parsed.data
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
