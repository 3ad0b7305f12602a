import type { Context, Hono } from 'hono'
import { METHOD_NAME_ALL } from 'hono/router'
import type { HttpEnv } from './env.ts'

/** What readers' addresses answer to methods that they do not take: 405 that names those they do (RFC 9110, 15.5.6). */

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

type Router = Pick<Hono<HttpEnv>['router'], 'match'>

/** Null where the address takes none, and so leads nowhere. */
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

/** What `use` adds answers nothing, and what stands for all addresses of a folder knows none of them. */
function isRouted(router: Router, method: string, path: string): boolean {
  return router
    .match(method, path)[0]
    .some(([[, route]]) => route.method !== METHOD_NAME_ALL && !route.path.endsWith('*'))
}
