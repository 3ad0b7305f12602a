import type { ImportedPast } from '../domain/importPast.ts'
import { incidentStatements, maintenanceStatements } from '../domain/publicStatement.ts'
import type { PublicChange } from '../publishing/publicPaths.ts'
import type { PublicLogStore } from './publicLogStore.ts'
import type { PublicStore } from './publicStore.ts'

/** What was imported from another page, and which of its addresses lead to it, in the publisher's own SQLite. */

const SCHEMA = `CREATE TABLE IF NOT EXISTS redirects (path TEXT PRIMARY KEY, target TEXT NOT NULL);`

export type Kept = 'new' | 'changed' | 'same'

export interface PastKept {
  /** By id. */
  readonly incidents: Readonly<Record<string, Kept>>
  readonly maintenances: Readonly<Record<string, Kept>>
  readonly redirects: { readonly new: number; readonly same: number }
}

export class PublishedPast {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(SCHEMA)
  }

  redirects(): readonly { readonly from: string; readonly to: string }[] {
    return this.#sql
      .exec<{ from: string; to: string }>('SELECT path AS "from", target AS "to" FROM redirects ORDER BY path')
      .toArray()
  }

  /** What keeping it would do, or does: the same things the second time change nothing. */
  keep(
    { incidents, maintenances, redirects }: ImportedPast,
    store: PublicStore,
    log: PublicLogStore,
    { isTrial, nowMs }: { readonly isTrial: boolean; readonly nowMs: number },
  ): PastKept {
    const kept: { incidents: Record<string, Kept>; maintenances: Record<string, Kept> } = {
      incidents: {},
      maintenances: {},
    }
    for (const incident of incidents) {
      const before = store.published.incident(incident.id)
      const what = compared(before === null ? null : { ...before, hasPostMortem: false }, incident)
      kept.incidents[incident.id] = what
      if (isTrial || what === 'same') continue
      store.putIncident(this.#versionAfter('incidents', incident.id), incident)
      log.say(incidentStatements(before, incident), nowMs)
    }
    for (const maintenance of maintenances) {
      const before = store.published.maintenance(maintenance.id)
      const what = compared(before, maintenance)
      kept.maintenances[maintenance.id] = what
      if (isTrial || what === 'same') continue
      store.maintenances.put(this.#versionAfter('maintenances', maintenance.id), maintenance)
      log.say(maintenanceStatements(before, maintenance), nowMs)
    }
    const known = new Map(this.redirects().map(({ from, to }) => [from, to]))
    const added = redirects.filter(({ from, to }) => known.get(from) !== to)
    if (!isTrial)
      for (const { from, to } of added)
        this.#sql.exec(
          'INSERT INTO redirects (path, target) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET target = excluded.target',
          from,
          to,
        )
    return { ...kept, redirects: { new: added.length, same: redirects.length - added.length } }
  }

  /** What was told elsewhere has no versions of its own. */
  #versionAfter(table: 'incidents' | 'maintenances', id: string): number {
    const [row] = this.#sql.exec<{ version: number }>(`SELECT version FROM ${table} WHERE id = ?`, id).toArray()
    return (row?.version ?? 0) + 1
  }
}

/** The files that what was kept changes; null when it was all there. */
export function importedChange(
  { incidents, maintenances, redirects }: PastKept,
  months: readonly string[],
): PublicChange | null {
  const changed = (kept: Readonly<Record<string, Kept>>) => Object.keys(kept).filter((id) => kept[id] !== 'same')
  const ids = { incidentIds: changed(incidents), maintenanceIds: changed(maintenances) }
  const change = { kind: 'imported', ...ids, months } as const
  const isNothing = change.incidentIds.length === 0 && change.maintenanceIds.length === 0 && redirects.new === 0
  return isNothing ? null : change
}

function compared(before: object | null, after: object): Kept {
  if (before === null) return 'new'
  return canonical(before) === canonical(after) ? 'same' : 'changed'
}

/** Fields in one order: what was stored may have been read back with its defaults in front. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  )
}
