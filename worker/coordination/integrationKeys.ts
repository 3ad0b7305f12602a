import { z } from 'zod'
import type { Integration, IntegrationKey, NamedIntegration } from '../domain/integration.ts'
import { IntegrationSource, LIVE_KEYS_MAX } from '../domain/integration.ts'
import { crockford } from '../domain/identifiers.ts'
import { deriveSecret, newKey } from '../storage/masterKey.ts'

/** The keys that senders of alerts and changes use. Only their SHA-256 is kept. */

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
  if (source === 'pagerduty') return base62(32)
  // It stands in an address, of which 64 characters come before the @, and which may be lower-cased on the way.
  if (source === 'email') return PREFIX.email + crockford(crypto.getRandomValues(new Uint8Array(52)), 52)
  return newKey(PREFIX[source])
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

/** Derived from the master key, so that a webhook secret can be checked without being stored. Each key has its own. */
export async function webhookSecretOf(masterKey: string, keyId: string): Promise<string> {
  return deriveSecret(masterKey, `webhook of integration ${keyId}`)
}

const HINT_LENGTH = 7
/** A last use is worth a write this long after the one that was written before. */
const USE_WRITTEN_EVERY_MS = 3_600_000

const Row = z.object({
  id: z.string(),
  source: IntegrationSource,
  name: z.string(),
  created_at_ms: z.number(),
  revoked_at_ms: z.number().nullable(),
})
const KeyRow = z.object({
  id: z.string(),
  integration_id: z.string(),
  key_hash: z.string(),
  hint: z.string(),
  created_at_ms: z.number(),
  created_by: z.string(),
  last_used_at_ms: z.number().nullable(),
  revoked_at_ms: z.number().nullable(),
  has_signed: z.number(),
})

export interface WantedKey {
  readonly id: string
  readonly key: string
  readonly keyHash: string
  readonly by: string
}

/** Whose key it is. */
export interface KeyHolder extends NamedIntegration {
  readonly source: IntegrationSource
  readonly keyId: string
  readonly hasSigned: boolean
}

interface LiveKey extends KeyHolder {
  lastUsedAtMs: number | null
  writtenUseAtMs: number | null
}

type Write = (statement: string, ...bindings: (string | number | null)[]) => void

export class IntegrationKeys {
  readonly #sql: SqlStorage
  readonly #write: Write
  /** By hash: what is asked with every message is known by heart. */
  #live = new Map<string, LiveKey>()

