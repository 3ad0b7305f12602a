import type { Context, MiddlewareHandler } from 'hono'
import { findTargetHandler, isMiddleware } from 'hono/utils/handler'
import { includesRole, type AccessRole } from '../domain/actor.ts'
import { authenticate, hasSessionCookie, sendSessionCookies } from './authenticate.ts'
import type { HttpEnv, Principal, Scope } from './env.ts'
import { problem } from './problem.ts'
import { isSameOrigin } from './sameOrigin.ts'
import { bearerToken, sameText } from './secrets.ts'

/**
 * Who may call a route. `public`: anyone. `signed_link`, `integration`: whoever holds the link or key, which the
 * route checks itself. `setup`: the set-up token. `metrics`: the metrics token, or an API token with its scope.
 * A role: a signed-in responder of at least that role, or an API token of that role and scope; a route without a
 * scope takes only tokens with `*`.
 */
export type Policy =
  | 'public'
  | 'signed_link'
  | 'integration'
  | 'setup'
  | 'metrics'
  | { readonly role: AccessRole; readonly scope?: Scope }

const policies = new WeakMap<object, Policy>()

/** The first handler of every route. */
export function allow(policy: Policy): MiddlewareHandler<HttpEnv> {
  const middleware: MiddlewareHandler<HttpEnv> = async (c, next) => {
    const refusal = await refusalOf(c, policy)
    if (refusal === null) await next()
    else c.res = refusal
    sendSessionCookies(c)
  }
  policies.set(middleware, policy)
  return middleware
}

async function refusalOf(c: Context<HttpEnv>, policy: Policy): Promise<Response | null> {
  const actsWithCookies = hasSessionCookie(c) || c.req.path.startsWith('/console')
  if (actsWithCookies && !isSameOrigin(c.req.raw, c.env.PUBLIC_URL)) {
    return problem(c, 403, 'cross_site', 'This request came from another site, so nothing was done.')
  }

  switch (policy) {
    case 'public':
    case 'signed_link':
    case 'integration':
      return null
    case 'setup':
      return bearerIs(c, c.env.SETUP_TOKEN) ? null : problem(c, 401, 'unauthorised', 'Send the set-up token as Bearer.')
    case 'metrics':
      if (bearerIs(c, c.env.METRICS_TOKEN)) return null
      return refusalOfRole(c, 'viewer', 'metrics:read')
  }
  return refusalOfRole(c, policy.role, policy.scope)
}

async function refusalOfRole(
  c: Context<HttpEnv>,
  role: AccessRole,
  scope: Scope | undefined,
): Promise<Response | null> {
  // Those who may change who may do what are asked about each time, so that a lost rank is lost at once.
  const principal = await authenticate(c, { fresh: includesRole(role, 'manager') })
  if (principal === null) return askToSignIn(c)
  if (!includesRole(principal.role, role)) {
    return problem(c, 403, 'role_too_low', `This needs the role ${role}; you have the role ${principal.role}.`)
  }
  if (!includesScope(principal, scope)) {
    return problem(c, 403, 'scope_missing', `This token does not have the scope ${scope ?? '*'}.`)
  }
  c.set('principal', principal)
  return null
}

/** What a principal may touch beside its role: people everything, tokens what they were made for. */
export function includesScope(principal: Principal, scope: Scope | undefined): boolean {
  if (principal.kind === 'responder' || principal.scopes.includes('*')) return true
  return scope !== undefined && principal.scopes.includes(scope)
}

function askToSignIn(c: Context<HttpEnv>): Response {
  const wantsPage = c.req.path.startsWith('/console') && (c.req.header('Accept') ?? '').includes('text/html')
  if (!wantsPage) return problem(c, 401, 'unauthorised', 'Sign in, or send an API token as Bearer.')
  const { pathname, search } = new URL(c.req.url)
  const next = c.req.method === 'GET' ? pathname + search : '/console'
  return c.redirect(`/console/login?next=${encodeURIComponent(next)}`, 303)
}

function bearerIs(c: Context<HttpEnv>, secret: string | undefined): boolean {
  const token = bearerToken(c.req.raw)
  return secret !== undefined && secret !== '' && token !== null && sameText(token, secret)
}

interface RoutePolicy {
  readonly method: string
  readonly path: string
  readonly policy: Policy
}

interface RouteTable {
  readonly routes: readonly { readonly method: string; readonly path: string; readonly handler: unknown }[]
}

/** Every route with its policy. Throws, naming them, when routes have none. */
export function assertEveryRouteHasPolicy(app: RouteTable): RoutePolicy[] {
  const byRoute = new Map<string, { method: string; path: string; handlers: Handler[] }>()
  for (const { method, path, handler } of app.routes) {
    const name = `${method} ${path}`
    const route = byRoute.get(name) ?? { method, path, handlers: [] }
    route.handlers.push(targetOf(handler))
    byRoute.set(name, route)
  }

  const bare: string[] = []
  const found: RoutePolicy[] = []
  for (const [name, { method, path, handlers }] of byRoute) {
    // What `use` adds answers nothing by itself.
    if (method === 'ALL' && handlers.every((handler) => isMiddleware(handler) && !policies.has(handler))) continue
    const policy = handlers[0] === undefined ? undefined : policies.get(handlers[0])
    if (policy === undefined) bare.push(name)
    else found.push({ method, path, policy })
  }
  if (bare.length > 0) throw new Error(`Routes without a policy as their first handler: ${bare.join(', ')}`)
  return found
}

type Handler = Parameters<typeof isMiddleware>[0]

/** Hono wraps the handlers of a sub-app that has its own error handler. The route table holds only handlers. */
function targetOf(handler: unknown): Handler {
  return findTargetHandler(handler as Handler)
}
