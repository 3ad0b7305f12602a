import { Hono } from 'hono'
import type { Context } from 'hono'
import { LANGUAGES, preferredLanguage } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'
import { ERROR_WORDS } from '../domain/words/errorWords.ts'
import { TELL_WORDS } from '../domain/words/tellWords.ts'
import { isMonth } from '../domain/historyMonths.ts'
import { LOOK_FOLDER, isLookPath } from '../domain/shownLook.ts'
import { MACHINE_FILES } from '../publishing/machineFiles.ts'
import { STAND_IN_POLICY, standInPage } from '../publishing/standInPage.ts'
import { embeddingRoutes } from './embedding.ts'
import { PERFORMANCE_JSON } from '../publishing/performanceFiles.ts'
import { affectedRoutes } from './affectedPages.ts'
import { allow } from './policy.ts'
import { gzipFor } from './compressed.ts'
import type { HttpEnv } from './env.ts'
import { isFiltering, parseFilter, readerFilter } from '../domain/readerFilter.ts'
import { FilteredPages, isFilterable, isTranslatedText } from './filteredFiles.ts'
import type { FileOrigin, FileReading, PublicFileReader, StoredFile } from './publicFileReader.ts'
import { siteOf } from './site.ts'
import { answerSearch, queryOf } from './historySearchPage.ts'
import { siteAddressOf } from './siteAddress.ts'
import { BY_READER, formFor, wantsText } from './readerForms.ts'
import type { ReaderForm } from './readerForms.ts'
import type { RenderPage } from './render.ts'

/** The status page as readers get it: stored files, and nothing that could fail behind them. */

type PublicContext = Context<HttpEnv>

interface Readers {
  readonly reader: PublicFileReader
  readonly filtered: FilteredPages
}

/** Pages with twins for terminals and for programs; `path` is the stored file without its ending. */
const PAGES = [
  { route: '/', path: 'index' },
  { route: '/history', path: 'history' },
  { route: '/uptime', path: 'uptime' },
  { route: '/post-mortems', path: 'post-mortems' },
] as const

const ID = /^[a-z0-9_-]{1,64}$/i
/** What uptime rests on, of a component or of a group. */
const EVIDENCE = /^(?:group\.)?[a-z0-9][a-z0-9_-]{0,63}\.(?:csv|json)$/
/** The values behind the charts of a metric. */
const VALUES = /^[a-z0-9][a-z0-9_-]{0,63}\.(?:csv|json)$/

/** What programs of other sites may read as well: a header of their own, such as If-None-Match, makes browsers ask first. */
const OTHER_JSON = [
  '/incidents/:id',
  '/maintenance/:id',
  '/post-mortems/:id',
  '/uptime/:file',
  '/performance.json',
  '/performance/:file',
  '/log/:file',
  '/affected/:token',
] as const

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'ETag',
}

/** Other bytes have another name. */
const UNCHANGING = { 'Cache-Control': 'public, max-age=31536000, immutable' }

/** Those that there are in each language. */
const TRANSLATED: ReadonlySet<string> = new Set([
  'history.atom',
  'history.rss',
  'updates.atom',
  'feed.json',
  'calendar.ics',
])

const HARDENING = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'X-Frame-Options': 'DENY',
}

