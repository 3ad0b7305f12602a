import { z } from 'zod'

/** Who did something, as the timeline names them. */
export const Actor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('responder'), id: z.string(), name: z.string() }),
  z.object({ kind: z.literal('token'), id: z.string(), name: z.string() }),
  z.object({ kind: z.literal('system'), name: z.string() }),
])
export type Actor = z.infer<typeof Actor>

export const SYSTEM: Actor = { kind: 'system', name: 'Allclear' }

/** The console's ranks; each includes those before it. */
export const ACCESS_ROLES = ['viewer', 'responder', 'manager', 'admin'] as const
export const AccessRole = z.enum(ACCESS_ROLES)
export type AccessRole = z.infer<typeof AccessRole>

export function includesRole(held: AccessRole, needed: AccessRole): boolean {
  return ACCESS_ROLES.indexOf(held) >= ACCESS_ROLES.indexOf(needed)
}
