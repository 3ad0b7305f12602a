import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { database } from '../../storage/database.ts'
import { hashPassword, verifyPassword } from '../../storage/passwords.ts'
import { findAccount } from '../../storage/responders.ts'
import { closeSession, openSession } from '../../storage/sessions.ts'
import { findSetUpLink, useSetUpLink } from '../../storage/setUpLinks.ts'
import { ATTEMPT_WINDOW_MS, countAttempt, forgetAttempts } from '../../storage/signInAttempts.ts'
import { authenticate, forgetSession, rememberSession, sessionToken } from '../authenticate.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { answerPage, consolePath, readForm } from './pages.ts'
import type { LoginView, SetUpView } from './signInViews.ts'

export const PASSWORD_CHARACTERS_MIN = 12
/** scrypt reads all of it; nobody types more. */
const PASSWORD_CHARACTERS_MAX = 500

const WRONG = 'That email and password do not belong together. Check both, or use a passkey.'
const TOO_MANY = `Too many attempts. Wait ${ATTEMPT_WINDOW_MS / 60_000} minutes and try again, or use a passkey.`

/** Signing in with a password or a set-up link, and out again: plain forms that need no script. */
export function signInRoutes(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/login', allow('public'), async (c) => {
    const next = consolePath(c.req.query('next') ?? '')
    if ((await authenticate(c)) !== null) return c.redirect(next, 303)
    return loginPage({ error: null, email: '', next }, 200)
  })

  routes.post('/console/login', allow('public'), async (c) => {
    const field = await readForm(c)
    const view = { email: field('email').slice(0, 254), next: consolePath(field('next')) }
    const password = await readPassword(c)
    const db = database(c.env.DB)
    const nowMs = Date.now()

    if (!(await countAttempt(db, view.email, addressOf(c), nowMs))) return loginPage({ ...view, error: TOO_MANY }, 429)
    const account = await findAccount(db, view.email)
    const isRight = await verifyPassword(password.slice(0, PASSWORD_CHARACTERS_MAX), account?.passwordHash ?? null)
    if (account === null || !isRight) return loginPage({ ...view, error: WRONG }, 401)

    await forgetAttempts(db, view.email)
    rememberSession(c, await openSession(db, account.id, c.req.header('User-Agent') ?? '', nowMs))
    return c.redirect(view.next, 303)
  })

  routes.post('/console/logout', allow('public'), async (c) => {
    const token = sessionToken(c)
    if (token !== null) await closeSession(database(c.env.DB), token)
    forgetSession(c)
    return c.redirect('/console/login', 303)
  })

  routes.get('/console/set-up/:token', allow('signed_link'), async (c) => {
    const link = await findSetUpLink(database(c.env.DB), c.req.param('token'), Date.now())
    return setUpPage(c, { person: link, error: null }, link === null ? 410 : 200)
  })

  routes.post('/console/set-up/:token', allow('signed_link'), async (c) => {
    const db = database(c.env.DB)
    const nowMs = Date.now()
    const token = c.req.param('token')
    const link = await findSetUpLink(db, token, nowMs)
    if (link === null) return setUpPage(c, { person: null, error: null }, 410)

    const field = await readForm(c)
    const name = field('name') === '' ? link.name : field('name')
    const password = await readPassword(c)
    const error = refusalOfName(name) ?? (password === '' ? null : refusalOfPassword(password))
    if (error !== null) return setUpPage(c, { person: { name, email: link.email }, error }, 422)

    const passwordHash = password === '' ? null : await hashPassword(password)
    const person = { name, passwordHash, userAgent: c.req.header('User-Agent') ?? '' }
    const session = await useSetUpLink(db, { token, responderId: link.responderId }, person, nowMs)
    if (session === null) return setUpPage(c, { person: null, error: null }, 410)
    rememberSession(c, session)
    return c.redirect(passwordHash === null ? '/console/settings#passkeys' : '/console', 303)
  })

  function loginPage(view: LoginView, status: number): Promise<Response> {
    return answerPage(render, '/console/login', view, status)
  }

  function setUpPage(c: Context, view: Pick<SetUpView, 'person' | 'error'>, status: number): Promise<Response> {
    const { pathname } = new URL(c.req.url)
    const whole: SetUpView = { ...view, action: pathname, passwordCharactersMin: PASSWORD_CHARACTERS_MIN }
    return answerPage(render, '/console/set-up', whole, status)
  }

  return routes
}

/** Why a new password is not taken; null when it is. */
export function refusalOfPassword(password: string): string | null {
  const { length } = password
  if (length < PASSWORD_CHARACTERS_MIN) return `Use a password of at least ${PASSWORD_CHARACTERS_MIN} characters.`
  if (length > PASSWORD_CHARACTERS_MAX) return `Use a password of at most ${PASSWORD_CHARACTERS_MAX} characters.`
  return new Set(password).size < 5 ? 'Use a password with more different characters.' : null
}

/** Passwords keep their spaces. */
export async function readPassword(c: Context, name = 'password'): Promise<string> {
  const value = (await c.req.parseBody())[name]
  return typeof value === 'string' ? value : ''
}

function refusalOfName(name: string): string | null {
  return z.string().min(1).max(120).safeParse(name).success ? null : 'Use a name of at most 120 characters.'
}

/** Cloudflare sets this header itself; on a host of one's own, whoever stands in front must. */
function addressOf(c: Context): string | null {
  return c.req.header('CF-Connecting-IP') ?? null
}
