import type { Context } from 'hono'
import { generateCookie, getCookie } from 'hono/cookie'
import { includesRole } from '../domain/actor.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'
import { PAGE_SESSION_MS, PageSession, isAdmitted, isForPrograms } from '../domain/pageEntrance.ts'
import { database } from '../storage/database.ts'
import { hashKey, sign, verify } from '../storage/masterKey.ts'
import { noteFeedKeyUse } from '../storage/pageAccess.ts'
import type { LinkPurpose } from '../storage/subscriberLinks.ts'
import { readLink, readShortLink } from '../storage/subscriberLinks.ts'
import { authenticate } from './authenticate.ts'
import type { HttpEnv } from './env.ts'
import type { PageDirectory } from './pageDirectory.ts'
import { includesScope } from './policy.ts'
import { isUnavailable, problem } from './problem.ts'
import { bearerToken, sameText } from './secrets.ts'
import { siteOf } from './site.ts'
import { siteAddressOf } from './siteAddress.ts'

/**
 * Who may read a private status page, judged without the database wherever that can be: by a signed cookie, by the hash
 * of a secret in the address, by the session of the console, or by the link in a subscriber's mail.
 */

const SESSION_PURPOSE = 'page session'
const PRIVATE = 'This status page is private. Send the key of its feeds as ?key= or as Bearer, or open it in a browser.'
const SCOPE = 'incidents:read'

const ENTRANCE = /^\/sign-(?:in(?:\/[\w-]{1,100})?|out)$/
const SUBSCRIBER_LINK = /^\/(?:subscribe\/confirm|unsubscribe|subscription)\/([^/]{1,1000})(?:\/erase|\/data\.json)?$/
const SHORT_LINK = /^\/s\/([^/]{1,100})$/
const LINK_PURPOSES: readonly LinkPurpose[] = ['confirm', 'unsubscribe', 'manage']

/** A key's use is noted at most this often by an isolate. */
const USE_NOTED_EVERY_MS = 60_000

export interface GateAnswers {
  readonly unavailable: (c: Context<HttpEnv>) => Response
  /** What a browser gets in place of the page: how to come in, and the way back to where it was going. */
  readonly entrance: (c: Context<HttpEnv>, entry: PageEntry) => Promise<Response>
}

export class PageGate {
  readonly #directory: PageDirectory
  readonly #answers: GateAnswers
  readonly #useNotedAtMs = new Map<string, number>()

  constructor(directory: PageDirectory, answers: GateAnswers) {
    this.#directory = directory
    this.#answers = answers
  }

  /** Null: whoever asks may have what they ask for. */
  async refusal(c: Context<HttpEnv>): Promise<Response | null> {
    const { path } = siteAddressOf(new URL(c.req.url).pathname)
    if (c.req.method === 'OPTIONS' || ENTRANCE.test(path)) return null
    if (path === '/robots.txt') return c.text('User-agent: *\nDisallow: /\n')
    const entry = await this.#directory.entry(c, siteOf(c).id)
    // Nobody can say who may read it.
    if (entry === null) return this.#answers.unavailable(c)
    try {
      if (entry.access.kind === 'public' || (await this.#holdsKey(c, entry, path)) || (await mayRead(c, entry)))
        return null
      if (await holdsLink(c, entry.id, path)) return null
    } catch (error) {
      if (!isUnavailable(error)) throw error
      console.error('Who may read a private page cannot be judged', error)
      return this.#answers.unavailable(c)
    }
    const wantsPage = (c.req.header('Accept') ?? '').includes('text/html') && !isForPrograms(path)
    return wantsPage ? this.#answers.entrance(c, entry) : problem(c, 401, 'private_page', PRIVATE)
  }

  async #holdsKey(c: Context<HttpEnv>, entry: PageEntry, path: string): Promise<boolean> {
    const isReading = c.req.method === 'GET' || c.req.method === 'HEAD'
    const key = new URL(c.req.url).searchParams.get('key') ?? bearerToken(c.req.raw)
    if (key === null || !isReading || !isForPrograms(path)) return false
    const id = await hashKey(key)
    if (!entry.feedKeys.some((known) => sameText(known, id))) return false
    c.set('hasFeedKey', true)
    this.#noteUse(c, id, Date.now())
    return true
  }

  #noteUse(c: Context<HttpEnv>, id: string, nowMs: number): void {
    if (nowMs - (this.#useNotedAtMs.get(id) ?? -Infinity) < USE_NOTED_EVERY_MS) return
    this.#useNotedAtMs.set(id, nowMs)
    const noted = noteFeedKeyUse(database(c.env.DB), id, nowMs)
    c.executionCtx.waitUntil(
      noted.catch((error: unknown) => console.warn('The use of a key of feeds was not noted', error)),
    )
  }
}

/** Whether whoever asks is known to the page: by its own cookie, or for staff by the console's session or a token. */
export async function mayRead(c: Context<HttpEnv>, entry: PageEntry): Promise<boolean> {
  if (entry.access.kind === 'public') return true
  if (entry.access.kind === 'staff') {
    const principal = await authenticate(c)
    return principal !== null && includesRole(principal.role, 'viewer') && includesScope(principal, SCOPE)
  }
  const cookie = getCookie(c, cookieName(c, entry.id))
  if (cookie === undefined) return false
  const session = PageSession.safeParse(await verify(c.env.MASTER_KEY, SESSION_PURPOSE, cookie, Date.now()))
  return session.success && isAdmitted(session.data, entry)
}

/** Mails go on working for who gets them: a link of theirs opens what it is for, and nothing else. */
async function holdsLink(c: Context<HttpEnv>, page: string, path: string): Promise<boolean> {
  const [, short] = SHORT_LINK.exec(path) ?? []
  if (short !== undefined) return (await readShortLink(c.env.MASTER_KEY, page, short)) !== null
  const [, token] = SUBSCRIBER_LINK.exec(path) ?? []
  if (token === undefined) return false
  for (const purpose of LINK_PURPOSES) {
    const link = await readLink(c.env.MASTER_KEY, purpose, token, Date.now())
    if (link !== null) return link.page === page
  }
  return false
}

/** For the cookie of somebody who has just come in. `email`: null where a password was the way. */
export async function admit(c: Context<HttpEnv>, entry: PageEntry, email: string | null): Promise<void> {
  const session: PageSession = { page: entry.id, generation: entry.generation, email }
  const expiresAtMs = Date.now() + PAGE_SESSION_MS
  setCookie(c, entry.id, await sign(c.env.MASTER_KEY, SESSION_PURPOSE, session, expiresAtMs), PAGE_SESSION_MS)
}

export function leave(c: Context<HttpEnv>): void {
  setCookie(c, siteOf(c).id, '', 0)
}

function setCookie(c: Context<HttpEnv>, page: string, value: string, maxAgeMs: number): void {
  const cookie = generateCookie(cookieName(c, page), value, {
    path: `${siteOf(c).base}/`,
    httpOnly: true,
    sameSite: 'Lax',
    secure: isHttps(c),
    maxAge: Math.floor(maxAgeMs / 1000),
  })
  c.header('Set-Cookie', cookie, { append: true })
}

function cookieName(c: Context<HttpEnv>, page: string): string {
  const name = `allclear_page_${page}`
  return isHttps(c) ? `__Secure-${name}` : name
}

function isHttps(c: Context<HttpEnv>): boolean {
  return c.env.PUBLIC_URL.startsWith('https:')
}
