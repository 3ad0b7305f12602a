import type { Context } from 'hono'
import type { HttpEnv } from '../env.ts'

/** What is said after a form, by the name that its redirect has in `?done=`; null for any other name. */
export function noticeOf(c: Context<HttpEnv>, notices: Readonly<Record<string, string>>): string | null {
  const done = c.req.query('done') ?? ''
  return Object.hasOwn(notices, done) ? (notices[done] ?? null) : null
}
