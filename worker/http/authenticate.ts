import type { Context } from 'hono'
import { generateCookie, getCookie } from 'hono/cookie'
import { z } from 'zod'
import { AccessRole } from '../domain/actor.ts'
import { findApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { hashKey, sign, verify } from '../storage/masterKey.ts'
import { findSession, SESSION_AGE_MS_MAX, SESSION_IDLE_MS_MAX, type Session } from '../storage/sessions.ts'
import { SCOPES, type HttpEnv, type Principal } from './env.ts'
import { isUnavailable } from './problem.ts'
import { bearerToken } from './secrets.ts'

/**
 * A session is a random token in a cookie; D1 holds its SHA-256. Beside it travels a signed copy of who it is, so
 * that a page does not read D1 each time, and so that a responder can act while D1 is gone.
 */

/** How long the signed copy is believed without asking D1: as long as a closed session may live on elsewhere. */
export const COPY_FRESH_MS = 5 * 60_000

const COPY_PURPOSE = 'session copy'

const Copy = z.object({
  sessionId: z.string(),
  createdAtMs: z.number(),
  checkedAtMs: z.number(),
  responder: z.object({ id: z.string(), name: z.string(), email: z.string(), role: AccessRole }),
})
type Copy = z.infer<typeof Copy>

/** Who is asking: by `Authorization: Bearer` alone when the header is there, else by the session's cookie. */
export async function authenticate(c: Context<HttpEnv>, options: { fresh?: boolean } = {}): Promise<Principal | null> {
  if (c.req.raw.headers.has('Authorization')) return tokenPrincipal(c)
  return sessionPrincipal(c, options.fresh ?? false)
}

export function hasSessionCookie(c: Context<HttpEnv>): boolean {
  return getCookie(c, cookieName(c, 'session')) !== undefined
}

export function sessionToken(c: Context<HttpEnv>): string | null {
  return getCookie(c, cookieName(c, 'session')) ?? null
}

/** Puts a session that was just opened into the browser. */
export function rememberSession(c: Context<HttpEnv>, token: string): void {
  setSessionCookie(c, 'session', token, SESSION_AGE_MS_MAX)
  // A copy of whoever was signed in here before must not outlive them.
  setSessionCookie(c, 'copy', '', 0)
}

export function forgetSession(c: Context<HttpEnv>): void {
  setSessionCookie(c, 'session', '', 0)
  setSessionCookie(c, 'copy', '', 0)
}

/** Adds the cookies that this request changed to its answer, whoever made it; `allow` calls it last. */
export function sendSessionCookies(c: Context<HttpEnv>): void {
  // The answer that opens a WebSocket cannot be changed; the next page brings the cookie.
  if (c.res.status === 101) return
  for (const cookie of c.var.sessionCookies ?? []) c.header('Set-Cookie', cookie, { append: true })
}

async function tokenPrincipal(c: Context<HttpEnv>): Promise<Principal | null> {
  const secret = bearerToken(c.req.raw)
  if (secret === null) return null
  const token = await findApiToken(database(c.env.DB), secret, Date.now())
  if (token === null) return null
  const scopes = SCOPES.filter((scope) => token.scopes.includes(scope))
  return { kind: 'token', id: token.id, name: token.name, role: token.role, scopes }
}

async function sessionPrincipal(c: Context<HttpEnv>, fresh: boolean): Promise<Principal | null> {
  const token = sessionToken(c)
  if (token === null) return null
  const nowMs = Date.now()
  const copy = await readCopy(c, token, nowMs)
  if (copy !== null && !fresh && nowMs - copy.checkedAtMs < COPY_FRESH_MS) return principalOf(copy.responder)

  let session: Session | null
  try {
    session = await findSession(database(c.env.DB), token, nowMs)
  } catch (error) {
    if (copy !== null && isUnavailable(error)) return principalOf(copy.responder)
    throw error
  }
  if (session === null) {
    forgetSession(c)
    return null
  }
  await writeCopy(c, session, nowMs)
  return principalOf(session.responder)
}

/** The signed copy, if it belongs to this very session and is within its limits. */
async function readCopy(c: Context<HttpEnv>, token: string, nowMs: number): Promise<Copy | null> {
  const signed = getCookie(c, cookieName(c, 'copy'))
  if (signed === undefined) return null
  const copy = Copy.safeParse(await verify(c.env.MASTER_KEY, COPY_PURPOSE, signed, nowMs))
  if (!copy.success || copy.data.sessionId !== (await hashKey(token))) return null
  return copy.data
}

async function writeCopy(c: Context<HttpEnv>, session: Session, nowMs: number): Promise<void> {
  const copy: Copy = {
    sessionId: session.id,
    createdAtMs: session.createdAtMs,
    checkedAtMs: nowMs,
    responder: session.responder,
  }
  const expiresAtMs = Math.min(nowMs + SESSION_IDLE_MS_MAX, session.createdAtMs + SESSION_AGE_MS_MAX)
  setSessionCookie(c, 'copy', await sign(c.env.MASTER_KEY, COPY_PURPOSE, copy, expiresAtMs), expiresAtMs - nowMs)
}

function principalOf(responder: Session['responder']): Principal {
  return { kind: 'responder', ...responder }
}

function cookieName(c: Context<HttpEnv>, kind: 'session' | 'copy'): string {
  const name = `allclear_${kind}`
  // Browsers take `__Host-` only over https; the embedded host speaks http on loopback.
  return isHttps(c) ? `__Host-${name}` : name
}

function setSessionCookie(c: Context<HttpEnv>, kind: 'session' | 'copy', value: string, maxAgeMs: number): void {
  const cookie = generateCookie(cookieName(c, kind), value, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: isHttps(c),
    maxAge: Math.floor(maxAgeMs / 1000),
  })
  const others = (c.var.sessionCookies ?? []).filter((other) => !other.startsWith(`${cookieName(c, kind)}=`))
  c.set('sessionCookies', [...others, cookie])
}

function isHttps(c: Context<HttpEnv>): boolean {
  return c.env.PUBLIC_URL.startsWith('https:')
}
