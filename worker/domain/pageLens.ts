import type { ImportedPast } from './importPast.ts'
import { IMPACT_OF } from './publicIncident.ts'
import type {
  Impact,
  PublicComponentChange,
  PublicIncident,
  PublicMaintenance,
  PublicMaintenanceUpdate,
  PublicPostMortem,
  PublicUpdate,
} from './publicModel.ts'
import { IMPACTS } from './publicModel.ts'

/** What a status page with some of the components may have of what is public, field by field. */

export interface PageLens {
  readonly components: readonly string[]
  /** Also what touches no component at all. */
  readonly untouched: boolean
}

/** Null: it is none of this page's. */
export function incidentThrough(lens: PageLens, incident: PublicIncident): PublicIncident | null {
  const touched = [...incident.components, ...incident.updates.flatMap((update) => update.components)]
  if (!isShown(lens, touched)) return null
  const updates = incident.updates.map((update) => updateThrough(lens, update))
  return {
    id: incident.id,
    title: incident.title,
    status: incident.status,
    impact: touched.length === 0 ? incident.impact : worstImpact(updates),
    createdAtMs: incident.createdAtMs,
    updatedAtMs: incident.updatedAtMs,
    startedAtMs: incident.startedAtMs,
    monitoringAtMs: incident.monitoringAtMs,
    resolvedAtMs: incident.resolvedAtMs,
    nextUpdateAtMs: incident.nextUpdateAtMs,
    components: own(lens, incident.components).map(({ id, name, status }) => ({ id, name, status })),
    updates,
    hasPostMortem: incident.hasPostMortem,
    isBackdated: incident.isBackdated,
    ...(incident.importedFrom === undefined ? {} : { importedFrom: incident.importedFrom }),
  }
}

export function updateThrough(lens: PageLens, update: PublicUpdate): PublicUpdate {
  return {
    id: update.id,
    status: update.status,
    body: update.body,
    translations: update.translations,
    edits: update.edits,
    atMs: update.atMs,
    nextUpdateAtMs: update.nextUpdateAtMs,
    components: changesThrough(lens, update.components),
    ...(update.isAutomatic === undefined ? {} : { isAutomatic: update.isAutomatic }),
  }
}

/** What was told elsewhere; old addresses lead to the main page alone, which has no lens. */
export function pastThrough(lens: PageLens | null, past: ImportedPast): ImportedPast {
  if (lens === null) return past
  const { incidents, maintenances } = past
  return {
    incidents: incidents.flatMap((incident) => incidentThrough(lens, incident) ?? []),
    maintenances: maintenances.flatMap((maintenance) => maintenanceThrough(lens, maintenance) ?? []),
    redirects: [],
  }
}

/** Null: it is none of this page's. */
export function maintenanceThrough(lens: PageLens, maintenance: PublicMaintenance): PublicMaintenance | null {
  const touched = [...maintenance.components, ...maintenance.updates.flatMap((update) => update.components)]
  if (!isShown(lens, touched)) return null
  return {
    id: maintenance.id,
    title: maintenance.title,
    status: maintenance.status,
    scheduledForMs: maintenance.scheduledForMs,
    scheduledUntilMs: maintenance.scheduledUntilMs,
    createdAtMs: maintenance.createdAtMs,
    updatedAtMs: maintenance.updatedAtMs,
    startedAtMs: maintenance.startedAtMs,
    completedAtMs: maintenance.completedAtMs,
    sequence: maintenance.sequence,
    components: own(lens, maintenance.components).map(({ id, name }) => ({ id, name })),
    updates: maintenance.updates.map((update) => maintenanceUpdateThrough(lens, update)),
    ...(maintenance.importedFrom === undefined ? {} : { importedFrom: maintenance.importedFrom }),
  }
}

export function maintenanceUpdateThrough(lens: PageLens, update: PublicMaintenanceUpdate): PublicMaintenanceUpdate {
  return {
    id: update.id,
    status: update.status,
    body: update.body,
    translations: update.translations,
    edits: update.edits,
    atMs: update.atMs,
    components: changesThrough(lens, update.components),
    rescheduledFrom: update.rescheduledFrom,
    ...(update.isAutomatic === undefined ? {} : { isAutomatic: update.isAutomatic }),
  }
}

/** For a page that shows its incident. Services are named after what stands behind all pages, so none is named. */
export function postMortemThrough(postMortem: PublicPostMortem): PublicPostMortem {
  return {
    id: postMortem.id,
    title: postMortem.title,
    publishedAtMs: postMortem.publishedAtMs,
    updatedAtMs: postMortem.updatedAtMs,
    body: postMortem.body,
    startedAtMs: postMortem.startedAtMs,
    resolvedAtMs: postMortem.resolvedAtMs,
    services: [],
  }
}

export function changesThrough(lens: PageLens, changes: readonly PublicComponentChange[]): PublicComponentChange[] {
  return own(lens, changes).map(({ id, name, from, to }) => ({ id, name, from, to }))
}

function isShown({ components, untouched }: PageLens, touched: readonly { readonly id: string }[]): boolean {
  return touched.length === 0 ? untouched : touched.some(({ id }) => components.includes(id))
}

function own<T extends { readonly id: string }>({ components }: PageLens, list: readonly T[]): T[] {
  return list.filter(({ id }) => components.includes(id))
}

/** As if the others had not been touched: how bad it is elsewhere is not told here. */
function worstImpact(updates: readonly PublicUpdate[]): Impact {
  const reached = updates.flatMap(({ components }) => components.map(({ to }) => IMPACTS.indexOf(IMPACT_OF[to])))
  return IMPACTS[Math.max(0, ...reached)] ?? 'none'
}
