import type { Override, Responder, Schedule } from './organisation.ts'
import { OVERRIDE_DAYS_MAX } from './schedule.ts'

/** Whether somebody may take over for a while. */

export const OVERRIDE_REFUSAL_MESSAGE = {
  unknown_schedule: 'There is no schedule with this id.',
  unknown_responder: 'There is no responder with this id.',
  ends_before_start: 'An override has to end after it starts.',
  too_long: `An override may last ${OVERRIDE_DAYS_MAX} days at most. Change the rotation instead.`,
  already_over: 'This time is already over.',
  too_far_ahead: 'An override may start within the next year.',
  too_many: 'This schedule has its limit of overrides. Remove some, or change the rotation instead.',
} as const

export type OverrideRefusal = keyof typeof OVERRIDE_REFUSAL_MESSAGE

const DAY_MS = 24 * 3600 * 1000
const OVERRIDES_MAX = 200

/** Why an override cannot be made; null when it can. `present` are those that are not over. */
export function overrideRefusal(
  wanted: Omit<Override, 'id'>,
  present: {
    readonly schedules: readonly Schedule[]
    readonly responders: readonly Responder[]
    readonly overrides: readonly Override[]
  },
  nowMs: number,
): OverrideRefusal | null {
  const { scheduleId, responderId, startsAtMs, endsAtMs } = wanted
  if (!present.schedules.some(({ id }) => id === scheduleId)) return 'unknown_schedule'
  if (!present.responders.some(({ id }) => id === responderId)) return 'unknown_responder'
  if (endsAtMs <= startsAtMs) return 'ends_before_start'
  if (endsAtMs - startsAtMs > OVERRIDE_DAYS_MAX * DAY_MS) return 'too_long'
  if (endsAtMs <= nowMs) return 'already_over'
  if (startsAtMs > nowMs + 366 * DAY_MS) return 'too_far_ahead'
  if (present.overrides.filter((each) => each.scheduleId === scheduleId).length >= OVERRIDES_MAX) return 'too_many'
  return null
}
