import { endOf } from '../domain/maintenanceLists.ts'
import type { PublicMaintenance } from '../domain/publicModel.ts'
import { storedMaintenance } from './storedDocuments.ts'

/** The maintenances that the publisher shows, in its own SQLite. */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS maintenances (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  scheduled_for_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  document TEXT NOT NULL
);
`

const MAINTENANCES_MAX = 500

export class PublishedMaintenances {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(SCHEMA)
  }

  /** Whether it was newer than what was there. */
  put(version: number, maintenance: PublicMaintenance): boolean {
    const { id, scheduledForMs, updatedAtMs } = maintenance
    return (
      this.#sql
        .exec(
          `INSERT INTO maintenances (id, version, scheduled_for_ms, updated_at_ms, ended_at_ms, document)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET version = excluded.version, scheduled_for_ms = excluded.scheduled_for_ms,
             updated_at_ms = excluded.updated_at_ms, ended_at_ms = excluded.ended_at_ms, document = excluded.document
           WHERE excluded.version > maintenances.version
           RETURNING id`,
          id,
          version,
          scheduledForMs,
          updatedAtMs,
          endOf(maintenance),
          JSON.stringify(maintenance),
        )
        .toArray().length > 0
    )
  }

  versionOf(id: string): number {
    const [row] = this.#sql.exec<{ version: number }>('SELECT version FROM maintenances WHERE id = ?', id).toArray()
    return row?.version ?? 0
  }

  find(id: string): PublicMaintenance | null {
    return this.#read('WHERE id = ?', id)[0] ?? null
  }

  /** What is not over, and what ended since; the latest start first. */
  since(endedMs: number): PublicMaintenance[] {
    return this.#read(
      'WHERE ended_at_ms IS NULL OR ended_at_ms >= ? ORDER BY scheduled_for_ms DESC, id LIMIT ?',
      endedMs,
      MAINTENANCES_MAX,
    )
  }

  /** The latest start first. */
  all(): PublicMaintenance[] {
    return this.#read('ORDER BY scheduled_for_ms DESC, id')
  }

  /** When each of those that are over was, the newest first. */
  ends(): number[] {
    return this.#sql
      .exec<{ at: number }>('SELECT ended_at_ms AS at FROM maintenances WHERE ended_at_ms IS NOT NULL ORDER BY at DESC')
      .toArray()
      .map(({ at }) => at)
  }

  /** Those that ended from `fromMs` on and before `untilMs`, the last first. */
  endedBetween(fromMs: number, untilMs: number): PublicMaintenance[] {
    return this.#read(
      'WHERE ended_at_ms >= ? AND ended_at_ms < ? ORDER BY ended_at_ms DESC, id LIMIT ?',
      fromMs,
      untilMs,
      MAINTENANCES_MAX,
    )
  }

  lastChangeMs(): number {
    return this.#sql.exec<{ at: number | null }>('SELECT max(updated_at_ms) AS at FROM maintenances').one().at ?? 0
  }

  #read(where: string, ...values: (string | number)[]): PublicMaintenance[] {
    return this.#sql
      .exec<{ document: string }>(`SELECT document FROM maintenances ${where}`, ...values)
      .toArray()
      .map(({ document }) => storedMaintenance(document))
  }
}
