import { and, asc, count, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { alerts, incidents } from '../../db/schema.ts'
import type { Database } from './database.ts'

/** The searchable copy of alerts, one row for each alert and incident. The AlertDesk holds the truth. */

export type AlertRow = typeof alerts.$inferSelect

/** D1 takes 100 parameters a statement. */
const ROWS_A_STATEMENT = Math.floor(100 / 10)

export async function upsertAlerts(db: Database, rows: readonly AlertRow[]): Promise<void> {
  const statements = []
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    statements.push(
      db
        .insert(alerts)
        .values(rows.slice(from, from + ROWS_A_STATEMENT))
        .onConflictDoUpdate({
          target: [alerts.incidentId, alerts.fingerprint],
          set: {
            annotations: sql`excluded.annotations`,
            startsAtMs: sql`excluded.starts_at_ms`,
            endedAtMs: sql`excluded.ended_at_ms`,
            generatorUrl: sql`excluded.generator_url`,
            serviceId: sql`excluded.service_id`,
            severity: sql`excluded.severity`,
          },
        }),
    )
  }
  const [first, ...others] = statements
  if (first !== undefined) await db.batch([first, ...others])
}

/** Gives alerts to another incident; one that the other has already stays where it is. */
export async function reassignAlerts(
  db: Database,
  from: string,
  into: string,
  fingerprints: readonly string[],
): Promise<void> {
  await db.run(sql`UPDATE OR IGNORE alerts SET incident_id = ${into}
    WHERE incident_id = ${from} AND fingerprint IN (SELECT value FROM json_each(${JSON.stringify(fingerprints)}))`)
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
