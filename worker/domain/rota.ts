import type { Person } from './incident.ts'
import type { Override, Responder, Schedule } from './organisation.ts'
import { nextHandoff, onCallAt, shiftsBetween } from './schedule.ts'

/** A schedule as people read it: who is on call, until when, and who comes then. */

export interface Rota {
  readonly id: string
  readonly name: string
  readonly timeZone: string
  readonly onCall: Person
  /** Null when nobody else ever takes over. */
  readonly handoff: { readonly atMs: number; readonly to: Person } | null
  /** From now on; the first began earlier. */
  readonly shifts: readonly RotaShift[]
}

export interface RotaShift {
  readonly person: Person
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly overrideId: string | null
}

export function rotaOf(
  schedule: Schedule,
  overrides: readonly Override[],
  responders: readonly Responder[],
  nowMs: number,
  untilMs: number,
): Rota {
  // Whoever has been removed keeps their id, so that the gap shows.
  const person = (id: string): Person => ({ id, name: responders.find((each) => each.id === id)?.name ?? id })
  const next = nextHandoff(schedule, overrides, nowMs)
  return {
    id: schedule.id,
    name: schedule.name,
    timeZone: schedule.timeZone,
    onCall: person(onCallAt(schedule, overrides, nowMs)),
    handoff: next === null ? null : { atMs: next.atMs, to: person(next.responderId) },
    shifts: shiftsBetween(schedule, overrides, nowMs, untilMs).map(
      ({ responderId, startsAtMs, endsAtMs, overrideId }) => ({
        person: person(responderId),
        startsAtMs,
        endsAtMs,
        overrideId,
      }),
    ),
  }
}
