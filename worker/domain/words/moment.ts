import type { Language } from '../language.ts'
import { localeOf } from './phrase.ts'

/** Such as 24 Nov 2026, 14:30 CET, as the language writes it and with the hours of the status page. */
export function momentIn(timeZone: string, atMs: number, language: Language): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(atMs)
}
