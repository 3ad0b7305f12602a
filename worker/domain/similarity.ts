import type { Labels } from './alert.ts'

/**
 * How much a past incident resembles this one: labels, services, changes and words in common, from 0 to 10. Each part
 * says why. It ranks; what fixed the one need not fix the other.
 */

export interface Comparable {
  readonly services: readonly string[]
  /** The services of the change that was likely. */
  readonly changed: readonly string[]
  /** Of some of its alerts. */
  readonly labels: readonly Labels[]
}

export interface Similarity {
  readonly score: number
  /** In the words of a responder, the weightiest first. */
  readonly reasons: readonly string[]
}

const LABELS_WEIGHT = 3
const SAME_SERVICE = 3
const NEAR_SERVICE = 1.5
const SAME_CHANGED_SERVICE = 1
/** BM25 says little where there are few incidents: any match counts for something. */
const ANY_WORDS = 1
const BEST_WORDS = 2
/** BM25 has no upper end; a good match of a few words is about this. */
const GOOD_WORDS = 5
/** Less than this resembles nothing. */
export const SIMILAR_SCORE_MIN = 1

/** They name one of many that are alike, and differ between incidents of one kind. */
const FLEETING = new Set(['instance', 'pod', 'host', 'hostname', 'container', 'node', 'ip', 'endpoint'])

/**
 * `near`: services that depend on the affected ones, or that they depend on, directly. `words`: BM25, larger is better.
 * `nameOf`: what people call a service.
 */
export function similarityOf(
  present: Comparable,
  past: Comparable,
  {
    near,
    words,
    nameOf = (service) => service,
  }: { readonly near: readonly string[]; readonly words: number; readonly nameOf?: (service: string) => string },
): Similarity {
  const parts: { readonly score: number; readonly reason: string }[] = []
  const shared = overlap(present.labels, past.labels)
  if (shared.share > 0)
    parts.push({ score: LABELS_WEIGHT * shared.share, reason: `same labels (${shared.examples.join(', ')})` })
  const service = past.services.find((id) => present.services.includes(id))
  const neighbour = past.services.find((id) => near.includes(id))
  if (service !== undefined) parts.push({ score: SAME_SERVICE, reason: `same service (${nameOf(service)})` })
  else if (neighbour !== undefined)
    parts.push({ score: NEAR_SERVICE, reason: `service next to it (${nameOf(neighbour)})` })
  const changed = past.changed.find((id) => present.changed.includes(id))
  if (changed !== undefined)
    parts.push({ score: SAME_CHANGED_SERVICE, reason: `a change of ${nameOf(changed)} came before both` })
  if (words > 0) parts.push({ score: ANY_WORDS + (BEST_WORDS * words) / (words + GOOD_WORDS), reason: 'similar words' })
  const ordered = parts.toSorted((a, b) => b.score - a.score)
  return {
    score: ordered.reduce((sum, { score }) => sum + score, 0),
    reasons: ordered.map(({ reason }) => reason),
  }
}

const EXAMPLES_MAX = 3

/** Of all pairs of label and value in either the share that is in both. */
function overlap(a: readonly Labels[], b: readonly Labels[]): { share: number; examples: string[] } {
  const [ours, theirs] = [pairsOf(a), pairsOf(b)]
  const both = [...ours].filter((pair) => theirs.has(pair)).toSorted()
  const either = ours.size + theirs.size - both.length
  return { share: either === 0 ? 0 : both.length / either, examples: both.slice(0, EXAMPLES_MAX) }
}

function pairsOf(labels: readonly Labels[]): ReadonlySet<string> {
  return new Set(
    labels.flatMap((each) =>
      Object.entries(each).flatMap(([name, value]) => (FLEETING.has(name) ? [] : [`${name}=${value}`])),
    ),
  )
}
