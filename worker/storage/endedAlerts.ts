import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import { alerts, incidents } from '../../db/schema.ts'
import type { Alert } from '../domain/alert.ts'
import { AlertSource } from '../domain/alert.ts'
import type { InboxEntry } from '../domain/alertInbox.ts'
import type { AlertRow } from './alerts.ts'
import type { Database } from './database.ts'

/** Firings that are over: the AlertDesk forgets them, D1 keeps them. */

export interface EndedCursor {
  readonly endedAtMs: number
  readonly incidentId: string
  readonly fingerprint: string
}

export type EndedEntry = InboxEntry & { readonly incidentId: string; readonly endedAtMs: number }

const ROWS_AT_ONCE = 250
/** So many are looked through for one page: a filter that fits nothing must not read everything. */
const ROWS_LOOKED_AT_MAX = 2_000

/** The latest first, from the one after `after`. `next` is where to go on; null at the end. */
export async function listEnded(
  db: Database,
  after: EndedCursor | null,
  fits: (entry: InboxEntry) => boolean,
  limit: number,
): Promise<{ readonly entries: readonly EndedEntry[]; readonly next: EndedCursor | null }> {
  const entries: EndedEntry[] = []
  let last = after
  for (let lookedAt = 0; lookedAt < ROWS_LOOKED_AT_MAX; lookedAt += ROWS_AT_ONCE) {
    const rows = await rowsAfter(db, last)
    for (const row of rows) {
      const entry = entryFrom(row)
      const isWanted = fits(entry)
      if (isWanted && entries.length === limit) return { entries, next: last }
      if (isWanted) entries.push(entry)
      last = cursorOf(entry)
    }
    if (rows.length < ROWS_AT_ONCE) return { entries, next: null }
  }
  return { entries, next: last }
}

/** Only by the index: what it filtered besides would be read past without a bound. */
async function rowsAfter(db: Database, after: EndedCursor | null): Promise<AlertRow[]> {
  return db
    .select()
    .from(alerts)
    .where(
      and(
        isNotNull(alerts.endedAtMs),
        after === null
          ? undefined
          : sql`(${alerts.endedAtMs}, ${alerts.incidentId}, ${alerts.fingerprint}) < (${after.endedAtMs}, ${after.incidentId}, ${after.fingerprint})`,
      ),
    )
    .orderBy(desc(alerts.endedAtMs), desc(alerts.incidentId), desc(alerts.fingerprint))
    .limit(ROWS_AT_ONCE)
}

function cursorOf({ endedAtMs, incidentId, alert }: EndedEntry): EndedCursor {
  return { endedAtMs, incidentId, fingerprint: alert.fingerprint }
}

function entryFrom(row: AlertRow): EndedEntry {
  const { fingerprint, labels, annotations, startsAtMs, generatorUrl, incidentId, serviceId, severity } = row
  const endedAtMs = row.endedAtMs ?? startsAtMs
  const alert: Alert = {
    fingerprint,
    labels,
    annotations,
    startsAtMs,
    endsAtMs: endedAtMs,
    endIsTimeout: false,
    generatorUrl,
    updatedAtMs: endedAtMs,
  }
  return { alert, source: AlertSource.catch('json').parse(row.source), incidentId, serviceId, severity, endedAtMs }
}

export interface PastFiring {
  readonly incidentId: string
  /** Null when D1 does not have the incident yet. */
  readonly incidentTitle: string | null
  readonly startsAtMs: number
  /** Null while it fires. */
  readonly endedAtMs: number | null
  readonly row: AlertRow
}

/** One alert's firings, the latest first, with the incidents they were in. */
export async function firingsOf(db: Database, fingerprint: string, limit: number): Promise<PastFiring[]> {
  const rows = await db
    .select({ row: alerts, incidentTitle: incidents.title })
    .from(alerts)
    .leftJoin(incidents, eq(incidents.id, alerts.incidentId))
    .where(eq(alerts.fingerprint, fingerprint))
    .orderBy(desc(alerts.startsAtMs), desc(alerts.incidentId))
    .limit(limit)
  return rows.map(({ row, incidentTitle }) => {
    const { incidentId, startsAtMs, endedAtMs } = row
    return { incidentId, incidentTitle, startsAtMs, endedAtMs, row }
  })
}

export function entryOfFiring({ row }: PastFiring): EndedEntry {
  return entryFrom(row)
}
