import { worstStatus } from './componentStatus.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { PublicDay, PublicIncident, PublicMaintenance } from './publicModel.ts'

/** The formula as /uptime shows it. */
export const UPTIME_FORMULA =
  'Downtime is the time in major outage plus 0.3 × the time in partial outage. Degraded performance and maintenance do not count, nor does the time before a component existed. Days are in UTC.'

/** How much of a second in each state counts as down. */
const DOWN_SHARE: Record<ComponentStatus, number> = {
  operational: 0,
  under_maintenance: 0,
  degraded_performance: 0,
  partial_outage: 0.3,
  major_outage: 1,
}

const DAY_MS = 24 * 3600 * 1000
export const UPTIME_DAYS = 90

/** From `atMs` on the component was in `status`, until the next change. */
export interface StateChange {
  readonly atMs: number
  readonly status: ComponentStatus
}

export interface UptimeBars {
  readonly days: readonly PublicDay[]
  readonly uptimePercent: number
}

/**
 * The recorded states of every component that public updates ever named, oldest first.
 * Where incidents and maintenances overlap, the worst counts; what is over takes none.
 */
export function stateChanges(
  incidents: readonly PublicIncident[],
  maintenances: readonly PublicMaintenance[],
): Map<string, StateChange[]> {
  const worked = maintenances.flatMap((maintenance) =>
    maintenance.updates.flatMap((update) =>
      update.components.map(({ id, to }) => ({ by: maintenance.id, atMs: update.atMs, component: id, to })),
    ),
  )
  const told = incidents.flatMap((incident) =>
    incident.updates.flatMap((update) => [
      ...update.components.map(({ id, to }) => ({ by: incident.id, atMs: update.atMs, component: id, to })),
      ...(update.status === 'resolved'
        ? incident.components.map(({ id }) => ({
            by: incident.id,
            atMs: update.atMs,
            component: id,
            to: 'operational' as const,
          }))
        : []),
    ]),
  )

  const changes = new Map<string, StateChange[]>()
  const held = new Map<string, Map<string, ComponentStatus>>()
  for (const { by, atMs, component, to } of inOrder([...told, ...worked])) {
    const states = held.get(component) ?? new Map<string, ComponentStatus>()
    held.set(component, states.set(by, to))
    record(changes, component, { atMs, status: worstStatus(states.values()) })
  }
  return changes
}

/** Updates stand newest first in an incident: ties in time are broken by putting "resolved" last, where it belongs. */
function inOrder<T extends { atMs: number; to: ComponentStatus }>(told: readonly T[]): T[] {
  return told.toSorted((a, b) => a.atMs - b.atMs || Number(a.to === 'operational') - Number(b.to === 'operational'))
}

function record(changes: Map<string, StateChange[]>, component: string, change: StateChange): void {
  const list = changes.get(component) ?? []
  changes.set(component, list)
  const last = list.at(-1)
  if (last?.status === change.status) return
  // Two words at the same moment: only the last was ever to be seen.
  if (last?.atMs === change.atMs) list.pop()
  if ((list.at(-1)?.status ?? 'operational') !== change.status || list.length === 0) list.push(change)
}

/**
 * Ninety days in UTC, oldest first, the last one up to `nowMs`.
 *
 * downtime = time in major outage + 0.3 × time in partial outage. Degraded performance and maintenance do not count.
 * uptime % = 100 × (1 − downtime ÷ time since the component existed, at most ninety days), cut (never rounded up) to
 * three decimals, so that a page says 100 only where nothing was down.
 */
export function uptimeBars(changes: readonly StateChange[], createdAtMs: number, nowMs: number): UptimeBars {
  const todayMs = startOfDay(nowMs)
  const firstMs = todayMs - (UPTIME_DAYS - 1) * DAY_MS
  // What customers were told of a component proves that it existed.
  const existsFromMs = Math.min(createdAtMs, changes[0]?.atMs ?? createdAtMs)

  const days: PublicDay[] = []
  let downMs = 0
  for (let dayMs = firstMs; dayMs <= todayMs; dayMs += DAY_MS) {
    const fromMs = Math.max(dayMs, existsFromMs)
    const toMs = Math.min(dayMs + DAY_MS, nowMs)
    const day = new Date(dayMs).toISOString().slice(0, 10)
    if (existsFromMs >= dayMs + DAY_MS || existsFromMs > nowMs) {
      days.push({ day, worst: null, downSeconds: 0 })
      continue
    }
    const spent = spentIn(changes, fromMs, Math.max(toMs, fromMs))
    downMs += spent.downMs
    days.push({ day, worst: spent.worst, downSeconds: Math.round(spent.downMs / 1000) })
  }

  const observedMs = nowMs - Math.max(firstMs, existsFromMs)
  return { days, uptimePercent: percent(downMs, observedMs) }
}

function spentIn(changes: readonly StateChange[], fromMs: number, toMs: number) {
  const before = changes.findLast((change) => change.atMs <= fromMs)
  const within = changes.filter((change) => change.atMs > fromMs && change.atMs < toMs)
  const states = [{ atMs: fromMs, status: before?.status ?? ('operational' as const) }, ...within]
  let downMs = 0
  states.forEach(({ atMs, status }, i) => {
    downMs += ((states[i + 1]?.atMs ?? toMs) - atMs) * DOWN_SHARE[status]
  })
  return { worst: worstStatus(states.map(({ status }) => status)), downMs }
}

function percent(downMs: number, observedMs: number): number {
  if (observedMs <= 0) return 100
  return Math.max(0, Math.floor(100_000 * (1 - downMs / observedMs)) / 1000)
}

function startOfDay(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS
}

/** The UTC day of a moment, such as 2026-11-24. */
export function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
