import type { Service } from './catalogue.ts'

/** Which services need which, as the catalogue says. Circles are allowed: services do call each other in rings. */
export class ServiceGraph {
  readonly #needs = new Map<string, readonly string[]>()
  readonly #neededBy = new Map<string, string[]>()
  readonly #distances = new Map<string, ReadonlyMap<string, number>>()

  constructor(services: readonly Pick<Service, 'id' | 'dependsOn'>[]) {
    for (const { id, dependsOn } of services) {
      this.#needs.set(id, dependsOn)
      for (const needed of dependsOn) this.#neededBy.set(needed, [...(this.#neededBy.get(needed) ?? []), id])
    }
  }

  /**
   * Every service that one needs, directly or through others, and every one that needs it, with the number of steps.
   * Two services that merely need the same third one are not related.
   */
  related(id: string): ReadonlyMap<string, number> {
    const known = this.#distances.get(id)
    if (known !== undefined) return known
    const found = new Map<string, number>()
    for (const edges of [this.#needs, this.#neededBy])
      for (const [other, steps] of reachable(id, edges)) {
        const before = found.get(other)
        if (before === undefined || steps < before) found.set(other, steps)
      }
    this.#distances.set(id, found)
    return found
  }
}

/** Breadth first, without the start itself. */
function reachable(from: string, edges: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const found = new Map<string, number>([[from, 0]])
  for (const [id, steps] of found)
    for (const next of edges.get(id) ?? []) if (!found.has(next)) found.set(next, steps + 1)
  found.delete(from)
  return found
}
