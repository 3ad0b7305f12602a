import type { MiddlewareHandler } from 'hono'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { REDIRECTS, readRedirects } from '../publishing/redirectsJson.ts'
import type { HttpEnv } from './env.ts'
import { PublicFileReader } from './publicFileReader.ts'
import { siteOf } from './site.ts'
import { belongsToReaders } from './siteAddress.ts'

/**
 * Addresses of the page that was here before. They are looked up only where nothing else is found, in a stored file:
 * no database, and no object.
 */
export function oldAddresses(): MiddlewareHandler<HttpEnv> {
  const reader = new PublicFileReader()
  let known: { readonly etag: string; readonly redirects: ReadonlyMap<string, string> } | null = null

  return async (c, next) => {
    await next()
    // They are the main page's.
    if (siteOf(c).id !== MAIN_PAGE) return
    if (c.res.status !== 404 || (c.req.method !== 'GET' && c.req.method !== 'HEAD') || !belongsToReaders(c.req.path))
      return
    try {
      const reading = await reader.read(REDIRECTS, false, c.env, Date.now(), (work) => c.executionCtx.waitUntil(work))
      if (!reading.found) return
      if (known?.etag !== reading.file.etag)
        known = { etag: reading.file.etag, redirects: readRedirects(new TextDecoder().decode(reading.file.body)) }
      const to = known.redirects.get(c.req.path) ?? known.redirects.get(c.req.path.replace(/\/$/, ''))
      if (to === undefined) return
      c.res = new Response(null, { status: 301, headers: { Location: to, 'Cache-Control': 'public, max-age=3600' } })
    } catch (error) {
      console.error('The old addresses could not be read', error)
    }
  }
}
