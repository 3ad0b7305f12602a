import { z } from 'zod'
import type { Alert, Labels } from '../domain/alert.ts'
import { AlertSource, RESOLVE_TIMEOUT_MS } from '../domain/alert.ts'
import type { AlertRecord } from '../domain/batchPlan.ts'
import type { StoredAlert } from '../domain/alertIntake.ts'
import { IncidentId } from '../domain/identifiers.ts'
import { Severity } from '../domain/severity.ts'
import type { TrailStep } from '../domain/trail.ts'
import { count } from '../storage/counters.ts'
import { addColumns } from './objectTables.ts'
import type { DeskIncident } from '../domain/deskIncident.ts'
import { incidentColumns, IncidentRow } from './incidentRow.ts'

/** The AlertDesk's own tables of alerts and of the incidents they belong to. It counts the rows it writes. */

const Row = z.object({
  incident_id: IncidentId,
  fingerprint: z.string(),
  source: AlertSource,
  labels: z.string(),
  annotations: z.string(),
  starts_at_ms: z.number(),
  ends_at_ms: z.number(),
  end_is_timeout: z.number(),
  ended_at_ms: z.number().nullable(),
  generator_url: z.string(),
  updated_at_ms: z.number(),
  service_id: z.string().nullable(),
  // A value that should never have been stored must not keep the desk from loading.
  severity: Severity.catch('sev3'),
})

