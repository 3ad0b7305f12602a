import { and, count, desc, eq, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { postMortems } from '../../db/schema.ts'
import type { PostMortem, PostMortemContent, Release } from '../domain/postMortem.ts'
import type { Database } from './database.ts'

/** Post-mortems have their truth here; readers get what was released as files. */

export interface NewDraft extends PostMortemContent {
  /** The incident's. */
  readonly id: string
  readonly services: readonly string[]
  readonly startedAtMs: number
  readonly resolvedAtMs: number
}

/** Does nothing when the incident has a post-mortem already: people may have begun to edit it. */
export async function insertDraft(db: Database, draft: NewDraft, nowMs: number): Promise<void> {
  await db
    .insert(postMortems)
    .values({
      ...contentRow(draft),
      id: draft.id,
      version: 1,
      services: servicesColumn(draft.services),
      startedAtMs: draft.startedAtMs,
      resolvedAtMs: draft.resolvedAtMs,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .onConflictDoNothing()
}

export async function getPostMortem(db: Database, id: string): Promise<PostMortem | null> {
  const [row] = await db.select().from(postMortems).where(eq(postMortems.id, id))
  return row === undefined ? null : fromRow(row)
}

export interface ListedPostMortem {
  readonly id: string
  readonly title: string
  readonly services: readonly string[]
  readonly fixedBy: string
  readonly version: number
  readonly startedAtMs: number
  readonly resolvedAtMs: number
  readonly updatedAtMs: number
  readonly publishedAtMs: number | null
  readonly publishedVersion: number | null
  readonly openActionItems: number
}

/** Newest incident first. */
export async function listPostMortems(
  db: Database,
  offset: number,
  limit: number,
): Promise<{ postMortems: ListedPostMortem[]; total: number }> {
  const [rows, totals] = await db.batch([
    db
      .select({
        id: postMortems.id,
        title: postMortems.title,
        services: postMortems.services,
        fixedBy: postMortems.fixedBy,
        version: postMortems.version,
        startedAtMs: postMortems.startedAtMs,
        resolvedAtMs: postMortems.resolvedAtMs,
        updatedAtMs: postMortems.updatedAtMs,
        publishedAtMs: postMortems.publishedAtMs,
        publishedVersion: postMortems.publishedVersion,
        actionItems: postMortems.actionItems,
      })
      .from(postMortems)
      .orderBy(desc(postMortems.startedAtMs), desc(postMortems.id))
      .limit(limit)
      .offset(offset),
    db.select({ total: count() }).from(postMortems),
  ])
  const listed = rows.map(({ services, actionItems, ...row }) => ({
    ...row,
    services: servicesFrom(services),
    openActionItems: actionItems.filter(({ done }) => !done).length,
  }))
  return { postMortems: listed, total: totals[0]?.total ?? 0 }
}

export type SaveOutcome =
  | { readonly ok: true; readonly postMortem: PostMortem }
  | { readonly ok: false; readonly reason: 'stale_version'; readonly present: PostMortem }
  | { readonly ok: false; readonly reason: 'not_found' }

/** Changes nothing unless `expectedVersion` is the present one. */
export async function savePostMortem(
  db: Database,
  id: string,
  expectedVersion: number,
  content: PostMortemContent,
  nowMs: number,
): Promise<SaveOutcome> {
  const [row] = await db
    .update(postMortems)
    .set({ ...contentRow(content), version: expectedVersion + 1, updatedAtMs: nowMs })
    .where(and(eq(postMortems.id, id), eq(postMortems.version, expectedVersion)))
    .returning()
  return row === undefined ? refused(db, id) : { ok: true, postMortem: fromRow(row) }
}

/** Marks the present version as released; what is to be published is kept as it is now. */
export async function releasePostMortem(
  db: Database,
  id: string,
  expectedVersion: number,
  nowMs: number,
): Promise<SaveOutcome> {
  const [known] = await db.select().from(postMortems).where(eq(postMortems.id, id))
  if (known === undefined || known.version !== expectedVersion) return refused(db, id)
  // The same version released again finishes what was begun, and keeps its time.
  if (known.released?.version === expectedVersion) return { ok: true, postMortem: fromRow(known) }
  const { title, body, actionItems } = known
  const released: Release = { version: expectedVersion, atMs: nowMs, title, body, actionItems }
  const [row] = await db
    .update(postMortems)
    .set({ released, publishedAtMs: known.publishedAtMs ?? nowMs })
    .where(and(eq(postMortems.id, id), eq(postMortems.version, expectedVersion)))
    .returning()
  return row === undefined ? refused(db, id) : { ok: true, postMortem: fromRow(row) }
}

async function refused(db: Database, id: string): Promise<SaveOutcome> {
  const present = await getPostMortem(db, id)
  return present === null ? { ok: false, reason: 'not_found' } : { ok: false, reason: 'stale_version', present }
}

export interface UnfinishedRelease {
  readonly id: string
  readonly services: readonly string[]
  readonly startedAtMs: number
  readonly resolvedAtMs: number
  readonly publishedAtMs: number
  readonly release: Release
}

/** Released, and readers do not have that version yet. `id`: only this one. */
export async function unfinishedReleases(db: Database, limit: number, id?: string): Promise<UnfinishedRelease[]> {
  const rows = await db
    .select()
    .from(postMortems)
    .where(
      and(
        isNotNull(postMortems.released),
        or(
          isNull(postMortems.publishedVersion),
          sql`json_extract(${postMortems.released}, '$.version') <> ${postMortems.publishedVersion}`,
        ),
        id === undefined ? undefined : eq(postMortems.id, id),
      ),
    )
    .limit(limit)
  return rows.flatMap(({ id: found, services, startedAtMs, resolvedAtMs, publishedAtMs, released }) =>
    released === null || publishedAtMs === null
      ? []
      : [{ id: found, services: servicesFrom(services), startedAtMs, resolvedAtMs, publishedAtMs, release: released }],
  )
}

export async function finishRelease(db: Database, id: string, version: number): Promise<void> {
  await db.update(postMortems).set({ publishedVersion: version }).where(eq(postMortems.id, id))
}

function contentRow({ title, body, actionItems, fixedBy }: PostMortemContent) {
  return { title, body, actionItems, fixedBy }
}

/** A space at both ends, so that one id is found whole. */
function servicesColumn(services: readonly string[]): string {
  return services.length === 0 ? ' ' : ` ${services.join(' ')} `
}

function servicesFrom(column: string): string[] {
  return column.split(' ').filter((service) => service !== '')
}

function fromRow({ services, released: _released, ...row }: typeof postMortems.$inferSelect): PostMortem {
  return { ...row, services: servicesFrom(services) }
}
