import { and, asc, desc, eq, gt, gte, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { incidentEvents, incidents } from '../../db/schema.ts'
import { isPublic } from '../domain/decideUpdate.ts'
import type { Incident } from '../domain/incident.ts'
import type { RecordedEvent } from '../domain/incidentEvent.ts'
import type { Severity } from '../domain/severity.ts'
import type { Database } from './database.ts'
import { spelledOut } from './searchWords.ts'

/** The searchable copy of incidents and their logs. Rooms hold the truth and write here from their outboxes. */

export type IncidentRow = typeof incidents.$inferSelect

/** D1 takes 100 parameters a statement. */
const EVENTS_A_STATEMENT = Math.floor(100 / 7)
/** And a batch is one round trip; more than this goes in several. */
const STATEMENTS_A_BATCH = 50

/** Brings the copy up to `incident`. Events that are there already stay as they are; an older version changes nothing. */
export async function projectIncident(
  db: Database,
  incident: Incident,
  events: readonly RecordedEvent[],
): Promise<void> {
  const row = rowOf(incident)
  const upsert = db
    .insert(incidents)
    .values(row)
    .onConflictDoUpdate({
      target: incidents.id,
      set: row,
      setWhere: lt(incidents.version, incident.version),
    })
  const inserts = []
  for (let from = 0; from < events.length; from += EVENTS_A_STATEMENT)
    inserts.push(
      db
        .insert(incidentEvents)
        .values(
          events.slice(from, from + EVENTS_A_STATEMENT).map(({ sequence, atMs, audience, by, event }) => ({
            incidentId: incident.id,
            sequence,
            atMs,
            audience,
            type: event.type,
            by,
            event,
          })),
        )
        .onConflictDoNothing(),
    )
  // The row last: a copy that shows a version has its events.
  for (let from = 0; from < inserts.length; from += STATEMENTS_A_BATCH) {
    const [first, ...others] = inserts.slice(from, from + STATEMENTS_A_BATCH)
    if (first !== undefined) await db.batch([first, ...others, upsert])
  }
  if (inserts.length === 0) await upsert
}

export interface IncidentFilter {
  readonly open?: boolean | undefined
  readonly severity?: Severity | undefined
  readonly service?: string | undefined
  /** Words in the title or summary. */
  readonly q?: string | undefined
  /** Only those detected before this moment: the next page of a list. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Newest first. */
export async function listIncidents(db: Database, filter: IncidentFilter): Promise<IncidentRow[]> {
  const { open, severity, service, q, before, limit } = filter
  return db
    .select()
    .from(incidents)
    .where(
      and(
        open === undefined ? undefined : open ? isNull(incidents.resolvedAtMs) : isNotNull(incidents.resolvedAtMs),
        severity === undefined ? undefined : eq(incidents.severity, severity),
        service === undefined ? undefined : contains(incidents.services, ` ${service} `),
        q === undefined || q.trim() === ''
          ? undefined
          : or(
              contains(incidents.title, q.trim()),
              contains(incidents.summary, q.trim()),
              contains(incidents.headline, q.trim()),
            ),
        before === undefined ? undefined : lt(incidents.detectedAtMs, before),
      ),
    )
    .orderBy(desc(incidents.detectedAtMs), asc(incidents.id))
    .limit(limit)
}

/** Those that are open and began since then, the latest first. */
export async function openSince(db: Database, sinceMs: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: incidents.id })
    .from(incidents)
    .where(and(isNull(incidents.resolvedAtMs), gte(incidents.startedAtMs, sinceMs)))
    .orderBy(desc(incidents.startedAtMs))
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** Incidents whose rooms the cron looks after: the open ones, and those resolved after `resolvedAfterMs`. */
export async function incidentsToSweep(db: Database, resolvedAfterMs: number, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: incidents.id })
    .from(incidents)
    .where(or(isNull(incidents.resolvedAtMs), gt(incidents.resolvedAtMs, resolvedAfterMs)))
    .orderBy(desc(incidents.detectedAtMs))
    .limit(limit)
  return rows.map(({ id }) => id)
}

/** `instr` rather than LIKE: D1 bounds LIKE patterns at 50 bytes, and % in a search means %. */
function contains(
  column: typeof incidents.title | typeof incidents.headline | typeof incidents.summary | typeof incidents.services,
  text: string,
) {
  return sql`instr(lower(${column}), lower(${text})) > 0`
}

/** A space at both ends, so that one id is found whole. */
function wordsColumn(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` ${ids.join(' ')} `
}

function rowOf(incident: Incident): typeof incidents.$inferInsert {
  const { times } = incident
  return {
    id: incident.id,
    version: incident.version,
    title: incident.title,
    summary: incident.summary,
    phase: incident.phase,
    severity: incident.severity,
    services: wordsColumn(incident.services.map(({ id }) => id)),
    commander: incident.roles.commander?.name ?? null,
    alertsFiring: incident.alerts.firing,
    startedAtMs: times.startedAtMs,
    detectedAtMs: times.detectedAtMs,
    acknowledgedAtMs: times.acknowledgedAtMs,
    mitigatedAtMs: times.mitigatedAtMs,
    resolvedAtMs: times.resolvedAtMs,
    nextUpdateAtMs: incident.nextUpdateAtMs,
    isPublic: isPublic(incident),
    headline: incident.headline?.sentence ?? '',
    alertsFresh: incident.alerts.fresh,
    alertTitles: incident.alertTitles.map(spelledOut).join('\n'),
    changedServices: wordsColumn(incident.headline?.changed ?? []),
    fixedBy: incident.fixedBy,
    mergedInto: incident.mergedInto?.id ?? null,
  }
}