export class AlertStore {
  rowsWritten = 0
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    // WITHOUT ROWID: one row written for each alert that changes, not a second one for an index.
    this.write(`CREATE TABLE IF NOT EXISTS alerts (
      incident_id TEXT NOT NULL, fingerprint TEXT NOT NULL, source TEXT NOT NULL,
      labels TEXT NOT NULL, annotations TEXT NOT NULL, starts_at_ms INTEGER NOT NULL, ends_at_ms INTEGER NOT NULL,
      end_is_timeout INTEGER NOT NULL, ended_at_ms INTEGER, generator_url TEXT NOT NULL, updated_at_ms INTEGER NOT NULL,
      PRIMARY KEY (incident_id, fingerprint)) WITHOUT ROWID`)
    this.write(`CREATE TABLE IF NOT EXISTS incidents (
      id TEXT PRIMARY KEY, group_key TEXT NOT NULL, resolved_at_ms INTEGER, total INTEGER NOT NULL) WITHOUT ROWID`)
    const write = this.write.bind(this)
    addColumns(sql, write, 'alerts', {
      service_id: 'TEXT',
      severity: "TEXT NOT NULL DEFAULT 'sev3'",
      trail: "TEXT NOT NULL DEFAULT '[]'",
    })
    addColumns(sql, write, 'incidents', {
      opened_at_ms: 'INTEGER NOT NULL DEFAULT 0',
      last_joined_at_ms: 'INTEGER NOT NULL DEFAULT 0',
      more_group_keys: "TEXT NOT NULL DEFAULT '[]'",
      services: "TEXT NOT NULL DEFAULT '[]'",
      severity: "TEXT NOT NULL DEFAULT 'sev3'",
      pages: 'INTEGER NOT NULL DEFAULT 1',
      sender: "TEXT NOT NULL DEFAULT ''",
    })
  }

  write(statement: string, ...bindings: (string | number | null)[]): void {
    const cursor = this.#sql.exec(statement, ...bindings)
    cursor.toArray()
    this.rowsWritten += cursor.rowsWritten
    count('allclear_object_rows_written_total', { object: 'AlertDesk' }, cursor.rowsWritten)
  }

  /** What fires, as of the last write. What is over for good is in the table only. */
  firing(loadedAtMs: number): StoredAlert[] {
    const resolved = new Map(this.incidents().map(({ id, resolvedAtMs }) => [id, resolvedAtMs]))
    return this.#sql
      .exec('SELECT * FROM alerts WHERE ended_at_ms IS NULL')
      .toArray()
      .map((row) => {
        const { alert, source, incidentId, serviceId, severity } = recordFrom(row)
        // Repeats that moved the end were kept in memory, which is gone: nothing is over until they had time to come again.
        const endsAtMs = Math.max(alert.endsAtMs, loadedAtMs + RESOLVE_TIMEOUT_MS)
        const moved = endsAtMs === alert.endsAtMs ? alert : { ...alert, endsAtMs, endIsTimeout: true }
        const incidentResolvedAtMs = resolved.get(incidentId) ?? null
        return { alert: moved, source, incidentId, serviceId, severity, incidentResolvedAtMs }
      })
  }

  incidents(): DeskIncident[] {
    return this.#sql
      .exec('SELECT * FROM incidents')
      .toArray()
      .map((row) => IncidentRow.parse(row))
  }

  putAlert({ alert, source, incidentId, endedAtMs, serviceId, severity, trail }: AlertRecord): void {
    this.write(
      `INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, '[]'))
       ON CONFLICT DO UPDATE SET source = excluded.source, annotations = excluded.annotations,
         starts_at_ms = excluded.starts_at_ms, ends_at_ms = excluded.ends_at_ms, end_is_timeout = excluded.end_is_timeout,
         ended_at_ms = excluded.ended_at_ms, generator_url = excluded.generator_url,
         updated_at_ms = excluded.updated_at_ms, service_id = excluded.service_id, severity = excluded.severity,
         labels = excluded.labels, trail = CASE excluded.trail WHEN '[]' THEN trail ELSE excluded.trail END`,
      incidentId,
      alert.fingerprint,
      source,
      JSON.stringify(alert.labels),
      JSON.stringify(alert.annotations),
      alert.startsAtMs,
      alert.endsAtMs,
      alert.endIsTimeout ? 1 : 0,
      endedAtMs,
      alert.generatorUrl,
      alert.updatedAtMs,
      serviceId,
      severity,
      trail === null ? null : JSON.stringify(trail),
    )
  }

  putIncident(incident: DeskIncident): void {
    this.write(
      'INSERT OR REPLACE INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...incidentColumns(incident),
    )
  }

  /** How an alert came into an incident; empty when it never was in it. */
  trail(incidentId: string, fingerprint: string): TrailStep[] {
    const [row] = this.#sql
      .exec<{ trail: string }>(
        'SELECT trail FROM alerts WHERE incident_id = ? AND fingerprint = ?',
        incidentId,
        fingerprint,
      )
      .toArray()
    // Only what `putAlert` was given stands there.
    return row === undefined ? [] : (JSON.parse(row.trail) as TrailStep[])
  }

  has(incidentId: string, fingerprint: string): boolean {
    const found = this.#sql.exec(
      'SELECT 1 FROM alerts WHERE incident_id = ? AND fingerprint = ?',
      incidentId,
      fingerprint,
    )
    return found.toArray().length > 0
  }

  record(incidentId: string, fingerprint: string): AlertRecord | null {
    const [row] = this.#sql
      .exec('SELECT * FROM alerts WHERE incident_id = ? AND fingerprint = ?', incidentId, fingerprint)
      .toArray()
    return row === undefined ? null : recordFrom(row)
  }

  /** Those of an incident, or all of them when no fingerprints are named. */
  records(incidentId: string, fingerprints: ReadonlySet<string> | null): AlertRecord[] {
    const named = fingerprints === null ? '' : 'AND fingerprint IN (SELECT value FROM json_each(?))'
    return this.#sql
      .exec(
        `SELECT * FROM alerts WHERE incident_id = ? ${named} ORDER BY starts_at_ms, fingerprint`,
        incidentId,
        ...(fingerprints === null ? [] : [JSON.stringify([...fingerprints])]),
      )
      .toArray()
      .map(recordFrom)
  }

  counts(incidentId: string): { total: number; firing: number } {
    return this.#sql
      .exec<{ total: number; firing: number }>(
        'SELECT count(*) AS total, count(*) FILTER (WHERE ended_at_ms IS NULL) AS firing FROM alerts WHERE incident_id = ?',
        incidentId,
      )
      .one()
  }

  /** Gives alerts to another incident; an earlier firing of one of them there gives way, as it does when it fires anew. */
  reassign(from: string, into: string, fingerprints: readonly string[], step: TrailStep): void {
    this.write(
      'DELETE FROM alerts WHERE incident_id = ? AND fingerprint IN (SELECT value FROM json_each(?))',
      into,
      JSON.stringify(fingerprints),
    )
    this.write(
      `UPDATE alerts SET incident_id = ?, trail = json_insert(trail, '$[#]', json(?))
       WHERE incident_id = ? AND fingerprint IN (SELECT value FROM json_each(?))`,
      into,
      JSON.stringify(step),
      from,
      JSON.stringify(fingerprints),
    )
  }

  /** Firing first, then by start. */
  page(incidentId: string, offset: number, limit: number): AlertRecord[] {
    return this.#sql
      .exec(
        // Ids first: of thousands of rows only those of the page are read whole.
        `SELECT alerts.* FROM (
           SELECT fingerprint FROM alerts WHERE incident_id = ?1
           ORDER BY ended_at_ms IS NOT NULL, starts_at_ms, fingerprint LIMIT ?2 OFFSET ?3) AS page
         JOIN alerts ON alerts.incident_id = ?1 AND alerts.fingerprint = page.fingerprint
         ORDER BY alerts.ended_at_ms IS NOT NULL, alerts.starts_at_ms, alerts.fingerprint`,
        incidentId,
        limit,
        offset,
      )
      .toArray()
      .map(recordFrom)
  }

  /** The first of each service and severity: a storm of one does not bury what another complained of. */
  firstOfEach(incidentId: string): AlertRecord[] {
    return this.#sql
      .exec(
        `SELECT alerts.* FROM (
           SELECT fingerprint, min(printf('%016d %s', starts_at_ms, fingerprint)) FROM alerts WHERE incident_id = ?1
           GROUP BY service_id, severity) AS first
         JOIN alerts ON alerts.incident_id = ?1 AND alerts.fingerprint = first.fingerprint`,
        incidentId,
      )
      .toArray()
      .map(recordFrom)
  }

  /** Forgets resolved incidents whose alerts are all over; D1 keeps both. */
  forget(resolvedBeforeMs: number): void {
    const over = `SELECT id FROM incidents WHERE resolved_at_ms < ?
      AND NOT EXISTS (SELECT 1 FROM alerts WHERE incident_id = incidents.id AND ended_at_ms IS NULL)`
    const ids = this.#sql.exec<{ id: string }>(over, resolvedBeforeMs).toArray()
    for (const { id } of ids) {
      this.write('DELETE FROM alerts WHERE incident_id = ?', id)
      this.write('DELETE FROM incidents WHERE id = ?', id)
    }
  }
}

function recordFrom(row: unknown): AlertRecord {
  const stored = Row.parse(row)
  const alert: Alert = {
    fingerprint: stored.fingerprint,
    labels: labelsFrom(stored.labels),
    annotations: labelsFrom(stored.annotations),
    startsAtMs: stored.starts_at_ms,
    endsAtMs: stored.ends_at_ms,
    endIsTimeout: stored.end_is_timeout === 1,
    generatorUrl: stored.generator_url,
    updatedAtMs: stored.updated_at_ms,
  }
  return {
    alert,
    source: stored.source,
    incidentId: stored.incident_id,
    serviceId: stored.service_id,
    severity: stored.severity,
    endedAtMs: stored.ended_at_ms,
    trail: null,
  }
}

/** Not by a zod record, which drops a label called __proto__. */
function labelsFrom(json: string): Labels {
  const parsed: unknown = JSON.parse(json)
  if (typeof parsed !== 'object' || parsed === null) return {}
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]))
}