/** The routes with a memory of their own; a Worker needs them once. */
export function publicFileRoutes(reader: PublicFileReader, render: RenderPage): Hono<HttpEnv> {
  const readers = { reader, filtered: new FilteredPages(reader, render) }
  const routes = new Hono<HttpEnv>()

  routes.get('/history', allow('public'), async (c, next) => {
    const query = queryOf(c)
    const found = query === null ? null : await answerQuery(c, readers, query, formFor(c))
    return found ?? next()
  })
  for (const form of ['txt', 'md'] as const)
    routes.get(`/history.${form}`, allow('public'), async (c, next) => {
      const query = queryOf(c)
      const found = query === null ? null : await answerQuery(c, readers, query, form)
      return found ?? next()
    })
  routes.get('/history/:month', allow('public'), (c) => {
    const [, month, ending] = /^(.*?)(\.txt|\.md)?$/.exec(c.req.param('month')) ?? []
    if (month === undefined || !isMonth(month)) return publicNotFound(c)
    return ending === undefined
      ? answerPage(c, readers, `history/${month}`, false)
      : answerText(c, readers, `history/${month}${ending}`, false)
  })
  for (const { route, path } of PAGES) {
    routes.get(route, allow('public'), (c) => answerPage(c, readers, path, true))
    for (const file of [`${path}.txt`, `${path}.md`])
      routes.get(`/${file}`, allow('public'), (c) => answerText(c, readers, file, true))
  }
  for (const folder of ['incidents', 'maintenance', 'post-mortems'] as const) {
    routes.get(`/${folder}/:id`, allow('public'), (c) => {
      const [, id, ending] = /^(.*?)(\.txt|\.md|\.ics|\.json)?$/.exec(c.req.param('id')) ?? []
      if (id === undefined || !ID.test(id)) return publicNotFound(c)
      if (ending === '.ics') return answerFeed(c, readers, `${folder}/${id}${ending}`, false)
      if (ending === '.json') return answer(c, readers, `${folder}/${id}${ending}`, false, CORS)
      return ending === undefined
        ? answerPage(c, readers, `${folder}/${id}`, false)
        : answerText(c, readers, `${folder}/${id}${ending}`, false)
    })
  }
  routes.get('/uptime/:file', allow('public'), (c) => {
    const file = c.req.param('file')
    return EVIDENCE.test(file) ? answer(c, readers, `uptime/${file}`, false, CORS) : publicNotFound(c)
  })
  // Only a page with metrics has it.
  routes.get('/performance', allow('public'), (c) => answerPage(c, readers, 'performance', false))
  for (const form of ['txt', 'md'])
    routes.get(`/performance.${form}`, allow('public'), (c) => answerText(c, readers, `performance.${form}`, false))
  routes.get(`/${PERFORMANCE_JSON}`, allow('public'), (c) => answer(c, readers, PERFORMANCE_JSON, false, CORS))
  routes.get('/performance/:file', allow('public'), (c) => {
    const file = c.req.param('file')
    return VALUES.test(file) ? answer(c, readers, `performance/${file}`, false, CORS) : publicNotFound(c)
  })
  for (const path of MACHINE_FILES) {
    routes.get(`/${path}`, allow('public'), (c) =>
      TRANSLATED.has(path) ? answerFeed(c, readers, path, true) : answer(c, readers, path, true, CORS),
    )
  }
  routes.get('/look/:file', allow('public'), (c) => {
    const path = LOOK_FOLDER + c.req.param('file')
    return isLookPath(path) ? answer(c, readers, path, false, UNCHANGING) : publicNotFound(c)
  })
  routes.get('/log/:file', allow('public'), (c) => {
    const file = c.req.param('file')
    return /^\d{1,9}\.json$/.test(file) ? answer(c, readers, `log/${file}`, false, CORS) : publicNotFound(c)
  })
  const answerBanner = async (c: PublicContext) =>
    answerReading(c, await readTranslated(c, readers, 'embed.html', true), { Vary: 'Accept-Language' })
  routes.route('/', embeddingRoutes({ ...readers, render, answer: answerReading, answerBanner, cors: CORS }))
  routes.route('/', affectedRoutes({ ...readers, render, languageFor, unavailable, cors: CORS }))
  // Without the slash, relative links would lead out of the language.
  const withSlash = (c: PublicContext, path: string) => c.redirect(`${path}/${new URL(c.req.url).search}`, 308)
  for (const language of LANGUAGES)
    routes.get(`/${language}`, allow('public'), (c) => withSlash(c, `${siteOf(c).base}/${language}`))
  routes.get('/pages/:id', allow('public'), (c) => withSlash(c, `/pages/${encodeURIComponent(c.req.param('id'))}`))
  routes.options('/api/v2/*', allow('public'), preflight)
  for (const path of MACHINE_FILES.filter((file) => !file.startsWith('api/')))
    routes.options(`/${path}`, allow('public'), preflight)
  for (const path of OTHER_JSON) routes.options(path, allow('public'), preflight)
  routes.get('/api/v2/*', allow('public'), (c) => publicNotFound(c))
  return routes
}

