import type { Impact } from './impact.ts'
import { shareOf } from './impact.ts'
import type { Severity } from './severity.ts'
import { SEVERITIES, isWorse } from './severity.ts'

/** How bad an incident is: the worst of what the alert says, the service's tier × the impact on people, and a floor. */

export interface SeverityPart {
  readonly kind: 'impact' | 'floor' | 'said'
  readonly severity: Severity
  /** In words, as they stand behind “because”. */
  readonly because: string
}

export interface Assessed {
  readonly severity: Severity
  /** Of the part that decides. */
  readonly reason: string
  /** The worst first. */
  readonly parts: readonly SeverityPart[]
}

export interface Said {
  readonly severity: Severity
  readonly because: string
}

/** How far a problem reaches. */
export const REACHES = ['many', 'some', 'few'] as const
export type Reach = (typeof REACHES)[number]

/** By tier, 1 to 4. A lower tier number and a larger reach are never better. */
const BY_TIER: readonly Readonly<Record<Reach, Severity>>[] = [
  { many: 'sev1', some: 'sev2', few: 'sev3' },
  { many: 'sev2', some: 'sev3', few: 'sev4' },
  { many: 'sev3', some: 'sev4', few: 'sev5' },
  { many: 'sev4', some: 'sev5', few: 'sev5' },
]

const MANY_USERS = 0.1
const SOME_USERS = 0.01
const MANY_REQUESTS = 0.5
const SOME_REQUESTS = 0.05

/** Whatever else is known: data that is lost does not come back, and nobody knows yet what an intruder has seen. */
const FLOOR_OF_KIND: Readonly<Record<NonNullable<Impact['kind']>, Said>> = {
  data_loss: { severity: 'sev2', because: 'data may be lost' },
  security: { severity: 'sev2', because: 'it concerns security' },
}

export function assessSeverity({
  said,
  tier,
  users = null,
  impact,
  floor,
}: {
  /** Null: nobody has said anything. */
  readonly said: Said | null
  /** Null: no known service. */
  readonly tier: number | null
  /** How many use the service; null: not known. */
  readonly users?: number | null
  readonly impact: Impact
  /** From a rule. */
  readonly floor: Said | null
}): Assessed {
  const parts: SeverityPart[] = []
  const byImpact = tier === null ? null : impactPart(tier, impact, users)
  if (byImpact !== null) parts.push({ kind: 'impact', ...byImpact })
  if (impact.kind !== null) parts.push({ kind: 'floor', ...FLOOR_OF_KIND[impact.kind] })
  if (floor !== null) parts.push({ kind: 'floor', ...floor })
  if (said !== null) parts.push({ kind: 'said', ...said })
  if (parts.length === 0) parts.push({ kind: 'said', severity: 'sev3', because: 'nobody has said how bad it is' })
  // Stable: of equals the one that says most about people.
  parts.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
  const [worst] = parts
  return { severity: worst?.severity ?? 'sev3', reason: worst?.because ?? '', parts }
}

/** Of users and of requests, whichever reaches farther; null when neither is known, or nobody is affected. */
export function impactPart(tier: number, impact: Impact, users: number | null): Said | null {
  const measures = [
    measure(shareOf(impact, users), MANY_USERS, SOME_USERS, 'users'),
    measure(impact.errorRate, MANY_REQUESTS, SOME_REQUESTS, 'requests'),
  ].filter((found) => found !== null)
  const row = BY_TIER[Math.min(Math.max(Math.trunc(tier), 1), BY_TIER.length) - 1]
  if (row === undefined) return null
  let worst: Said | null = null
  for (const { reach, words } of measures)
    if (worst === null || isWorse(row[reach], worst.severity))
      worst = { severity: row[reach], because: `tier ${tier} × ${words}` }
  return worst
}

function measure(share: number | null, many: number, some: number, of: string): { reach: Reach; words: string } | null {
  if (share === null || share === 0) return null
  if (share > many) return { reach: 'many', words: `more than ${percent(many)} of ${of}` }
  if (share > some) return { reach: 'some', words: `more than ${percent(some)} of ${of}` }
  return { reach: 'few', words: `up to ${percent(some)} of ${of}` }
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}
