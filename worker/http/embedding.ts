import { Hono } from 'hono'
import type { Context } from 'hono'
import { Language } from '../domain/language.ts'
import { BANNER_THEMES, bannerView } from '../publishing/bannerView.ts'
import { contentSecurityPolicy } from '../publishing/contentSecurityPolicy.ts'
import { SVG_TYPE } from '../publishing/publicFile.ts'
import { BadgeWishes, OVERALL_BADGE, statusBadge } from '../publishing/statusBadge.ts'
import { WIDGET, WIDGET_WORD_FILES } from '../publishing/widgetFiles.ts'
import type { HttpEnv } from './env.ts'
import { bytesOf } from './filteredFiles.ts'
import type { FilteredPages } from './filteredFiles.ts'
import { allow } from './policy.ts'
import type { FileReading, PublicFileReader } from './publicFileReader.ts'
import type { RenderPage } from './render.ts'
import { siteOf } from './site.ts'
import { siteAddressOf } from './siteAddress.ts'

/** What stands on other people's pages: badges, the widget and the banner. Stored, or made from the stored model. */

/** Of a component, or of a group by its first one. */
const BADGE_FILE = /^(?:group\.)?[a-z0-9][a-z0-9_-]{0,63}\.svg$/
/** What shows a README asks often, and a state of a minute ago beats none. */
const BADGE_CACHING = 'public, max-age=60, stale-if-error=86400'
const WIDGET_CACHING = 'public, max-age=300, stale-if-error=86400'
const NO_SUCH_FILE = { found: false, reason: 'no_such_file' } as const

type Answer = (c: Context<HttpEnv>, reading: FileReading, extra: Record<string, string>) => Promise<Response>

export interface EmbeddedFiles {
  readonly reader: PublicFileReader
  readonly filtered: FilteredPages
  readonly render: RenderPage
  readonly answer: Answer
  /** The banner as it is stored, in the reader's language. */
  readonly answerBanner: (c: Context<HttpEnv>) => Promise<Response>
  /** For readers of any origin. */
  readonly cors: Record<string, string>
}

export function embeddingRoutes(files: EmbeddedFiles): Hono<HttpEnv> {
  const { answer, answerBanner } = files
  // Also for pages that load nothing of other origins but what says that it may be.
  const open = { ...files.cors, 'Cross-Origin-Resource-Policy': 'cross-origin' }
  const badge = async (c: Context<HttpEnv>, path: string) =>
    answer(c, await readBadge(c, path, files), { ...open, 'Cache-Control': BADGE_CACHING })
  const routes = new Hono<HttpEnv>()

  routes.get(`/${OVERALL_BADGE}`, allow('public'), (c) => badge(c, OVERALL_BADGE))
  routes.get('/badge/:file', allow('public'), (c) => {
    const file = c.req.param('file')
    return BADGE_FILE.test(file) ? badge(c, `badge/${file}`) : answer(c, NO_SUCH_FILE, {})
  })
  for (const path of [WIDGET, ...WIDGET_WORD_FILES])
    routes.get(`/${path}`, allow('public'), async (c) =>
      answer(c, await readStored(c, path, files), { ...open, 'Cache-Control': WIDGET_CACHING }),
    )
  routes.get('/embed', allow('public'), async (c) => {
    const theme = BANNER_THEMES.find((each) => each === c.req.query('theme')) ?? 'auto'
    return theme === 'auto' ? answerBanner(c) : answer(c, await readBanner(c, theme, files), {})
  })
  return routes
}

function readStored(c: Context<HttpEnv>, path: string, { reader }: EmbeddedFiles): Promise<FileReading> {
  const { env, nowMs, waitUntil } = askedBy(c)
  return reader.read(siteOf(c).folder + path, !path.startsWith('badge/'), env, nowMs, waitUntil)
}

function readBadge(c: Context<HttpEnv>, path: string, files: EmbeddedFiles): Promise<FileReading> {
  const said = BadgeWishes.parse(c.req.query())
  const lang = languageOf(c, said.lang)
  if (said.style === undefined && said.label === undefined && lang === undefined) return readStored(c, path, files)
  const wishes: BadgeWishes = { ...said, lang }
  return files.filtered.of(siteOf(c).folder).made(`${path}?${JSON.stringify(wishes)}`, askedBy(c), async (model) => {
    const svg = statusBadge(path, model, wishes)
    if (svg === null) return null
    const csp = "default-src 'none'; frame-ancestors 'none'"
    return { ...(await bytesOf(svg)), contentType: SVG_TYPE, csp, language: lang ?? model.page.language }
  })
}

/** In a look that its reader's system does not choose. */
function readBanner(c: Context<HttpEnv>, theme: 'light' | 'dark', files: EmbeddedFiles): Promise<FileReading> {
  const lang = languageOf(c, Language.safeParse(c.req.query('lang')).data)
  return files.filtered.of(siteOf(c).folder).made(`embed?${theme} ${lang}`, askedBy(c), async (model) => {
    const language = lang ?? model.page.language
    const page = await files.render('/public/embed', { ...bannerView(model, theme), language, path: '/embed' })
    if (!page.ok) throw new Error(`the banner was rendered with status ${page.status}`)
    const html = await page.text()
    const csp = await contentSecurityPolicy(html, true)
    return { ...(await bytesOf(html)), contentType: 'text/html; charset=utf-8', csp, language }
  })
}

/** By what the address says; a picture or a frame on a page of one language is not for its reader's browser to choose. */
function languageOf(c: Context<HttpEnv>, said: Language | undefined): Language | undefined {
  return said ?? siteAddressOf(new URL(c.req.url).pathname).language ?? undefined
}

function askedBy(c: Context<HttpEnv>) {
  return { env: c.env, nowMs: Date.now(), waitUntil: (work: Promise<unknown>) => c.executionCtx.waitUntil(work) }
}
