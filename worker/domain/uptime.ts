import { worstStatus } from './componentStatus.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { PublicDay, PublicIncident, PublicMaintenance } from './publicModel.ts'
import { utcDay } from './wallClock.ts'

/** How many tenths of the time in each state count as down: whole numbers, so that sums are exact. */
export const DOWN_TENTHS: Record<ComponentStatus, number> = {
  operational: 0,
  under_maintenance: 0,
  degraded_performance: 0,
  partial_outage: 3,
  major_outage: 10,
}

const DAY_MS = 24 * 3600 * 1000
export const UPTIME_DAYS = 90

/** From `atMs` on the component was in `status`, until the next change. */
export interface StateChange {
  readonly atMs: number
  readonly status: ComponentStatus
}

/** A state that a component has by itself, not by an incident or a maintenance. */
export interface OwnChange extends StateChange {
  readonly component: string
}

export interface UptimeBars {
  readonly days: readonly PublicDay[]
  readonly uptimePercent: number
}

/**
 * The recorded states of every component that public updates ever named or that had one by itself, oldest first.
 * Where incidents, maintenances and its own state overlap, the worst counts; what is over takes none.
 */
export function stateChanges(
  incidents: readonly PublicIncident[],
  maintenances: readonly PublicMaintenance[],
  own: readonly OwnChange[] = [],
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
  // No incident has an empty id.
  const byItself = own.map(({ component, atMs, status }) => ({ by: '', atMs, component, to: status }))

  const changes = new Map<string, StateChange[]>()
  const held = new Map<string, Map<string, ComponentStatus>>()
  for (const { by, atMs, component, to } of inOrder([...told, ...worked, ...byItself])) {
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
  const firstMs = windowStartMs(nowMs)
  const existsFromMs = knownFromMs(changes, createdAtMs)

  let downTenths = 0
  /** How many changes were at the beginning of a day or before. */
  let behind = 0
  const days = daysFrom(firstMs).map((day, i): PublicDay => {
    const dayMs = firstMs + i * DAY_MS
    const fromMs = Math.max(dayMs, existsFromMs)
    const toMs = Math.max(Math.min(dayMs + DAY_MS, nowMs), fromMs)
    if (existsFromMs >= dayMs + DAY_MS || existsFromMs > nowMs) return { day, worst: null, downSeconds: 0 }
    while ((changes[behind]?.atMs ?? Infinity) <= fromMs) behind += 1
    // On most days nothing changes, and a page has tens of thousands of them.
    const isQuiet = (changes[behind]?.atMs ?? Infinity) >= toMs
    const spans = isQuiet
      ? [{ fromMs, untilMs: toMs, status: changes[behind - 1]?.status ?? ('operational' as const) }]
      : spansBetween(changes, fromMs, toMs)
    const down = downTenthsOf(spans)
    downTenths += down
    return { day, worst: worstStatus(spans.map(({ status }) => status)), downSeconds: Math.round(down / 10_000) }
  })

  const observedMs = nowMs - Math.max(firstMs, existsFromMs)
  return { days, uptimePercent: uptimePercent(downTenths, observedMs) }
}

/** What customers were told of a component proves that it existed. */
export function knownFromMs(changes: readonly StateChange[], createdAtMs: number): number {
  return Math.min(createdAtMs, changes[0]?.atMs ?? createdAtMs)
}

/** Pages ask for the same days of hundreds of components. */
let named: { readonly firstMs: number; readonly days: readonly string[] } = { firstMs: Number.NaN, days: [] }

/** The names of the ninety days that begin there. */
function daysFrom(firstMs: number): readonly string[] {
  if (named.firstMs !== firstMs)
    named = { firstMs, days: Array.from({ length: UPTIME_DAYS }, (_, i) => utcDay(firstMs + i * DAY_MS)) }
  return named.days
}

function downTenthsOf(spans: readonly StateSpan[]): number {
  return spans.reduce((sum, { fromMs, untilMs, status }) => sum + (untilMs - fromMs) * DOWN_TENTHS[status], 0)
}

/** A component was in this state for so long. */
export interface StateSpan {
  readonly fromMs: number
  readonly untilMs: number
  readonly status: ComponentStatus
}

/** All of a time as spans without gaps; where it is no time at all, the one moment. */
export function spansBetween(changes: readonly StateChange[], fromMs: number, toMs: number): StateSpan[] {
  const before = changes.findLast((change) => change.atMs <= fromMs)
  const within = changes.filter((change) => change.atMs > fromMs && change.atMs < toMs)
  const states = [{ atMs: fromMs, status: before?.status ?? ('operational' as const) }, ...within]
  return states.map(({ atMs, status }, i) => ({ fromMs: atMs, untilMs: states[i + 1]?.atMs ?? toMs, status }))
}

/**
 * 100 × (1 − downtime ÷ time observed), cut to three decimals. In whole numbers all the way, so that whoever computes it
 * from the same milliseconds gets the same figure.
 */
export function uptimePercent(downTenths: number, observedMs: number): number {
  if (observedMs <= 0) return 100
  const observedTenths = BigInt(observedMs) * 10n
  return Number(((observedTenths - BigInt(downTenths)) * 100_000n) / observedTenths) / 1000
}

/** The first moment that the bars and the figure look at. */
export function windowStartMs(nowMs: number): number {
  return startOfDay(nowMs) - (UPTIME_DAYS - 1) * DAY_MS
}

function startOfDay(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS
}
