import type { Change } from './change.ts'
import type { Environment } from './catalogue.ts'
import type { Dependency } from './serviceDistance.ts'

/**
 * How likely a change has to do with an incident: recency × service × environment × outcome, from 0 to 1.5. Each factor
 * says why. It ranks; it proves nothing.
 */

export interface IncidentForScore {
  readonly startedAtMs: number
  readonly services: readonly string[]
  /** Null when nobody has said. */
  readonly environment: string | null
  /** What the services cannot do without; without it only the same service counts as near. */
  readonly dependencies?: ReadonlyMap<string, Dependency>
  /** What people call a service; without it services are called by their ids. */
  readonly nameOf?: (service: string) => string
  /** As the catalogue has them; a name it does not have is judged by itself. */
  readonly environments?: readonly Environment[]
}

export interface ScoredChange {
  readonly change: Change
  readonly score: number
  /** One for each factor, in the words of a responder. */
  readonly reasons: readonly string[]
}

interface Factor {
  readonly weight: number
  readonly reason: string
}

/** How far back a change is looked at; by then recency alone leaves nothing of it. */
export const LOOK_BACK_MS = 24 * 3_600_000
const HALF_LIFE_MS = 3_600_000
/** Two clocks may disagree, and an alert is often dated earlier than the change that set it off. */
export const AFTERWARDS_MS = 2 * 60_000

/** By how many steps below the affected service; farther ones count as the last. */
const BY_DISTANCE = [1, 0.7, 0.5, 0.35]
const OTHER_SERVICE = 0.2
const UNKNOWN_SERVICE = 0.5
const OTHER_ENVIRONMENT = 0.2
const UNKNOWN_ENVIRONMENT = 0.7
const FAILED = 1.5
const UNDER_WAY = 1.2

/** Null for a change that began after the incident did. */
export function scoreChange(change: Change, incident: IncidentForScore): ScoredChange | null {
  const recency = recencyOf(change, incident.startedAtMs)
  if (recency === null) return null
  const factors = [
    recency,
    serviceFactor(change.services, incident),
    environmentFactor(change.environment, incident),
    outcomeFactor(change),
  ]
  const score = factors.reduce((product, { weight }) => product * weight, 1)
  return { change, score, reasons: factors.map(({ reason }) => reason).filter((reason) => reason !== '') }
}

/** The likeliest first; of equals the later one. */
export function rankChanges(changes: readonly Change[], incident: IncidentForScore): ScoredChange[] {
  return changes
    .flatMap((change) => scoreChange(change, incident) ?? [])
    .toSorted(
      (a, b) =>
        b.score - a.score || b.change.updatedAtMs - a.change.updatedAtMs || (a.change.id < b.change.id ? -1 : 1),
    )
}

/** Halves every hour from the end of the change to the start of the incident; whole while it was under way. */
function recencyOf({ atMs, updatedAtMs, outcome }: Change, startedAtMs: number): Factor | null {
  if (atMs > startedAtMs + AFTERWARDS_MS) return null
  const endedMsBefore = startedAtMs - updatedAtMs
  if (endedMsBefore <= 0) return { weight: 1, reason: 'under way when it began' }
  if (outcome === 'in_progress' && endedMsBefore < HALF_LIFE_MS)
    return { weight: 1, reason: `began ${minutesText(startedAtMs - atMs)} before, and may not be through` }
  return { weight: 2 ** (-endedMsBefore / HALF_LIFE_MS), reason: `${minutesText(endedMsBefore)} before it began` }
}

function serviceFactor(
  changed: readonly string[],
  { services: affected, dependencies, nameOf = (service) => service }: IncidentForScore,
): Factor {
  const shared = changed.find((service) => affected.includes(service))
  if (shared !== undefined) return { weight: 1, reason: `same service (${nameOf(shared)})` }
  if (changed.length === 0 || affected.length === 0) return { weight: UNKNOWN_SERVICE, reason: 'service not known' }
  const nearest = changed
    .flatMap((service) => {
      const dependency = dependencies?.get(service)
      return dependency === undefined ? [] : [{ service, ...dependency }]
    })
    .toSorted((a, b) => a.distance - b.distance)[0]
  if (nearest !== undefined)
    return {
      weight: BY_DISTANCE[Math.min(nearest.distance, BY_DISTANCE.length - 1)] ?? OTHER_SERVICE,
      reason:
        nearest.distance === 1
          ? `${nameOf(nearest.needs)} depends on ${nameOf(nearest.service)}`
          : `${nameOf(nearest.needs)} depends on ${nameOf(nearest.service)}, ${nearest.distance} steps away`,
    }
  return { weight: OTHER_SERVICE, reason: `another service (${changed.map(nameOf).join(', ')})` }
}

/** An incident whose environment nobody has named is taken to be in production. */
function environmentFactor(
  changed: string | null,
  { environment: affected, environments = [] }: IncidentForScore,
): Factor {
  if (changed === null) return { weight: UNKNOWN_ENVIRONMENT, reason: 'environment not known' }
  const isSame =
    affected === null ? isProduction(changed, environments) : sameEnvironment(changed, affected, environments)
  return isSame
    ? { weight: 1, reason: changed }
    : { weight: OTHER_ENVIRONMENT, reason: `another environment (${changed})` }
}

/** The catalogue's word counts; a name that it does not have speaks for itself. */
export function isProduction(environment: string, environments: readonly Environment[] = []): boolean {
  const known = environmentNamed(environment, environments)
  if (known !== undefined) return known.production
  return (
    /(^|[^a-z])(prod|production|prd|live)([^a-z]|$)/i.test(environment) &&
    !/(^|[^a-z])(pre|non)[^a-z]/i.test(environment)
  )
}

/** The same by name or by id; and where both are production and the catalogue does not tell them apart. */
function sameEnvironment(a: string, b: string, environments: readonly Environment[]): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true
  const [knownA, knownB] = [environmentNamed(a, environments), environmentNamed(b, environments)]
  if (knownA !== undefined && knownB !== undefined) return knownA.id === knownB.id
  return isProduction(a, environments) && isProduction(b, environments)
}

function environmentNamed(text: string, environments: readonly Environment[]): Environment | undefined {
  const wanted = text.trim().toLowerCase()
  return environments.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted)
}

function outcomeFactor({ outcome }: Change): Factor {
  switch (outcome) {
    case 'failure':
      return { weight: FAILED, reason: 'failed' }
    case 'in_progress':
      return { weight: UNDER_WAY, reason: 'not finished' }
    case 'success':
      return { weight: 1, reason: '' }
  }
}

function minutesText(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return 'under a minute'
  if (minutes < 120) return `${minutes} min`
  return `${Math.round(minutes / 60)} h`
}
