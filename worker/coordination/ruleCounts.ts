import type { BatchPlan } from '../domain/batchPlan.ts'
import type { Judge } from '../domain/triage.ts'
import type { Write } from './objectTables.ts'

/** For how many firings each routing rule decided something, by day: a row written a rule and batch with news. */

const DAY_MS = 24 * 3_600_000
/** Today is one of them. */
const COUNTED_DAYS = 7

export class RuleCounts {
  readonly #sql: SqlStorage
  readonly #write: Write

  constructor(sql: SqlStorage, write: Write) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS rule_counts (
      rule_id TEXT NOT NULL, day INTEGER NOT NULL, alerts INTEGER NOT NULL, PRIMARY KEY (rule_id, day)) WITHOUT ROWID`)
  }

  /** Call inside the transaction of the plan. A firing that had to wait is counted when it began to. */
  count(plan: BatchPlan, judge: Judge, nowMs: number): void {
    const waited = new Set(plan.dropped)
    const counts = new Map<string, number>()
    const count = (trail: readonly { readonly ruleId: string | null }[]) => {
      for (const ruleId of new Set(trail.map((step) => step.ruleId)))
        if (ruleId !== null) counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1)
    }
    for (const { alert, trail } of plan.records) if (trail !== null && !waited.has(alert.fingerprint)) count(trail)
    for (const { alert, heldSinceMs } of plan.held) if (heldSinceMs === nowMs) count(judge(alert).trail)
    const day = Math.floor(nowMs / DAY_MS)
    for (const [ruleId, alerts] of counts)
      this.#write(
        `INSERT INTO rule_counts VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET alerts = alerts + excluded.alerts`,
        ruleId,
        day,
        alerts,
      )
  }

  /** Of the last days, by rule. */
  list(nowMs: number): Record<string, number> {
    const rows = this.#sql.exec<{ rule_id: string; alerts: number }>(
      'SELECT rule_id, sum(alerts) AS alerts FROM rule_counts WHERE day > ? GROUP BY rule_id',
      firstDayBefore(nowMs),
    )
    return Object.fromEntries(rows.toArray().map(({ rule_id: ruleId, alerts }) => [ruleId, alerts]))
  }

  forget(nowMs: number): void {
    this.#write('DELETE FROM rule_counts WHERE day <= ?', firstDayBefore(nowMs))
  }
}

function firstDayBefore(nowMs: number): number {
  return Math.floor(nowMs / DAY_MS) - COUNTED_DAYS
}
