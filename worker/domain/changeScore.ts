import type { Change } from './change.ts'

/**
 * How likely a change has to do with an incident: recency × service × environment × outcome, from 0 to 1.5. Each factor
 * says why. It ranks; it proves nothing.
 */

export interface IncidentForScore {
  readonly startedAtMs: number
  readonly services: readonly string[]
  /** Null when nobody has said. */
  readonly environment: string | null
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
const AFTERWARDS_MS = 2 * 60_000

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
    serviceFactor(change.services, incident.services),
    environmentFactor(change.environment, incident.environment),
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

function serviceFactor(changed: readonly string[], affected: readonly string[]): Factor {
  const shared = changed.find((service) => affected.includes(service))
  if (shared !== undefined) return { weight: 1, reason: `same service (${shared})` }
  if (changed.length === 0 || affected.length === 0) return { weight: UNKNOWN_SERVICE, reason: 'service not known' }
  return { weight: OTHER_SERVICE, reason: `another service (${changed.join(', ')})` }
}

/** An incident whose environment nobody has named is taken to be in production. */
function environmentFactor(changed: string | null, affected: string | null): Factor {
  if (changed === null) return { weight: UNKNOWN_ENVIRONMENT, reason: 'environment not known' }
  const isSame = affected === null ? isProduction(changed) : sameEnvironment(changed, affected)
  return isSame
    ? { weight: 1, reason: changed }
    : { weight: OTHER_ENVIRONMENT, reason: `another environment (${changed})` }
}

function isProduction(environment: string): boolean {
  return (
    /(^|[^a-z])(prod|production|prd|live)([^a-z]|$)/i.test(environment) &&
    !/(^|[^a-z])(pre|non)[^a-z]/i.test(environment)
  )
}

function sameEnvironment(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase() || (isProduction(a) && isProduction(b))
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
