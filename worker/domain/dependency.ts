import { z } from 'zod'
import { HttpUrl, Name } from './catalogue.ts'
import { ComponentStatus, worstStatus } from './componentStatus.ts'
import { Slug } from './identifiers.ts'
import type { PublicThirdParty } from './publicModel.ts'

/** Third parties: pages of others that speak Statuspage's JSON, followed to know when it is not us. */

export const DEPENDENCIES_MAX = 30
const WATCHED_MAX = 50
const REPORTS_MAX = 5
const POLL_EVERY_MS = 60_000
const BACK_OFF_MS_MAX = 15 * 60_000
/** What nobody has confirmed for so long is not known any more. */
export const STALE_AFTER_MS = 10 * 60_000

export const Dependency = z.object({
  id: Slug,
  name: Name,
  /** Of their status page; its JSON is looked for under `/api/v2/summary.json`. */
  url: HttpUrl,
  /** Their components that matter, by id or name; none: their page as a whole. */
  watches: z.array(z.string().trim().min(1).max(200)).max(WATCHED_MAX).default([]),
  /** Whether our readers see it, among third parties. */
  isShown: z.boolean().default(false),
  /** Ours that need it: incidents that touch one of them are related to it. */
  components: z.array(Slug).max(500).default([]),
  services: z.array(Slug).max(500).default([]),
})
export type Dependency = z.infer<typeof Dependency>

const text = z.string().transform((said) => said.slice(0, 300))
const moment = z.iso.datetime({ offset: true }).nullish().catch(null)

/** As much of Statuspage's summary as is looked at. A status that nobody knows says nothing. */
export const DependencySummary = z.object({
  status: z.object({ indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']) }),
  components: z
    .array(z.object({ id: z.string(), name: z.string(), status: ComponentStatus.nullable().catch(null) }))
    .max(5000)
    .default([]),
  incidents: z
    .array(z.object({ name: text, started_at: moment, created_at: moment }))
    .max(200)
    .default([]),
})
export type DependencySummary = z.infer<typeof DependencySummary>

export interface DependencyReport {
  readonly title: string
  readonly atMs: number | null
}

export interface DependencyState {
  /** As they last said; null: never. */
  readonly status: ComponentStatus | null
  readonly sinceMs: number | null
  readonly reports: readonly DependencyReport[]
  readonly etag: string | null
  /** When they last answered. */
  readonly checkedAtMs: number | null
  /** What was wrong with the last try; null: nothing. */
  readonly error: string | null
  readonly failures: number
  readonly nextAtMs: number
}

export const NEVER_ASKED: DependencyState = {
  status: null,
  sinceMs: null,
  reports: [],
  etag: null,
  checkedAtMs: null,
  error: null,
  failures: 0,
  nextAtMs: 0,
}

export type PollOutcome =
  | { readonly kind: 'read'; readonly summary: DependencySummary; readonly etag: string | null }
  /** As it was. */
  | { readonly kind: 'same' }
  | { readonly kind: 'failed'; readonly error: string }

const OF_INDICATOR: Record<DependencySummary['status']['indicator'], ComponentStatus> = {
  none: 'operational',
  maintenance: 'under_maintenance',
  minor: 'degraded_performance',
  major: 'partial_outage',
  critical: 'major_outage',
}

export function afterPoll(
  before: DependencyState,
  dependency: Pick<Dependency, 'watches'>,
  outcome: PollOutcome,
  nowMs: number,
): DependencyState {
  if (outcome.kind === 'failed') return failed(before, outcome.error, nowMs)
  const answered = { checkedAtMs: nowMs, error: null, failures: 0, nextAtMs: nowMs + POLL_EVERY_MS }
  if (outcome.kind === 'same') return { ...before, ...answered }
  const { summary, etag } = outcome
  const status = statusIn(summary, dependency.watches)
  // Nothing is good that nobody says anything of.
  if (status === null)
    return failed({ ...before, etag: null }, 'none of the components that matter is on their page', nowMs)
  const reports = summary.incidents
    .slice(0, REPORTS_MAX)
    .map(({ name, started_at: startedAt, created_at: createdAt }) => ({
      title: name,
      atMs: timeOf(startedAt ?? createdAt),
    }))
  const sinceMs = status === before.status ? before.sinceMs : nowMs
  return { status, sinceMs, reports, etag, ...answered }
}

function failed(before: DependencyState, error: string, nowMs: number): DependencyState {
  const failures = before.failures + 1
  const waitMs = Math.min(POLL_EVERY_MS * 2 ** Math.min(failures - 1, 10), BACK_OFF_MS_MAX)
  return { ...before, error: error.slice(0, 300), failures, nextAtMs: nowMs + waitMs }
}

function statusIn({ status, components }: DependencySummary, watches: readonly string[]): ComponentStatus | null {
  if (watches.length === 0) return OF_INDICATOR[status.indicator]
  const known = components.flatMap((each) =>
    each.status !== null && watches.some((watched) => watched === each.id || isSameName(watched, each.name))
      ? [each.status]
      : [],
  )
  return known.length === 0 ? null : worstStatus(known)
}

function isSameName(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}

function timeOf(said: string | null | undefined): number | null {
  return said === null || said === undefined ? null : Date.parse(said)
}

/** What is known of it now; null: nothing, or what is known is too old to be believed. */
export function knownStatus({ status, checkedAtMs }: DependencyState, nowMs: number): ComponentStatus | null {
  return checkedAtMs === null || nowMs - checkedAtMs > STALE_AFTER_MS ? null : status
}

export interface KnownDependency {
  readonly dependency: Dependency
  readonly state: DependencyState
  /** Null: not known, or not any more. */
  readonly status: ComponentStatus | null
}

/** What readers see of those that the owner shows. */
export function shownThirdParties(known: readonly KnownDependency[]): PublicThirdParty[] {
  return known
    .filter(({ dependency }) => dependency.isShown)
    .map(({ dependency: { id, name, url }, state, status }) => ({
      id,
      name,
      url,
      status,
      sinceMs: status === null ? null : state.sinceMs,
    }))
}

/** Those in trouble that something an incident is about needs. */
export function relatedTrouble(
  known: readonly KnownDependency[],
  incident: { readonly components: readonly string[]; readonly services: readonly string[] },
): KnownDependency[] {
  return known.filter(
    ({ dependency, status }) =>
      status !== null &&
      status !== 'operational' &&
      (dependency.components.some((id) => incident.components.includes(id)) ||
        dependency.services.some((id) => incident.services.includes(id))),
  )
}
