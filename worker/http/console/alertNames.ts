import type { InboxEntry } from '../../domain/alertInbox.ts'
import type { OrganisationForAlerts } from '../../domain/organisation.ts'
import { database } from '../../storage/database.ts'
import type { IncidentInShort } from '../../storage/incidentTitles.ts'
import { incidentsInShort } from '../../storage/incidentTitles.ts'

/** What people call the services, rules and incidents that alerts know by id. */
export interface AlertNames {
  readonly organisation: Pick<OrganisationForAlerts, 'services' | 'routingRules'> | null
  /** Those that D1 knows, while it answers. */
  readonly incidents: ReadonlyMap<string, IncidentInShort>
}

/** One page of alerts at a time. */
export async function namesFor(
  env: Env,
  entries: readonly InboxEntry[],
  organisation: AlertNames['organisation'],
): Promise<AlertNames> {
  const ids = new Set(entries.flatMap(({ incidentId }) => incidentId ?? []))
  try {
    return { organisation, incidents: await incidentsInShort(database(env.DB), [...ids]) }
  } catch (error) {
    console.error('Alerts are shown without the names of their incidents', error)
    return { organisation, incidents: new Map() }
  }
}

export function serviceName({ organisation }: AlertNames, id: string): string {
  return organisation?.services.find((service) => service.id === id)?.name ?? id
}

export function ruleName({ organisation }: AlertNames, id: string): string {
  return organisation?.routingRules.find((rule) => rule.id === id)?.name ?? id
}
