import { utcDay } from '../../../worker/domain/uptime.ts'
import { toWallMs } from '../../../worker/domain/wallClock.ts'

/** How the status page writes time: in its own zone, and in UTC, because readers are everywhere. */

const DAY_MS = 24 * 3600 * 1000
const UTC_NAMES: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC', 'Etc/GMT', 'GMT', 'Etc/UCT', 'Zulu', 'Etc/Zulu'])

/** Such as { local: '24 Nov 2026, 15:02 CET', utc: '14:02 UTC' }; no second form where the page's zone is UTC. */
interface WrittenMoment {
  readonly local: string
  readonly utc: string | null
}

// Making a formatter costs a thousand times what using one does.
const formatters = new Map<string, Intl.DateTimeFormat>()

export function writtenMoment(atMs: number, timeZone: string, form: 'date-and-time' | 'time'): WrittenMoment {
  const utcTime = `${new Date(atMs).toISOString().slice(11, 16)} UTC`
  if (UTC_NAMES.has(timeZone))
    return { local: form === 'time' ? utcTime : `${writtenDay(utcDay(atMs))}, ${utcTime}`, utc: null }

  const day = dayIn(timeZone, atMs)
  const time = formatter(timeZone).format(atMs)
  const utc = day === utcDay(atMs) ? utcTime : `${writtenDay(utcDay(atMs)).slice(0, -5)}, ${utcTime}`
  return { local: form === 'time' ? time : `${writtenDay(day)}, ${time}`, utc }
}

/** The day, such as 2026-11-24, that calendars in the zone show at `atMs`. */
export function dayIn(timeZone: string, atMs: number): string {
  return utcDay(toWallMs(timeZone, atMs))
}

export function dayBefore(day: string, days = 1): string {
  return utcDay(Date.parse(day) - days * DAY_MS)
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** 24 Nov 2026 */
export function writtenDay(day: string): string {
  return `${Number(day.slice(8))} ${monthName(day).slice(0, 3)} ${day.slice(0, 4)}`
}

/** 24 Nov 2026, or 20–24 Nov 2026, or 28 Oct – 3 Nov 2026: as short as it stays clear. */
export function writtenDays(first: string, last: string): string {
  if (first === last) return writtenDay(last)
  if (first.slice(0, 7) === last.slice(0, 7)) return `${Number(first.slice(8))}–${writtenDay(last)}`
  if (first.slice(0, 4) === last.slice(0, 4)) return `${writtenDay(first).slice(0, -5)} – ${writtenDay(last)}`
  return `${writtenDay(first)} – ${writtenDay(last)}`
}

/** November 2026 */
export function writtenMonth(month: string): string {
  return `${monthName(month)} ${month.slice(0, 4)}`
}

/** The two largest units, such as 42 min, 3 h 5 min or 2 d 4 h. */
export function writtenDuration(durationMs: number): string {
  const minutes = Math.max(0, Math.round(durationMs / 60_000))
  if (minutes < 1) return 'less than a minute'
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  const parts = [
    [days, 'd'],
    [hours, 'h'],
    [rest, 'min'],
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

function monthName(day: string): string {
  return MONTHS[Number(day.slice(5, 7)) - 1] ?? ''
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
  formatters.set(timeZone, made)
  return made
}
