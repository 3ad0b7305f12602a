import { z } from 'zod'
import type { Labels } from '../domain/alert.ts'
import { fingerprintOf } from '../domain/alert.ts'
import type { BatchPlan } from '../domain/batchPlan.ts'
import type { NamedIntegration } from '../domain/integration.ts'

/**
 * What only Opsgenie's API has: an id and a tiny id for each alert, what its sender wrote, and the outcome of requests.
 * The alerts themselves are the AlertDesk's.
 */

export interface OpsgenieIdentifier {
  readonly type: 'id' | 'alias' | 'tiny'
  readonly value: string
}

export type OpsgenieAction = 'Create' | 'Close' | 'Acknowledge' | 'AddNote'

/** One alert as Opsgenie names it: a firing after a close has names of its own. */
export interface OpsgenieName {
  readonly tiny: number
  readonly id: string
  readonly alias: string
  readonly fingerprint: string
  readonly incidentId: string
  readonly integration: NamedIntegration
  /** What `POST /v2/alerts` was sent, as JSON. */
  readonly body: string
  readonly createdAtMs: number
}

export interface OpsgenieRequest {
  readonly requestId: string
  readonly action: OpsgenieAction
  readonly isSuccess: boolean
  readonly status: string
  readonly alertId: string
  readonly alias: string
  readonly integrationId: string
  readonly atMs: number
}

const PAGE_MAX = 200
const PAGE_LENGTH_MAX = 2_000_000
const REQUESTS_MAX = 10_000
const FORGET_REQUESTS_AFTER_MS = 24 * 3_600_000

const NameRow = z.object({
  tiny: z.number(),
  fingerprint: z.string(),
  alias: z.string(),
  incident_id: z.string(),
  integration_id: z.string(),
  integration_name: z.string(),
  body: z.string(),
  created_at_ms: z.number(),
})
const RequestRow = z.object({
  request_id: z.string(),
  action: z.enum(['Create', 'Close', 'Acknowledge', 'AddNote']),
  is_success: z.number(),
  status: z.string(),
  alert_id: z.string(),
  alias: z.string(),
  integration_id: z.string(),
  at_ms: z.number(),
})

/** What makes two requests speak of the same alert. No label has an empty name, so it is nobody else's. */
export function opsgenieIdentity(alias: string): Labels {
  return { '': 'opsgenie', alias }
}

export class OpsgenieAlerts {
  readonly #sql: SqlStorage
  readonly #write: (statement: string, ...bindings: (string | number | null)[]) => void

