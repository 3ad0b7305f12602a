import type { Context } from 'hono'
import type { HttpEnv } from './env.ts'

/** In which form somebody wants to read a page: HTML, plain text or Markdown. */

export type ReaderForm = 'html' | 'txt' | 'md'

const TERMINAL = /^(?:curl|wget|httpie|xh|libfetch|fetch libfetch|powershell)\b/i

/** Programs and languages get different files at one address. */
export const BY_READER = { Vary: 'Accept, Accept-Language, User-Agent' }

/** Of what is made on request; the address may say it with its ending. */
export function formFor(c: Context<HttpEnv>): ReaderForm {
  return wantsMarkdown(c) ? 'md' : wantsText(c) ? 'txt' : 'html'
}

/** Who names Markdown, and likes HTML no better. */
export function wantsMarkdown(c: Context<HttpEnv>): boolean {
  const accept = c.req.header('Accept')?.toLowerCase() ?? ''
  const weightOf = (type: string) => {
    const [, weight] = accept.split(',').flatMap((each) => {
      const [name = '', ...parameters] = each.split(';').map((part) => part.trim())
      return name === type ? [name, ...parameters.filter((part) => part.startsWith('q=')), 'q=1'] : []
    })
    return Number(weight?.slice(2) ?? 0)
  }
  const markdown = weightOf('text/markdown')
  return markdown > 0 && markdown >= weightOf('text/html')
}

/** A browser says text/html. Terminals are known by their name, or by asking for neither HTML nor just anything. */
export function wantsText(c: Context<HttpEnv>): boolean {
  const accept = c.req.header('Accept')?.toLowerCase() ?? '*/*'
  if (accept.includes('text/html')) return false
  return TERMINAL.test(c.req.header('User-Agent') ?? '') || !(accept.includes('*/*') || accept.includes('text/*'))
}
