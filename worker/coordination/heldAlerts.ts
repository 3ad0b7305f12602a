import { z } from 'zod'
import { AlertSource, RESOLVE_TIMEOUT_MS } from '../domain/alert.ts'
import { Severity } from '../domain/severity.ts'
import type { HeldAlert, HeldChanges } from '../domain/suppression.ts'
import type { Write } from './objectTables.ts'
import { addColumns } from './objectTables.ts'

/** The alerts that fire suppressed, on disk and by heart; newer ends than the table has are in memory only. */

const Row = z.object({ source: AlertSource, alert: z.string(), silenced_by: z.string(), judged: z.string() })
const Judged = z.object({
  sender: z.string().default(''),
  serviceId: z.string().nullable().default(null),
  severity: Severity.default('sev3'),
  heldSinceMs: z.number().default(0),
  pausedUntilMs: z.number().nullable().default(null),
})

export class HeldAlerts {
  readonly #write: Write
  readonly #held = new Map<string, HeldAlert>()

  constructor(sql: SqlStorage, write: Write, loadedAtMs: number) {
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS held_alerts (
      fingerprint TEXT PRIMARY KEY, source TEXT NOT NULL, alert TEXT NOT NULL, silenced_by TEXT NOT NULL) WITHOUT ROWID`)
    addColumns(sql, write, 'held_alerts', { judged: "TEXT NOT NULL DEFAULT '{}'" })
    for (const row of sql.exec('SELECT source, alert, silenced_by, judged FROM held_alerts').toArray()) {
      const held = heldFrom(row)
      const { alert } = held
      // As with those in incidents: nothing is over until its sender had time to repeat it.
      const endsAtMs = Math.max(alert.endsAtMs, loadedAtMs + RESOLVE_TIMEOUT_MS)
      const moved = endsAtMs === alert.endsAtMs ? alert : { ...alert, endsAtMs, endIsTimeout: true }
      this.#held.set(alert.fingerprint, { ...held, alert: moved })
    }
  }

  get size(): number {
    return this.#held.size
  }

  get(fingerprint: string): HeldAlert | null {
    return this.#held.get(fingerprint) ?? null
  }

  all(): IterableIterator<HeldAlert> {
    return this.#held.values()
  }

  /** When the first of those that wait has waited long enough; null: none waits. */
  pausedUntilMs(): number | null {
    let first: number | null = null
    for (const { pausedUntilMs } of this.#held.values())
      if (pausedUntilMs !== null && (first === null || pausedUntilMs < first)) first = pausedUntilMs
    return first
  }

  /** How many firings each silence hides with this that it did not hide before. */
  newlyHidden({ held }: HeldChanges): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { alert, silencedBy } of held) {
      const before = this.#held.get(alert.fingerprint)?.silencedBy ?? []
      for (const id of silencedBy) if (!before.includes(id)) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return counts
  }

  /** Call inside the transaction of the change. */
  store({ held, dropped }: HeldChanges): void {
    for (const fingerprint of dropped) {
      if (this.#held.has(fingerprint)) this.#write('DELETE FROM held_alerts WHERE fingerprint = ?', fingerprint)
    }
    for (const { alert, source, silencedBy, ...judged } of held) {
      this.#write(
        'INSERT OR REPLACE INTO held_alerts VALUES (?, ?, ?, ?, ?)',
        alert.fingerprint,
        source,
        JSON.stringify(alert),
        JSON.stringify(silencedBy),
        JSON.stringify(judged),
      )
    }
  }

  /** Call once the change is on disk. */
  apply({ held, heldRepeats, dropped }: HeldChanges): void {
    for (const fingerprint of dropped) this.#held.delete(fingerprint)
    for (const each of held) this.#held.set(each.alert.fingerprint, each)
    for (const each of heldRepeats) this.#held.set(each.alert.fingerprint, each)
  }
}

/** The table holds only what `store` has put there. */
function heldFrom(row: unknown): HeldAlert {
  const { source, alert, silenced_by: silencedBy, judged } = Row.parse(row)
  return { source, alert: JSON.parse(alert), silencedBy: JSON.parse(silencedBy), ...Judged.parse(JSON.parse(judged)) }
}
