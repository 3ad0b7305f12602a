import type { Hook } from '@hono/zod-openapi'
import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { z } from 'zod'
import type { HttpEnv } from './env.ts'

/** RFC 9457 problem details: how every route of ours says no. */

type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422 | 429 | 500 | 503

const TITLE: Record<ProblemStatus, string> = {
  400: 'The request is not valid',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Out of date',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'The content is not valid',
  429: 'Too many attempts',
  500: 'Something broke here',
  503: 'Not available right now',
}

const RETRY_AFTER_SECONDS = 5

/** For the console a person reads the answer; everything else gets `application/problem+json`. */
export function problem(
  c: Context,
  status: ProblemStatus,
  code: string,
  detail: string,
  extra: Record<string, unknown> = {},
): Response {
  const title = TITLE[status]
  const headers: Record<string, string> = { 'Cache-Control': 'no-store' }
  if (status === 503) headers['Retry-After'] = String(RETRY_AFTER_SECONDS)
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer realm="allclear"'

  if (isConsolePage(c)) {
    headers['Content-Type'] = 'text/html; charset=utf-8'
    headers['Content-Security-Policy'] = "default-src 'none'; frame-ancestors 'none'"
    return c.body(problemPage(title, detail), status, headers)
  }
  headers['Content-Type'] = 'application/problem+json'
  return c.body(JSON.stringify({ type: 'about:blank', title, status, detail, code, ...extra }), status, headers)
}

/** The door for everything that was thrown. Internals go to the log, never to the caller. */
export const handleError: ErrorHandler<HttpEnv> = (error, c) => {
  if (error instanceof HTTPException) {
    const status = knownStatus(error.status)
    return problem(c, status, codeOf(status), error.message === '' ? TITLE[status] : error.message)
  }
  if (isUnavailable(error)) {
    console.error('Storage did not answer', c.req.method, c.req.path, error)
    return problem(c, 503, 'storage_unavailable', 'Storage did not answer. Nothing was changed; send it again shortly.')
  }
  console.error('Unexpected error', c.req.method, c.req.path, error)
  return problem(c, 500, 'internal_error', 'This is a fault of Allclear. It was logged.')
}

export const handleNotFound: NotFoundHandler<HttpEnv> = (c) =>
  problem(c, 404, 'not_found', `There is nothing at ${c.req.path}.`)

/** Pass to `new OpenAPIHono({ defaultHook: refuseInvalid })`: what a schema refuses becomes a problem with the places. */
export const refuseInvalid: Hook<unknown, HttpEnv, string, unknown> = (result, c) => {
  if (result.success) return undefined
  return invalid(c, result.error)
}

/** The answer for input that a zod schema refused. */
export function invalid(c: Context, error: Pick<z.ZodError, 'issues'>): Response {
  return refuseFaults(c, faultsOf(error))
}

export interface Fault {
  /** Its place, with dots between the steps; empty for the whole. */
  readonly path: string
  readonly message: string
}

export function faultsOf(error: Pick<z.ZodError, 'issues'>): Fault[] {
  return error.issues.slice(0, 50).map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
}

export function refuseFaults(c: Context, errors: readonly Fault[]): Response {
  const first = errors[0]
  const detail =
    first === undefined ? TITLE[422] : first.path === '' ? first.message : `${first.path}: ${first.message}`
  return problem(c, 422, 'invalid', detail, { errors })
}

/** Whether trying again later may help: the database or an object did not answer, as opposed to a bug. */
export function isUnavailable(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at.name === 'StorageUnavailable') return true
    // Flags that workerd puts on errors of objects.
    if ('overloaded' in at && at.overloaded === true) return true
    if ('retryable' in at && at.retryable === true) return true
    if (at.message.startsWith('D1_') && !/SQLITE_(CONSTRAINT|ERROR|MISMATCH|TOOBIG)/.test(at.message)) return true
    if (
      /Network connection lost|Durable Object (is overloaded|reset|storage operation exceeded)|transient issue/.test(
        at.message,
      ) ||
      // The platform's own fault, such as an object whose storage cannot be opened.
      at.message.startsWith('internal error; reference = ')
    ) {
      return true
    }
  }
  return false
}

function knownStatus(status: number): ProblemStatus {
  const known = Object.keys(TITLE).map(Number)
  if (known.includes(status)) return status as ProblemStatus
  return status >= 400 && status < 500 ? 400 : 500
}

function codeOf(status: ProblemStatus): string {
  return TITLE[status].toLowerCase().replaceAll(' ', '_')
}

function isConsolePage(c: Context): boolean {
  return c.req.path.startsWith('/console') && (c.req.header('Accept') ?? '').includes('text/html')
}

function problemPage(title: string, detail: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · Allclear</title><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(detail)}</p>
<p><a href="/console">Back to the console</a></p></main></html>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
