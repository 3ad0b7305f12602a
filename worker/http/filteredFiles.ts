import { NO_LINK_SETTINGS } from '../domain/affectedLink.ts'
import { LANGUAGES } from '../domain/language.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import type { ReaderFilter } from '../domain/readerFilter.ts'
import { filterModel, writeFilter } from '../domain/readerFilter.ts'
import { contentSecurityPolicy } from '../publishing/contentSecurityPolicy.ts'
import { publicFile } from '../publishing/publicFile.ts'
import { STORED_MODEL, readModel } from '../publishing/storedModel.ts'
import type { FileReading, PublicFileReader, ReaderBindings, StoredFile } from './publicFileReader.ts'
import type { RenderPage } from './render.ts'

/** What a filter can be laid on, in any language. */
const FILTERED_FILES: ReadonlySet<string> = new Set([
  'index.html',
  'index.txt',
  'index.md',
  'history.html',
  'history.txt',
  'history.md',
  'history.atom',
  'history.rss',
  'updates.atom',
  'feed.json',
  'calendar.ics',
])

export function isFilterable(path: string): boolean {
  const [folder = '', ...rest] = path.split('/')
  return FILTERED_FILES.has(LANGUAGES.some((language) => language === folder) ? rest.join('/') : path)
}

/**
 * Feeds, the calendar and most text in another language than the page's are few people's: they are made from the stored
 * model. Of what it does not have, such as incidents long past, there are stored files.
 */
export function isTranslatedText(path: string): boolean {
  const [folder, ...rest] = path.split('/')
  return LANGUAGES.some((language) => language === folder) && MADE_WHEN_ASKED.test(rest.join('/'))
}

const MADE_WHEN_ASKED =
  /^(?:(?:index|history)\.(?:txt|md)|(?:incidents|maintenance)\/[^/]+\.(?:txt|md|ics)|[a-z]+\.(?:atom|rss|ics)|feed\.json)$/

/** A reader's request. */
export interface Asked {
  readonly env: ReaderBindings
  readonly nowMs: number
  readonly waitUntil: (work: Promise<unknown>) => void
}

const COPIES_MAX = 200
const COPIES_BYTES_MAX = 8 * 1024 * 1024

/**
 * Pages, feeds and the calendar as a filter shows them, and text in other languages, made from the stored model when they are asked for: no
 * database and no object. The same model and filter give the same bytes, so that ETag and 304 hold.
 */
class FilteredFiles {
  readonly #reader: PublicFileReader
  readonly #folder: string
  readonly #render: RenderPage
  #model: { readonly etag: string; readonly model: PublicModel } | null = null
  /** Of the present model only, by path and query. */
  readonly #copies = new Map<string, StoredFile>()
  #bytes = 0

  constructor(reader: PublicFileReader, folder: string, render: RenderPage) {
    this.#folder = folder
    this.#reader = reader
    this.#render = render
  }

  read(path: string, filter: ReaderFilter, asked: Asked): Promise<FileReading> {
    return this.made(`${path}?${writeFilter(filter)}`, asked, (model) => this.#make(path, filter, model))
  }

  /** What `make` makes of the stored model; once for each model and name. */
  async made(
    name: string,
    { env, nowMs, waitUntil }: Asked,
    make: (model: PublicModel) => Promise<StoredFile | null>,
  ): Promise<FileReading> {
    const reading = await this.#reader.read(this.#folder + STORED_MODEL, true, env, nowMs, waitUntil)
    if (!reading.found) return reading
    const { etag } = reading.file
    const model = this.#modelOf(reading.file)
    const known = this.#copies.get(name)
    if (known !== undefined) return { found: true, file: known, origin: reading.origin }
    const file = await make(model)
    if (file === null) return { found: false, reason: 'no_such_file' }
    // While it was made a newer model may have come.
    if (this.#model?.etag === etag) this.#remember(name, file)
    return { found: true, file, origin: reading.origin }
  }

  #modelOf({ etag, body }: StoredFile): PublicModel {
    if (this.#model?.etag === etag) return this.#model.model
    const model = readModel(new TextDecoder().decode(body))
    this.#model = { etag, model }
    this.#copies.clear()
    this.#bytes = 0
    return model
  }

  async #make(path: string, filter: ReaderFilter, whole: PublicModel): Promise<StoredFile | null> {
    const none = () => null
    const model = filterModel(whole, filter)
    const file = publicFile(
      path,
      {
        model,
        incident: (id) => whole.incidents.find((incident) => incident.id === id) ?? null,
        maintenance: (id) => whole.maintenances.find((maintenance) => maintenance.id === id) ?? null,
        evidence: none,
        postMortem: none,
        log: null,
        redirects: () => [],
        metrics: () => [],
        pages: [],
        links: NO_LINK_SETTINGS,
        history: null,
        look: none,
      },
      writeFilter(filter),
    )
    if (file === null) return null
    const { contentType, language } = file
    if (file.kind === 'bytes') return null
    if (file.kind === 'text') {
      const csp = "default-src 'none'; frame-ancestors 'none'"
      return { ...(await bytesOf(file.body)), contentType, csp, language }
    }
    const page = await this.#render(`/public/${file.view.view}`, { ...file.view, language, path: file.path })
    if (!page.ok) throw new Error(`the filtered ${path} was rendered with status ${page.status}`)
    const html = await page.text()
    return { ...(await bytesOf(html)), contentType, csp: await contentSecurityPolicy(html), language }
  }

  #remember(name: string, file: StoredFile): void {
    this.#copies.set(name, file)
    this.#bytes += file.body.byteLength
    for (const [oldest, { body }] of this.#copies) {
      if (this.#copies.size <= COPIES_MAX && this.#bytes <= COPIES_BYTES_MAX) break
      this.#copies.delete(oldest)
      this.#bytes -= body.byteLength
    }
  }
}

export async function bytesOf(text: string): Promise<Pick<StoredFile, 'body' | 'etag'>> {
  const body = new TextEncoder().encode(text).buffer
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body))
  return { body, etag: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') }
}

const PAGES_AT_ONCE_MAX = 5

/** The filtered files of each status page; those of pages that few ask for are forgotten. */
export class FilteredPages {
  readonly #reader: PublicFileReader
  readonly #render: RenderPage
  readonly #pages = new Map<string, FilteredFiles>()

  constructor(reader: PublicFileReader, render: RenderPage) {
    this.#reader = reader
    this.#render = render
  }

  of(folder: string): FilteredFiles {
    const files = this.#pages.get(folder) ?? new FilteredFiles(this.#reader, folder, this.#render)
    // As the newest, so that the one that was asked for the longest ago goes first.
    this.#pages.delete(folder)
    this.#pages.set(folder, files)
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_AT_ONCE_MAX) break
      this.#pages.delete(oldest)
    }
    return files
  }
}