/** For addresses that lead nowhere: a page for people, and for Statuspage's clients the empty body they expect. */
export function publicNotFound(c: PublicContext): Response {
  const headers = { ...HARDENING, 'Cache-Control': 'no-cache' }
  if (c.req.path.startsWith('/api/v2/')) return c.body(null, 404, { ...CORS, ...headers })
  if (wantsText(c)) return c.text(`${TELL_WORDS[languageFor(c, 'en')].pageGone(`${siteOf(c).base}/`)}\n`, 404, headers)
  return standIn(c, 404, headers)
}

function answerQuery(c: PublicContext, readers: Readers, query: string, form: ReaderForm): Promise<Response | null> {
  const files = {
    read: (path: string) => read(c, readers, path, false),
    readPage: (path: string) => readTranslated(c, readers, path, false),
  }
  return answerSearch(c, query, form, files, { ...HARDENING, ...BY_READER })
}

async function answerPage(c: PublicContext, readers: Readers, path: string, mustExist: boolean): Promise<Response> {
  const form = formFor(c)
  const first = await readTranslated(c, readers, `${path}.${form}`, mustExist)
  // What was published this moment may not be there as Markdown yet.
  const reading =
    form === 'md' && !first.found
      ? await readTranslated(c, readers, `${path}.${wantsText(c) ? 'txt' : 'html'}`, mustExist)
      : first
  return answerReading(c, reading, BY_READER)
}

/** The file in the reader's language. */
async function readTranslated(
  c: PublicContext,
  readers: Readers,
  file: string,
  mustExist: boolean,
  isAsked = true,
): Promise<FileReading> {
  const reading = await read(c, readers, file, mustExist)
  if (!reading.found) return reading
  const { language: written } = reading.file
  const language = isAsked ? languageFor(c, written) : (chosenLanguage(c) ?? written)
  if (language === written) return reading
  // What is not there in a reader's language (yet) is better read in another than not at all.
  const translated = await read(c, readers, `${language}/${file}`, false)
  return translated.found ? translated : reading
}

/** By the address, or by what the browser asks for. */
function languageFor(c: PublicContext, written: Language): Language {
  return chosenLanguage(c) ?? preferredLanguage(c.req.header('Accept-Language'), written)
}

function chosenLanguage(c: PublicContext): Language | null {
  const { pathname, searchParams } = new URL(c.req.url)
  return siteAddressOf(pathname).language ?? parseFilter(searchParams).language
}

async function answerText(c: PublicContext, readers: Readers, path: string, mustExist: boolean): Promise<Response> {
  return answerReading(c, await readTranslated(c, readers, path, mustExist), { Vary: 'Accept-Language' })
}

/** Programs poll it: whatever they say of languages, the same address is the same bytes. */
async function answerFeed(c: PublicContext, readers: Readers, path: string, mustExist: boolean): Promise<Response> {
  return answerReading(c, await readTranslated(c, readers, path, mustExist, false), CORS)
}

async function answer(
  c: PublicContext,
  readers: Readers,
  path: string,
  mustExist: boolean,
  extra: Record<string, string>,
): Promise<Response> {
  return answerReading(c, await read(c, readers, path, mustExist), extra)
}

async function answerReading(c: PublicContext, reading: FileReading, extra: Record<string, string>): Promise<Response> {
  if (reading.found) return answerFile(c, reading.file, reading.origin, extra)
  return reading.reason === 'no_such_file' ? publicNotFound(c) : unavailable(c, extra)
}

