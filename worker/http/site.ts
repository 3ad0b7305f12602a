import type { Context, MiddlewareHandler } from 'hono'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { folderOf } from '../domain/pageDirectory.ts'
import type { PageRoute } from '../domain/pageDirectory.ts'
import type { HttpEnv } from './env.ts'
import type { PageDirectory } from './pageDirectory.ts'
import { belongsToProgram, belongsToReaders, siteAddressOf } from './siteAddress.ts'

/** The status page that a request is for. */
export interface Site {
  readonly id: string
  /** No trailing slash. */
  readonly url: string
  /** Before the paths of its stored files. */
  readonly folder: string
  /** What stands before its paths at the address that was asked for. */
  readonly base: string
  readonly isPrivate: boolean
}

function mainSite(env: Pick<Env, 'PUBLIC_URL'>): Site {
  return { id: MAIN_PAGE, url: env.PUBLIC_URL.replace(/\/+$/, ''), folder: '', base: '', isPrivate: false }
}

type Answer = (c: Context<HttpEnv>) => Response | Promise<Response>

/** Of the main page where nobody looked for another. */
export function siteOf(c: Context<HttpEnv>): Site {
  return c.var.site ?? mainSite(c.env)
}

interface Answers {
  readonly notFound: Answer
  readonly unavailable: Answer
  /** Null: whoever asks may read this private page. */
  readonly refusal: (c: Context<HttpEnv>) => Promise<Response | null>
}

/**
 * Finds the page by its address or by the host, before any route: what a route answers with is the page's own, and of a
 * private page nothing is answered to who may not read it. A host that is no page's shows the main one.
 */
export function findSite(directory: PageDirectory, answers: Answers): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const { hostname, pathname } = new URL(c.req.url)
    const { page, path } = siteAddressOf(pathname)
    const isMainHost = hostname === new URL(c.env.PUBLIC_URL).hostname
    // What comes in from machines is not held up by a look at the store.
    const isShown = belongsToReaders(path) || path.startsWith('/console')
    if (page === null && (isMainHost || !isShown)) return next()

    const routes = await directory.routes(c)
    if (routes === null) return page === null ? next() : answers.unavailable(c)
    const ofHost = isMainHost ? undefined : routes.find(({ domain }) => domain === hostname)
    const route = page === null ? ofHost : routes.find(({ id }) => id === page)
    if (page === null && ofHost === undefined) return next()
    // A page's own host has that page and nothing else.
    if (route === undefined || (ofHost !== undefined && ofHost.id !== route.id)) return answers.notFound(c)
    c.set('site', pageAt(route, page === null ? '' : `/pages/${page}`))
    if (!belongsToReaders(path)) return answers.notFound(c)
    if (!siteOf(c).isPrivate || belongsToProgram(path)) return next()
    const refusal = await answers.refusal(c)
    if (refusal === null) await next()
    else c.res = refusal
    // Whatever answered: nobody keeps it but who got it, and nobody finds it by searching.
    c.res.headers.set('Cache-Control', 'private, no-store')
    c.res.headers.set('X-Robots-Tag', 'noindex')
  }
}

function pageAt({ id, url, isPrivate }: PageRoute, base: string): Site {
  return { id, url, base, isPrivate, folder: folderOf({ id, isPrivate }) }
}
