import { filesToCheck, nextDrillAtMs } from '../domain/mirror.ts'
import type { MirrorDrill, MirrorState } from '../domain/mirror.ts'
import { mirrorFolder } from '../delivery/mirrorHost.ts'
import type { MirrorHost, MirroredFile } from '../delivery/mirrorHost.ts'
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
/** One file that cannot be taken away keeps no other one there. */
const FAILED_REMOVALS_MAX = 8

/** The page that is copied. */
export interface CopiedPlace {
  /** No trailing slash. */
  readonly url: string
  /** Before the paths of its files, in the bucket and on the mirror. */
  readonly folder: string
  /** False: it is private or gone, and none of its files may lie on the mirror. */
  readonly mayBeCopied: boolean
}

interface Copy {
  readonly host: MirrorHost
  readonly url: string
  readonly folder: string
}

/**
 * Brings what the publisher has written to a second host, in its own time: nothing here is waited for by a publish.
 * A file leaves the outbox once the mirror has it; a host that does not answer is asked again with back-off.
 * What was ever sent is known until it is taken away again, so that nothing stays there of a page that is made private.
 */
export class Mirror {
  readonly #store: MirrorStore
  readonly #env: Pick<Env, 'PUBLIC_FILES' | 'ASSETS'>
  readonly #place: CopiedPlace
  readonly #host: () => MirrorHost | null
  /** Files of the build that were brought since this object woke, or are being brought. */
  readonly #assets = new Map<string, Promise<void>>()
  #running: Promise<unknown> = Promise.resolve()

  constructor(
    store: MirrorStore,
    env: Pick<Env, 'PUBLIC_FILES' | 'ASSETS'>,
    place: CopiedPlace,
    host: () => MirrorHost | null,
  ) {
    this.#store = store
    this.#env = env
    this.#place = place
    this.#host = host
  }