/** As the reader's filter shows it. Should that fail, the whole is better than nothing. */
async function read(c: PublicContext, { reader, filtered }: Readers, path: string, mustExist: boolean) {
  const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work)
  const filter = isFilterable(path) ? parseFilter(new URL(c.req.url).searchParams) : readerFilter({})
  if (isFiltering(filter) || isTranslatedText(path)) {
    try {
      const reading = await filtered
        .of(siteOf(c).folder)
        .read(path, filter, { env: c.env, nowMs: Date.now(), waitUntil })
      if (reading.found) return reading
    } catch (error) {
      console.error(`${path} could not be filtered; the whole stands in`, error)
    }
  }
  return reader.read(siteOf(c).folder + path, mustExist, c.env, Date.now(), waitUntil)
}

async function answerFile(
  c: PublicContext,
  file: StoredFile,
  origin: FileOrigin,
  extra: Record<string, string>,
): Promise<Response> {
  const etag = `"${file.etag}"`
  const { isPrivate } = siteOf(c)
  const isBehindCookie = isPrivate && c.var.hasFeedKey !== true
  const headers: Record<string, string> = {
    ...HARDENING,
    ...(isBehindCookie ? {} : extra),
    Vary: [extra.Vary, 'Accept-Encoding', isPrivate ? 'Cookie, Authorization' : undefined]
      .filter((name) => name !== undefined)
      .join(', '),
    ETag: etag,
    'Cache-Control': cachingOf(isPrivate, extra),
    'Content-Security-Policy': file.csp,
    ...(file.contentType.startsWith('text/') ? { 'Content-Language': file.language } : {}),
    'X-Served-From': origin,
    // The page's script compares it with the stamp; not every host in between adds it.
    Date: new Date().toUTCString(),
  }
  // Of all pages, one may be shown in frames: its policy says so.
  if (file.csp.includes('frame-ancestors *')) delete headers['X-Frame-Options']
  if (matches(c.req.header('If-None-Match'), etag)) return c.body(null, 304, headers)
  const typed = { ...headers, 'Content-Type': file.contentType }
  const gzip = await gzipFor(c.req.header('Accept-Encoding'), file.body)
  if (gzip === null) return c.body(file.body, 200, typed)
  // Another encoding is another representation: a strong tag must not name both.
  const encoded = { ...typed, ETag: `W/${etag}`, 'Content-Encoding': 'gzip' }
  return new Response(gzip, { status: 200, headers: encoded, encodeBody: 'manual' })
}

function cachingOf(isPrivate: boolean, extra: Record<string, string>): string {
  if (isPrivate) return 'private, no-store'
  return extra['Cache-Control'] ?? 'public, max-age=0, must-revalidate'
}

/** Weak or strong, as caches on the way may have made it. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}

function preflight(c: PublicContext): Response {
  return c.body(null, 204, {
    ...CORS,
    'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
    'Access-Control-Allow-Headers': c.req.header('Access-Control-Request-Headers') ?? '*',
    'Access-Control-Max-Age': '86400',
    Vary: 'Access-Control-Request-Headers',
  })
}

export function unavailable(c: PublicContext, extra: Record<string, string> = {}): Response {
  const headers = { ...HARDENING, ...extra, 'Cache-Control': 'no-store', 'Retry-After': '5' }
  const words = ERROR_WORDS[languageFor(c, 'en')]
  if (extra === CORS) return c.json({ error: ERROR_WORDS.en.saysNothing }, 503, headers)
  if (wantsText(c)) return c.text(`${words.saysNothing}\n`, 503, headers)
  return standIn(c, 503, headers)
}

function standIn(c: PublicContext, status: 404 | 503, headers: Record<string, string>): Response {
  const html = standInPage(languageFor(c, 'en'), status === 404 ? 'not_found' : 'unavailable', siteOf(c).base)
  return c.html(html, status, { ...headers, 'Content-Security-Policy': STAND_IN_POLICY })
}
