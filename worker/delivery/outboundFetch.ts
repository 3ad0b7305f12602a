import { reasonOf } from './outcome.ts'
import { isNamedTarget, isPrivateHost } from './targetHost.ts'

export interface GuardedFetchOptions {
  /** The value of PRIVATE_TARGETS: comma-separated hosts and CIDR ranges that may be reached although they are private. */
  readonly privateTargets: string
  /** For everything together: redirects, the answer and its body. */
  readonly timeoutMs: number
  /** The body is read up to here; what follows is left. */
  readonly bytesMax: number
  /** Default 3; with 0 a redirect is the answer. */
  readonly redirectsMax?: number
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

export type GuardedFetchResult =
  | {
      readonly ok: true
      readonly status: number
      readonly headers: Headers
      readonly text: string
      /** True when the body was longer than `bytesMax`. */
      readonly truncated: boolean
      /** The address that answered, after redirects. */
      readonly url: string
    }
  | {
      readonly ok: false
      /** `refused`: this address is not called; the others may be different next time. */
      readonly reason: 'refused' | 'timed_out' | 'unreachable' | 'too_many_redirects'
      readonly detail: string
    }

const REDIRECTS_MAX = 3
/** Not carried to another origin: they were meant for the first. */
const SECRET_HEADERS = ['authorization', 'cookie', 'proxy-authorization']

/**
 * Calls an address that someone configured, without letting it point at our own network: HTTPS only and no private
 * host, unless the operator named it in PRIVATE_TARGETS; every redirect is checked like the first address.
 * Expected failures are results, never thrown.
 *
 * A Worker cannot resolve a name before it calls it, so a public name that points at a private address passes here.
 * On Cloudflare such an address leads nowhere; an embedded host on a network with secrets should filter its egress.
 */
export async function guardedFetch(
  url: string,
  init: Omit<RequestInit, 'redirect' | 'signal'>,
  options: GuardedFetchOptions,
): Promise<GuardedFetchResult> {
  const { privateTargets, timeoutMs, bytesMax, redirectsMax = REDIRECTS_MAX, fetch = globalFetch } = options
  const signal = AbortSignal.timeout(timeoutMs)
  let target = url
  let request: RequestInit = init
  try {
    for (let redirects = 0; ; redirects++) {
      const refusal = refusalOf(target, privateTargets)
      if (refusal !== null) return { ok: false, reason: 'refused', detail: refusal }
      const response = await fetch(target, { ...request, redirect: 'manual', signal })
      const location = response.headers.get('location')
      if (location === null || response.status < 300 || response.status > 399 || redirectsMax === 0) {
        const body = await readText(response, bytesMax)
        return { ok: true, status: response.status, headers: response.headers, ...body, url: target }
      }
      await response.body?.cancel()
      if (redirects === redirectsMax)
        return { ok: false, reason: 'too_many_redirects', detail: `More than ${redirectsMax} redirects.` }
      if (!URL.canParse(location, target))
        return { ok: false, reason: 'refused', detail: 'The redirect leads to no valid address.' }
      const next = new URL(location, target)
      request = requestAfterRedirect(request, response.status, next.origin === new URL(target).origin)
      target = next.href
    }
  } catch (error) {
    if (signal.aborted)
      return { ok: false, reason: 'timed_out', detail: `No complete answer within ${timeoutMs / 1000} s.` }
    return { ok: false, reason: 'unreachable', detail: reasonOf(error) }
  }
}

/** Why an address is not called; null when it may be. */
export function refusalOf(url: string, privateTargets: string): string | null {
  if (!URL.canParse(url)) return 'Not a valid address.'
  const { protocol, hostname, username, password } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return 'Only http and https addresses can be called.'
  if (username !== '' || password !== '') return 'An address must not hold a user name or password.'
  if (isNamedTarget(hostname, privateTargets)) return null
  if (isPrivateHost(hostname)) return `${hostname} is a private host; name it in PRIVATE_TARGETS to allow it.`
  return protocol === 'https:' ? null : 'Only https is called, except for hosts named in PRIVATE_TARGETS.'
}

/** As browsers do: 303, and 301 or 302 after a POST, go on as GET; a new origin gets no credentials. */
function requestAfterRedirect(request: RequestInit, status: number, sameOrigin: boolean): RequestInit {
  const headers = new Headers(request.headers)
  if (!sameOrigin) for (const name of SECRET_HEADERS) headers.delete(name)
  const method = request.method?.toUpperCase() ?? 'GET'
  const becomesGet =
    method !== 'GET' &&
    method !== 'HEAD' &&
    (status === 303 || (method === 'POST' && (status === 301 || status === 302)))
  if (!becomesGet) return { ...request, headers }
  for (const name of ['content-type', 'content-length']) headers.delete(name)
  return { method: 'GET', headers }
}

async function readText(response: Response, bytesMax: number): Promise<{ text: string; truncated: boolean }> {
  const reader = response.body?.getReader()
  if (reader === undefined) return { text: '', truncated: false }
  const decoder = new TextDecoder()
  let text = ''
  let left = bytesMax
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { text: text + decoder.decode(), truncated: false }
    text += decoder.decode(value.subarray(0, left), { stream: true })
    left -= value.byteLength
    if (left < 0) {
      await reader.cancel()
      return { text, truncated: true }
    }
  }
}

function globalFetch(url: string, init: RequestInit): Promise<Response> {
  return globalThis.fetch(url, init)
}
