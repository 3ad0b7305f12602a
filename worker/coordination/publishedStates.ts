import type { RecordedOwnChange } from '../domain/ownChanges.ts'
import { ComponentStatus } from '../domain/componentStatus.ts'

/** The states that components have by themselves, as the publisher knows them, in its own SQLite. */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS own_states (
  sequence INTEGER PRIMARY KEY,
  component TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  status TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS own_states_by_component ON own_states (component, sequence);
`

export class PublishedStates {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(SCHEMA)
  }

  /** Those that were not there. */
  put(changes: readonly RecordedOwnChange[]): RecordedOwnChange[] {
    return changes.filter(
      ({ sequence, component, atMs, status }) =>
        this.#sql
          .exec(
            'INSERT INTO own_states VALUES (?, ?, ?, ?) ON CONFLICT (sequence) DO NOTHING RETURNING sequence',
            sequence,
            component,
            atMs,
            status,
          )
          .toArray().length > 0,
    )
  }

  /** Oldest first: those since then, and of each component what held before. */
  since(atMs: number): RecordedOwnChange[] {
    return this.#sql
      .exec<{ sequence: number; component: string; at_ms: number; status: string }>(
        `SELECT sequence, component, at_ms, status FROM own_states
         WHERE at_ms >= ?1 OR sequence IN (SELECT max(sequence) FROM own_states WHERE at_ms < ?1 GROUP BY component)
         ORDER BY sequence`,
        atMs,
      )
      .toArray()
      .map((row) => ({
        sequence: row.sequence,
        component: row.component,
        atMs: row.at_ms,
        status: ComponentStatus.parse(row.status),
      }))
  }

  /** What is too old for anything that is shown. */
  forget(beforeMs: number): void {
    this.#sql.exec(
      `DELETE FROM own_states WHERE at_ms < ?1
       AND sequence NOT IN (SELECT max(sequence) FROM own_states WHERE at_ms < ?1 GROUP BY component)`,
      beforeMs,
    )
  }

  lastChangeMs(): number {
    return this.#sql.exec<{ at: number | null }>('SELECT max(at_ms) AS at FROM own_states').one().at ?? 0
  }
}
