import { z } from 'zod'
import { HttpUrl, Name } from './catalogue.ts'
import { ComponentStatus, worstStatus } from './componentStatus.ts'
import { MAIN_PAGE, PAGES_MAX } from './furtherPage.ts'
import { Slug } from './identifiers.ts'
import type { PublicThirdParty } from './publicModel.ts'

/** Third parties: pages of others that speak Statuspage's JSON, followed to know when it is not us. */

export const DEPENDENCIES_MAX = 30
const WATCHED_MAX = 50
const REPORTS_MAX = 5
/** Of their components, so many are kept: those that matter first. */
export const PARTS_MAX = 200
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
  /** Whether readers of the main page see it, among third parties. */
  isShown: z.boolean().default(false),
  /** Further pages whose readers see it. */
  pages: z.array(Slug).max(PAGES_MAX).default([]),
  /** Where it is shown, it is also a component in Statuspage's JSON. */
  asComponent: z.boolean().default(false),
  /** Ours that need it: incidents that touch one of them are related to it. */
  components: z.array(Slug).max(500).default([]),
  services: z.array(Slug).max(500).default([]),
})
export type Dependency = z.infer<typeof Dependency>

const text = z.string().transform((said) => said.slice(0, 300))
const moment = z.iso.datetime({ offset: true }).nullish().catch(null)

/** As much of Statuspage's summary as is looked at. A status that nobody knows says nothing. */
export const DependencySummary = z.object({
  page: z
    .object({ name: z.string().transform((said) => said.trim().slice(0, 120)) })
    .nullish()
    .catch(null),
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

/** A component of theirs. */
export interface DependencyPart {
  readonly id: string
  readonly name: string
  /** Null: a word that nobody knows. */
  readonly status: ComponentStatus | null
}

export interface DependencyState {
  /** As they last said; null: never. */
  readonly status: ComponentStatus | null
  readonly sinceMs: number | null
  /** When they were understood for the first time. */
  readonly firstAtMs: number | null
  readonly parts: readonly DependencyPart[]
  readonly reports: readonly DependencyReport[]
  readonly etag: string | null
  /** When they last answered. */
  readonly checkedAtMs: number | null
  /** What was wrong with the last try; null: nothing. */
  readonly error: string | null
  /** The last try that failed, also when it was well again since. */
  readonly lastFailure: { readonly atMs: number; readonly error: string } | null
  readonly failures: number
  readonly nextAtMs: number
}

export const NEVER_ASKED: DependencyState = {
  status: null,
  sinceMs: null,
  firstAtMs: null,
  parts: [],
  reports: [],
  etag: null,
  checkedAtMs: null,
  error: null,
  lastFailure: null,
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
  const parts = partsOf(summary, dependency.watches)
  // Nothing is good that nobody says anything of.
  if (status === null)
    return failed({ ...before, parts, etag: null }, 'none of the components that matter is on their page', nowMs)
  const reports = summary.incidents
    .slice(0, REPORTS_MAX)
    .map(({ name, started_at: startedAt, created_at: createdAt }) => ({
      title: name,
      atMs: timeOf(startedAt ?? createdAt),
    }))
  const sinceMs = status === before.status ? before.sinceMs : nowMs
  const { firstAtMs, lastFailure } = before
  return { status, sinceMs, firstAtMs: firstAtMs ?? nowMs, parts, reports, etag, lastFailure, ...answered }
}

function failed(before: DependencyState, error: string, nowMs: number): DependencyState {
  const failures = before.failures + 1
  const waitMs = Math.min(POLL_EVERY_MS * 2 ** Math.min(failures - 1, 10), BACK_OFF_MS_MAX)
  const said = error.slice(0, 300)
  return { ...before, error: said, lastFailure: { atMs: nowMs, error: said }, failures, nextAtMs: nowMs + waitMs }
}

/** Null: none of the components that matter is there. */
export function statusIn(
  { status, components }: Pick<DependencySummary, 'status' | 'components'>,
  watches: readonly string[],
): ComponentStatus | null {
  if (watches.length === 0) return OF_INDICATOR[status.indicator]
  const known = components.flatMap((part) =>
    part.status !== null && watches.some((watched) => isPart(part, watched)) ? [part.status] : [],
  )
  return known.length === 0 ? null : worstStatus(known)
}

/** What is kept of their components: those that matter, then the others in their order. */
export function partsOf({ components }: Pick<DependencySummary, 'components'>, watches: readonly string[]) {
  const matters = (part: DependencyPart) => watches.some((watched) => isPart(part, watched))
  return [...components.filter(matters), ...components.filter((part) => !matters(part))].slice(0, PARTS_MAX)
}

/** Those of `watches` that are not on their page (any more). */
export function missingParts(parts: readonly DependencyPart[], watches: readonly string[]): string[] {
  return watches.filter((watched) => !parts.some((part) => isPart(part, watched)))
}

/** Whether a component of theirs is meant by an id or a name. */
export function isPart(part: Pick<DependencyPart, 'id' | 'name'>, named: string): boolean {
  return named === part.id || isSameName(named, part.name)
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

/** What is known of a third party for rules: of it, and of its components. */
export interface DependencyFact {
  readonly name: string
  readonly status: ComponentStatus | null
  readonly parts: readonly DependencyPart[]
}

export function dependencyFact(
  { name }: Pick<Dependency, 'name'>,
  state: DependencyState,
  nowMs: number,
): DependencyFact {
  const status = knownStatus(state, nowMs)
  return { name, status, parts: status === null ? [] : state.parts }
}

/** What readers see of a third party, and on which status pages. */
export interface ShownThirdParty extends PublicThirdParty {
  readonly pages: readonly string[]
}

/** What readers see of those that the owner shows. */
export function shownThirdParties(known: readonly KnownDependency[]): ShownThirdParty[] {
  return known.flatMap(({ dependency, state, status }) => {
    const { id, name, url, isShown, asComponent } = dependency
    const pages = [...(isShown ? [MAIN_PAGE] : []), ...dependency.pages]
    if (pages.length === 0) return []
    const sinceMs = status === null ? null : state.sinceMs
    const component = asComponent && state.firstAtMs !== null ? { createdAtMs: state.firstAtMs } : null
    return [{ id, name, url, status, sinceMs, pages, ...(component === null ? {} : { component }) }]
  })
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
