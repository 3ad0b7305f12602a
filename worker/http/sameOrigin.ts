const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Whether a request that would act with a browser's cookies comes from one of our own pages. Content types do not
 * matter: a form, a fetch without preflight and JSON are all the same. Requests with an `Authorization` header are
 * exempt, because `authenticate` then never looks at cookies.
 */
export function isSameOrigin(request: Request, publicUrl: string): boolean {
  // A WebSocket is opened by GET, without a preflight, and then read by whoever opened it.
  const opensSocket = request.headers.get('Upgrade')?.toLowerCase() === 'websocket'
  if (SAFE_METHODS.includes(request.method) && !opensSocket) return true
  if (request.headers.has('Authorization')) return true

  // Browsers send it to https and to loopback, and no script can set it.
  const site = request.headers.get('Sec-Fetch-Site')
  if (site !== null) return site === 'same-origin'

  // Behind a proxy the request's own address may differ from the public one; both are ours.
  const origin = request.headers.get('Origin')
  return origin !== null && [new URL(publicUrl).origin, new URL(request.url).origin].includes(origin)
}
