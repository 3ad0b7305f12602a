import { desc, sql } from 'drizzle-orm'
import { alerts } from '../../db/schema.ts'
import type { Database } from './database.ts'

/** The incident that each of these alerts was in last, by fingerprint; those that were in none are not in it. */
export async function lastIncidentsOf(db: Database, fingerprints: readonly string[]): Promise<Map<string, string>> {
  if (fingerprints.length === 0) return new Map()
  const rows = await db
    .select({ fingerprint: alerts.fingerprint, incidentId: alerts.incidentId })
    .from(alerts)
    // One parameter, however many there are.
    .where(sql`${alerts.fingerprint} IN (SELECT value FROM json_each(${JSON.stringify(fingerprints)}))`)
    .orderBy(desc(alerts.startsAtMs))
    .limit(2_000)
  const found = new Map<string, string>()
  for (const { fingerprint, incidentId } of rows) if (!found.has(fingerprint)) found.set(fingerprint, incidentId)
  return found
}
