import type { Context } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import type { HttpEnv } from '../env.ts'
import { includesScope } from '../policy.ts'
import { noticeOf } from './notice.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { ConfigurableView } from './views.ts'

/** Pages of what is configured: everybody may look, and admins change it. */

export const CONFIGURE = { role: 'admin', scope: 'config:write' } as const

export function mayConfigure(c: Context<HttpEnv>): boolean {
  const { principal } = c.var
  return includesRole(principal.role, CONFIGURE.role) && includesScope(principal, CONFIGURE.scope)
}

/** Common to all of them. `notices`: what is said after a form, by the name that its redirect has in `?done=`. */
export async function configurableView(
  c: Context<HttpEnv>,
  notices: Readonly<Record<string, string>>,
): Promise<ConfigurableView> {
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: await timeZoneOf(c.env),
    notice: noticeOf(c, notices),
    mayConfigure: mayConfigure(c),
  }
}
