import { oneLine } from './alert.ts'
import type { Service } from './catalogue.ts'

/** The one shape every source of changes is normalised to: something was done that may have broken something. */

export const CHANGE_SOURCES = ['github', 'cloudevents', 'pagerduty'] as const
export type ChangeSource = (typeof CHANGE_SOURCES)[number]

export const CHANGE_OUTCOMES = ['success', 'failure', 'in_progress'] as const
export type ChangeOutcome = (typeof CHANGE_OUTCOMES)[number]

export interface Change {
  readonly id: string
  readonly source: ChangeSource
  /** Ids of configured services, else what the sender calls them. */
  readonly services: readonly string[]
  /** As the sender calls it; null when it did not say. */
  readonly environment: string | null
  readonly title: string
  /** A commit, a version, an artifact. */
  readonly ref: string | null
  readonly url: string | null
  readonly by: string | null
  /** When it began. */
  readonly atMs: number
  /** When it reached its outcome, or was last heard of. */
  readonly updatedAtMs: number
  readonly outcome: ChangeOutcome
}

/**
 * The services that a change names, best name first: the first name that is a service's id, name or alias decides,
 * then the first that is a repository, of all services in it. Without any, the first name stands for itself.
 */
export function servicesOfChange(names: readonly string[], services: readonly Service[]): string[] {
  const spoken = names.map((name) => name.trim().toLowerCase())
  for (const name of spoken) {
    const found = services.find((service) => isNamed(service, name))
    if (found !== undefined) return [found.id]
  }
  for (const name of spoken) {
    const inside = services.filter(({ repositories }) => repositories.some((each) => each.toLowerCase() === name))
    if (inside.length > 0) return inside.map(({ id }) => id)
  }
  const first = names.map(serviceWord).find((word) => word !== '')
  return first === undefined ? [] : [first]
}

function isNamed({ id, name, aliases }: Service, spoken: string): boolean {
  return id === spoken || [name, ...aliases].some((each) => each.toLowerCase() === spoken)
}

/** One word, as ids are. */
function serviceWord(name: string): string {
  return oneLine(name, 100).toLowerCase().replaceAll(/\s+/g, '-')
}
