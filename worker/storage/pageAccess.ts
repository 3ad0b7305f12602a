import { asc, notInArray, sql } from 'drizzle-orm'
import { pageAccess, pageFeedKeys, pageSignInLinks } from '../../db/pageAccess.ts'
import type { FurtherPage } from '../domain/furtherPage.ts'
import type { PageSecrets } from '../domain/pageDirectory.ts'
import type { Database, Statement } from './database.ts'

/** The secrets of private status pages. */

/** By page; a page that is not in it has no secret yet. */
export async function pageSecrets(db: Database): Promise<ReadonlyMap<string, PageSecrets>> {
  const [access, keys] = await db.batch([
    db.select({ pageId: pageAccess.pageId, generation: pageAccess.generation }).from(pageAccess),
    db.select().from(pageFeedKeys).orderBy(asc(pageFeedKeys.createdAtMs)),
  ])
  const generations = new Map(access.map(({ pageId, generation }) => [pageId, generation]))
  const ids = new Set([...generations.keys(), ...keys.map(({ pageId }) => pageId)])
  return new Map(
    [...ids].map((id) => [
      id,
      {
        generation: generations.get(id) ?? 0,
        feedKeys: keys.filter(({ pageId }) => pageId === id).map((key) => key.id),
      },
    ]),
  )
}

/** What belonged to pages that are not there any more: a new page of the same id starts without it. */
export function forgetAccessExcept(db: Database, pages: readonly FurtherPage[]): Statement[] {
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(pages.map(({ id }) => id))}))`
  return [
    db.delete(pageAccess).where(notInArray(pageAccess.pageId, ids)),
    db.delete(pageFeedKeys).where(notInArray(pageFeedKeys.pageId, ids)),
    db.delete(pageSignInLinks).where(notInArray(pageSignInLinks.pageId, ids)),
  ]
}
