import type { PublicIncident } from '../../../worker/domain/publicModel.ts'
import { dayBefore, dayIn } from './publicTime.ts'

/** Either a day with the incidents that ended (or go on) on it, or days in a row on which there were none. */
type RecentDays =
  | { readonly kind: 'incidents'; readonly day: string; readonly incidents: readonly PublicIncident[] }
  | { readonly kind: 'quiet'; readonly first: string; readonly last: string }

/** The last days, newest first. A day inside a longer incident is neither quiet nor listed: the incident's day says it. */
export function recentDays(
  incidents: readonly PublicIncident[],
  timeZone: string,
  asOfMs: number,
  dayCount: number,
): RecentDays[] {
  const spans = incidents.map((incident) => ({
    incident,
    first: dayIn(timeZone, Math.min(incident.startedAtMs, incident.createdAtMs)),
    last: dayIn(timeZone, incident.resolvedAtMs ?? asOfMs),
  }))
  const today = dayIn(timeZone, asOfMs)
  const result: RecentDays[] = []
  for (let back = 0; back < dayCount; back++) {
    const day = dayBefore(today, back)
    const ended = spans.filter(({ last }) => last === day)
    if (ended.length > 0) {
      result.push({ kind: 'incidents', day, incidents: ended.map(({ incident }) => incident) })
      continue
    }
    if (spans.some(({ first, last }) => first <= day && day <= last)) continue
    const before = result.at(-1)
    if (before?.kind === 'quiet' && before.first === dayBefore(day, -1))
      result[result.length - 1] = { ...before, first: day }
    else result.push({ kind: 'quiet', first: day, last: day })
  }
  return result
}
