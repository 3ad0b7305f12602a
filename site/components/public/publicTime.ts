import type { Language } from '../../../worker/domain/language.ts'
import { toWallMs, utcDay } from '../../../worker/domain/wallClock.ts'
import { isolated, localeOf } from '../../../worker/domain/words/phrase.ts'

/**
 * How the status page writes time: in the reader's language, in the page's own zone, and in UTC, because readers are
 * everywhere. A script may write moments again in the reader's zone (site/scripts/publicPage.ts).
 */

const DAY_MS = 24 * 3600 * 1000
const UTC_NAMES: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC', 'Etc/GMT', 'GMT', 'Etc/UCT', 'Zulu', 'Etc/Zulu'])

/** Such as { local: '24 Nov 2026, 15:02 CET', utc: '14:02 UTC' }; no second form where the page's zone is UTC. */
interface WrittenMoment {
  readonly local: string
  readonly utc: string | null
}

const DAY = { day: 'numeric', month: 'short', year: 'numeric' } as const
const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' } as const
const MONTH = { month: 'long', year: 'numeric' } as const
const FORMS = {
  day: DAY,
  month: MONTH,
  time: TIME,
  'date-and-time': { ...DAY, ...TIME },
  // Beside a moment that already names the year.
  'day-and-time': { day: 'numeric', month: 'short', ...TIME },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

// Making a formatter costs a thousand times what using one does.
const formatters = new Map<string, Intl.DateTimeFormat>()

export function writtenMoment(
  language: Language,
  atMs: number,
  timeZone: string,
  form: 'date-and-time' | 'time',
): WrittenMoment {
  if (UTC_NAMES.has(timeZone)) return { local: formatter(language, 'UTC', form).format(atMs), utc: null }
  const isSameDay = dayIn(timeZone, atMs) === utcDay(atMs)
  const utc = formatter(language, 'UTC', isSameDay ? 'time' : 'day-and-time').format(atMs)
  return {
    local: formatter(language, timeZone, form).format(atMs),
    // From right to left the bracket around Latin letters would be turned around and broken apart.
    utc: language === 'ar' && isSameDay ? isolated(utc) : utc,
  }
}

/** The day, such as 2026-11-24, that calendars in the zone show at `atMs`. */
export function dayIn(timeZone: string, atMs: number): string {
  return utcDay(toWallMs(timeZone, atMs))
}

export function dayBefore(day: string, days = 1): string {
  return utcDay(Date.parse(day) - days * DAY_MS)
}

/** 24 Nov 2026 */
export function writtenDay(language: Language, day: string): string {
  return formatter(language, 'UTC', 'day').format(Date.parse(day))
}

/** 24 Nov 2026, or 20–24 Nov 2026, or 28 Oct – 3 Nov 2026: as short as it stays clear. */
export function writtenDays(language: Language, first: string, last: string): string {
  if (first === last) return writtenDay(language, last)
  return formatter(language, 'UTC', 'day').formatRange(Date.parse(first), Date.parse(last))
}

/** November 2026 */
export function writtenMonth(language: Language, month: string): string {
  return formatter(language, 'UTC', 'month').format(Date.parse(month))
}

const LESS_THAN_A_MINUTE: Record<Language, string> = {
  en: 'less than a minute',
  de: 'weniger als eine Minute',
  fr: 'moins d’une minute',
  es: 'menos de un minuto',
  pt: 'menos de um minuto',
  ja: '1分未満',
  zh: '不到一分钟',
  ar: 'أقل من دقيقة',
}

/** The two largest units, such as 42 min, 3 h 5 min or 2 d 4 h. */
export function writtenDuration(language: Language, durationMs: number): string {
  const minutes = Math.max(0, Math.round(durationMs / 60_000))
  if (minutes < 1) return LESS_THAN_A_MINUTE[language]
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
  const parts = [
    [days, 'day'],
    [hours, 'hour'],
    [rest, 'minute'],
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  const written = parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => writtenAmount(language, amount, unit))
  return new Intl.ListFormat(localeOf(language), { style: 'narrow', type: 'unit' }).format(written)
}

const ENGLISH_UNITS = { day: 'd', hour: 'h', minute: 'min' } as const

/** English has the symbols of the SI, which say the same in less space than hrs and mins. */
function writtenAmount(language: Language, amount: number, unit: 'day' | 'hour' | 'minute'): string {
  if (language === 'en') return `${amount} ${ENGLISH_UNITS[unit]}`
  return new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, unitDisplay: 'short' }).format(amount)
}

function formatter(language: Language, timeZone: string, form: keyof typeof FORMS): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${form}`
  const known = formatters.get(key)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat(localeOf(language), { timeZone, ...FORMS[form] })
  formatters.set(key, made)
  return made
}
