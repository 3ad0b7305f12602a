import { z } from 'zod'
import { open, seal } from '../storage/masterKey.ts'

/** The secrets of senders that choose themselves what they sign with, sealed. */
export class GivenSecrets {
  readonly #sql: SqlStorage
  readonly #write: (statement: string, ...bindings: string[]) => void
  readonly #masterKey: string

  constructor(sql: SqlStorage, write: (statement: string, ...bindings: string[]) => void, masterKey: string) {
    this.#sql = sql
    this.#write = write
    this.#masterKey = masterKey
    write(
      'CREATE TABLE IF NOT EXISTS given_secrets (integration_id TEXT PRIMARY KEY, sealed TEXT NOT NULL) WITHOUT ROWID',
    )
  }

  /** Replaces the one before. */
  async put(integrationId: string, secret: string): Promise<void> {
    const sealed = await seal(this.#masterKey, purpose(integrationId), secret)
    this.#write('INSERT OR REPLACE INTO given_secrets VALUES (?, ?)', integrationId, sealed)
  }

  async of(integrationId: string): Promise<string | null> {
    const [row] = this.#sql.exec('SELECT sealed FROM given_secrets WHERE integration_id = ?', integrationId).toArray()
    if (row === undefined) return null
    return open(this.#masterKey, purpose(integrationId), z.string().parse(row['sealed']))
  }

  /** Ids of the integrations that have one. */
  given(): string[] {
    const rows = this.#sql.exec('SELECT integration_id FROM given_secrets').toArray()
    return rows.map((row) => z.string().parse(row['integration_id']))
  }
}

function purpose(integrationId: string): string {
  return `given secret of integration ${integrationId}`
}
