import type { Language } from '../domain/language.ts'
import { addressIn } from '../domain/publicAddress.ts'
import type { MaintenanceStatus, PublicMaintenance, PublicModel, PublicPage } from '../domain/publicModel.ts'
import { FEED_WORDS } from '../domain/words/feedWords.ts'
import { listed } from '../domain/words/phrase.ts'
import { STATE_WORDS } from '../domain/words/stateWords.ts'
import { TELL_WORDS } from '../domain/words/tellWords.ts'
import { printable } from './text.ts'

/**
 * Maintenance as a calendar (RFC 5545, with the names of RFC 7986). There is no clock in it: its stamps are those of the
 * last change, so that an unchanged page is the same bytes.
 */

const LINE_OCTETS_MAX = 75

/** All that is coming, goes on or ended lately; cancelled ones stay, so that calendars that have them learn of it. */
export function calendarFile(model: PublicModel, language = model.page.language): string {
  const oldestFirst = model.maintenances.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1))
  return calendar(model.page, FEED_WORDS[language].calendarOf(model.page.name), oldestFirst, language)
}

/** One, to be taken into a calendar by hand. */
export function maintenanceCalendar(
  page: PublicPage,
  maintenance: PublicMaintenance,
  language = page.language,
): string {
  return calendar(page, `${page.name}: ${maintenance.title}`, [maintenance], language)
}

function calendar(
  page: PublicPage,
  name: string,
  maintenances: readonly PublicMaintenance[],
  language: Language,
): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//Allclear//Status page//${language.toUpperCase()}`,
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${text(name)}`,
    `X-WR-CALNAME:${text(name)}`,
    `X-WR-TIMEZONE:${text(page.timeZone)}`,
    // How often programs are to look; without it some look once a week.
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    'X-PUBLISHED-TTL:PT15M',
    ...maintenances.flatMap((maintenance) => eventLines(page, maintenance, language)),
    'END:VCALENDAR',
  ]
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

const STATUS: Record<MaintenanceStatus, 'CONFIRMED' | 'CANCELLED'> = {
  scheduled: 'CONFIRMED',
  in_progress: 'CONFIRMED',
  verifying: 'CONFIRMED',
  completed: 'CONFIRMED',
  cancelled: 'CANCELLED',
}

function eventLines(page: PublicPage, maintenance: PublicMaintenance, language: Language): string[] {
  const { id, title, status, sequence, createdAtMs, updatedAtMs, scheduledForMs, scheduledUntilMs } = maintenance
  const url = `${addressIn(page, language)}/maintenance/${id}`
  return [
    'BEGIN:VEVENT',
    `UID:maintenance-${id}@${new URL(page.url).hostname}`,
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${moment(updatedAtMs)}`,
    `CREATED:${moment(createdAtMs)}`,
    `LAST-MODIFIED:${moment(updatedAtMs)}`,
    `DTSTART:${moment(scheduledForMs)}`,
    `DTEND:${moment(scheduledUntilMs)}`,
    `SUMMARY:${text(`${page.name}: ${title}`)}`,
    `DESCRIPTION:${text(descriptionOf(maintenance, url, language))}`,
    `URL:${url}`,
    `STATUS:${STATUS[status]}`,
    'CLASS:PUBLIC',
    'CATEGORIES:MAINTENANCE',
    // It takes none of the reader's own time.
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]
}

/** What it means to customers was said when it was announced; what was said last comes first. */
function descriptionOf({ status, components, updates }: PublicMaintenance, url: string, language: Language): string {
  const said = updates.map(({ body, translations }) => translations[language] ?? body)
  const [last, announcement] = [said[0] ?? '', said.at(-1) ?? '']
  const names = components.map(({ name }) => name)
  const state = STATE_WORDS[language].maintenance[status]
  return [
    names.length === 0
      ? state
      : `${state}${TELL_WORDS[language].stop}${TELL_WORDS[language].affects(listed(language, names))}`,
    last,
    ...(updates.length > 1 ? [announcement] : []),
    url,
  ].join('\n\n')
}

/** 20261124T140000Z */
function moment(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '')
}

/** A value of type TEXT (3.3.11); of control characters only newlines may stay. */
function text(value: string): string {
  return printable(value.replace(/\r\n?/g, '\n').replaceAll('\t', ' '))
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')
}

/** At most 75 octets a line, the rest behind a space in the next (3.1), and no character of several octets is cut. */
function folded(line: string): string {
  let result = ''
  let octets = 0
  for (const character of line) {
    const size = octetsOf(character)
    if (octets + size > LINE_OCTETS_MAX) {
      result += '\r\n '
      octets = 1
    }
    result += character
    octets += size
  }
  return result
}

/** In UTF-8. */
function octetsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}
