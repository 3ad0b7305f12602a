import type { Heartbeat } from './heartbeat.ts'

/**
 * Pure: when a heartbeat is due, and what a ping, a failure, the passing of time and a new configuration make of it.
 * Cron needs a calendar of time zones, so that comes in as a function.
 */

/** The first moment after `afterMs` that a cron expression names in a time zone. */
export type NextCronTime = (cron: string, timeZone: string, afterMs: number) => number

/** What is known of one heartbeat: what never changes by itself stands in its configuration. */
export interface HeartbeatWatch {
  /** When it was heard of last, well or not; null before the first time. */
  readonly lastPingAtMs: number | null
  readonly phase: WatchPhase
}

export type WatchPhase =
  | { readonly kind: 'paused' }
  /** `fromMs` is the last ping, or when waiting for the first one began. */
  | {
      readonly kind: 'waiting'
      readonly fromMs: number
      readonly dueAtMs: number
      readonly silentAtMs: number
      /** It was waited for before, and nobody could have heard it: it has its time anew. */
      readonly isExcused?: boolean | undefined
    }
  /** An alert fires because nothing came. */
  | { readonly kind: 'silent'; readonly dueAtMs: number; readonly sinceMs: number }
  /** An alert fires because it said itself that it failed. */
  | { readonly kind: 'failed'; readonly sinceMs: number }

/** What the alert has to do: nothing, when it is null. */
export type AlertChange = 'fire' | 'end' | null

export interface Watched {
  readonly watch: HeartbeatWatch
  readonly change: AlertChange
}

export const HEARTBEAT_STATES = ['new', 'healthy', 'late', 'silent', 'failed', 'paused'] as const
export type HeartbeatState = (typeof HEARTBEAT_STATES)[number]

/** Two clocks that disagree: a job that is this early by ours was on time by its own. */
const EARLY_MS = 10_000

/** Nobody looked for longer than this: pings may have come and found nobody. */
const UNWATCHED_MS_MAX = 120_000

/** When the next ping is due, counted from the last one. */
export function dueAfter(heartbeat: Heartbeat, fromMs: number, nextCronTime: NextCronTime): number {
  const { everySeconds, cron, timeZone } = heartbeat
  if (everySeconds !== undefined) return fromMs + everySeconds * 1000
  if (cron === undefined) throw new Error(`the heartbeat ${heartbeat.id} has neither a period nor a cron expression`)
  return nextCronTime(cron, timeZone, fromMs + EARLY_MS)
}

/** One that has just been configured or resumed. */
export function startWatch(
  heartbeat: Heartbeat,
  lastPingAtMs: number | null,
  nowMs: number,
  nextCronTime: NextCronTime,
): HeartbeatWatch {
  const phase: WatchPhase = heartbeat.paused ? { kind: 'paused' } : waiting(heartbeat, nowMs, nextCronTime)
  return { lastPingAtMs, phase }
}

/** A sign of life. While it is paused it is only noted. */
export function hear(
  { phase }: HeartbeatWatch,
  heartbeat: Heartbeat,
  sign: 'ok' | 'fail',
  nowMs: number,
  nextCronTime: NextCronTime,
): Watched {
  const heard = (next: WatchPhase, change: AlertChange): Watched => ({
    watch: { lastPingAtMs: nowMs, phase: next },
    change,
  })
  if (phase.kind === 'paused') return heard(phase, null)
  const alerts = alertsSinceMs(phase) !== null
  if (sign === 'ok') return heard(waiting(heartbeat, nowMs, nextCronTime), alerts ? 'end' : null)
  return heard({ kind: 'failed', sinceMs: alertsSinceMs(phase) ?? nowMs }, alerts ? null : 'fire')
}

/** The passing of time. Looking twice is the same as looking once. */
export function look(watch: HeartbeatWatch, nowMs: number): Watched {
  const { phase } = watch
  if (phase.kind !== 'waiting' || nowMs < phase.silentAtMs) return { watch, change: null }
  const silent: WatchPhase = { kind: 'silent', dueAtMs: phase.dueAtMs, sinceMs: phase.silentAtMs }
  return { watch: { ...watch, phase: silent }, change: 'fire' }
}

/** Whether pings may have been missed since somebody looked last; null: nobody ever has. */
export function wasUnwatched(watchedAtMs: number | null, nowMs: number): boolean {
  return watchedAtMs !== null && nowMs - watchedAtMs > UNWATCHED_MS_MAX
}

/**
 * After a time in which no ping could arrive: what was waited for is waited for anew. What fires goes on. Only once, until
 * it is heard of, unless as long a time went by unwatched: or what is away every night would never be found silent.
 */
export function waitAnew(
  watch: HeartbeatWatch,
  heartbeat: Heartbeat,
  watchedAtMs: number,
  nowMs: number,
  nextCronTime: NextCronTime,
): HeartbeatWatch {
  const { phase } = watch
  if (phase.kind !== 'waiting') return watch
  const anew = waiting(heartbeat, nowMs, nextCronTime)
  if (phase.isExcused !== true || nowMs - watchedAtMs >= anew.dueAtMs - nowMs)
    return { ...watch, phase: { ...anew, isExcused: true } }
  // Its grace, at least, it has once somebody listens again.
  const dueAtMs = Math.max(phase.dueAtMs, nowMs)
  return { ...watch, phase: { ...phase, dueAtMs, silentAtMs: dueAtMs + heartbeat.graceSeconds * 1000 } }
}

/** Another configuration of the same heartbeat. A new schedule counts from now, or it could be missed before it was known. */
export function reconfigure(
  watch: HeartbeatWatch,
  before: Heartbeat,
  after: Heartbeat,
  nowMs: number,
  nextCronTime: NextCronTime,
): Watched {
  const { phase } = watch
  if (after.paused) {
    const change = alertsSinceMs(phase) === null ? null : 'end'
    return { watch: { ...watch, phase: { kind: 'paused' } }, change }
  }
  const isOtherSchedule =
    before.everySeconds !== after.everySeconds || before.cron !== after.cron || before.timeZone !== after.timeZone
  if (phase.kind === 'paused' || (phase.kind === 'waiting' && isOtherSchedule))
    return { watch: startWatch(after, watch.lastPingAtMs, nowMs, nextCronTime), change: null }
  if (phase.kind !== 'waiting') return { watch, change: null }
  return {
    watch: { ...watch, phase: { ...phase, silentAtMs: phase.dueAtMs + after.graceSeconds * 1000 } },
    change: null,
  }
}

/** What people call the state it is in. */
export function heartbeatState({ lastPingAtMs, phase }: HeartbeatWatch, nowMs: number): HeartbeatState {
  switch (phase.kind) {
    case 'paused':
    case 'silent':
    case 'failed':
      return phase.kind
    case 'waiting':
      // The alarm may be a moment behind.
      if (nowMs >= phase.silentAtMs) return 'silent'
      if (lastPingAtMs !== phase.fromMs) return 'new'
      return nowMs < phase.dueAtMs ? 'healthy' : 'late'
  }
}

/** Since when an alert fires for it; null when none does. */
export function alertsSinceMs(phase: WatchPhase): number | null {
  return phase.kind === 'silent' || phase.kind === 'failed' ? phase.sinceMs : null
}

function waiting(
  heartbeat: Heartbeat,
  fromMs: number,
  nextCronTime: NextCronTime,
): Extract<WatchPhase, { kind: 'waiting' }> {
  const dueAtMs = dueAfter(heartbeat, fromMs, nextCronTime)
  return { kind: 'waiting', fromMs, dueAtMs, silentAtMs: dueAtMs + heartbeat.graceSeconds * 1000 }
}
