import { z } from 'zod'
import type { FlapChanges, FlapRecord } from '../domain/flapping.ts'
import { isForgettable } from '../domain/flapping.ts'
import type { Flapping } from '../domain/routingRule.ts'
import type { Write } from './objectTables.ts'

/** How often alerts have begun lately: by heart, and on disk once one has ended soon after it began. */

const Row = z.object({ fingerprint: z.string(), firings: z.string(), quiet_since_ms: z.number().nullable() })
const Firings = z.array(z.number())

export class FlapStore {
  readonly #write: Write
  readonly #flaps = new Map<string, FlapRecord>()
  readonly #stored = new Set<string>()

  constructor(sql: SqlStorage, write: Write) {
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS flaps (
      fingerprint TEXT PRIMARY KEY, firings TEXT NOT NULL, quiet_since_ms INTEGER) WITHOUT ROWID`)
    for (const row of sql.exec('SELECT * FROM flaps').toArray()) {
      const { fingerprint, firings, quiet_since_ms: quietSinceMs } = Row.parse(row)
      this.#flaps.set(fingerprint, { firingsAtMs: Firings.parse(JSON.parse(firings)), quietSinceMs })
      this.#stored.add(fingerprint)
    }
  }

  get(fingerprint: string): FlapRecord | null {
    return this.#flaps.get(fingerprint) ?? null
  }

  /** Whether it begins so often that its ends are not believed at once. */
  isFlapping(fingerprint: string, { firings }: Flapping): boolean {
    return (this.#flaps.get(fingerprint)?.firingsAtMs.length ?? 0) >= firings
  }

  /** Call inside the transaction of the plan. */
  store({ flaps, flapsToWrite }: FlapChanges): void {
    for (const fingerprint of flapsToWrite) {
      const record = flaps.get(fingerprint)
      if (record === undefined) continue
      const { firingsAtMs, quietSinceMs } = record
      if (firingsAtMs.length === 0) this.#forgetRow(fingerprint)
      else {
        this.#write(
          'INSERT OR REPLACE INTO flaps VALUES (?, ?, ?)',
          fingerprint,
          JSON.stringify(firingsAtMs),
          quietSinceMs,
        )
        this.#stored.add(fingerprint)
      }
    }
  }

  /** Call once the plan is on disk. */
  apply({ flaps }: FlapChanges): void {
    for (const [fingerprint, record] of flaps)
      if (record.firingsAtMs.length === 0) this.#flaps.delete(fingerprint)
      else this.#flaps.set(fingerprint, record)
  }

  forget(settings: Flapping, nowMs: number): void {
    for (const [fingerprint, record] of this.#flaps)
      if (isForgettable(record, settings, nowMs)) {
        this.#flaps.delete(fingerprint)
        this.#forgetRow(fingerprint)
      }
  }

  #forgetRow(fingerprint: string): void {
    if (this.#stored.delete(fingerprint)) this.#write('DELETE FROM flaps WHERE fingerprint = ?', fingerprint)
  }
}
