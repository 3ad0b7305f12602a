import { z } from 'zod'
import type { Appearance } from './appearance.ts'
import { PageAccess } from './furtherPage.ts'
import type { FurtherPage } from './furtherPage.ts'
import { Language } from './language.ts'
import type { PageLens } from './pageLens.ts'
import type { PublicPage } from './publicModel.ts'
import type { StatusPage } from './statusPage.ts'

/** Which status pages there are beside the main one, as readers' requests find them: two stored files. */

/** Which page is where. A copy of it may stand in while the store is away. */
export const ROUTES_FILE = 'internal/pages.json'
/** Who may read what. No copy of it is ever kept: without it nobody gets in. */
export const ACCESS_FILE = 'private/pages.json'
export const PRIVATE_FOLDER = 'private/'
/** What lies here is not part of any copy of the site. */
export const INTERNAL_FOLDERS = ['internal/', PRIVATE_FOLDER] as const

export const PageEntry = z.object({
  id: z.string(),
  publicId: z.string(),
  name: z.string(),
  url: z.string(),
  domain: z.string().nullable(),
  timeZone: z.string(),
  supportUrl: z.string().nullable(),
  language: Language,
  // As the publisher wrote it: to look at each page's CSS again would cost every reader of a private page.
  appearance: z.custom<Appearance>().optional(),
  components: z.array(z.string()),
  untouched: z.boolean(),
  access: PageAccess,
  /** Grows when everyone who signed in has to do so again. */
  generation: z.number(),
  /** SHA-256 of the secrets by which programs read its feeds. */
  feedKeys: z.array(z.string()),
})
export type PageEntry = z.infer<typeof PageEntry>
export const PageEntries = z.array(PageEntry)

export const PageRoute = z.object({
  id: z.string(),
  domain: z.string().nullable(),
  url: z.string(),
  isPrivate: z.boolean(),
})
export type PageRoute = z.infer<typeof PageRoute>
export const PageRoutes = z.array(PageRoute)

export interface PageSecrets {
  readonly generation: number
  readonly feedKeys: readonly string[]
}

export function pageEntry(
  page: FurtherPage,
  {
    timeZone,
    supportUrl,
    language,
    appearance,
  }: Pick<StatusPage, 'timeZone' | 'supportUrl' | 'language' | 'appearance'>,
  secrets: PageSecrets,
  publicId: string,
  publicUrl: string,
): PageEntry {
  return {
    id: page.id,
    publicId,
    name: page.name,
    url: urlOfPage(page, publicUrl),
    domain: page.domain ?? null,
    timeZone: page.timeZone ?? timeZone,
    supportUrl: page.supportUrl ?? supportUrl ?? null,
    language: page.language ?? language,
    appearance: page.appearance ?? appearance,
    components: page.components,
    untouched: page.untouched,
    access: page.access,
    generation: secrets.generation,
    feedKeys: [...secrets.feedKeys],
  }
}

/** Without a trailing slash. On a host of its own it is served at the scheme and port of the main address. */
export function urlOfPage({ id, domain }: Pick<FurtherPage, 'id' | 'domain'>, publicUrl: string): string {
  if (domain === undefined) return `${publicUrl.replace(/\/+$/, '')}/pages/${id}`
  const url = new URL(publicUrl)
  url.hostname = domain
  return url.origin
}

export function isPrivate({ access }: Pick<PageEntry, 'access'>): boolean {
  return access.kind !== 'public'
}

/** Where its files lie; what is private lies apart, so that what copies public files never meets it. */
export function folderOf({ id, isPrivate: apart }: { readonly id: string; readonly isPrivate: boolean }): string {
  return `${apart ? PRIVATE_FOLDER : 'pages/'}${id}/`
}

export function routeOf(entry: PageEntry): PageRoute {
  return { id: entry.id, domain: entry.domain, url: entry.url, isPrivate: isPrivate(entry) }
}

export function lensOf({ components, untouched }: PageEntry): PageLens {
  return { components, untouched }
}

export function publicPageOf(entry: PageEntry, updatedAtMs: number): PublicPage {
  const { publicId: id, name, url, timeZone, supportUrl, language, appearance } = entry
  return { id, name, url, timeZone, supportUrl, language, appearance, updatedAtMs }
}

/** A page that anyone may read: where it is, and where its files lie. */
export interface PublicPlace {
  readonly url: string
  readonly folder: string
}

export function publicPlaces(entries: readonly PageEntry[]): PublicPlace[] {
  return entries
    .filter((entry) => !isPrivate(entry))
    .map(({ id, url }) => ({ url, folder: folderOf({ id, isPrivate: false }) }))
}

/** Whether anyone may read the file. What a page left that was made private or removed a moment ago nobody may. */
export function isPublicPath(path: string, places: readonly Pick<PublicPlace, 'folder'>[]): boolean {
  return !isInternal(path) && (!isOfPage(path) || places.some(({ folder }) => path.startsWith(folder)))
}

/** Of one beside the main page. */
export function isOfPage(path: string): boolean {
  return path.startsWith('pages/')
}

export function isInternal(path: string): boolean {
  return INTERNAL_FOLDERS.some((folder) => path.startsWith(folder))
}
