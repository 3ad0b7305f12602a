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
 * The services that a change names, by id or name, best name first: the first name that is configured decides, and
 * without one the first name stands for itself.
 */
export function servicesOfChange(names: readonly string[], services: readonly Service[]): string[] {
  for (const name of names) {
    const wanted = name.trim().toLowerCase()
    const found = services.find((service) => service.id === wanted || service.name.toLowerCase() === wanted)
    if (found !== undefined) return [found.id]
  }
  const first = names.map(serviceWord).find((word) => word !== '')
  return first === undefined ? [] : [first]
}

/** One word, as ids are. */
function serviceWord(name: string): string {
  return oneLine(name, 100).toLowerCase().replaceAll(/\s+/g, '-')
}
