import type { AccessRole } from '../domain/actor.ts'
import type { Site } from './site.ts'

/** What a token may be limited to; `*` is everything its role may do. */
export const SCOPES = [
  'incidents:read',
  'incidents:write',
  'post-mortems:write',
  'subscribers:write',
  'config:write',
  'metrics:write',
  'metrics:read',
  '*',
] as const
export type Scope = (typeof SCOPES)[number]

/** Who is asking. */
export type Principal =
  | {
      readonly kind: 'responder'
      readonly id: string
      readonly name: string
      readonly email: string
      readonly role: AccessRole
    }
  | {
      readonly kind: 'token'
      readonly id: string
      readonly name: string
      readonly role: AccessRole
      readonly scopes: readonly Scope[]
    }

export interface HttpEnv {
  Bindings: Env
  Variables: {
    /** Set by `allow` on every route whose policy names a role. */
    principal: Principal
    /** The status page that the request is for. */
    site?: Site
    /** The feed's own secret was in the address: it stands for itself, without a cookie. */
    hasFeedKey?: boolean
    /** `Set-Cookie` values that `allow` adds to the answer. */
    sessionCookies?: readonly string[]
  }
}
