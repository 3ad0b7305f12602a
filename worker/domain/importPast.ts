import type { ComponentStatus } from './componentStatus.ts'
import type { ImportSource, PastDocument, PastIncident, PastMaintenance } from './pastDocument.ts'
import type { PublicComponent, PublicIncident, PublicMaintenance } from './publicModel.ts'

/**
 * What another page has told becomes past here: read-only, marked with where it comes from, under ids that are made of the
 * other page's, so that importing it again finds it.
 */

export type ImportRefusal =
  | 'no_updates'
  | 'still_open'
  | 'not_over'
  | 'in_the_future'
  | 'before_1990'
  | 'ends_before_it_starts'
  | 'twice'

export const IMPORT_REFUSAL_WORDS: Record<ImportRefusal, string> = {
  no_updates: 'nothing was told of it',
  still_open: 'it is not resolved there yet; import again when it is',
  not_over: 'it is not over there yet; plan it here instead',
  in_the_future: 'it has a time in the future',
  before_1990: 'it has a time before 1990',
  ends_before_it_starts: 'it ends before it starts',
  twice: 'its code is there twice',
}

export interface RefusedThing {
  readonly kind: 'incident' | 'maintenance'
  readonly code: string
  readonly title: string
  readonly reason: ImportRefusal
}

export interface ImportedPast {
  readonly incidents: readonly PublicIncident[]
  readonly maintenances: readonly PublicMaintenance[]
  /** Old path to ours. */
  readonly redirects: readonly { readonly from: string; readonly to: string }[]
}

export interface ImportPlan {
  readonly past: ImportedPast
  readonly refused: readonly RefusedThing[]
  readonly components: readonly {
    readonly code: string
    readonly name: string
    readonly group: string | null
    readonly id: string | null
  }[]
  readonly updates: number
}

type Known = Pick<PublicComponent, 'id' | 'name' | 'group'>

const EARLIEST_MS = Date.UTC(1990, 0, 1)

export function planImport(document: PastDocument, known: readonly Known[], nowMs: number): ImportPlan {
  const { source, components } = document
  const matched = components.map((component) => ({ ...component, id: sameComponent(component, known)?.id ?? null }))
  const ours = new Map(
    matched.flatMap(({ code, id }) => {
      const component = known.find((candidate) => candidate.id === id)
      return component === undefined ? [] : [[code, component] as const]
    }),
  )
  const idOf = (code: string) => `${source.kind}-${shortHash(new URL(source.url).host)}-${code}`.toLowerCase()
  const refused: RefusedThing[] = []
  const incidents: PublicIncident[] = []
  const maintenances: PublicMaintenance[] = []
  const redirects: { from: string; to: string }[] = []
  const seen = new Set<string>()

  for (const incident of document.incidents) {
    const id = idOf(incident.code)
    const reason = seen.has(id) ? 'twice' : incidentRefusal(incident, nowMs)
    if (reason !== null) {
      refused.push({ kind: 'incident', code: incident.code, title: incident.title, reason })
      continue
    }
    seen.add(id)
    incidents.push(pastIncident(id, incident, ours, source.kind))
    redirects.push(...incident.paths.map((from) => ({ from, to: `/incidents/${id}` })))
  }
  for (const maintenance of document.maintenances) {
    const id = idOf(`m-${maintenance.code}`)
    const reason = seen.has(id) ? 'twice' : maintenanceRefusal(maintenance, nowMs)
    if (reason !== null) {
      refused.push({ kind: 'maintenance', code: maintenance.code, title: maintenance.title, reason })
      continue
    }
    seen.add(id)
    maintenances.push(pastMaintenance(id, maintenance, ours, source.kind))
    redirects.push(...maintenance.paths.map((from) => ({ from, to: `/maintenance/${id}` })))
  }
  const updates = [...incidents, ...maintenances].reduce((sum, told) => sum + told.updates.length, 0)
  // An address that is ours already needs no redirect, and would lead in a circle.
  return {
    past: { incidents, maintenances, redirects: redirects.filter(({ from, to }) => from !== to) },
    refused,
    components: matched,
    updates,
  }
}

function incidentRefusal({ updates, startedAt }: PastIncident, nowMs: number): ImportRefusal | null {
  if (updates.length === 0) return 'no_updates'
  const ordered = oldestFirst(updates)
  if (ordered.at(-1)?.status !== 'resolved') return 'still_open'
  const startedAtMs = startedAt === null ? null : Date.parse(startedAt)
  const last = Date.parse(ordered.at(-1)?.at ?? '')
  if (startedAtMs !== null && startedAtMs > last) return 'ends_before_it_starts'
  return timeRefusal(
    [...ordered.map(({ at }) => Date.parse(at)), ...(startedAtMs === null ? [] : [startedAtMs])],
    nowMs,
  )
}

