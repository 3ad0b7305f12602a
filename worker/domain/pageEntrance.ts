import { z } from 'zod'
import { mayReadByEmail } from './furtherPage.ts'
import type { PageEntry } from './pageDirectory.ts'

/** Who may read a private status page: rules, without the secrets themselves. */

export const PAGE_SESSION_MS = 30 * 24 * 3600_000
/** How long a mailed link lets somebody in. */
export const SIGN_IN_LINK_MS = 15 * 60_000

/** What the signed cookie of a reader says. */
export const PageSession = z.object({
  page: z.string().max(64),
  /** Of the page's secrets, as it was then. */
  generation: z.number().int(),
  /** Who came by a mailed link; null: who knew the password. */
  email: z.string().max(254).nullable(),
})
export type PageSession = z.infer<typeof PageSession>

/** A new password, or a list that does not have the address any more, ends what was before. */
export function isAdmitted(
  { page, generation, email }: PageSession,
  entry: Pick<PageEntry, 'id' | 'access' | 'generation'>,
): boolean {
  if (page !== entry.id || generation !== entry.generation) return false
  switch (entry.access.kind) {
    case 'password':
      return email === null
    case 'email':
      return email !== null && mayReadByEmail(entry.access, email)
    case 'public':
    case 'staff':
      // Nobody needs one there, and the console has its own.
      return false
  }
}

/** What a secret in the address opens: files that programs read, never a page that somebody could pass on by its address. */
export function isForPrograms(path: string): boolean {
  return /\.(?:atom|rss|json|ics|csv|txt|md|svg)$/.test(path)
}

/**
 * Where somebody goes after coming in: an address of this page, whatever is asked for. `base`: what stands before the
 * page's paths, without a trailing slash.
 */
export function wayBack(asked: string, base: string): string {
  const home = `${base}/`
  const url = URL.parse(asked, 'http://page')
  if (url === null || url.origin !== 'http://page') return home
  const { pathname, search } = url
  // Two slashes in front would be another host.
  if (!pathname.startsWith(home) || pathname.startsWith('//')) return home
  return /^\/(?:[a-z]{2}\/)?sign-(?:in|out)(?:\/|$)/.test(pathname.slice(base.length)) ? home : pathname + search
}