  constructor(sql: SqlStorage, write: (statement: string, ...bindings: (string | number | null)[]) => void) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS opsgenie_alerts (
      tiny INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL, alias TEXT NOT NULL, incident_id TEXT NOT NULL,
      integration_id TEXT NOT NULL, integration_name TEXT NOT NULL, body TEXT NOT NULL, created_at_ms INTEGER NOT NULL)`)
    write('CREATE INDEX IF NOT EXISTS opsgenie_alerts_fingerprint ON opsgenie_alerts (fingerprint)')
    write(`CREATE TABLE IF NOT EXISTS opsgenie_requests (
      number INTEGER PRIMARY KEY AUTOINCREMENT, request_id TEXT NOT NULL UNIQUE, action TEXT NOT NULL,
      is_success INTEGER NOT NULL, status TEXT NOT NULL, alert_id TEXT NOT NULL, alias TEXT NOT NULL,
      integration_id TEXT NOT NULL, at_ms INTEGER NOT NULL)`)
  }

  /** Call inside the transaction in which the alert begins to fire. */
  add(name: Omit<OpsgenieName, 'tiny' | 'id'>): void {
    this.#write(
      `INSERT INTO opsgenie_alerts
        (fingerprint, alias, incident_id, integration_id, integration_name, body, created_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?)`,
      name.fingerprint,
      name.alias,
      name.incidentId,
      name.integration.id,
      name.integration.name,
      name.body,
      name.createdAtMs,
    )
  }

  /** Alerts that a plan moved to another incident. */
  follow(plan: Pick<BatchPlan, 'records'>): void {
    for (const { alert, source, incidentId, endedAtMs } of plan.records)
      if (source === 'opsgenie' && endedAtMs === null)
        this.#write(
          `UPDATE opsgenie_alerts SET incident_id = ?
            WHERE tiny = (SELECT max(tiny) FROM opsgenie_alerts WHERE fingerprint = ?)`,
          incidentId,
          alert.fingerprint,
        )
  }

  newest(fingerprint: string): OpsgenieName | null {
    return this.#one('SELECT * FROM opsgenie_alerts WHERE fingerprint = ? ORDER BY tiny DESC LIMIT 1', fingerprint)
  }

  /** Newest first, as many as are worth one answer. */
  before(tiny: number): OpsgenieName[] {
    const names: OpsgenieName[] = []
    let length = 0
    for (const row of this.#sql.exec(
      'SELECT * FROM opsgenie_alerts WHERE tiny < ? ORDER BY tiny DESC LIMIT ?',
      tiny,
      PAGE_MAX,
    )) {
      const name = nameOf(row)
      names.push(name)
      length += name.body.length
      if (length > PAGE_LENGTH_MAX) break
    }
    return names
  }

  find({ type, value }: OpsgenieIdentifier): OpsgenieName | null {
    switch (type) {
      case 'id':
        return this.#byUuid(value, ALERT)
      case 'tiny':
        return /^[1-9]\d{0,14}$/.test(value) ? this.#byTiny(Number(value)) : null
      case 'alias':
        return this.newest(fingerprintOf(opsgenieIdentity(value)))
    }
  }

  /**
   * Keeps what became of a request, and returns its id. Creating needs no row: its request id is made of the alert's
   * names, so that the thousandth repeat of an alert writes nothing, and is answered with the id of the first.
   */
  record(request: Omit<OpsgenieRequest, 'requestId'>): string {
    const requestId = crypto.randomUUID()
    const { action, isSuccess, status, alertId, alias, integrationId, atMs } = request
    this.#write(
      `INSERT INTO opsgenie_requests
        (request_id, action, is_success, status, alert_id, alias, integration_id, at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      requestId,
      action,
      isSuccess ? 1 : 0,
      status,
      alertId,
      alias,
      integrationId,
      atMs,
    )
    this.#write(
      'DELETE FROM opsgenie_requests WHERE number <= (SELECT max(number) FROM opsgenie_requests) - ?',
      REQUESTS_MAX,
    )
    return requestId
  }

  request(requestId: string): OpsgenieRequest | null {
    const created = this.#byUuid(requestId, CREATION)
    if (created !== null)
      return {
        requestId,
        action: 'Create',
        isSuccess: true,
        status: 'Created alert',
        alertId: created.id,
        alias: created.alias,
        integrationId: created.integration.id,
        atMs: created.createdAtMs,
      }
    const [row] = this.#sql.exec('SELECT * FROM opsgenie_requests WHERE request_id = ?', requestId).toArray()
    if (row === undefined) return null
    const { action, is_success, status, alert_id, alias, integration_id, at_ms } = RequestRow.parse(row)
    return {
      requestId,
      action,
      isSuccess: is_success === 1,
      status,
      alertId: alert_id,
      alias,
      integrationId: integration_id,
      atMs: at_ms,
    }
  }

  /** Forgets requests after a day, and names when the desk has forgotten their incident, or their alert if it had none. */
  forget(nowMs: number): void {
    this.#write('DELETE FROM opsgenie_requests WHERE at_ms < ?', nowMs - FORGET_REQUESTS_AFTER_MS)
    this.#write(`DELETE FROM opsgenie_alerts WHERE incident_id NOT IN (SELECT id FROM incidents)
      AND fingerprint NOT IN (SELECT fingerprint FROM held_alerts)`)
  }

  #byTiny(tiny: number): OpsgenieName | null {
    return this.#one('SELECT * FROM opsgenie_alerts WHERE tiny = ?', tiny)
  }

  #byUuid(text: string, kind: UuidKind): OpsgenieName | null {
    const found = this.#byTiny(Number.parseInt(text.slice(-12), 16) || 0)
    return found !== null && uuidOf(found.fingerprint, found.tiny, kind) === text.toLowerCase() ? found : null
  }

  #one(statement: string, binding: string | number): OpsgenieName | null {
    const [row] = this.#sql.exec(statement, binding).toArray()
    return row === undefined ? null : nameOf(row)
  }
}

function nameOf(row: unknown): OpsgenieName {
  const stored = NameRow.parse(row)
  return {
    tiny: stored.tiny,
    id: uuidOf(stored.fingerprint, stored.tiny, ALERT),
    alias: stored.alias,
    fingerprint: stored.fingerprint,
    incidentId: stored.incident_id,
    integration: { id: stored.integration_id, name: stored.integration_name },
    body: stored.body,
    createdAtMs: stored.created_at_ms,
  }
}

type UuidKind = '8' | '9'
const ALERT: UuidKind = '8'
const CREATION: UuidKind = '9'

/** Version 8: digits of our own, so that an alert's ids need no columns and no index. The kind sits in the variant. */
function uuidOf(fingerprint: string, tiny: number, kind: UuidKind): string {
  const f = fingerprint
  const end = tiny.toString(16).padStart(12, '0')
  return `${f.slice(0, 8)}-${f.slice(8, 12)}-8${f.slice(12, 15)}-${kind}${f.slice(15)}00-${end}`
}

export function creationRequestId({ fingerprint, tiny }: OpsgenieName): string {
  return uuidOf(fingerprint, tiny, CREATION)
}
