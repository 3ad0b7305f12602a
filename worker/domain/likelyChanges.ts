import type { Labels } from './alert.ts'
import type { Change } from './change.ts'
import { rankChanges } from './changeScore.ts'
import type { ScoredChange } from './changeScore.ts'
import type { Incident } from './incident.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import { dependenciesOf } from './serviceDistance.ts'

/** Of an incident's alerts so many are looked at: in a storm they are much the same. */
export const ALERTS_JUDGED_MAX = 200

/** Recent changes as they may have to do with this incident, the likeliest first. */
export function likelyChanges(
  changes: readonly Change[],
  incident: Pick<Incident, 'services' | 'times'>,
  alerts: readonly { readonly labels: Labels }[],
  organisation: Pick<OrganisationForAlerts, 'services' | 'environments'> | null,
): ScoredChange[] {
  const services = incident.services.map(({ id }) => id)
  return rankChanges(changes, {
    startedAtMs: incident.times.startedAtMs,
    services,
    environment: environmentOf(alerts),
    ...(organisation === null
      ? {}
      : {
          dependencies: dependenciesOf(services, organisation.services),
          environments: organisation.environments,
          nameOf: (id: string) => organisation.services.find((service) => service.id === id)?.name ?? id,
        }),
  })
}

/** The one that the alerts name; null when they name none, or several. */
function environmentOf(alerts: readonly { readonly labels: Labels }[]): string | null {
  const named = alerts.flatMap(({ labels: { environment, env } }) => [environment, env])
  const [first, ...others] = new Set(named.filter((value) => value !== undefined))
  return first === undefined || others.length > 0 ? null : first
}
