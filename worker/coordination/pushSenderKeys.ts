import { newVapidKeys } from '../delivery/webPush.ts'
import { sealPushKeys } from '../storage/pushKeys.ts'

/**
 * The keys that browsers know this instance by, made once and kept sealed. A browser has one subscription for all pages,
 * bound to one key, so the first page's desk has them for all.
 */
export class PushSenderKeys {
  readonly #sql: SqlStorage
  readonly #masterKey: string

  constructor(sql: SqlStorage, masterKey: string) {
    this.#sql = sql
    this.#masterKey = masterKey
    sql.exec('CREATE TABLE IF NOT EXISTS push_keys (id INTEGER PRIMARY KEY CHECK (id = 1), sealed TEXT NOT NULL)')
  }

  async sealed(): Promise<string> {
    const known = this.#known()
    if (known !== null) return known
    const made = await sealPushKeys(this.#masterKey, await newVapidKeys())
    // Whoever was first decides: browsers may have it already.
    this.#sql.exec('INSERT OR IGNORE INTO push_keys VALUES (1, ?)', made)
    return this.#known() ?? made
  }

  #known(): string | null {
    return this.#sql.exec<{ sealed: string }>('SELECT sealed FROM push_keys').toArray()[0]?.sealed ?? null
  }
}
