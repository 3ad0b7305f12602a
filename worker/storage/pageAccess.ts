import { and, asc, count, eq, gt, isNotNull, lt, notInArray, sql } from 'drizzle-orm'
import { pageAccess, pageFeedKeys, pageSignInLinks } from '../../db/pageAccess.ts'
import type { FurtherPage } from '../domain/furtherPage.ts'
import type { PageSecrets } from '../domain/pageDirectory.ts'
import { SIGN_IN_LINK_MS } from '../domain/pageEntrance.ts'
import type { Database, Statement } from './database.ts'
import { hashKey, newKey } from './masterKey.ts'

/** The secrets of private status pages. */

export const FEED_KEYS_MAX = 20

export interface FeedKey {
  readonly id: string
  readonly pageId: string
  readonly name: string
  readonly createdAtMs: number
  readonly lastUsedAtMs: number | null
}

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

export async function findPagePassword(db: Database, pageId: string): Promise<string | null> {
  const [row] = await db.select({ hash: pageAccess.passwordHash }).from(pageAccess).where(eq(pageAccess.pageId, pageId))
  return row?.hash ?? null
}

export async function pagesWithPassword(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.select({ id: pageAccess.pageId }).from(pageAccess).where(isNotNull(pageAccess.passwordHash))
  return new Set(rows.map(({ id }) => id))
}

/** Everyone who signed in before has to do so again. Null takes the password away. */
export async function savePagePassword(db: Database, pageId: string, passwordHash: string | null): Promise<void> {
  await db
    .insert(pageAccess)
    .values({ pageId, passwordHash, generation: 1 })
    .onConflictDoUpdate({
      target: pageAccess.pageId,
      set: { passwordHash, generation: sql`${pageAccess.generation} + 1` },
    })
}

export async function endPageSessions(db: Database, pageId: string): Promise<void> {
  await db.batch([
    db
      .insert(pageAccess)
      .values({ pageId, generation: 1 })
      .onConflictDoUpdate({
        target: pageAccess.pageId,
        set: { generation: sql`${pageAccess.generation} + 1` },
      }),
    db.delete(pageSignInLinks).where(eq(pageSignInLinks.pageId, pageId)),
  ])
}

export async function feedKeysOf(db: Database, pageId: string): Promise<FeedKey[]> {
  return db.select().from(pageFeedKeys).where(eq(pageFeedKeys.pageId, pageId)).orderBy(asc(pageFeedKeys.createdAtMs))
}

/** The key itself is in this answer and nowhere else. Null: there are too many. */
export async function createFeedKey(
  db: Database,
  pageId: string,
  name: string,
  nowMs: number,
): Promise<{ id: string; key: string } | null> {
  const [held] = await db.select({ n: count() }).from(pageFeedKeys).where(eq(pageFeedKeys.pageId, pageId))
  if ((held?.n ?? 0) >= FEED_KEYS_MAX) return null
  const key = newKey('alf_')
  const id = await hashKey(key)
  await db.insert(pageFeedKeys).values({ id, pageId, name, createdAtMs: nowMs })
  return { id, key }
}

export async function revokeFeedKey(db: Database, pageId: string, id: string): Promise<boolean> {
  const gone = await db
    .delete(pageFeedKeys)
    .where(and(eq(pageFeedKeys.pageId, pageId), eq(pageFeedKeys.id, id)))
    .returning({ id: pageFeedKeys.id })
  return gone.length > 0
}

/** Best effort, and not at each use: it is only for people to see which keys nobody needs. */
export async function noteFeedKeyUse(db: Database, id: string, nowMs: number): Promise<void> {
  await db.update(pageFeedKeys).set({ lastUsedAtMs: nowMs }).where(eq(pageFeedKeys.id, id))
}

/** A token that lets this address in once, for a quarter of an hour. */
export async function createSignInLink(db: Database, pageId: string, email: string, nowMs: number): Promise<string> {
  const token = newKey('')
  await db.batch([
    db.delete(pageSignInLinks).where(lt(pageSignInLinks.expiresAtMs, nowMs)),
    db
      .insert(pageSignInLinks)
      .values({ id: await hashKey(token), pageId, email, expiresAtMs: nowMs + SIGN_IN_LINK_MS }),
  ])
  return token
}

/** Uses the link up. Whose it is; null when it was used or is too old. */
export async function spendSignInLink(
  db: Database,
  pageId: string,
  token: string,
  nowMs: number,
): Promise<string | null> {
  const [spent] = await db
    .delete(pageSignInLinks)
    .where(
      and(
        eq(pageSignInLinks.id, await hashKey(token)),
        eq(pageSignInLinks.pageId, pageId),
        gt(pageSignInLinks.expiresAtMs, nowMs),
      ),
    )
    .returning({ email: pageSignInLinks.email })
  return spent?.email ?? null
}

/**
 * What belonged to pages that are not there any more: a new page of the same id starts without it. The count of
 * generations goes on, or readers of the old page would be let in to the new one.
 */
export function forgetAccessExcept(db: Database, pages: readonly FurtherPage[]): Statement[] {
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(pages.map(({ id }) => id))}))`
  return [
    db
      .update(pageAccess)
      .set({ passwordHash: null, generation: sql`${pageAccess.generation} + 1` })
      .where(and(notInArray(pageAccess.pageId, ids), isNotNull(pageAccess.passwordHash))),
    db.delete(pageFeedKeys).where(notInArray(pageFeedKeys.pageId, ids)),
    db.delete(pageSignInLinks).where(notInArray(pageSignInLinks.pageId, ids)),
  ]
}
