import type { DeskIncident } from './deskIncident.ts'

/** The open incidents that alerts may join, by group and by service. */
export class OpenIncidents {
  readonly #known = new Map<string, DeskIncident>()
  readonly #byGroup = new Map<string, Map<string, DeskIncident>>()
  readonly #byService = new Map<string, Map<string, DeskIncident>>()

  get size(): number {
    return this.#known.size
  }

  /** The latest to be opened of those that the group is in. */
  ofGroup(groupKey: string): DeskIncident | null {
    let latest: DeskIncident | null = null
    for (const incident of this.#byGroup.get(groupKey)?.values() ?? [])
      if (latest === null || incident.openedAtMs >= latest.openedAtMs) latest = incident
    return latest
  }

  ofService(serviceId: string): DeskIncident[] {
    return [...(this.#byService.get(serviceId)?.values() ?? [])]
  }

  /** As it is now; one that is resolved is left out. */
  put(incident: DeskIncident): void {
    const before = this.#known.get(incident.id)
    if (before !== undefined) {
      for (const key of before.groupKeys) remove(this.#byGroup, key, incident.id)
      for (const id of before.services) remove(this.#byService, id, incident.id)
      this.#known.delete(incident.id)
    }
    if (incident.resolvedAtMs !== null) return
    this.#known.set(incident.id, incident)
    for (const key of incident.groupKeys) add(this.#byGroup, key, incident)
    for (const id of incident.services) add(this.#byService, id, incident)
  }
}

function add(index: Map<string, Map<string, DeskIncident>>, key: string, incident: DeskIncident): void {
  const found = index.get(key)
  if (found === undefined) index.set(key, new Map([[incident.id, incident]]))
  else found.set(incident.id, incident)
}

function remove(index: Map<string, Map<string, DeskIncident>>, key: string, id: string): void {
  const found = index.get(key)
  found?.delete(id)
  if (found?.size === 0) index.delete(key)
}
