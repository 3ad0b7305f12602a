import { z } from 'zod'
import { Appearance } from './appearance.ts'
import { HttpUrl, Name, TimeZone } from './catalogue.ts'
import type { Channel } from './channel.ts'
import { Slug } from './identifiers.ts'
import { Language } from './language.ts'

/** Status pages beside the main one: for a product, a region or a customer, each with some of the components. */

export const MAIN_PAGE = 'main'
export const PAGES_MAX = 50
const READERS_MAX = 500

const HostName = z
  .string()
  .max(253)
  .toLowerCase()
  .regex(/^(?!\d+(?:\.\d+){3}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/, {
    error: 'a host name such as status.example.com',
  })

/** Who may read it. The secrets of a private page are in no document: they are set at its own address. */
export const PageAccess = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('public') }),
  z.object({ kind: z.literal('password') }),
  /** By a link that is mailed to an address of these domains, or to one of these addresses. */
  z.object({
    kind: z.literal('email'),
    domains: z.array(HostName).max(READERS_MAX).default([]),
    addresses: z.array(z.email().max(254).toLowerCase()).max(READERS_MAX).default([]),
  }),
  /** Whoever is signed in to the console. */
  z.object({ kind: z.literal('staff') }),
])
export type PageAccess = z.infer<typeof PageAccess>

export const FurtherPage = z.object({
  id: Slug.refine((id) => id !== MAIN_PAGE, 'the main page is configured under statusPage'),
  name: Name,
  /** What it shows; incidents and maintenances are on it when they touch one of these. */
  components: z.array(Slug).max(500).default([]),
  /** Also those that touch no component at all. */
  untouched: z.boolean().default(false),
  /** A host name of its own; without one it is at /pages/<id>/. */
  domain: HostName.optional(),
  /** These are the main page's where nothing is said. */
  timeZone: TimeZone.optional(),
  supportUrl: HttpUrl.optional(),
  language: Language.optional(),
  /** The main page's where it has none of its own. */
  appearance: Appearance.optional(),
  access: PageAccess.default({ kind: 'public' }),
})
export type FurtherPage = z.infer<typeof FurtherPage>

export interface PageFault {
  readonly field: 'domain' | 'access'
  readonly message: string
}

/** What makes a page impossible that the schema cannot see. */
export function faultOfPage(page: FurtherPage, all: readonly FurtherPage[], mainHost: string): PageFault | null {
  const { id, domain, access } = page
  if (access.kind === 'email' && access.domains.length === 0 && access.addresses.length === 0)
    return { field: 'access', message: 'name the domains or the addresses that may read it' }
  if (domain === undefined) return null
  if (domain === mainHost) return { field: 'domain', message: 'this is the host of the main page' }
  if (all.some((other) => other.id !== id && other.domain === domain))
    return { field: 'domain', message: 'another page has this domain' }
  // The console's cookie is for the console's host only, and has to stay so.
  if (access.kind === 'staff')
    return { field: 'domain', message: 'a page for staff has none: its sign-in is at the main address' }
  return null
}

/** Whether this address may have a link to the page. */
export function mayReadByEmail(access: PageAccess, email: string): boolean {
  if (access.kind !== 'email') return false
  const address = email.toLowerCase()
  const at = address.lastIndexOf('@')
  return access.addresses.includes(address) || (at > 0 && access.domains.includes(address.slice(at + 1)))
}

/** Whether a subscriber's address goes on being told: of a page for named addresses only while it may read the page. */
export function mayBeTold(access: PageAccess, channel: Channel): boolean {
  return access.kind !== 'email' || channel.kind !== 'email' || mayReadByEmail(access, channel.address)
}