  constructor(sql: SqlStorage, write: Write) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS integrations (
      id TEXT PRIMARY KEY, source TEXT NOT NULL, name TEXT NOT NULL, key_hash TEXT NOT NULL UNIQUE,
      created_at_ms INTEGER NOT NULL, revoked_at_ms INTEGER)`)
    write('CREATE TABLE IF NOT EXISTS signing_integrations (id TEXT PRIMARY KEY) WITHOUT ROWID')
    write(`CREATE TABLE IF NOT EXISTS integration_keys (
      id TEXT PRIMARY KEY, integration_id TEXT NOT NULL, key_hash TEXT NOT NULL, hint TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL, created_by TEXT NOT NULL, last_used_at_ms INTEGER, revoked_at_ms INTEGER
      ) WITHOUT ROWID`)
    // Once an integration had one key, in its own row; that key has the integration's id. No row of a key is ever deleted.
    write(`INSERT INTO integration_keys SELECT id, id, key_hash, '', created_at_ms, '', NULL, revoked_at_ms
      FROM integrations i WHERE NOT EXISTS (SELECT 1 FROM integration_keys k WHERE k.integration_id = i.id)`)
    this.#load()
  }

  /** Its first key has the integration's id. */
  add(source: IntegrationSource, name: string, first: WantedKey, nowMs: number): void {
    const { id, keyHash } = first
    this.#write('INSERT INTO integrations VALUES (?, ?, ?, ?, ?, NULL)', id, source, name, keyHash, nowMs)
    this.#addKey(id, first, nowMs)
  }

  /** Another key for an integration, beside the one that is to be revoked. */
  addKey(integrationId: string, wanted: WantedKey, nowMs: number): 'added' | 'unknown_integration' | 'two_keys' {
    const integration = this.integration(integrationId)
    if (integration === null || integration.revokedAtMs !== null) return 'unknown_integration'
    if (integration.keys.filter(({ revokedAtMs }) => revokedAtMs === null).length >= LIVE_KEYS_MAX) return 'two_keys'
    this.#addKey(integrationId, wanted, nowMs)
    return 'added'
  }

  /** Looks the hash up, so no comparison of secrets takes place that could be timed. Remembers that the key was used. */
  find(source: string, keyHash: string, nowMs: number): KeyHolder | null {
    const known = this.#live.get(keyHash)
    if (known === undefined || known.source !== source) return null
    known.lastUsedAtMs = nowMs
    return known
  }

  isKnown(keyHash: string): boolean {
    return this.#live.has(keyHash)
  }

  /** Writes when keys were last used, at most once an hour for each: that a message came is no reason to write. */
  writeUse(everyMs: number = USE_WRITTEN_EVERY_MS): void {
    for (const key of this.#live.values()) {
      const { keyId, lastUsedAtMs, writtenUseAtMs } = key
      if (lastUsedAtMs === writtenUseAtMs || lastUsedAtMs === null) continue
      if (lastUsedAtMs - (writtenUseAtMs ?? 0) < everyMs) continue
      this.#write('UPDATE integration_keys SET last_used_at_ms = ? WHERE id = ?', lastUsedAtMs, keyId)
      key.writtenUseAtMs = lastUsedAtMs
    }
  }

  rememberSigning(keyId: string): void {
    this.#write('INSERT OR IGNORE INTO signing_integrations VALUES (?)', keyId)
    this.#load()
  }

  list(): Integration[] {
    const used = new Map([...this.#live.values()].map(({ keyId, lastUsedAtMs }) => [keyId, lastUsedAtMs]))
    const keys = Map.groupBy(this.#keyRows(), (row) => row.integration_id)
    return this.#sql
      .exec('SELECT * FROM integrations ORDER BY created_at_ms, id')
      .toArray()
      .map((row) => {
        const { id, source, name, created_at_ms: createdAtMs, revoked_at_ms: revokedAtMs } = Row.parse(row)
        const of = (keys.get(id) ?? []).map((key): IntegrationKey => ({
          id: key.id,
          hint: key.hint,
          createdAtMs: key.created_at_ms,
          createdBy: key.created_by,
          lastUsedAtMs: used.get(key.id) ?? key.last_used_at_ms,
          revokedAtMs: key.revoked_at_ms,
        }))
        return { id, source, name, createdAtMs, revokedAtMs, keys: of }
      })
  }

  integration(id: string): Integration | null {
    return this.list().find((integration) => integration.id === id) ?? null
  }

  rename(id: string, name: string): boolean {
    if (this.integration(id) === null) return false
    this.#write('UPDATE integrations SET name = ? WHERE id = ?', name, id)
    this.#load()
    return true
  }

  /** One key; false when there is no such key, or it was revoked before. */
  revokeKey(integrationId: string, keyId: string, nowMs: number): boolean {
    const key = this.integration(integrationId)?.keys.find(({ id }) => id === keyId)
    if (key === undefined || key.revokedAtMs !== null) return false
    this.writeUse(0)
    this.#write('UPDATE integration_keys SET revoked_at_ms = ? WHERE id = ?', nowMs, keyId)
    this.#load()
    return true
  }

  /** The integration with all of its keys; false when there is none, or it was revoked before. */
  revoke(id: string, nowMs: number): boolean {
    const known = this.integration(id)
    if (known === null || known.revokedAtMs !== null) return false
    this.writeUse(0)
    const where = 'AND revoked_at_ms IS NULL'
    this.#write(`UPDATE integrations SET revoked_at_ms = ? WHERE id = ? ${where}`, nowMs, id)
    this.#write(`UPDATE integration_keys SET revoked_at_ms = ? WHERE integration_id = ? ${where}`, nowMs, id)
    this.#load()
    return true
  }

  #addKey(integrationId: string, { id, key, keyHash, by }: WantedKey, nowMs: number): void {
    this.#write(
      'INSERT INTO integration_keys VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)',
      id,
      integrationId,
      keyHash,
      key.slice(0, HINT_LENGTH),
      nowMs,
      by,
    )
    this.#load()
  }

  #keyRows(): z.infer<typeof KeyRow>[] {
    return this.#sql
      .exec(
        `SELECT k.*, EXISTS (SELECT 1 FROM signing_integrations s WHERE s.id = k.id) AS has_signed
         FROM integration_keys k ORDER BY created_at_ms, id`,
      )
      .toArray()
      .map((row) => KeyRow.parse(row))
  }

  /** Anew after each change; what was used since the last write is carried over. */
  #load(): void {
    const integrations = this.#sql.exec('SELECT * FROM integrations').toArray()
    const byId = new Map(integrations.map((row) => Row.parse(row)).map((row) => [row.id, row]))
    const before = this.#live
    this.#live = new Map()
    for (const row of this.#keyRows()) {
      const integration = byId.get(row.integration_id)
      if (integration === undefined || row.revoked_at_ms !== null) continue
      this.#live.set(row.key_hash, {
        id: integration.id,
        name: integration.name,
        source: integration.source,
        keyId: row.id,
        hasSigned: row.has_signed === 1,
        lastUsedAtMs: before.get(row.key_hash)?.lastUsedAtMs ?? row.last_used_at_ms,
        writtenUseAtMs: row.last_used_at_ms,
      })
    }
  }
}