function maintenanceRefusal(maintenance: PastMaintenance, nowMs: number): ImportRefusal | null {
  const { updates, scheduledFor, scheduledUntil, completedAt, startedAt } = maintenance
  const last = oldestFirst(updates).at(-1)
  if (last === undefined) return 'no_updates'
  if (last.status !== 'completed' && last.status !== 'cancelled') return 'not_over'
  if (Date.parse(scheduledUntil) < Date.parse(scheduledFor)) return 'ends_before_it_starts'
  const told = [...updates.map(({ at }) => at), ...[startedAt, completedAt].filter((at) => at !== null)]
  return timeRefusal(
    told.map((at) => Date.parse(at)),
    nowMs,
  )
}

function timeRefusal(timesMs: readonly number[], nowMs: number): ImportRefusal | null {
  if (timesMs.some((atMs) => atMs > nowMs)) return 'in_the_future'
  return timesMs.some((atMs) => atMs < EARLIEST_MS) ? 'before_1990' : null
}

function pastIncident(
  id: string,
  incident: PastIncident,
  ours: ReadonlyMap<string, Known>,
  importedFrom: ImportSource,
): PublicIncident {
  const ordered = oldestFirst(incident.updates)
  const states = new Map<string, ComponentStatus>()
  const updates = ordered.map((update) => ({
    ...wordsOf(id, update),
    status: update.status,
    nextUpdateAtMs: null,
    components: changesOf(update.components, ours, states),
  }))
  const [first, last] = [updates[0], updates.at(-1)]
  if (first === undefined || last === undefined) throw new Error('an incident without updates is refused before')
  const lastOpen = updates.findLastIndex(({ status }) => status !== 'resolved')
  return {
    id,
    title: incident.title,
    status: 'resolved',
    impact: incident.impact,
    createdAtMs: first.atMs,
    updatedAtMs: last.atMs,
    startedAtMs: incident.startedAt === null ? first.atMs : Date.parse(incident.startedAt),
    monitoringAtMs: updates.find(({ status }) => status === 'monitoring')?.atMs ?? null,
    resolvedAtMs: updates[lastOpen + 1]?.atMs ?? last.atMs,
    nextUpdateAtMs: null,
    components: [...states.keys()].map((component) => ({ ...nameOf(component, ours), status: 'operational' })),
    updates: updates.toReversed(),
    hasPostMortem: false,
    isBackdated: true,
    importedFrom,
  }
}

function pastMaintenance(
  id: string,
  maintenance: PastMaintenance,
  ours: ReadonlyMap<string, Known>,
  importedFrom: ImportSource,
): PublicMaintenance {
  const states = new Map<string, ComponentStatus>()
  const updates = oldestFirst(maintenance.updates).map((update) => ({
    ...wordsOf(id, update),
    status: update.status,
    rescheduledFrom: null,
    components: changesOf(update.components, ours, states),
  }))
  const [first, last] = [updates[0], updates.at(-1)]
  if (first === undefined || last === undefined) throw new Error('a maintenance without updates is refused before')
  const { startedAt, completedAt, scheduledFor, scheduledUntil, components } = maintenance
  return {
    id,
    title: maintenance.title,
    status: last.status,
    scheduledForMs: Date.parse(scheduledFor),
    scheduledUntilMs: Date.parse(scheduledUntil),
    createdAtMs: first.atMs,
    updatedAtMs: last.atMs,
    startedAtMs: startedAt === null ? null : Date.parse(startedAt),
    completedAtMs: completedAt === null ? (last.status === 'completed' ? last.atMs : null) : Date.parse(completedAt),
    sequence: 0,
    components: components.flatMap((code) => {
      const component = ours.get(code)
      return component === undefined ? [] : [{ id: component.id, name: component.name }]
    }),
    updates: updates.toReversed(),
    importedFrom,
  }
}

function wordsOf(id: string, update: { readonly code: string; readonly body: string; readonly at: string }) {
  return {
    id: `${id}-${update.code}`.toLowerCase(),
    body: update.body,
    translations: {},
    edits: [],
    atMs: Date.parse(update.at),
  }
}

/** Of components that are here too; where each came from is what was said of it before. */
function changesOf(
  changes: readonly { readonly component: string; readonly to: ComponentStatus }[],
  ours: ReadonlyMap<string, Known>,
  states: Map<string, ComponentStatus>,
) {
  return changes.flatMap(({ component: code, to }) => {
    const component = ours.get(code)
    const from = states.get(code) ?? 'operational'
    if (component === undefined || from === to) return []
    states.set(code, to)
    return [{ id: component.id, name: component.name, from, to }]
  })
}

function nameOf(code: string, ours: ReadonlyMap<string, Known>): { id: string; name: string } {
  const component = ours.get(code)
  return { id: component?.id ?? code, name: component?.name ?? code }
}

/** By name, and by group where names are not enough. */
function sameComponent(
  component: { readonly name: string; readonly group: string | null },
  known: readonly Known[],
): Known | null {
  const named = known.filter(({ name }) => sameText(name, component.name))
  return (
    named.find(({ group }) => sameText(group ?? '', component.group ?? '')) ??
    (named.length === 1 ? (named[0] ?? null) : null)
  )
}

function sameText(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}

function oldestFirst<T extends { readonly at: string; readonly code: string }>(updates: readonly T[]): T[] {
  return updates.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.code < b.code ? -1 : 1))
}

/** FNV-1a, six hex digits: keeps two pages of one product apart. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0').slice(0, 6)
}
