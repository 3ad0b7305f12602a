import type { Language } from '../../worker/domain/language.ts'
import { dayIn, writtenMoment } from '../components/public/publicTime.ts'

// Writes each moment again in the reader's own time zone, with UTC beside it. Days, and what is counted in days, stay
// as the page has them.

const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** What was a moment on its own becomes one with its day, where the reader's zone puts it on another. */
export function inReadersZone(root: ParentNode, language: Language): void {
  for (const time of root.querySelectorAll('time')) {
    const atMs = Date.parse(time.dateTime)
    if (!time.dateTime.includes('T') || Number.isNaN(atMs)) continue
    const before = time.parentElement === root ? null : time.parentElement?.querySelector('time')
    const besideMs = before && before !== time ? Date.parse(before.dateTime) : Date.now()
    const isBrief = time.dataset['time'] !== undefined && dayIn(timeZone, atMs) === dayIn(timeZone, besideMs)
    const { local, utc } = writtenMoment(language, atMs, timeZone, isBrief ? 'time' : 'date-and-time')
    time.textContent = utc === null ? local : `${local} (${utc})`
  }
}
