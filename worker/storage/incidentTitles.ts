import { inArray } from 'drizzle-orm'
import { incidents } from '../../db/schema.ts'
import type { Database } from './database.ts'

/** What these incidents are called, by id; those that D1 does not know yet are left out. A few at a time. */
export async function incidentTitles(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: incidents.id, title: incidents.title })
    .from(incidents)
    .where(inArray(incidents.id, [...ids]))
  return new Map(rows.map(({ id, title }) => [id, title]))
}
