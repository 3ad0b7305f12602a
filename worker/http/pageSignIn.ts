import type { Context } from 'hono'
import { Hono } from 'hono'
import { sendMail, mailTransport } from '../delivery/email.ts'
import { signInMail } from '../delivery/signInMail.ts'
import { mayReadByEmail } from '../domain/furtherPage.ts'
import { preferredLanguage } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'
import { isPrivate } from '../domain/pageDirectory.ts'
import { wayBack } from '../domain/pageEntrance.ts'
import type { EntranceStep, PublicView } from '../domain/publicModel.ts'
import { normaliseEmail } from '../domain/subscriber.ts'
import { ENTRANCE_WORDS } from '../domain/words/entranceWords.ts'
import { database } from '../storage/database.ts'
import { createSignInLink, findPagePassword, spendSignInLink } from '../storage/pageAccess.ts'
import { verifyPassword } from '../storage/passwords.ts'
import { ATTEMPT_WINDOW_MS, countAttempt } from '../storage/signInAttempts.ts'
import { answerPage, readForm } from './console/pages.ts'
import { readPassword } from './console/signIn.ts'
import type { HttpEnv } from './env.ts'
import type { PageDirectory } from './pageDirectory.ts'
import { admit, leave, mayRead } from './pageGate.ts'
import { allow } from './policy.ts'
import { isUnavailable } from './problem.ts'
import type { RenderPage } from './render.ts'
import { siteOf } from './site.ts'
import { siteAddressOf } from './siteAddress.ts'

/** The door of a private status page: forms that need no script, and say nothing of what is behind it. */

/** Where nobody's address is known, all who guess share one count: it must not lock the others out too easily. */
const GUESSES_TOGETHER_MAX = 300
const PASSWORD_CHARACTERS_MAX = 500
const HOW_LONG_MINUTES = ATTEMPT_WINDOW_MS / 60_000

interface Shown {
  readonly step?: EntranceStep
  readonly next: string
  readonly typed?: string
  readonly notice?: string
  readonly status?: number
}

interface DoorAnswers {
  readonly notFound: (c: Context<HttpEnv>) => Response
  readonly unavailable: (c: Context<HttpEnv>) => Response
}

/** In place of a page that somebody may not read: it stays at its address, and the way in leads back to it. */
export async function answerEntrance(
  render: RenderPage,
  c: Context<HttpEnv>,
  entry: PageEntry,
  shown?: Shown,
): Promise<Response> {
  const { pathname, search } = new URL(c.req.url)
  const {
    step = 'ask',
    next,
    typed = '',
    notice = null,
    status = 401,
  } = shown ?? { next: c.req.method === 'GET' ? pathname + search : '' }
  const { language, path } = siteAddressOf(pathname)
  const { base } = siteOf(c)
  const { kind } = entry.access
  const view: PublicView = { view: 'entrance', kind, step, base, next: wayBack(next, base), typed, notice }
  const spoken = language ?? preferredLanguage(c.req.header('Accept-Language'), entry.language)
  const answer = await answerPage(render, '/public/entrance', { ...view, language: spoken, path }, status)
  if (status === 401) answer.headers.set('WWW-Authenticate', 'Bearer realm="status page"')
  return answer
}