  /**
   * Takes up what the operator has configured, and where the page is. In the transaction that makes a page private or
   * takes it away, so that nothing is sent from then on. Whether readers are to be told of another address.
   */
  use(nowMs: number): boolean {
    if (this.#place.mayBeCopied) this.#store.leaveNoMore()
    else this.#store.leave(nowMs)
    const host = this.#copy()?.host ?? null
    const progress = this.#store.progress()
    if (host === null) this.#store.end()
    else if (progress?.target !== host.target) {
      this.#assets.clear()
      this.#store.begin(host.target, host.publicUrl, nowMs)
    } else if (progress.publicUrl !== host.publicUrl) this.#store.note({ publicUrl: host.publicUrl })
    return progress?.publicUrl !== host?.publicUrl
  }

  /** When there is something to do next; null when there is nothing. */
  dueAtMs(): number | null {
    const leaving = this.#store.leaving()
    if (leaving !== null) return this.#host() === null ? null : leaving.notBeforeMs
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
    this.use(nowMs)
    // What waits for its turn after a failure is brought now: someone wants to know whether it works.
    this.#store.note({ notBeforeMs: 0 })
    this.#store.noteLeaving({ notBeforeMs: 0 })
    await this.drain(nowMs)
    return this.#next(() => this.#drill(nowMs))
  }

  /** Null: there is none, and has to be none. */
  state(): MirrorState | null {
    return this.#host() === null ? null : this.#store.state()
  }

  /** One at a time: a later version of a file must not be overtaken, and a drill sees a copy that stands still. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#running.then(work)
    this.#running = done.catch(() => undefined)
    return done
  }

  /** Where the page is copied to now; null where it is not. */
  #copy(): Copy | null {
    const [root, { url, folder, mayBeCopied }] = [this.#host(), this.#place]
    return root === null || !mayBeCopied ? null : { host: mirrorFolder(root, folder), url, folder }
  }

  async #drain(nowMs: number): Promise<void> {
    await this.#takeAway(nowMs)
    const [copy, progress] = [this.#copy(), this.#store.progress()]
    if (copy === null || progress === null || nowMs < progress.notBeforeMs) return
    try {
      await this.#bring(copy)
      if (this.#store.pending(1).length === 0) {
        await this.#clear(copy)
        await this.#writeManifest(copy, nowMs)
      }
      this.#store.note({ failures: 0, failure: null, notBeforeMs: 0 })
    } catch (error) {
      if (!this.#place.mayBeCopied) return
      console.error('The mirror could not be written; it is tried again', error)
      const failures = progress.failures + 1
      this.#store.note({ failures, failure: reasonOf(error), notBeforeMs: retryAtMs(failures, nowMs) })
    }
  }

  /** Of a page that is private or gone, whatever may lie there. */
  async #takeAway(nowMs: number): Promise<void> {
    const [root, leaving] = [this.#host(), this.#store.leaving()]
    if (root === null || leaving === null || nowMs < leaving.notBeforeMs) return
    try {
      await this.#remove(root, this.#store.sent(FILES_A_RUN))
      if (this.#store.filesSent() === 0) this.#store.leaveNoMore()
      else this.#store.noteLeaving({ failures: 0, failure: null, notBeforeMs: 0 })
    } catch (error) {
      console.error('The copy of a page that is not public could not be taken away; it is tried again', error)
      const failures = leaving.failures + 1
      this.#store.noteLeaving({ failures, failure: reasonOf(error), notBeforeMs: retryAtMs(failures, nowMs) })
    }
  }

  /** What an earlier copy had and this one has not. */
  async #clear({ folder }: Copy): Promise<void> {
    const root = this.#host()
    if (root === null || this.#store.progress()?.isCleared === true) return
    const strayed = this.#store.strayed(folder, FILES_A_RUN)
    await this.#remove(root, strayed)
    this.#store.note({ isCleared: strayed.length < FILES_A_RUN })
  }

  async #remove(root: MirrorHost, sentPaths: readonly string[]): Promise<void> {
    const remove = async (path: string) => {
      await root.remove(path)
      this.#store.gone(path)
    }
    await inLanes(sentPaths, remove, FAILED_REMOVALS_MAX)
  }

  async #bring(copy: Copy): Promise<void> {
    await inLanes(this.#store.pending(FILES_A_RUN), (file) => this.#bringFile(copy, file))
  }

  async #bringFile(copy: Copy, file: PendingFile): Promise<void> {
    const object = await this.#env.PUBLIC_FILES.get(copy.folder + file.path)
    const path = copyPath(file.path)
    if (object === null) {
      await copy.host.remove(path)
      this.#store.gone(copy.folder + path)
      this.#store.forget(path)
      return this.#store.done(file)
    }
    const type = object.httpMetadata?.contentType ?? 'application/octet-stream'
    if (type.startsWith('text/html')) {
      const html = await object.text()
      await this.#bringAssets(copy, html)
      const copied = copiedHtml(html, file.path, {
        origin: copy.url,
        has: (stored) => this.#store.has(stored),
        hasAsset: (asset) => this.#store.hasAsset(asset),
      })
      await this.#put(copy, file.path, path, new TextEncoder().encode(copied), type)
    } else {
      await this.#put(copy, file.path, path, new Uint8Array(await object.arrayBuffer()), type)
    }
    this.#store.done(file)
  }

  /** What a page loads that is no stored file: its icon, its script. */
  async #bringAssets(copy: Copy, html: string): Promise<void> {
    for (const path of rootReferences(html)) {
      // What has no ending is a page's address.
      if (!/\.[a-z0-9]+$/i.test(path)) continue
      const key = `${copy.host.target} ${path}`
      const brought = this.#assets.get(key) ?? this.#bringAsset(copy, path)
      this.#assets.set(key, brought)
      try {
        await brought
      } catch (error) {
        this.#assets.delete(key)
        throw error
      }
    }
  }

