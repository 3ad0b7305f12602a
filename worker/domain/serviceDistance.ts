import type { Service } from './catalogue.ts'
import { ServiceGraph } from './serviceGraph.ts'

/** How services depend on each other. */

export interface Dependency {
  /** How many steps down; 0 is the service itself. */
  readonly distance: number
  /** Of the services asked for, the one that needs it. */
  readonly needs: string
}

/** Everything that these services cannot do without, and how near. Cycles end by themselves; of equals the first asked for. */
export function dependenciesOf(
  ids: readonly string[],
  services: readonly Pick<Service, 'id' | 'dependsOn'>[],
): ReadonlyMap<string, Dependency> {
  const dependsOn = new Map(services.map((service) => [service.id, service.dependsOn]))
  const found = new Map<string, Dependency>(ids.map((id) => [id, { distance: 0, needs: id }]))
  // A map is walked in the order in which it grows: breadth first.
  for (const [id, { distance, needs }] of found)
    for (const next of dependsOn.get(id) ?? []) if (!found.has(next)) found.set(next, { distance: distance + 1, needs })
  return found
}

/** What these services need, and what needs them, directly. */
export function neighboursOf(ids: readonly string[], services: readonly Pick<Service, 'id' | 'dependsOn'>[]): string[] {
  const graph = new ServiceGraph(services)
  const near = ids.flatMap((id) => [...graph.related(id)].flatMap(([other, steps]) => (steps === 1 ? [other] : [])))
  return [...new Set(near)].filter((id) => !ids.includes(id))
}
