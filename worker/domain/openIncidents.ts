import type { DeskIncident } from './deskIncident.ts'

/** The open incidents that alerts may join, by group and by service. */
export class OpenIncidents {
  readonly #known = new Map<string, DeskIncident>()
  readonly #byGroup = new Map<string, Set<string>>()
  readonly #byService = new Map<string, Set<string>>()

  get size(): number {
    return this.#known.size
  }

  /** The latest to be opened of those that the group is in. */
  ofGroup(groupKey: string): DeskIncident | null {
    let latest: DeskIncident | null = null
    for (const incident of this.#of(this.#byGroup.get(groupKey)))
      if (latest === null || incident.openedAtMs >= latest.openedAtMs) latest = incident
    return latest
  }

  ofService(serviceId: string): DeskIncident[] {
    return this.#of(this.#byService.get(serviceId))
  }

  /** As it is now; one that is resolved is left out. */
  put(incident: DeskIncident): void {
    const { id } = incident
    const isOpen = incident.resolvedAtMs === null
    const before = this.#known.get(id)
    if (isOpen) this.#known.set(id, incident)
    else this.#known.delete(id)
    const { groupKeys, services } = isOpen ? incident : NOWHERE
    change(this.#byGroup, id, before?.groupKeys ?? [], groupKeys)
    change(this.#byService, id, before?.services ?? [], services)
  }

  #of(ids: ReadonlySet<string> = new Set()): DeskIncident[] {
    return [...ids].flatMap((id) => this.#known.get(id) ?? [])
  }
}

const NOWHERE = { groupKeys: [], services: [] }

function change(
  index: Map<string, Set<string>>,
  id: string,
  before: readonly string[],
  after: readonly string[],
): void {
  // One that goes on growing mostly stays where it is.
  if (before === after) return
  const kept = new Set(after)
  for (const key of before) if (!kept.has(key)) remove(index, key, id)
  for (const key of kept) {
    const found = index.get(key)
    if (found === undefined) index.set(key, new Set([id]))
    else found.add(id)
  }
}

function remove(index: Map<string, Set<string>>, key: string, id: string): void {
  const found = index.get(key)
  found?.delete(id)
  if (found?.size === 0) index.delete(key)
}
