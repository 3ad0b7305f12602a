import { inArray } from 'drizzle-orm'
import { incidents } from '../../db/schema.ts'
import type { Phase } from '../domain/incident.ts'
import type { Database } from './database.ts'

export interface IncidentInShort {
  readonly title: string
  readonly phase: Phase
}

/** What these are called and how far they are, by id; those that D1 does not know yet are left out. A few at a time. */
export async function incidentsInShort(db: Database, ids: readonly string[]): Promise<Map<string, IncidentInShort>> {
  if (ids.length === 0) return new Map()
  const { id, title, phase } = incidents
  const rows = await db
    .select({ id, title, phase })
    .from(incidents)
    .where(inArray(id, [...ids]))
  return new Map(rows.map((row) => [row.id, { title: row.title, phase: row.phase }]))
}
