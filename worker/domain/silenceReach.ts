import type { Silence } from './silence.ts'

/** Pure: what a silence hides, before it is made and before it ends. */

export interface Reach {
  /** Alerts that fire now. */
  readonly firing: number
  /** How many of them it would hide. */
  readonly hides: number
}

/** Too few alerts say nothing about how wide a silence is. */
const BROAD_FROM = 5

/** Whether it should be made only by someone who has read how much it hides: more than half of what fires. */
export function isBroad({ firing, hides }: Reach): boolean {
  return hides >= BROAD_FROM && hides * 2 > firing
}

const WARN_BEFORE_END_MS = 15 * 60_000
/** It is looked at each minute, and that may come late. */
const WARN_BEFORE_END_MS_MIN = 90_000

/** When people are told that it ends soon: a quarter of an hour before, or in the last quarter of a short one. */
export function warnsAtMs({ startsAtMs, endsAtMs }: Pick<Silence, 'startsAtMs' | 'endsAtMs'>): number {
  const beforeMs = Math.max((endsAtMs - startsAtMs) / 4, WARN_BEFORE_END_MS_MIN)
  return Math.max(startsAtMs, endsAtMs - Math.min(WARN_BEFORE_END_MS, beforeMs))
}

/** Whether its author has to be told now that it ends: it is active, ends soon, and nobody was told of this end. */
export function isDueToWarn(silence: Silence, nowMs: number): boolean {
  const { endsAtMs, warnedOfEndMs } = silence
  return warnsAtMs(silence) <= nowMs && nowMs < endsAtMs && warnedOfEndMs !== endsAtMs
}
