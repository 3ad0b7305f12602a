/**
 * Wall clocks of IANA time zones, by Intl alone: the platform's time zone data is updated with it, a library's is not.
 * A wall time is written as the UTC timestamp that shows the same digits (`wallMs`).
 */

const HOUR_MS = 3600 * 1000
/** No zone is further from UTC than this, so whatever shows a wall time lies within it. */
const OFFSET_MAX_MS = 15 * HOUR_MS

// Making a formatter costs a thousand times what using one does.
const formatters = new Map<string, Intl.DateTimeFormat>()
const ZONES_KEPT_MAX = 1000

/** The digits that clocks in the zone show at `atMs`, to the second. */
export function toWallMs(timeZone: string, atMs: number): number {
  const [month = 1, day = 1, year = 0, hour = 0, minute = 0, second = 0] = formatterOf(timeZone)
    .format(atMs)
    .split(/[^0-9]+/)
    .map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** The first moment the zone's clocks show `wallMs`; for a time they skip, the moment they jump. */
export function firstInstant(timeZone: string, wallMs: number): number {
  return instants(timeZone, wallMs).first
}

/** The last moment the zone's clocks show `wallMs`; for a time they skip, the moment they jump. */
export function lastInstant(timeZone: string, wallMs: number): number {
  return instants(timeZone, wallMs).last
}

function instants(timeZone: string, wallMs: number): { first: number; last: number } {
  const before = offsetMs(timeZone, wallMs - OFFSET_MAX_MS)
  const after = offsetMs(timeZone, wallMs + OFFSET_MAX_MS)
  if (before === after) return { first: wallMs - before, last: wallMs - before }
  const shown = [wallMs - before, wallMs - after].filter((atMs) => toWallMs(timeZone, atMs) === wallMs)
  if (shown.length > 0) return { first: Math.min(...shown), last: Math.max(...shown) }
  const jump = changeBetween(timeZone, wallMs - OFFSET_MAX_MS, wallMs + OFFSET_MAX_MS, before)
  return { first: jump, last: jump }
}

/** The moment in (fromMs, toMs] from which the offset is no longer `before`; zones change on whole seconds. */
function changeBetween(timeZone: string, fromMs: number, toMs: number, before: number): number {
  let low = Math.floor(fromMs / 1000)
  let high = Math.ceil(toMs / 1000)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetMs(timeZone, middle * 1000) === before) low = middle
    else high = middle
  }
  return high * 1000
}

function offsetMs(timeZone: string, atMs: number): number {
  const secondMs = Math.floor(atMs / 1000) * 1000
  return toWallMs(timeZone, secondMs) - secondMs
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  if (formatters.size >= ZONES_KEPT_MAX) formatters.clear()
  const formatter = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(timeZone, formatter)
  return formatter
}

/** The UTC day of a moment, such as 2026-11-24. */
export function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
