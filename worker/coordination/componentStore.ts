import type { ComponentRule, Judged } from '../domain/componentRule.ts'
import type { ComponentStatus } from '../domain/componentStatus.ts'
import type { Dependency } from '../domain/dependency.ts'
import type { RecordedOwnChange } from '../domain/ownChanges.ts'
import type { OwnComponentState, RecordedComponentEvent } from '../domain/ownComponentState.ts'
import { newComponentState, ownStatus } from '../domain/ownComponentState.ts'
import { count } from '../storage/counters.ts'

/** The ComponentDesk's own tables: the log, what follows from it, and what others have yet to be told. */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  component TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  status TEXT NOT NULL,
  is_change INTEGER NOT NULL,
  recorded TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_component ON events (component, sequence);
CREATE INDEX IF NOT EXISTS events_of_change ON events (sequence) WHERE is_change = 1;
CREATE TABLE IF NOT EXISTS states (component TEXT PRIMARY KEY, until_ms INTEGER, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS news (
  sequence INTEGER PRIMARY KEY, component TEXT NOT NULL, at_ms INTEGER NOT NULL, due_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS command_keys (key TEXT PRIMARY KEY, at_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS rules_holding (key TEXT PRIMARY KEY, since_ms INTEGER NOT NULL);
`

const KEYS_KEPT_MS = 30 * 24 * 3600 * 1000
/** The log of one component is kept at least as long as anything that is shown of it. */
const EVENTS_KEPT_MS = 400 * 24 * 3600 * 1000
const CHANGES_AT_ONCE_MAX = 500

/** What the configuration says that this desk needs. */
export interface ComponentSettings {
  readonly components: readonly { readonly id: string; readonly name: string; readonly group: string | null }[]
  readonly rules: readonly ComponentRule[]
  /** How long notices to subscribers are held, so that what goes back at once is not told. */
  readonly noticeSeconds: number
  /** Third parties to follow; absent: none. */
  readonly dependencies?: readonly Dependency[]
}

const NO_SETTINGS: ComponentSettings = { components: [], rules: [], noticeSeconds: 20 }

export interface ComponentNews {
  readonly sequence: number
  readonly component: string
  readonly atMs: number
  readonly dueMs: number
  readonly attempts: number
}

export class ComponentStore {
  readonly #storage: DurableObjectStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    storage.sql.exec(SCHEMA)
  }

  get settings(): ComponentSettings {
    return this.#storage.kv.get<ComponentSettings>('settings') ?? NO_SETTINGS
  }

  /** Whether they differ from what was there. */
  useSettings(settings: ComponentSettings): boolean {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return false
    this.#storage.kv.put('settings', settings)
    return true
  }

  state(component: string): OwnComponentState {
    return this.#states('WHERE component = ?', component)[0] ?? newComponentState(component)
  }

  states(): OwnComponentState[] {
    return this.#states('')
  }

  /** Those whose word is over by now. */
  ended(nowMs: number): OwnComponentState[] {
    return this.#states('WHERE until_ms <= ? ORDER BY until_ms', nowMs)
  }

  /** Newest first; of all components together, or of one. */
  log(component: string | null, limit: number): RecordedComponentEvent[] {
    return this.#storage.sql
      .exec<{ sequence: number; recorded: string }>(
        'SELECT sequence, recorded FROM events WHERE ?1 IS NULL OR component = ?1 ORDER BY sequence DESC LIMIT ?2',
        component,
        limit,
      )
      .toArray()
      .map((row) => ({ ...readRecorded(row.recorded), sequence: row.sequence }))
  }

  knowsKey(key: string): boolean {
    return this.#storage.sql.exec('SELECT 1 FROM command_keys WHERE key = ?', key).toArray().length > 0
  }

  /** Writes a decision whole or not at all. */
  commit(decided: {
    before: OwnComponentState
    recorded: Omit<RecordedComponentEvent, 'sequence' | 'from' | 'to'>
    evolve: (sequence: number) => OwnComponentState
    newsDueMs: number | null
    idempotencyKey: string | undefined
  }): OwnComponentState {
    const { before, recorded, evolve, newsDueMs, idempotencyKey } = decided
    const { component, atMs } = recorded
    return this.#storage.transactionSync(() => {
      const sequence = this.#lastSequence() + 1
      const after = evolve(sequence)
      const [from, to] = [ownStatus(before), ownStatus(after)]
      const isChange = from !== to
      const kept = JSON.stringify({ ...recorded, sequence, from, to })
      this.#write('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)', sequence, component, atMs, to, isChange ? 1 : 0, kept)
      this.#write(
        `INSERT INTO states VALUES (?, ?, ?)
         ON CONFLICT (component) DO UPDATE SET until_ms = excluded.until_ms, document = excluded.document`,
        component,
        after.word?.untilMs ?? null,
        JSON.stringify(after),
      )
      if (isChange && newsDueMs !== null)
        this.#write('INSERT INTO news VALUES (?, ?, ?, ?, 0)', sequence, component, atMs, newsDueMs)
      if (idempotencyKey !== undefined) this.#write('INSERT INTO command_keys VALUES (?, ?)', idempotencyKey, atMs)
      return after
    })
  }

  /** What readers do not have yet, oldest first. */
  unpublished(): RecordedOwnChange[] {
    return this.#storage.sql
      .exec<{ sequence: number; component: string; at_ms: number; status: string }>(
        `SELECT sequence, component, at_ms, status FROM events WHERE is_change = 1 AND sequence > ?
         ORDER BY sequence LIMIT ?`,
        this.published,
        CHANGES_AT_ONCE_MAX,
      )
      .toArray()
      .map((row) => ({
        sequence: row.sequence,
        component: row.component,
        atMs: row.at_ms,
        status: statusFrom(row.status),
      }))
  }

  get published(): number {
    return this.#storage.kv.get<number>('published') ?? 0
  }

  notePublished(sequence: number): void {
    this.#storage.kv.put('published', sequence)
    this.postponePublishing(0, 0)
  }

  /** When publishing is to be tried, and how often it has failed. */
  get publishing(): { readonly dueMs: number; readonly attempts: number } {
    return this.#storage.kv.get<{ dueMs: number; attempts: number }>('publishing') ?? { dueMs: 0, attempts: 0 }
  }

  postponePublishing(dueMs: number, attempts: number): void {
    this.#storage.kv.put('publishing', { dueMs, attempts })
  }

  /** What is told of components that have something due: all that waits of them, and readers have it. */
  news(nowMs: number): ComponentNews[] {
    return this.#storage.sql
      .exec<{ sequence: number; component: string; at_ms: number; due_ms: number; attempts: number }>(
        `SELECT * FROM news WHERE sequence <= ?2
         AND component IN (SELECT component FROM news WHERE due_ms <= ?1) ORDER BY sequence`,
        nowMs,
        this.published,
      )
      .toArray()
      .map((row) => ({
        sequence: row.sequence,
        component: row.component,
        atMs: row.at_ms,
        dueMs: row.due_ms,
        attempts: row.attempts,
      }))
  }

  finishNews(news: readonly ComponentNews[]): void {
    for (const { sequence } of news) this.#write('DELETE FROM news WHERE sequence = ?', sequence)
  }

  postponeNews(news: readonly ComponentNews[], dueMs: number): void {
    for (const { sequence } of news)
      this.#write('UPDATE news SET due_ms = ?, attempts = attempts + 1 WHERE sequence = ?', dueMs, sequence)
  }

  get holding(): ReadonlyMap<string, number> {
    const rows = this.#storage.sql.exec<{ key: string; since_ms: number }>('SELECT key, since_ms FROM rules_holding')
    return new Map(rows.toArray().map((row) => [row.key, row.since_ms]))
  }

  keepHolding({ holdsSinceMs, nextDueMs }: Judged): void {
    const before = this.holding
    for (const key of before.keys())
      if (!holdsSinceMs.has(key)) this.#write('DELETE FROM rules_holding WHERE key = ?', key)
    for (const [key, sinceMs] of holdsSinceMs)
      if (!before.has(key)) this.#write('INSERT INTO rules_holding VALUES (?, ?)', key, sinceMs)
    if (nextDueMs !== this.nextRuleMs) this.#storage.kv.put('nextRuleMs', nextDueMs)
  }

  get nextRuleMs(): number | null {
    return this.#storage.kv.get<number | null>('nextRuleMs') ?? null
  }

  /** When the clock, a rule, the page or a piece of news wants attention next; null when nothing does. */
  nextDueMs(): number | null {
    const { ended, told } = this.#storage.sql
      .exec<{ ended: number | null; told: number | null }>(
        `SELECT (SELECT min(until_ms) FROM states) AS ended,
                (SELECT min(due_ms) FROM news WHERE sequence <= ?) AS told`,
        this.published,
      )
      .one()
    const shown = this.unpublished().length > 0 ? this.publishing.dueMs : null
    const due = [ended, told, shown, this.nextRuleMs].filter((atMs) => atMs !== null)
    return due.length === 0 ? null : Math.min(...due)
  }

  forget(nowMs: number): void {
    this.#write('DELETE FROM command_keys WHERE at_ms < ?', nowMs - KEYS_KEPT_MS)
    // Sequences go on from the last one, which stays.
    this.#write(
      'DELETE FROM events WHERE at_ms < ? AND sequence <= ? AND sequence < (SELECT max(sequence) FROM events)',
      nowMs - EVENTS_KEPT_MS,
      this.published,
    )
  }

  #lastSequence(): number {
    return this.#storage.sql.exec<{ last: number | null }>('SELECT max(sequence) AS last FROM events').one().last ?? 0
  }

  #states(where: string, ...values: (string | number)[]): OwnComponentState[] {
    return this.#storage.sql
      .exec<{ document: string }>(`SELECT document FROM states ${where}`, ...values)
      .toArray()
      .map(({ document }) => readState(document))
  }

  #write(query: string, ...bindings: (string | number | null)[]): void {
    const cursor = this.#storage.sql.exec(query, ...bindings)
    count('allclear_object_rows_written_total', { object: 'ComponentDesk' }, cursor.rowsWritten)
  }
}

/** The tables hold only what `commit` wrote. */
function readState(json: string): OwnComponentState {
  return JSON.parse(json) as OwnComponentState
}

function readRecorded(json: string): RecordedComponentEvent {
  return JSON.parse(json) as RecordedComponentEvent
}

function statusFrom(text: string): ComponentStatus {
  return text as ComponentStatus
}
