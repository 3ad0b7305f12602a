import type { MiddlewareHandler } from 'hono'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { REDIRECTS, readRedirects } from '../publishing/redirectsJson.ts'
import type { HttpEnv } from './env.ts'
import { parsedOnce } from './parsedFile.ts'
import type { PublicFileReader } from './publicFileReader.ts'
import { siteOf } from './site.ts'
import { belongsToReaders } from './siteAddress.ts'

const redirectsIn = parsedOnce(readRedirects)

/**
 * Addresses of the page that was here before. They are looked up only where nothing else is found, in a stored file:
 * no database, and no object.
 */
export function oldAddresses(reader: PublicFileReader): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    await next()
    // They are the main page's.
    if (siteOf(c).id !== MAIN_PAGE) return
    if (c.res.status !== 404 || (c.req.method !== 'GET' && c.req.method !== 'HEAD') || !belongsToReaders(c.req.path))
      return
    try {
      const reading = await reader.read(REDIRECTS, false, c.env, Date.now(), (work) => c.executionCtx.waitUntil(work))
      if (!reading.found) return
      const redirects = redirectsIn(reading.file)
      const to = redirects.get(c.req.path) ?? redirects.get(c.req.path.replace(/\/$/, ''))
      if (to === undefined) return
      c.res = new Response(null, { status: 301, headers: { Location: to, 'Cache-Control': 'public, max-age=3600' } })
    } catch (error) {
      console.error('The old addresses could not be read', error)
    }
  }
}
