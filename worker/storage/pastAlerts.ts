import { desc, gte } from 'drizzle-orm'
import { alerts } from '../../db/schema.ts'
import { AlertSource } from '../domain/alert.ts'
import type { PastAlert } from '../domain/replay.ts'
import type { Database } from './database.ts'

export interface KeptAlert extends PastAlert {
  readonly incidentId: string
}

/** What began since then, the latest first, a page of it. */
export async function alertsSince(db: Database, sinceMs: number, offset: number, limit: number): Promise<KeptAlert[]> {
  const { fingerprint, source, labels, annotations, startsAtMs, endedAtMs, incidentId } = alerts
  const rows = await db
    .select({ fingerprint, source, labels, annotations, startsAtMs, endedAtMs, incidentId })
    .from(alerts)
    .where(gte(startsAtMs, sinceMs))
    .orderBy(desc(startsAtMs), incidentId, fingerprint)
    .limit(limit)
    .offset(offset)
  return rows.map((row) => ({ ...row, source: AlertSource.catch('json').parse(row.source) }))
}
