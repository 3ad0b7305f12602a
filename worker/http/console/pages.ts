import type { Context } from 'hono'
import type { HttpEnv } from '../env.ts'
import type { ConfigNote } from '../../storage/configVersions.ts'
import type { RenderPage } from '../render.ts'
import { actorOf } from '../room.ts'

/** A rendered page that no cache keeps and whose address no other site is told. */
export async function answerPage(render: RenderPage, path: string, view: unknown, status = 200): Promise<Response> {
  const page = await render(path, view)
  const headers = new Headers(page.headers)
  headers.set('Cache-Control', 'no-store')
  headers.set('Referrer-Policy', 'same-origin')
  // A copy that somebody saves has to say it as well.
  if (headers.get('Content-Type') === 'text/html') headers.set('Content-Type', 'text/html; charset=utf-8')
  return new Response(page.body, { status: page.status === 200 ? status : page.status, headers })
}

/** The fields of a posted form; a file or a missing field reads as empty text. */
export async function readForm(c: Context<HttpEnv>): Promise<(name: string) => string> {
  const form = await c.req.parseBody()
  return (name) => {
    const value = form[name]
    return typeof value === 'string' ? value.trim() : ''
  }
}

/** A path inside the console or of a page for staff, so that nobody can be sent elsewhere by a link to the sign-in page. */
export function consolePath(path: string): string {
  const isInside =
    /^\/(?:console(?:[/?#]|$)|pages\/[a-z0-9])/.test(path) && !path.includes('\\') && !path.startsWith('/console/log')
  return isInside ? path : '/console'
}

/** Whoever changes the configuration here, and what for. */
export function byConsole(c: Context<HttpEnv>, message: string | null = null): ConfigNote {
  return { by: actorOf(c.var.principal), source: 'console', message }
}
