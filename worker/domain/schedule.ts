import type { Override, Schedule } from './organisation.ts'
import { firstInstant, lastInstant, toWallMs } from './wallClock.ts'

/**
 * Who is on call. Shifts follow GoAlert's rule: a shift starts at the first moment its zone's clocks show the
 * handoff time and ends at the last, so that a handoff in the repeated hour overlaps and never leaves a gap.
 */

export interface Shift {
  readonly responderId: string
  readonly startsAtMs: number
  readonly endsAtMs: number
  /** The override that put this person here; null: the rotation did. */
  readonly overrideId: string | null
}

const DAY_MS = 24 * 3600 * 1000
const WEEK_MS = 7 * DAY_MS
/** Longer than any clock change, so that no shift at the edge of a search is missed. */
const SLACK_MS = 2 * DAY_MS

export const OVERRIDE_DAYS_MAX = 90

/**
 * The one responder on call at `nowMs`. Of several overrides the last in the list counts; while two shifts overlap,
 * the one that has just begun does. Before the rotation starts it is its first member.
 */
export function onCallAt(schedule: Schedule, overrides: readonly Override[], nowMs: number): string {
  const override = overrides.findLast(
    ({ scheduleId, startsAtMs, endsAtMs }) => scheduleId === schedule.id && startsAtMs <= nowMs && nowMs < endsAtMs,
  )
  return override?.responderId ?? memberOf(schedule, shiftIndexAt(schedule, nowMs))
}

/**
 * All shifts from `fromMs` to `toMs`, cut to that time, in the order they start. Overlaps at a handoff show as such:
 * both shifts are listed, and the later one is who `onCallAt` names.
 */
export function shiftsBetween(
  schedule: Schedule,
  overrides: readonly Override[],
  fromMs: number,
  toMs: number,
): Shift[] {
  let shifts = rotationBetween(schedule, fromMs, toMs)
  for (const { id, scheduleId, responderId, startsAtMs, endsAtMs } of overrides) {
    if (scheduleId !== schedule.id || startsAtMs >= toMs || endsAtMs <= fromMs) continue
    const onTop: Shift = {
      responderId,
      startsAtMs: Math.max(startsAtMs, fromMs),
      endsAtMs: Math.min(endsAtMs, toMs),
      overrideId: id,
    }
    shifts = [...shifts.flatMap((shift) => uncovered(shift, onTop)), onTop]
  }
  return shifts.toSorted((a, b) => a.startsAtMs - b.startsAtMs || a.endsAtMs - b.endsAtMs)
}

/** When someone else takes over, and who; null when nobody does (one person, no overrides). */
export function nextHandoff(
  schedule: Schedule,
  overrides: readonly Override[],
  nowMs: number,
): { readonly atMs: number; readonly responderId: string } | null {
  const { members } = schedule.rotation
  const present = onCallAt(schedule, overrides, nowMs)
  const horizonMs = nowMs + (members.length + 1) * lengthMs(schedule) + (OVERRIDE_DAYS_MAX + 1) * DAY_MS
  const atMs = shiftsBetween(schedule, overrides, nowMs, horizonMs)
    .map(({ startsAtMs }) => startsAtMs)
    .find((startsAtMs) => startsAtMs > nowMs && onCallAt(schedule, overrides, startsAtMs) !== present)
  return atMs === undefined ? null : { atMs, responderId: onCallAt(schedule, overrides, atMs) }
}

/** What remains of a shift beneath an override. */
function uncovered(shift: Shift, onTop: Shift): Shift[] {
  if (shift.endsAtMs <= onTop.startsAtMs || shift.startsAtMs >= onTop.endsAtMs) return [shift]
  const parts: Shift[] = []
  if (shift.startsAtMs < onTop.startsAtMs) parts.push({ ...shift, endsAtMs: onTop.startsAtMs })
  if (shift.endsAtMs > onTop.endsAtMs) parts.push({ ...shift, startsAtMs: onTop.endsAtMs })
  return parts
}

function rotationBetween(schedule: Schedule, fromMs: number, toMs: number): Shift[] {
  const shifts: Shift[] = []
  // Two shifts may overlap at `fromMs`: begin with the one before.
  for (let index = Math.max(0, shiftIndexAt(schedule, fromMs) - 1); ; index++) {
    const startsAtMs = index === 0 ? fromMs : Math.max(fromMs, startOf(schedule, index))
    const endsAtMs = Math.min(toMs, endOf(schedule, index))
    if (startsAtMs >= toMs) return shifts
    if (endsAtMs > startsAtMs)
      shifts.push({ responderId: memberOf(schedule, index), startsAtMs, endsAtMs, overrideId: null })
  }
}

/** The latest shift that has begun; 0 is also all the time before the rotation starts. */
function shiftIndexAt(schedule: Schedule, atMs: number): number {
  const elapsedMs = toWallMs(schedule.timeZone, atMs) - handoffWallMs(schedule, 0)
  const index = Math.floor(elapsedMs / lengthMs(schedule))
  if (index < 0 && elapsedMs < -SLACK_MS) return 0
  // Clocks that were set back, or that jumped, are off by at most one shift from the count of wall-clock time.
  if (startOf(schedule, index + 1) <= atMs) return Math.max(0, index + 1)
  return Math.max(0, startOf(schedule, index) <= atMs ? index : index - 1)
}

function startOf(schedule: Schedule, index: number): number {
  return firstInstant(schedule.timeZone, handoffWallMs(schedule, index))
}

function endOf(schedule: Schedule, index: number): number {
  return lastInstant(schedule.timeZone, handoffWallMs(schedule, index + 1))
}

function handoffWallMs(schedule: Schedule, index: number): number {
  const { startsOn, handoffTime } = schedule.rotation
  return Date.parse(`${startsOn}T${handoffTime}:00Z`) + index * lengthMs(schedule)
}

function lengthMs(schedule: Schedule): number {
  return schedule.rotation.weeks * WEEK_MS
}

function memberOf(schedule: Schedule, index: number): string {
  const { members } = schedule.rotation
  const member = members[index % members.length]
  if (member === undefined) throw new Error(`Schedule ${schedule.id} has no members`)
  return member
}
