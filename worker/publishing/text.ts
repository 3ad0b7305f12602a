import type { Language } from '../domain/language.ts'
import type { MaintenanceWindow } from '../domain/maintenance.ts'
import { MAINTENANCE_WORDS } from '../domain/words/maintenanceWords.ts'

/** What XML 1.0 forbids and a terminal might obey: control characters, lone surrogates and the two non-characters. */
// oxlint-disable-next-line no-control-regex -- these are the characters to remove
const UNPRINTABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF\p{Surrogate}]/gu

/** The text without characters that break a feed or a terminal; newlines and tabs stay. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '')
}

const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Fit for text and for quoted attributes, in XML and in HTML. */
export function escapeMarkup(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITY[character] ?? character)
}

/** Such as 2026-11-24 14:02 UTC: short, sortable, with its year and its zone. */
export function utcMinute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Such as 2026-11-24 22:00 to 23:30 UTC; the day stands twice where it changes. */
export function utcWindow({ scheduledForMs, scheduledUntilMs }: MaintenanceWindow, language: Language): string {
  const [from, until] = [utcMinute(scheduledForMs), utcMinute(scheduledUntilMs)]
  const isOneDay = from.slice(0, 10) === until.slice(0, 10)
  return `${from.replace(' UTC', '')}${MAINTENANCE_WORDS[language].until}${isOneDay ? until.slice(11) : until}`
}

export function oneLine(value: string): string {
  return value.replace(/\s+/g, ' ')
}

/** A plain text of lines. */
export function lines(all: readonly string[]): string {
  return printable(`${all.join('\n').replace(/\r\n?/g, '\n')}\n`)
}
