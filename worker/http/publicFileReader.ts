import { LANGUAGES } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'

/** One stored file of the status page, with what its answer needs. */
export interface StoredFile {
  readonly body: ArrayBuffer
  readonly contentType: string
  /** SHA-256 of the body, in hex. */
  readonly etag: string
  readonly csp: string
  readonly language: Language
}

/** Where an answer came from, the best first: a reader of the headers sees when the page lives on its reserves. */
export type FileOrigin = 'store' | 'memory' | 'cache' | 'static'

export type FileReading =
  | { readonly found: true; readonly file: StoredFile; readonly origin: FileOrigin }
  | { readonly found: false; readonly reason: 'no_such_file' | 'unavailable' }

interface Copy {
  readonly file: StoredFile
  /** R2's own tag, to ask only for what changed. */
  readonly storeEtag: string
  checkedAtMs: number
  /** Until then the store is being asked, or has just failed. */
  notBeforeMs: number
}

/** A published change is at most this much late in an isolate that has just looked. */
const FRESH_MS = 250
const STORE_TIMEOUT_MS = 1_500
const PAUSE_AFTER_FAILURE_MS = 500
const COPIES_MAX = 300
const COPIES_BYTES_MAX = 16 * 1024 * 1024
const CACHE_SECONDS = 24 * 3600
/** The edge copy is for the day the store is gone: it is written with each change, and now and then to stay. */
const CACHE_EVERY_MS = 60_000
const LAST_GOOD = 'last-good'
const CSP_FALLBACK = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

export type ReaderBindings = Pick<Env, 'PUBLIC_FILES' | 'ASSETS' | 'PUBLIC_URL'>

/**
 * Reads what was published: isolate memory, R2, then copies however old. It never asks the database, an object or
 * the renderer, so it keeps answering when all of them are gone.
 */
export class PublicFileReader {
  readonly #copies = new Map<string, Copy>()
  #bytes = 0
  readonly #cachedAtMs = new Map<string, number>()

  /** `mustExist`: the page is part of every status page, so that not finding it is a failure and copies stand in. */
  async read(
    path: string,
    mustExist: boolean,
    env: ReaderBindings,
    nowMs: number,
    waitUntil: (work: Promise<unknown>) => void,
  ): Promise<FileReading> {
    const copy = this.#copies.get(path)
    if (copy !== undefined && (nowMs - copy.checkedAtMs < FRESH_MS || nowMs < copy.notBeforeMs))
      return { found: true, file: copy.file, origin: 'memory' }

    try {
      // Others read the copy meanwhile: waiting for another request's read could end with that request.
      if (copy !== undefined) copy.notBeforeMs = nowMs + STORE_TIMEOUT_MS
      const current = await withinTime(this.#fromStore(path, copy, env, nowMs))
      if (current !== null) {
        this.#saveLastGood(path, current, env, nowMs, waitUntil)
        return { found: true, file: current, origin: 'store' }
      }
      if (!mustExist) {
        this.#forget(path)
        return { found: false, reason: 'no_such_file' }
      }
    } catch (error) {
      console.error(`The store did not give ${path}; an older copy stands in`, error)
    }
    // A store that hangs is not asked by every reader in turn.
    if (copy !== undefined) copy.notBeforeMs = Date.now() + PAUSE_AFTER_FAILURE_MS
    return this.#lastGood(path, copy, env)
  }

  async #fromStore(
    path: string,
    copy: Copy | undefined,
    env: ReaderBindings,
    nowMs: number,
  ): Promise<StoredFile | null> {
    const object =
      copy === undefined
        ? await env.PUBLIC_FILES.get(path)
        : await env.PUBLIC_FILES.get(path, { onlyIf: { etagDoesNotMatch: copy.storeEtag } })
    if (object === null) return null
    if (!hasBody(object)) {
      if (copy === undefined) throw new Error('the store sent no body')
      copy.checkedAtMs = nowMs
      copy.notBeforeMs = 0
      return copy.file
    }
    const file: StoredFile = {
      body: await object.arrayBuffer(),
      contentType: object.httpMetadata?.contentType ?? 'application/octet-stream',
      etag: object.customMetadata?.['etag'] ?? object.etag,
      csp: object.customMetadata?.['csp'] ?? CSP_FALLBACK,
      language: languageOf(object.customMetadata?.['language']),
    }
    this.#remember(path, { file, storeEtag: object.etag, checkedAtMs: nowMs, notBeforeMs: 0 })
    return file
  }

