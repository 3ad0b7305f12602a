import { MAIN_PAGE } from '../domain/furtherPage.ts'
import type { PageAccess } from '../domain/furtherPage.ts'
import { ACCESS_FILE, PageEntries, folderOf, isPrivate } from '../domain/pageDirectory.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'

/** Where a status page is, as objects find it: from what was published, without the database. */
export interface PublishedPlace {
  /** No trailing slash. */
  readonly url: string
  /** Before the paths of its files. */
  readonly folder: string
  /** Who may read it, and so be told. */
  readonly access: PageAccess
}

/** The pages beside the main one. Throws while the bucket is away. */
export async function furtherPages(bucket: R2Bucket): Promise<readonly PageEntry[]> {
  const file = await bucket.get(ACCESS_FILE)
  return file === null ? [] : PageEntries.parse(await file.json())
}

/** A page that nobody knows is the main one. */
export async function placeOfPage(bucket: R2Bucket, publicUrl: string, id: string): Promise<PublishedPlace> {
  const entry = id === MAIN_PAGE ? undefined : (await furtherPages(bucket)).find((each) => each.id === id)
  if (entry === undefined) return { url: publicUrl.replace(/\/+$/, ''), folder: '', access: { kind: 'public' } }
  return { url: entry.url, folder: folderOf({ id, isPrivate: isPrivate(entry) }), access: entry.access }
}
