import { eq, gt, sql } from 'drizzle-orm'
import { overrides } from '../../db/schema.ts'
import type { Override } from '../domain/organisation.ts'
import type { Database } from './database.ts'

/** Overrides that are not over, in the order they were made: where two overlap, the later counts. Runs in a batch too. */
export function overridesFrom(db: Database, nowMs: number) {
  return db
    .select()
    .from(overrides)
    .where(gt(overrides.endsAtMs, nowMs))
    .orderBy(sql`rowid`)
}

export async function addOverride(db: Database, override: Override): Promise<void> {
  await db.insert(overrides).values(override)
}

/** False when there is none with this id. */
export async function removeOverride(db: Database, id: string): Promise<boolean> {
  const removed = await db.delete(overrides).where(eq(overrides.id, id)).returning({ id: overrides.id })
  return removed.length > 0
}
