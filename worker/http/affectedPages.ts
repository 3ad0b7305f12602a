import { Hono } from 'hono'
import type { Context } from 'hono'
import { FIRST_SECRET, LINKS_FILE, LinkSettings, NO_LINK_SETTINGS, affectedBy } from '../domain/affectedLink.ts'
import type { Affected, AffectedClaims } from '../domain/affectedLink.ts'
import type { Language } from '../domain/language.ts'
import { contentSecurityPolicy } from '../publishing/contentSecurityPolicy.ts'
import { tellAffected, tellAffectedEnded } from '../publishing/tellReaders.ts'
import { writtenAs } from '../publishing/toldFiles.ts'
import { readToken } from '../storage/affectedLinks.ts'
import type { HttpEnv } from './env.ts'
import { bytesOf } from './filteredFiles.ts'
import type { FilteredPages } from './filteredFiles.ts'
import { parsedOnce } from './parsedFile.ts'
import { allow } from './policy.ts'
import type { FileReading, PublicFileReader } from './publicFileReader.ts'
import { BY_READER, formFor } from './readerForms.ts'
import type { RenderPage } from './render.ts'
import { siteOf } from './site.ts'

/** `/affected/<token>`: the part of the page that a signed link names. Made from stored files, as all that readers get. */

export interface AffectedFiles {
  readonly reader: PublicFileReader
  readonly filtered: FilteredPages
  readonly render: RenderPage
  readonly languageFor: (c: Context<HttpEnv>, written: Language) => Language
  readonly unavailable: (c: Context<HttpEnv>) => Response
  readonly cors: Record<string, string>
}

/** It says what one customer uses, so that no cache keeps it, no engine lists it, and no other site is told its address. */
const FOR_ONE = {
  'Cache-Control': 'private, no-store',
  'X-Robots-Tag': 'noindex, nofollow',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  ...BY_READER,
}

/** Which form the address names by its ending; otherwise whoever asks says it. */
const FORM_OF_ENDING: Readonly<Record<string, 'json' | 'txt' | 'md'>> = { '.json': 'json', '.txt': 'txt', '.md': 'md' }

const STATUS = { wrong: 404, expired: 410 } as const

export function affectedRoutes(files: AffectedFiles): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get('/affected/:token', allow('signed_link'), async (c) => {
    const [, token = '', ending] = /^(.*?)(\.(?:json|txt|md))?$/s.exec(c.req.param('token')) ?? []
    const settings = await linkSettings(c, files.reader)
    if (settings === null) return files.unavailable(c)
    const { id } = siteOf(c)
    const read = await readToken(token, id, settings.live[id] ?? FIRST_SECRET, c.env.MASTER_KEY, Date.now())
    const form = FORM_OF_ENDING[ending ?? ''] ?? formFor(c)
    const language = files.languageFor(c, 'en')
    // With the token: the page has links to itself, which are nobody else's. What does not hold is all one, however
    // many try: nothing is made for each, and no page that holds is forgotten for it.
    const outcome = read.ok ? 'holds' : read.reason
    const shown = outcome === 'wrong' ? '-' : token
    const name = `affected ${form} ${language} ${shown} ${outcome} ${JSON.stringify(settings.audiences)}`
    const asked = {
      env: c.env,
      nowMs: Date.now(),
      waitUntil: (work: Promise<unknown>) => c.executionCtx.waitUntil(work),
    }
    const reading: FileReading = await files.filtered.of(siteOf(c).folder).made(name, asked, async (model) => {
      const affected = read.ok ? affectedBy(model, read.claims, settings.audiences) : null
      const file = (body: string, contentType: string, csp: string) =>
        bytesOf(body).then((bytes) => ({ ...bytes, contentType, csp, language }))
      if (form === 'json') return file(asJson(affected, read), 'application/json; charset=utf-8', NO_PAGE)
      if (form !== 'html') {
        const told =
          affected !== null && read.ok
            ? tellAffected(affected, read.claims, language)
            : tellAffectedEnded(model.page, read.ok ? 'wrong' : read.reason, language)
        const { body, contentType } = writtenAs(form, told)
        return file(body, contentType, NO_PAGE)
      }
      const view =
        affected === null || !read.ok
          ? { view: 'affected-ended', page: model.page, reason: read.ok ? 'wrong' : read.reason }
          : {
              view: 'affected',
              claims: { name: read.claims.name ?? null, untilMs: read.claims.exp * 1000 },
              ...affected,
            }
      const page = await files.render(`/public/${view.view}`, { ...view, language, path: `/affected/${shown}` })
      if (!page.ok) throw new Error(`the affected page was rendered with status ${page.status}`)
      const html = await page.text()
      return file(html, 'text/html; charset=utf-8', await contentSecurityPolicy(html))
    })
    if (!reading.found) return files.unavailable(c)
    const { file, origin } = reading
    return c.body(file.body, read.ok ? 200 : STATUS[read.reason], {
      ...FOR_ONE,
      ...(form === 'json' ? files.cors : {}),
      'Content-Type': file.contentType,
      'Content-Language': language,
      'Content-Security-Policy': file.csp,
      'X-Served-From': origin,
    })
  })
}

const NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

const settingsIn = parsedOnce((text) => LinkSettings.parse(JSON.parse(text)))

/** Null: nobody can say at the moment. */
async function linkSettings(c: Context<HttpEnv>, reader: PublicFileReader): Promise<LinkSettings | null> {
  const reading = await reader.read(LINKS_FILE, false, c.env, Date.now(), (work) => c.executionCtx.waitUntil(work))
  if (reading.found) return settingsIn(reading.file)
  return reading.reason === 'no_such_file' ? NO_LINK_SETTINGS : null
}

type Read =
  | { readonly ok: true; readonly claims: AffectedClaims }
  | { readonly ok: false; readonly reason: 'wrong' | 'expired' }

function asJson(affected: Affected | null, read: Read): string {
  if (affected === null || !read.ok) return JSON.stringify({ error: read.ok ? 'wrong' : read.reason })
  const { verdict, model, query, region, plan } = affected
  return JSON.stringify({
    verdict,
    name: read.claims.name ?? null,
    region,
    plan,
    expires_at: new Date(read.claims.exp * 1000).toISOString(),
    components: model.components.map(({ id, name, group, status }) => ({ id, name, group, status })),
    incidents: model.activeIncidents.map(({ id, title, status, impact }) => ({ id, name: title, status, impact })),
    maintenances: model.maintenances
      .filter(({ status }) => status !== 'completed' && status !== 'cancelled')
      .map(({ id, title, status, scheduledForMs }) => ({
        id,
        name: title,
        status,
        scheduled_for: new Date(scheduledForMs).toISOString(),
      })),
    page: `${model.page.url}/${query === '' ? '' : `?${query}`}`,
  })
}
