import { z } from 'zod'
import type { Mapping } from '../domain/integration.ts'

/** The mappings of JSON integrations, each version with who saved it and when. */

const Row = z.object({
  version: z.number(),
  expression: z.string(),
  saved_by: z.string(),
  saved_at_ms: z.number(),
})

const VERSIONS_KEPT = 50

type Write = (statement: string, ...bindings: (string | number | null)[]) => void

export class MappingStore {
  readonly #sql: SqlStorage
  readonly #write: Write

  constructor(sql: SqlStorage, write: Write) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS integration_mappings (
      integration_id TEXT NOT NULL, version INTEGER NOT NULL, expression TEXT NOT NULL, saved_by TEXT NOT NULL,
      saved_at_ms INTEGER NOT NULL, PRIMARY KEY (integration_id, version)) WITHOUT ROWID`)
  }

  /** Newest first; the first one is in use, and means none when it is empty. */
  versions(integrationId: string): Mapping[] {
    return this.#sql
      .exec('SELECT * FROM integration_mappings WHERE integration_id = ? ORDER BY version DESC', integrationId)
      .toArray()
      .map((row) => {
        const { version, expression, saved_by: savedBy, saved_at_ms: savedAtMs } = Row.parse(row)
        return { version, expression, savedBy, savedAtMs }
      })
  }

  /** Null when it takes messages in the plain form. */
  current(integrationId: string): Mapping | null {
    const [latest] = this.versions(integrationId)
    return latest === undefined || latest.expression === '' ? null : latest
  }

  /** The new version; null when someone else has saved one since `expectedVersion`. The same again makes no version. */
  save(integrationId: string, { expression, expectedVersion, by }: WantedMapping, nowMs: number): number | null {
    const [latest] = this.versions(integrationId)
    const known = latest?.version ?? 0
    if (known !== expectedVersion) return null
    if ((latest?.expression ?? '') === expression) return known
    const version = known + 1
    this.#write(
      'INSERT INTO integration_mappings VALUES (?, ?, ?, ?, ?)',
      integrationId,
      version,
      expression,
      by,
      nowMs,
    )
    this.#write(
      'DELETE FROM integration_mappings WHERE integration_id = ? AND version <= ?',
      integrationId,
      version - VERSIONS_KEPT,
    )
    return version
  }
}

export interface WantedMapping {
  readonly expression: string
  /** The version the change was made to; 0: there was none. */
  readonly expectedVersion: number
  readonly by: string
}