export function pageSignIn(directory: PageDirectory, render: RenderPage, answers: DoorAnswers): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const show = (c: Context<HttpEnv>, entry: PageEntry, shown: Shown) => answerEntrance(render, c, entry, shown)

  routes.get('/sign-in', allow('public'), async (c) => {
    const entry = await privatePage(c)
    if (entry instanceof Response) return entry
    const next = c.req.query('next') ?? ''
    return show(c, entry, { next, status: 200, step: (await mayRead(c, entry)) ? 'inside' : 'ask' })
  })

  routes.post('/sign-in', allow('public'), async (c) => {
    const entry = await privatePage(c)
    if (entry instanceof Response) return entry
    const next = (await readForm(c))('next')
    try {
      if (entry.access.kind === 'password') return await byPassword(c, entry, next)
      if (entry.access.kind === 'email') return await byEmail(c, entry, next)
      return await show(c, entry, { next })
    } catch (error) {
      if (!isUnavailable(error)) throw error
      console.error('Nobody can sign in to a private page at the moment', error)
      return show(c, entry, { next, notice: wordsFor(c, entry).notNow, status: 503 })
    }
  })

  // Opening a link changes nothing: programs that check mail open every one.
  routes.get('/sign-in/:token', allow('signed_link'), async (c) => {
    const entry = await privatePage(c)
    if (entry instanceof Response) return entry
    return show(c, entry, { next: c.req.query('next') ?? '', step: 'open', status: 200 })
  })

  routes.post('/sign-in/:token', allow('signed_link'), async (c) => {
    const entry = await privatePage(c)
    if (entry instanceof Response) return entry
    const next = (await readForm(c))('next')
    const email = await spendSignInLink(database(c.env.DB), entry.id, c.req.param('token'), Date.now())
    if (email === null || !mayReadByEmail(entry.access, email))
      return show(c, entry, { next, notice: wordsFor(c, entry).linkGone, status: 410 })
    await admit(c, entry, email)
    return c.redirect(wayBack(next, siteOf(c).base), 303)
  })

  routes.post('/sign-out', allow('public'), async (c) => {
    const entry = await privatePage(c)
    if (entry instanceof Response) return entry
    leave(c)
    return c.redirect(`${siteOf(c).base}/`, 303)
  })

  async function byPassword(c: Context<HttpEnv>, entry: PageEntry, next: string): Promise<Response> {
    const db = database(c.env.DB)
    const words = wordsFor(c, entry)
    const password = (await readPassword(c)).slice(0, PASSWORD_CHARACTERS_MAX)
    const ip = c.req.header('CF-Connecting-IP')
    const mayTry =
      ip === undefined
        ? await countAttempt(db, `page ${entry.id}`, null, Date.now(), GUESSES_TOGETHER_MAX)
        : await countAttempt(db, `page ${entry.id} from ${ip}`, ip, Date.now())
    if (!mayTry) return show(c, entry, { next, notice: words.tooMany(HOW_LONG_MINUTES), status: 429 })
    if (!(await verifyPassword(password, await findPagePassword(db, entry.id))))
      return show(c, entry, { next, notice: words.wrong })
    await admit(c, entry, null)
    return c.redirect(wayBack(next, siteOf(c).base), 303)
  }

  async function byEmail(c: Context<HttpEnv>, entry: PageEntry, next: string): Promise<Response> {
    const words = wordsFor(c, entry)
    const typed = (await readForm(c))('email')
    const email = normaliseEmail(typed)
    if (email === null) return show(c, entry, { next, typed, notice: words.noEmail, status: 422 })
    const ip = c.req.header('CF-Connecting-IP') ?? null
    if (!(await countAttempt(database(c.env.DB), `page ${entry.id} ${email}`, ip, Date.now())))
      return show(c, entry, { next, typed, notice: words.tooMany(HOW_LONG_MINUTES), status: 429 })
    // Nobody waits for it: how long an answer takes must not tell who is on the list either.
    c.executionCtx.waitUntil(
      mailLink(c, entry, email, next).catch((error: unknown) => console.error('A link was not mailed', error)),
    )
    return show(c, entry, { next, step: 'check_mail', status: 200 })
  }

  async function mailLink(c: Context<HttpEnv>, entry: PageEntry, email: string, next: string): Promise<void> {
    if (!mayReadByEmail(entry.access, email)) return
    const nowMs = Date.now()
    const language = languageFor(c, entry)
    const token = await createSignInLink(database(c.env.DB), entry.id, email, nowMs)
    const { base, url } = siteOf(c)
    const query = new URLSearchParams({ next: wayBack(next, base) })
    const transport = mailTransport(c.env)
    try {
      const link = `${url}/${language}/sign-in/${token}?${query}`
      const mail = signInMail({ pageName: entry.name, publicUrl: url, link, language, nowMs }, c.env.MAIL_FROM, email)
      const outcome = await sendMail(transport, mail)
      if (!outcome.ok) console.error('The mail server did not take a link to a private page', outcome)
    } finally {
      transport.close()
    }
  }

  /** The page whose door this is; an answer where there is none. */
  async function privatePage(c: Context<HttpEnv>): Promise<PageEntry | Response> {
    if (!siteOf(c).isPrivate) return answers.notFound(c)
    const entry = await directory.entry(c, siteOf(c).id)
    if (entry === null) return answers.unavailable(c)
    return isPrivate(entry) ? entry : c.redirect(`${siteOf(c).base}/`, 303)
  }

  return routes
}

function languageFor(c: Context<HttpEnv>, { language: own }: PageEntry): Language {
  const { language } = siteAddressOf(new URL(c.req.url).pathname)
  return language ?? preferredLanguage(c.req.header('Accept-Language'), own)
}

function wordsFor(c: Context<HttpEnv>, entry: PageEntry) {
  return ENTRANCE_WORDS[languageFor(c, entry)]
}
