import type { ComponentStatus } from './componentStatus.ts'
import type { StateChange, StateSpan } from './uptime.ts'
import { DOWN_TENTHS, knownFromMs, spansBetween, uptimePercent, windowStartMs } from './uptime.ts'

/** What a published uptime rests on: every recorded state with its times, from which anyone can compute it again. */

export interface EvidenceOfComponent {
  readonly id: string
  readonly name: string
  readonly createdAtMs: number
  /** Without gaps, the last one until the moment of the figure; empty where it was not observed at all. */
  readonly spans: readonly StateSpan[]
  readonly figure: UptimeFigure
}

export interface UptimeFigure {
  readonly observedMs: number
  /** Tenths of milliseconds, so that it is a whole number. */
  readonly downTenths: number
  readonly uptimePercent: number
}

/** The formula of one component as its evidence says it, in terms of the rows. */
export const EVIDENCE_FORMULA =
  'observed = sum of (until - from) of all rows, in milliseconds. down = sum of (until - from) x down_share. uptime % = 100 x (1 - down / observed), cut (not rounded) to three decimals; 100 when nothing was observed.'

/**
 * A group's figure is computed over the rows of all its members together. It is the uptime of a member picked at random
 * at a random moment: adding a component that never fails cannot hide one that does for long, a group with many members
 * is not punished for its size, and a member that is new weighs as much as it was observed.
 */
export const GROUP_FORMULA =
  'A group’s uptime is computed the same way over the time of all its members together: 100 × (1 − downtime of all members ÷ time observed of all members).'

export function evidenceOf(
  { id, name, createdAtMs }: Pick<EvidenceOfComponent, 'id' | 'name' | 'createdAtMs'>,
  changes: readonly StateChange[],
  nowMs: number,
): EvidenceOfComponent {
  const fromMs = Math.max(windowStartMs(nowMs), knownFromMs(changes, createdAtMs))
  const spans = fromMs >= nowMs ? [] : spansBetween(changes, fromMs, nowMs)
  return { id, name, createdAtMs, spans, figure: figureOf(spans) }
}

export function figureOf(spans: readonly StateSpan[]): UptimeFigure {
  let observedMs = 0
  let downTenths = 0
  for (const { fromMs, untilMs, status } of spans) {
    observedMs += untilMs - fromMs
    downTenths += (untilMs - fromMs) * DOWN_TENTHS[status]
  }
  return { observedMs, downTenths, uptimePercent: uptimePercent(downTenths, observedMs) }
}

/** Of several components together. */
export function figureOfGroup(figures: readonly UptimeFigure[]): UptimeFigure {
  const observedMs = figures.reduce((sum, figure) => sum + figure.observedMs, 0)
  const downTenths = figures.reduce((sum, figure) => sum + figure.downTenths, 0)
  return { observedMs, downTenths, uptimePercent: uptimePercent(downTenths, observedMs) }
}

export function downShare(status: ComponentStatus): string {
  return (DOWN_TENTHS[status] / 10).toString()
}
