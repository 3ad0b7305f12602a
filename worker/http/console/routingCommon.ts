import type { Context } from 'hono'
import type { HttpEnv } from '../env.ts'
import { configurableView } from './configurable.ts'
import type { ConfigurableView } from './views.ts'

/** What the pages of routing rules have in common. */

export const READ = { role: 'viewer', scope: 'incidents:read' } as const
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

export function routingCommon(c: Context<HttpEnv>): Promise<ConfigurableView> {
  return configurableView(c, NOTICE)
}
