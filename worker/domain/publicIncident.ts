import type { ComponentStatus } from './componentStatus.ts'
import type { Incident, IncidentUpdate } from './incident.ts'
import { IMPACTS } from './publicModel.ts'
import type { Impact, PublicIncident, PublicStatus, PublicUpdate } from './publicModel.ts'

export const IMPACT_OF: Record<ComponentStatus, Impact> = {
  operational: 'none',
  under_maintenance: 'none',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
}

/**
 * What the public may know of an incident, field by field; null while it was told nothing.
 * Everything comes from public updates, except the public title and the start people agreed on.
 * `hasPostMortem` is the publisher's to set: it knows what was published.
 */
export function publicIncidentFrom(incident: Incident): PublicIncident | null {
  const oldestFirst = publicUpdates(incident.updates)
  const first = oldestFirst[0]
  const last = oldestFirst.at(-1)
  if (first === undefined || last === undefined) return null

  const { status } = last
  return {
    id: incident.id,
    title: incident.publicTitle,
    status,
    impact: worstImpact(oldestFirst),
    createdAtMs: first.atMs,
    updatedAtMs: Math.max(last.atMs, incident.publicChangedAtMs ?? 0),
    startedAtMs: incident.times.startedAtMs,
    monitoringAtMs: oldestFirst.find((update) => update.status === 'monitoring')?.atMs ?? null,
    resolvedAtMs: resolvedAtMs(oldestFirst),
    nextUpdateAtMs: status === 'resolved' ? null : lastPromise(incident.updates),
    components: publicComponents(oldestFirst, status),
    updates: oldestFirst.toReversed(),
    hasPostMortem: false,
    isBackdated: incident.isBackdated,
  }
}

/** An update that names no status repeats the one before it. */
function publicUpdates(updates: readonly IncidentUpdate[]): PublicUpdate[] {
  let status: PublicStatus = 'investigating'
  const result: PublicUpdate[] = []
  for (const update of updates) {
    if (update.audience !== 'public') continue
    status = update.status ?? status
    result.push({
      id: update.id,
      status,
      body: update.body,
      translations: update.translations ?? {},
      edits: publicEdits(update),
      atMs: update.atMs,
      nextUpdateAtMs: update.nextUpdateAtMs,
      components: update.components.map(({ id, name, from, to }) => ({ id, name, from, to })),
      ...(update.by.kind === 'system' ? { isAutomatic: true } : {}),
    })
  }
  return result
}

/** What it said before in the page's own language: a translation that is added changes nothing of it. */
function publicEdits({ body, edits = [] }: IncidentUpdate): PublicUpdate['edits'] {
  return edits.flatMap((edit, i) =>
    edit.body === (edits[i + 1]?.body ?? body) ? [] : [{ body: edit.body, untilMs: edit.atMs }],
  )
}

function lastPromise(updates: readonly IncidentUpdate[]): number | null {
  return updates.findLast((update) => update.audience === 'public')?.nextUpdateAtMs ?? null
}

export function worstImpact(updates: readonly PublicUpdate[]): Impact {
  let worst = 0
  for (const update of updates)
    for (const { to } of update.components) worst = Math.max(worst, IMPACTS.indexOf(IMPACT_OF[to]))
  return IMPACTS[worst] ?? 'none'
}

/** When customers were first told that it was over; what is said after that does not move it. */
function resolvedAtMs(oldestFirst: readonly PublicUpdate[]): number | null {
  const lastOpen = oldestFirst.findLastIndex((update) => update.status !== 'resolved')
  return oldestFirst[lastOpen + 1]?.atMs ?? null
}

function publicComponents(oldestFirst: readonly PublicUpdate[], status: PublicStatus): PublicIncident['components'] {
  const states = new Map<string, { id: string; name: string; status: ComponentStatus }>()
  for (const update of oldestFirst)
    for (const { id, name, to } of update.components)
      states.set(id, { id, name, status: status === 'resolved' ? 'operational' : to })
  return [...states.values()]
}
