import type { OrganisationForAlerts } from '../domain/organisation.ts'
import type { ComponentStatus } from '../domain/componentStatus.ts'
import type { AffectedComponent, NamedService } from '../domain/incident.ts'

/** From the ids of a request to what the log keeps: ids with the names they have now. */

export function namedServices(
  ids: readonly string[],
  organisation: Pick<OrganisationForAlerts, 'services'>,
): { readonly ok: true; readonly named: NamedService[] } | { readonly ok: false; readonly detail: string } {
  const named: NamedService[] = []
  for (const id of new Set(ids)) {
    const service = organisation.services.find((candidate) => candidate.id === id)
    if (service === undefined) return { ok: false, detail: `There is no service with the id ${id}.` }
    named.push({ id, name: service.name })
  }
  return { ok: true, named }
}

/** A bare id means: affected, and how badly is not known yet. */
export function affectedComponents(
  wanted: readonly (string | { readonly id: string; readonly status: ComponentStatus })[],
  organisation: Pick<OrganisationForAlerts, 'components'>,
): { readonly ok: true; readonly affected: AffectedComponent[] } | { readonly ok: false; readonly detail: string } {
  const affected = new Map<string, AffectedComponent>()
  for (const entry of wanted) {
    const { id, status } = typeof entry === 'string' ? { id: entry, status: 'degraded_performance' as const } : entry
    const component = organisation.components.find((candidate) => candidate.id === id)
    if (component === undefined) return { ok: false, detail: `There is no component with the id ${id}.` }
    affected.set(id, { id, name: component.name, status })
  }
  return { ok: true, affected: [...affected.values()] }
}
