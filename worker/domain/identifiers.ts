import { z } from 'zod'

/** Twelve characters of Crockford base32 (60 bits), safe in a URL, a mail subject and on the phone. */
export const IncidentId = z
  .string()
  .regex(/^[0-9a-hjkmnp-tv-z]{12}$/, 'not an incident id')
  .brand<'IncidentId'>()
export type IncidentId = z.infer<typeof IncidentId>

/** What people name in configuration: services, components, schedules, responders, playbooks. */
export const Slug = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9_-]*$/, 'use lower-case letters, digits, - and _')
export type Slug = z.infer<typeof Slug>

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

/** Spells the first `length` × 5 bits of `bytes` in Crockford base32. Needs at least `length` bytes. */
export function crockford(bytes: Uint8Array, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += CROCKFORD.charAt((bytes[i] ?? 0) & 31)
  return text
}

/** An incident id from twelve or more random (or hashed) bytes. */
export function incidentIdFrom(bytes: Uint8Array): IncidentId {
  return IncidentId.parse(crockford(bytes, 12))
}
