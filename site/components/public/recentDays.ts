import { endOf } from '../../../worker/domain/maintenanceLists.ts'
import type { PublicIncident, PublicMaintenance } from '../../../worker/domain/publicModel.ts'
import { dayBefore, dayIn } from './publicTime.ts'

/** Either a day with what ended (or goes on) on it, or days in a row on which there was nothing. */
type RecentDays =
  | {
      readonly kind: 'told'
      readonly day: string
      readonly incidents: readonly PublicIncident[]
      readonly maintenances: readonly PublicMaintenance[]
    }
  | { readonly kind: 'quiet'; readonly first: string; readonly last: string }

interface Told {
  readonly incidents: readonly PublicIncident[]
  readonly pastMaintenances: readonly PublicMaintenance[]
}

/** The last days, newest first. A day inside a longer incident is neither quiet nor listed: the incident's day says it. */
export function recentDays(
  { incidents, pastMaintenances }: Told,
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
    const maintenances = pastMaintenances.filter((maintenance) => dayIn(timeZone, endOf(maintenance) ?? asOfMs) === day)
    if (ended.length > 0 || maintenances.length > 0) {
      result.push({ kind: 'told', day, incidents: ended.map(({ incident }) => incident), maintenances })
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