  async #bringAsset(copy: Copy, path: string): Promise<void> {
    const response = await this.#env.ASSETS.fetch(`http://assets/${path}`)
    if (!response.ok) return response.body?.cancel()
    const type = response.headers.get('Content-Type') ?? 'application/octet-stream'
    await this.#put(copy, path, path, new Uint8Array(await response.arrayBuffer()), type)
  }

  async #put(
    copy: Copy,
    storedPath: string,
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
    type: string,
  ): Promise<void> {
    const hash = await sha256(bytes)
    if (this.#store.mirrored(path)?.sha256 === hash) return
    await this.#send(copy, path, { bytes, type, sha256: hash })
    this.#store.record(storedPath, { path, sha256: hash, bytes: bytes.byteLength, type })
  }

  /** Throws when the page was made private or removed meanwhile; nothing is recorded of it then. */
  async #send({ host, folder }: Copy, path: string, file: MirroredFile): Promise<void> {
    if (!this.#place.mayBeCopied) throw new NotPublic()
    this.#store.expect(folder + path)
    await host.put(path, file)
    if (!this.#place.mayBeCopied) throw new NotPublic()
  }

  async #writeManifest(copy: Copy, nowMs: number): Promise<void> {
    if (this.#store.progress()?.isManifestStale !== true) return
    const text = manifestText(copy.url, nowMs, this.#store.allMirrored())
    const bytes = new TextEncoder().encode(text)
    const type = 'application/json; charset=utf-8'
    await this.#send(copy, COPY_MANIFEST, { bytes, type, sha256: await sha256(bytes) })
    this.#store.note({ isManifestStale: false, completeAtMs: nowMs })
  }

  async #drill(nowMs: number): Promise<MirrorDrill | null> {
    const state = this.state()
    if (state !== null && state.filesLeaving > 0) {
      const why = state.failure === null ? '' : `: ${state.failure}`
      const fault = `${state.filesLeaving} files of a page that is private or gone are still there${why}`
      return { atMs: nowMs, filesChecked: 0, filesTotal: 0, faults: [fault] }
    }
    const [copy, progress] = [this.#copy(), this.#store.progress()]
    if (copy === null || progress === null) return null
    const pending = state?.filesPending ?? 0
    const of = copy.folder === '' ? '' : ` of ${copy.folder}`
    const faults = pending === 0 ? [] : [`${pending} files${of} are not there in their present form yet`]
    const checked = await checkCopy(
      copy,
      this.#store.allMirrored().map(({ path }) => path),
      progress.drills,
    )
    const drill = { atMs: nowMs, ...checked, faults: [...faults, ...checked.faults].slice(0, FAULTS_MAX) }
    this.#store.note({ drill, drills: progress.drills + 1 })
    return drill
  }
}

class NotPublic extends Error {
  constructor() {
    super('the page is not public any more')
  }
}

/** A few at a time. Ends when so many failed: a host that does not take one file is not tried with thousands. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>, failuresMax = 1): Promise<void> {
  const waiting = items.values()
  const failures: unknown[] = []
  const lane = async () => {
    for (const item of waiting) {
      if (failures.length >= failuresMax) return
      try {
        await work(item)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  if (failures.length > 0) throw failures[0]
}

/** Only the copy is asked: its manifest names its files, their sums are computed, and pages need nothing else. */
async function checkCopy(copy: Copy, expected: readonly string[], drills: number): Promise<Omit<MirrorDrill, 'atMs'>> {
  const { host, folder } = copy
  const faults: string[] = []
  const manifest = await manifestOf(copy).catch((error: unknown) => {
    faults.push(reasonOf(error))
    return null
  })
  if (manifest === null) return { filesChecked: 0, filesTotal: expected.length, faults }
  const files = new Map(manifest.files.map((file) => [folder + file.path, file]))
  for (const path of expected) if (!files.has(folder + path)) faults.push(`${folder}${path} is not in the manifest`)

  const chosen = filesToCheck(
    manifest.files.map(({ path }) => path),
    drills * DRILL_FILES_MAX,
    DRILL_FILES_MAX,
  )
  await inLanes(chosen, async (path) => {
    const at = folder + path
    try {
      const bytes = await host.read(path)
      if (bytes === null) faults.push(`${at} is not there`)
      else if ((await sha256(bytes)) !== files.get(at)?.sha256) faults.push(`${at} is not what the manifest says`)
      else if (path.endsWith('.html'))
        faults.push(...brokenReferences(new TextDecoder().decode(bytes), at, (target) => files.has(target)))
    } catch (error) {
      faults.push(reasonOf(error))
    }
  })
  return { filesChecked: chosen.length, filesTotal: files.size, faults }
}

async function manifestOf({ host, folder }: Copy): Promise<CopyManifest> {
  const bytes = await host.read(COPY_MANIFEST)
  if (bytes === null) throw new Error(`${folder}${COPY_MANIFEST} is not there`)
  const parsed = CopyManifest.safeParse(jsonOf(bytes))
  if (!parsed.success) throw new Error(`${folder}${COPY_MANIFEST} is not a manifest`)
  return parsed.data
}

/** Null when it is none: a host may answer with a page of its own. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
