import type { Context } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import type { HttpEnv } from '../env.ts'
import { includesScope } from '../policy.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { RoutingCommon } from './routingViews.ts'

/** What the pages of routing rules have in common. */

export const READ = { role: 'viewer', scope: 'incidents:read' } as const
export const CONFIGURE = { role: 'admin', scope: 'config:write' } as const
const NOTICE: Readonly<Record<string, string>> = {
  saved: 'The rule is saved, and judges what fires from now on.',
  removed: 'The rule was removed. The versions of the configuration still have it.',
  enabled: 'The rule is looked at again.',
  disabled: 'The rule is not looked at until it is enabled again.',
  moved: 'The rule was moved.',
  limits: 'The limits are saved.',
  draft: 'The draft is saved, and judges what fires from now on.',
  gone: 'This rule is not there any more.',
}

export async function routingCommon(c: Context<HttpEnv>): Promise<RoutingCommon> {
  const { principal } = c.var
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: await timeZoneOf(c.env),
    notice: NOTICE[c.req.query('done') ?? ''] ?? null,
    mayConfigure: includesRole(principal.role, CONFIGURE.role) && includesScope(principal, CONFIGURE.scope),
  }
}
