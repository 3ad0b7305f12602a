import { and, asc, count, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { alerts, incidents } from '../../db/schema.ts'
import type { Database } from './database.ts'

/** The searchable copy of alerts, one row for each alert and incident. The AlertDesk holds the truth. */

export type AlertRow = typeof alerts.$inferSelect

/** A bound parameter may have 2 MB; a batch of alerts with long annotations goes in several statements. */
const JSON_LENGTH_MAX = 500_000

/** All rows of a statement come in one parameter: D1 takes 100 of them, and a statement costs more than a row. */
export async function upsertAlerts(db: Database, rows: readonly AlertRow[]): Promise<void> {
  // One after the other: each may be done again, so they need not be one.
  for (const json of inChunks(rows))
    await db.run(sql`INSERT INTO alerts (fingerprint, incident_id, source, labels, annotations, starts_at_ms, ended_at_ms,
        generator_url, service_id, severity)
      SELECT value ->> 'fingerprint', value ->> 'incidentId', value ->> 'source', value -> 'labels', value -> 'annotations',
        value ->> 'startsAtMs', value ->> 'endedAtMs', value ->> 'generatorUrl', value ->> 'serviceId', value ->> 'severity'
      FROM json_each(${json}) WHERE true
      ON CONFLICT (incident_id, fingerprint) DO UPDATE SET annotations = excluded.annotations,
        starts_at_ms = excluded.starts_at_ms, ended_at_ms = excluded.ended_at_ms, generator_url = excluded.generator_url,
        service_id = excluded.service_id, severity = excluded.severity`)
}

/** JSON lists of bounded length, one row at least in each. */
function inChunks(rows: readonly AlertRow[]): string[] {
  const lists: string[][] = []
  let length = Infinity
  for (const row of rows) {
    const json = JSON.stringify(row)
    length += json.length
    if (length > JSON_LENGTH_MAX) {
      lists.push([])
      length = json.length
    }
    lists.at(-1)?.push(json)
  }
  return lists.map((list) => `[${list.join(',')}]`)
}

export async function forgetAlerts(db: Database, incidentId: string, fingerprints: readonly string[]): Promise<void> {
  await db.run(sql`DELETE FROM alerts
    WHERE incident_id = ${incidentId} AND fingerprint IN (SELECT value FROM json_each(${JSON.stringify(fingerprints)}))`)
}

/** Firing first, then by start. */
export async function listAlertsOf(
  db: Database,
  incidentId: string,
  offset: number,
  limit: number,
): Promise<{ rows: AlertRow[]; total: number }> {
  const [rows, totals] = await db.batch([
    db
      .select()
      .from(alerts)
      .where(eq(alerts.incidentId, incidentId))
      .orderBy(asc(isNotNull(alerts.endedAtMs)), asc(alerts.startsAtMs), asc(alerts.fingerprint))
      .limit(limit)
      .offset(offset),
    db.select({ total: count() }).from(alerts).where(eq(alerts.incidentId, incidentId)),
  ])
  return { rows, total: totals[0]?.total ?? 0 }
}

/** Those that fire in open incidents of the service, whichever service each is about; the newest first. */
export async function firingAlertsAround(db: Database, service: string, limit: number): Promise<AlertRow[]> {
  const around = db
    .select({ id: incidents.id })
    .from(incidents)
    .where(and(isNull(incidents.resolvedAtMs), sql`instr(${incidents.services}, ${` ${service} `}) > 0`))
  return db
    .select()
    .from(alerts)
    .where(and(isNull(alerts.endedAtMs), inArray(alerts.incidentId, around)))
    .orderBy(desc(alerts.startsAtMs), asc(alerts.fingerprint))
    .limit(limit)
}
