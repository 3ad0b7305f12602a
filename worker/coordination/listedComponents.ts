import type { Component } from '../domain/organisation.ts'
import type { PublicComponent, PublicModel } from '../domain/publicModel.ts'
import type { StateChange } from '../domain/uptime.ts'
import { uptimeBars } from '../domain/uptime.ts'
import type { EvidenceOfComponent } from '../domain/uptimeEvidence.ts'
import { evidenceOf } from '../domain/uptimeEvidence.ts'
import { badgePaths } from '../publishing/statusBadge.ts'
import { uptimePaths } from '../publishing/uptimeFiles.ts'

/** The components that the publisher shows, in its own SQLite. One that is taken from the page keeps its age. */

const SCHEMA = `
CREATE TABLE IF NOT EXISTS components (
  id TEXT PRIMARY KEY,
  created_at_ms INTEGER NOT NULL,
  position INTEGER,
  document TEXT NOT NULL
);
`

export type ShownComponent = Pick<Component, 'id' | 'name' | 'description' | 'group'>
type Changes = ReadonlyMap<string, readonly StateChange[]>
type Kept = Pick<PublicComponent, 'id' | 'name' | 'description' | 'group'>

export class ListedComponents {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(SCHEMA)
  }

  isSame(components: readonly ShownComponent[]): boolean {
    const listed = this.#sql
      .exec<{ document: string }>('SELECT document FROM components WHERE position IS NOT NULL ORDER BY position')
      .toArray()
    return JSON.stringify(listed.map((row) => row.document)) === JSON.stringify(components.map(documentOf))
  }

  use(components: readonly ShownComponent[], nowMs: number): void {
    this.#sql.exec('UPDATE components SET position = NULL')
    components.forEach((component, i) => {
      this.#sql.exec(
        `INSERT INTO components (id, created_at_ms, position, document) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, document = excluded.document`,
        component.id,
        nowMs,
        i + 1,
        documentOf(component),
      )
    })
  }

  shown(changes: Changes, nowMs: number): PublicComponent[] {
    return this.#sql
      .exec<{ created_at_ms: number; position: number; document: string }>(
        'SELECT created_at_ms, position, document FROM components WHERE position IS NOT NULL ORDER BY position',
      )
      .toArray()
      .map((row) => {
        const kept = keptFrom(row.document)
        const changesOfIt = changes.get(kept.id) ?? []
        const last = changesOfIt.at(-1)
        return {
          ...kept,
          position: row.position,
          status: last?.status ?? 'operational',
          createdAtMs: row.created_at_ms,
          updatedAtMs: Math.max(row.created_at_ms, last?.atMs ?? 0),
          ...uptimeBars(changesOfIt, row.created_at_ms, nowMs),
        }
      })
  }

  /** The evidence and the badges of these components, or of all, also of those that were taken from the page. */
  pathsOfEach(only?: readonly string[]): string[] {
    const components = this.#sql
      .exec<{ position: number | null; document: string }>(
        'SELECT position, document FROM components ORDER BY position',
      )
      .toArray()
      .map((row) => ({ ...keptFrom(row.document), position: row.position }))
    const listed = { components: components.filter(({ position }) => position !== null) }
    if (only !== undefined) return [...badgePaths(listed, only), ...uptimePaths(listed, only)]
    const gone = components.filter(({ position }) => position === null).map(({ id }) => ({ id, group: null }))
    return [listed, { components: gone }].flatMap((each) => [...badgePaths(each), ...uptimePaths(each)])
  }
}

/** Of all that a model shows, with the states that it was made of. */
export function evidenceIn({ components, asOfMs }: PublicModel, changes: Changes): Map<string, EvidenceOfComponent> {
  return new Map(
    components.map((component) => [component.id, evidenceOf(component, changes.get(component.id) ?? [], asOfMs)]),
  )
}

function documentOf({ id, name, description, group }: ShownComponent): string {
  return JSON.stringify({ id, name, description: description ?? null, group: group ?? null })
}

/** Reads back what `use` wrote; nobody else writes this column. */
function keptFrom(document: string): Kept {
  const { id, name, description, group } = JSON.parse(document) as Kept
  return { id, name, description, group }
}