  #remember(path: string, copy: Copy): void {
    this.#forget(path)
    this.#copies.set(path, copy)
    this.#bytes += copy.file.body.byteLength
    for (const oldest of this.#copies.keys()) {
      if (this.#copies.size <= COPIES_MAX && this.#bytes <= COPIES_BYTES_MAX) break
      if (oldest !== path) this.#forget(oldest)
    }
  }

  #forget(path: string): void {
    this.#bytes -= this.#copies.get(path)?.file.body.byteLength ?? 0
    this.#copies.delete(path)
    this.#cachedAtMs.delete(path)
  }

  #saveLastGood(
    path: string,
    file: StoredFile,
    env: ReaderBindings,
    nowMs: number,
    waitUntil: (work: Promise<unknown>) => void,
  ): void {
    if (isForSome(path) || nowMs - (this.#cachedAtMs.get(path) ?? -Infinity) < CACHE_EVERY_MS) return
    this.#cachedAtMs.set(path, nowMs)
    const response = new Response(file.body, {
      headers: {
        'Content-Type': file.contentType,
        'Content-Security-Policy': file.csp,
        'Content-Language': file.language,
        'Cache-Control': `public, max-age=${CACHE_SECONDS}`,
        ETag: `"${file.etag}"`,
      },
    })
    waitUntil(
      caches
        .open(LAST_GOOD)
        .then((cache) => cache.put(cacheKey(path, env), response))
        .catch((error: unknown) => console.warn(`The edge cache did not take ${path}`, error)),
    )
  }

  async #lastGood(path: string, copy: Copy | undefined, env: ReaderBindings): Promise<FileReading> {
    if (copy !== undefined) return { found: true, file: copy.file, origin: 'memory' }
    if (isForSome(path)) return { found: false, reason: 'unavailable' }
    for (const [origin, ask] of [
      ['cache', async () => (await caches.open(LAST_GOOD)).match(cacheKey(path, env))],
      ['static', () => env.ASSETS.fetch(assetUrl(path))],
    ] as const) {
      try {
        const response = await withinTime(ask())
        if (response?.ok === true) return { found: true, file: await fileOf(response), origin }
        await response?.body?.cancel()
      } catch (error) {
        console.error(`No last good copy of ${path} from ${origin}`, error)
      }
    }
    return { found: false, reason: 'unavailable' }
  }
}

/** What not everybody may read is in no copy that outlives this isolate. */
function isForSome(path: string): boolean {
  return path.startsWith('private/')
}

/** R2 sends none when the file is still the one that was asked about. */
function hasBody(object: R2Object | R2ObjectBody): object is R2ObjectBody {
  return 'body' in object
}

async function fileOf(response: Response): Promise<StoredFile> {
  const body = await response.arrayBuffer()
  return {
    body,
    contentType: response.headers.get('Content-Type') ?? 'application/octet-stream',
    etag: response.headers.get('ETag')?.replace(/^W\//, '').replaceAll('"', '') ?? `length-${body.byteLength}`,
    csp: response.headers.get('Content-Security-Policy') ?? CSP_FALLBACK,
    language: languageOf(response.headers.get('Content-Language')),
  }
}

/** A file of an earlier version names none, and is in English. */
function languageOf(named: string | null | undefined): Language {
  return LANGUAGES.find((language) => language === named) ?? 'en'
}

function cacheKey(path: string, env: ReaderBindings): Request {
  return new Request(new URL(`/last-good/${path}`, env.PUBLIC_URL))
}

/** The asset server drops `index.html` and `.html` from addresses, and redirects who asks for them. */
function assetUrl(path: string): string {
  return `http://assets/last-good/${path.replace(/(?:^|(?<=\/))index\.html$|\.html$/, '')}`
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${STORE_TIMEOUT_MS} ms`)), STORE_TIMEOUT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
