import type { Frequency, RecurrenceRule, Weekday } from './recurrenceRule.ts'
import { DAY_MS, daysOf, parseRule } from './recurrenceRule.ts'
import { firstInstant, lastInstant, toWallMs } from './wallClock.ts'

/**
 * Pure: what recurs by the wall clock of a zone. It begins and ends when the clocks there show the same times on each
 * of its days, whatever daylight saving does in between.
 */
export interface Recurrence {
  /** An RRULE, as `parseRule` takes it. */
  readonly rule: string
  /** IANA. */
  readonly timeZone: string
  /** DTSTART: from this day on, at this time of the day, as a wall time. It counts only where the rule has that day. */
  readonly startsAtWallMs: number
  /** By the wall clock as well. */
  readonly durationMs: number
}

export interface Occurrence {
  readonly startsAtMs: number
  readonly endsAtMs: number
}

export const RECURRENCE_DURATION_MS_MAX = 31 * DAY_MS
export const RECURRENCE_DURATION_MS_MIN = 60_000

/** Why it cannot be used, in words; null when it can. */
export function recurrenceFault({ rule, timeZone, startsAtWallMs, durationMs }: Recurrence): string | null {
  const parsed = parseRule(rule)
  if (!parsed.ok) return parsed.reason
  try {
    toWallMs(timeZone, 0)
  } catch {
    return `${JSON.stringify(timeZone.slice(0, 100))} is not a time zone, such as Europe/Berlin.`
  }
  if (!(startsAtWallMs >= 0 && startsAtWallMs < Date.UTC(9999, 0, 1))) return 'It has to start between 1970 and 9998.'
  if (!(durationMs >= RECURRENCE_DURATION_MS_MIN && durationMs <= RECURRENCE_DURATION_MS_MAX))
    return 'It lasts from one minute to 31 days.'
  return null
}

/** Those that end after `afterMs`, in order; it may go on for ever. Nothing for a rule that cannot be read. */
export function* occurrences(recurrence: Recurrence, afterMs: number): Generator<Occurrence> {
  const parsed = parseRule(recurrence.rule)
  if (!parsed.ok) return
  const { timeZone, startsAtWallMs, durationMs } = recurrence
  const startDay = Math.floor(startsAtWallMs / DAY_MS)
  const timeOfDayMs = startsAtWallMs - startDay * DAY_MS
  // A day more: clocks may be set back while it lasts.
  const fromDay = Math.floor((toWallMs(timeZone, afterMs) - durationMs) / DAY_MS) - 2
  for (const day of daysOf(parsed.rule, startDay, fromDay)) {
    if (day < fromDay) continue
    const wallMs = day * DAY_MS + timeOfDayMs
    const occurrence = occurrenceAt(timeZone, wallMs, durationMs)
    if (isBeyond(parsed.rule, wallMs, occurrence.startsAtMs)) return
    if (occurrence.endsAtMs > afterMs) yield occurrence
  }
}

function occurrenceAt(timeZone: string, wallMs: number, durationMs: number): Occurrence {
  const startsAtMs = firstInstant(timeZone, wallMs)
  const endsAtMs = lastInstant(timeZone, wallMs + durationMs)
  // Both in the hour that clocks skip: then it lasts as long as it should from where they jump.
  return { startsAtMs, endsAtMs: endsAtMs > startsAtMs ? endsAtMs : startsAtMs + durationMs }
}

function isBeyond({ until }: RecurrenceRule, wallMs: number, startsAtMs: number): boolean {
  if (until === null) return false
  return until.kind === 'instant' ? startsAtMs > until.atMs : wallMs > until.wallMs
}

/** At most `max` of those that end after `afterMs`. */
export function nextOccurrences(recurrence: Recurrence, afterMs: number, max: number): Occurrence[] {
  const found: Occurrence[] = []
  if (max <= 0) return found
  for (const occurrence of occurrences(recurrence, afterMs)) {
    found.push(occurrence)
    if (found.length >= max) break
  }
  return found
}

const WEEKDAY_NAMES: Record<Weekday, string> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
}
const UNITS: Record<Frequency, string> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month' }

/** Such as: Every 2 weeks on Monday and Wednesday, 22:00 to 06:00 (Europe/Berlin), 10 times. */
export function describeRecurrence(recurrence: Recurrence): string {
  const parsed = parseRule(recurrence.rule)
  if (!parsed.ok) return recurrence.rule
  const { frequency, interval, byDay, byMonthDay, count, until } = parsed.rule
  const { timeZone, startsAtWallMs, durationMs } = recurrence
  const every = interval === 1 ? `Every ${UNITS[frequency]}` : `Every ${interval} ${UNITS[frequency]}s`
  const days = byDay.map(({ weekday, ordinal }) =>
    ordinal === null ? WEEKDAY_NAMES[weekday] : `the ${ordinalText(ordinal)} ${WEEKDAY_NAMES[weekday]}`,
  )
  const dates = byMonthDay.map((day) => (day === -1 ? 'the last day' : `the ${ordinalText(day)}`))
  const start = new Date(startsAtWallMs)
  if (days.length + dates.length === 0 && frequency === 'WEEKLY')
    days.push(new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone: 'UTC' }).format(start))
  if (days.length + dates.length === 0 && frequency === 'MONTHLY') dates.push(`the ${ordinalText(start.getUTCDate())}`)
  const named =
    dates.length > 0 && days.length > 0 ? `${listed(dates)} if that is ${listed(days)}` : listed([...dates, ...days])
  const on = named === '' ? '' : ` on ${named}`
  const end = new Date(startsAtWallMs + durationMs)
  const later = Math.floor(end.getTime() / DAY_MS) - Math.floor(startsAtWallMs / DAY_MS)
  const nights = later > 1 ? ` ${later} days later` : ''
  const times = `, ${timeText(start)} to ${timeText(end)}${nights} (${timeZone})`
  const ends =
    until !== null
      ? `, until ${untilText(until, timeZone)}`
      : count === null
        ? ''
        : `, ${count === 1 ? 'once' : `${count} times`}`
  return `${every}${on}${times}${ends}`
}

function ordinalText(number: number): string {
  if (number < 0) return number === -1 ? 'last' : `${ordinalText(-number)} last`
  const ending = number % 100 >= 11 && number % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')
  return `${number}${ending}`
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

function timeText(wall: Date): string {
  return wall.toISOString().slice(11, 16)
}

function untilText(until: NonNullable<RecurrenceRule['until']>, timeZone: string): string {
  const wallMs = until.kind === 'wall' ? until.wallMs : toWallMs(timeZone, until.atMs)
  return new Date(wallMs).toISOString().slice(0, 10)
}
