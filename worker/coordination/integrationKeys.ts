import { z } from 'zod'
import { deriveSecret, newKey } from '../storage/masterKey.ts'

/** The keys that senders of alerts and changes use. Only their SHA-256 is kept. */

export const INTEGRATION_SOURCES = [
  'alertmanager',
  'grafana',
  'json',
  'pagerduty',
  'opsgenie',
  'github',
  'cloudevents',
  'sns',
  'sentry',
  'datadog',
  'email',
] as const
export const IntegrationSource = z.enum(INTEGRATION_SOURCES)
export type IntegrationSource = z.infer<typeof IntegrationSource>

export interface Integration {
  readonly id: string
  readonly source: IntegrationSource
  readonly name: string
  readonly createdAtMs: number
  readonly revokedAtMs: number | null
}

export type NamedIntegration = Pick<Integration, 'id' | 'name'>

export interface NewIntegration {
  readonly id: string
  /** Shown once. */
  readonly key: string
  /** GitHub, Grafana and Sentry: what they sign with. */
  readonly secret?: string
}

/** A PagerDuty routing key has 32 characters by its protocol; the others carry 256 random bits. */
const PREFIX: Record<Exclude<IntegrationSource, 'pagerduty'>, string> = {
  alertmanager: 'am_',
  grafana: 'gf_',
  json: 'js_',
  opsgenie: 'og_',
  github: 'gh_',
  cloudevents: 'ce_',
  sns: 'sn_',
  sentry: 'st_',
  datadog: 'dd_',
  email: 'em_',
}

export function newIntegrationKey(source: IntegrationSource): string {
  return source === 'pagerduty' ? base62(32) : newKey(PREFIX[source])
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function base62(length: number): string {
  let text = ''
  while (text.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      // 248 is the last multiple of 62: beyond it the first letters would come up more often.
      if (byte < 248 && text.length < length) text += BASE62.charAt(byte % 62)
  return text
}

/** Those who sign what they send with a secret that is not sent. */
export function signs(source: IntegrationSource): boolean {
  return source === 'github' || source === 'grafana' || source === 'sentry'
}

/** Derived from the master key, so that a webhook secret can be checked without being stored. */
export async function webhookSecretOf(masterKey: string, integrationId: string): Promise<string> {
  return deriveSecret(masterKey, `webhook of integration ${integrationId}`)
}

const Row = z.object({
  id: z.string(),
  source: IntegrationSource,
  name: z.string(),
  created_at_ms: z.number(),
  revoked_at_ms: z.number().nullable(),
})

const Found = z.object({ id: z.string(), name: z.string(), has_signed: z.number() })

export class IntegrationKeys {
  readonly #sql: SqlStorage
  readonly #write: (statement: string, ...bindings: (string | number)[]) => void

  constructor(sql: SqlStorage, write: (statement: string, ...bindings: (string | number)[]) => void) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS integrations (
      id TEXT PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, key_hash TEXT NOT NULL UNIQUE,
      created_at_ms INTEGER NOT NULL, revoked_at_ms INTEGER)`)
    write('CREATE TABLE IF NOT EXISTS signing_integrations (id TEXT PRIMARY KEY) WITHOUT ROWID')
  }

  add(id: string, source: IntegrationSource, name: string, keyHash: string, nowMs: number): void {
    this.#write('INSERT INTO integrations VALUES (?, ?, ?, ?, ?, NULL)', id, source, name, keyHash, nowMs)
  }

  knows(source: string, keyHash: string): boolean {
    return this.find(source, keyHash) !== null
  }

  /** Looks the hash up, so no comparison of secrets takes place that could be timed. */
  find(source: string, keyHash: string): (NamedIntegration & { readonly hasSigned: boolean }) | null {
    const [row] = this.#sql
      .exec(
        `SELECT id, name, EXISTS (SELECT 1 FROM signing_integrations s WHERE s.id = i.id) AS has_signed FROM integrations i
         WHERE key_hash = ? AND source = ? AND revoked_at_ms IS NULL`,
        keyHash,
        source,
      )
      .toArray()
    if (row === undefined) return null
    const { id, name, has_signed: hasSigned } = Found.parse(row)
    return { id, name, hasSigned: hasSigned === 1 }
  }

  rememberSigning(id: string): void {
    this.#write('INSERT OR IGNORE INTO signing_integrations VALUES (?)', id)
  }

  list(): Integration[] {
    return this.#sql
      .exec('SELECT * FROM integrations ORDER BY created_at_ms, id')
      .toArray()
      .map((row) => {
        const { id, source, name, created_at_ms: createdAtMs, revoked_at_ms: revokedAtMs } = Row.parse(row)
        return { id, source, name, createdAtMs, revokedAtMs }
      })
  }

  revoke(id: string, nowMs: number): void {
    this.#write('UPDATE integrations SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL', nowMs, id)
  }
}
