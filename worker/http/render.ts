import { contentSecurityPolicy } from '../publishing/contentSecurityPolicy.ts'

/** Renders a page of site/pages as a pure function of `view`; `path` is the page's, such as /public/home. */
export type RenderPage = (path: string, view: unknown) => Promise<Response>

/** How a view reaches its page. Pages are only ever asked this way: no address of the outside leads to one. */
export function renderRequest(path: string, view: unknown): Request {
  return new Request(new URL(path, 'http://site/'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(view),
  })
}

/** The page with the headers that keep foreign script, style and frames out of it. */
export async function withContentSecurityPolicy(response: Response): Promise<Response> {
  const html = await response.text()
  const headers = new Headers(response.headers)
  headers.set('Content-Security-Policy', await contentSecurityPolicy(html))
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('Referrer-Policy', 'strict-origin-when-cross-origin')
  headers.delete('Content-Length')
  return new Response(html, { status: response.status, headers })
}
