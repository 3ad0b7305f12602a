import { Hono } from 'hono'
import type { Context } from 'hono'
import { SVG_TYPE } from '../publishing/pages.ts'
import { BadgeWishes, OVERALL_BADGE, statusBadge } from '../publishing/statusBadge.ts'
import type { HttpEnv } from './env.ts'
import { bytesOf } from './filteredFiles.ts'
import type { FilteredPages } from './filteredFiles.ts'
import { allow } from './policy.ts'
import type { FileReading, PublicFileReader } from './publicFileReader.ts'
import { siteOf } from './site.ts'
import { siteAddressOf } from './siteAddress.ts'

/** `/badge.svg` and `/badge/<component>.svg`: a state as a picture for any site. Stored, or made from the stored model. */

/** Of a component, or of a group by its first one. */
const FILE = /^(?:group\.)?[a-z0-9][a-z0-9_-]{0,63}\.svg$/
/** What shows a README asks often, and a state of a minute ago beats none. */
const CACHING = 'public, max-age=60, stale-if-error=86400'

export interface BadgeFiles {
  readonly reader: PublicFileReader
  readonly filtered: FilteredPages
  readonly answer: (c: Context<HttpEnv>, reading: FileReading, extra: Record<string, string>) => Promise<Response>
}

export function badgeRoutes(files: BadgeFiles, cors: Record<string, string>): Hono<HttpEnv> {
  const answer = async (c: Context<HttpEnv>, path: string) =>
    files.answer(c, await badge(c, path, files), { ...cors, 'Cache-Control': CACHING })
  return new Hono<HttpEnv>()
    .get(`/${OVERALL_BADGE}`, allow('public'), (c) => answer(c, OVERALL_BADGE))
    .get('/badge/:file', allow('public'), (c) => {
      const file = c.req.param('file')
      return FILE.test(file) ? answer(c, `badge/${file}`) : files.answer(c, NO_SUCH_FILE, cors)
    })
}

const NO_SUCH_FILE = { found: false, reason: 'no_such_file' } as const

async function badge(c: Context<HttpEnv>, path: string, { reader, filtered }: BadgeFiles): Promise<FileReading> {
  const { pathname } = new URL(c.req.url)
  const said = BadgeWishes.parse(c.req.query())
  const lang = said.lang ?? siteAddressOf(pathname).language ?? undefined
  const { folder } = siteOf(c)
  const asked = { env: c.env, nowMs: Date.now(), waitUntil: (work: Promise<unknown>) => c.executionCtx.waitUntil(work) }
  if (said.style === undefined && said.label === undefined && lang === undefined)
    return reader.read(folder + path, path === OVERALL_BADGE, asked.env, asked.nowMs, asked.waitUntil)
  const wishes: BadgeWishes = { ...said, lang }
  return filtered.of(folder).made(`${path}?${JSON.stringify(wishes)}`, asked, async (model) => {
    const svg = statusBadge(path, model, wishes)
    if (svg === null) return null
    const csp = "default-src 'none'; frame-ancestors 'none'"
    return { ...(await bytesOf(svg)), contentType: SVG_TYPE, csp, language: lang ?? model.page.language }
  })
}
