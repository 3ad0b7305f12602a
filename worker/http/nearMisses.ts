import type { Context, Hono } from 'hono'
import { METHOD_NAME_ALL } from 'hono/router'
import type { HttpEnv } from './env.ts'

/** Requests that just miss an address of the readers'. */

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

type Router = Pick<Hono<HttpEnv>['router'], 'match'>

/** 405 that names the methods an address takes (RFC 9110, 15.5.6). Null where it takes none, and so leads nowhere. */
export function answerOtherMethod(c: Context<HttpEnv>, router: Router): Response | null {
  const { method, path } = c.req
  if (method === 'GET' || method === 'HEAD') return null
  const taken = METHODS.filter((each) => isRouted(router, each, path))
  if (taken.length === 0) return null
  const allow = taken.flatMap((each) => (each === 'GET' ? [each, 'HEAD'] : [each]))
  const headers = {
    Allow: [...allow, 'OPTIONS'].join(', '),
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    ...(path.startsWith('/api/v2/') ? { 'Access-Control-Allow-Origin': '*' } : {}),
  }
  return method === 'OPTIONS' ? c.body(null, 204, headers) : c.body(null, 405, headers)
}

/** `/history/` is written by hand, and by copies of the page; relative links would lead out of it. Null: no such page. */
export function withoutSlash(c: Context<HttpEnv>, router: Router): Response | null {
  const { method, path } = c.req
  const { pathname, search } = new URL(c.req.url)
  const isPage = /^(?:\/[^/]+)+\/$/.test(pathname) && isRouted(router, 'GET', path.slice(0, -1))
  return isPage && (method === 'GET' || method === 'HEAD') ? c.redirect(pathname.slice(0, -1) + search, 308) : null
}

/** What `use` adds answers nothing, and what stands for all addresses of a folder knows none of them. */
function isRouted(router: Router, method: string, path: string): boolean {
  return router
    .match(method, path)[0]
    .some(([[, route]]) => route.method !== METHOD_NAME_ALL && !route.path.endsWith('*'))
}
