import type { Alert } from './alert.ts'
import { alertTitle, byCodePoint, oneLine } from './alert.ts'
import { serviceOf } from './triage.ts'
import type { Environment, Service } from './catalogue.ts'
import type { ScoredChange } from './changeScore.ts'
import { isProduction } from './changeScore.ts'
import { impactOf, worstImpact } from './impact.ts'
import type { Impact } from './impact.ts'
import type { NamedService } from './incident.ts'
import type { Severity } from './severity.ts'
import { symptomOf } from './symptom.ts'

/**
 * One sentence that says what is the matter, made of clauses that each stand on a fact. The same facts give the same
 * sentence, in whatever order they come. Pure: no clock, no guessing beyond the score of a change.
 */

/** Where a clause can be looked up. */
export type Fact =
  | { readonly kind: 'service'; readonly id: string }
  | { readonly kind: 'alert'; readonly fingerprint: string }
  | { readonly kind: 'change'; readonly id: string; readonly url: string | null }
  /** An entry of the timeline. */
  | { readonly kind: 'event'; readonly sequence: number }

/** `fact` is null only for what joins two clauses. */
export interface Clause {
  readonly text: string
  readonly fact: Fact | null
}

export interface HeadlineAlert extends Alert {
  /** As it was decided when it fired; absent: as its labels say. */
  readonly serviceId?: string | null
}

export interface HeadlineFacts {
  readonly title: string
  /** The service that matters most comes first. */
  readonly services: readonly NamedService[]
  readonly severity: Severity
  readonly severityReason: string
  readonly startedAtMs: number
  /** In any order. */
  readonly alerts: readonly HeadlineAlert[]
  /** How many there are, where `alerts` is only some of them. */
  readonly alertsTotal: number
  readonly catalogue: readonly Service[]
  readonly environments: readonly Environment[]
  /** The likeliest first. */
  readonly changes: readonly ScoredChange[]
  /** What a query said last. */
  readonly measured: { readonly impact: Impact; readonly sequence: number } | null
  /** Entries of the timeline: the opening, the severity as it is, the last alerts that joined. */
  readonly sequences: { readonly opened: number; readonly severity: number; readonly joined: number | null }
}

/** From this score on a change is called likely; see docs/changes.md for how it comes about. */
export const LIKELY_SCORE = 0.5
/** And from this one perhaps. */
export const PERHAPS_SCORE = 0.25

const REGION_LABELS = ['region', 'location', 'datacenter', 'dc'] as const
const ENVIRONMENT_LABELS = ['environment', 'env'] as const
const PLACES_NAMED_MAX = 3

export function headlineOf(facts: HeadlineFacts): Clause[] {
  const alerts = facts.alerts.toSorted(
    (a, b) => a.startsAtMs - b.startsAtMs || byCodePoint(a.fingerprint, b.fingerprint),
  )
  return [
    ...subject(facts, alerts),
    ...people(facts, alerts),
    ...place(facts, alerts),
    ...change(facts),
    joint('; '),
    {
      text: `${facts.severity} because ${lowerFirst(oneLine(facts.severityReason, 200))}`,
      fact: { kind: 'event', sequence: facts.sequences.severity },
    },
    ...grouped(facts),
    joint('.'),
  ]
}

export function sentenceOf(clauses: readonly Clause[]): string {
  return clauses.map(({ text }) => text).join('')
}

/** “Checkout is returning 5xx”: the service, and what the first alert about it says. */
function subject(facts: HeadlineFacts, alerts: readonly HeadlineAlert[]): Clause[] {
  const about = (id: string) => alerts.find((alert) => aboutOf(alert, facts.catalogue) === id)
  // Alerts about one may have been moved to another incident.
  const service = facts.services.find(({ id }) => about(id) !== undefined) ?? facts.services[0]
  const own = service === undefined ? undefined : about(service.id)
  const leading = own ?? alerts[0]
  if (leading === undefined)
    return [{ text: oneLine(facts.title, 120), fact: { kind: 'event', sequence: facts.sequences.opened } }]
  const fact: Fact = { kind: 'alert', fingerprint: leading.fingerprint }
  const title = oneLine(alertTitle(leading), 120)
  if (service === undefined) return [{ text: `${title} fires`, fact }]
  const others = facts.services.length - 1
  const named = `${service.name}${others === 0 ? '' : ` (with ${others} more)`}`
  // What another service complains of is never said of this one.
  const symptom = own === undefined ? null : symptomOf(own)
  return [
    { text: named, fact: { kind: 'service', id: service.id } },
    ...(symptom === null ? [joint(': '), { text: `${title} fires`, fact }] : [joint(' '), { text: symptom, fact }]),
  ]
}

function aboutOf({ serviceId, labels }: HeadlineAlert, catalogue: readonly Service[]): string | undefined {
  return serviceId ?? serviceOf(labels, catalogue)?.id
}

/** “ to about 1,200 users”: measured, else as the alerts say. */
function people({ measured }: HeadlineFacts, alerts: readonly Alert[]): Clause[] {
  const said = worstImpact(alerts.map(impactOf))
  for (const [impact, factOf] of [
    [measured?.impact, (): Fact | null => measured && { kind: 'event', sequence: measured.sequence }],
    [said, (words: string): Fact | null => alertWith(alerts, (alert) => impactWords(impactOf(alert)) === words)],
  ] as const) {
    const words = impact === undefined ? null : impactWords(impact)
    const fact = words === null ? null : factOf(words)
    if (words !== null && fact !== null) return [joint(' for '), { text: words, fact }]
  }
  return []
}

/** The most telling of what is known; null when nobody is known to be affected. */
function impactWords({ affectedUsers, affectedShare, errorRate }: Impact): string | null {
  if (affectedUsers !== null && affectedUsers > 0)
    return affectedUsers === 1 ? '1 user' : `about ${rounded(affectedUsers)} users`
  if (affectedShare !== null && affectedShare > 0) return `${percent(affectedShare)} of users`
  if (errorRate !== null && errorRate > 0) return `${percent(errorRate)} of requests`
  return null
}

/** “ in eu”, and “ on staging” where it is not production. Only what every alert that names one agrees with. */
function place({ environments }: HeadlineFacts, alerts: readonly Alert[]): Clause[] {
  const clauses: Clause[] = []
  const regions = valuesOf(alerts, REGION_LABELS)
  if (regions.length > 0 && regions.length <= PLACES_NAMED_MAX)
    clauses.push(joint(' in '), {
      text: listed(regions.map(({ value }) => value)),
      fact: regions[0]?.fact ?? null,
    })
  const [environment, ...others] = valuesOf(alerts, ENVIRONMENT_LABELS)
  if (environment !== undefined && others.length === 0 && !isProduction(environment.value, environments))
    clauses.push(joint(' on '), { text: environment.value, fact: environment.fact })
  return clauses
}

/** “, likely the deployment of payments v142 8 minutes before”. */
function change({ changes, startedAtMs }: HeadlineFacts): Clause[] {
  const [best] = changes
  if (best === undefined || best.score < PERHAPS_SCORE) return []
  const { id, url, title, atMs, updatedAtMs } = best.change
  const endedMsBefore = startedAtMs - updatedAtMs
  const when =
    endedMsBefore > 0 ? `${agoWords(endedMsBefore)} before` : atMs <= startedAtMs ? 'under way then' : 'just then'
  return [
    joint(best.score < LIKELY_SCORE ? ', perhaps ' : ', likely '),
    { text: `${changeWords(title)}, ${when}`, fact: { kind: 'change', id, url } },
  ]
}

function changeWords(title: string): string {
  const line = oneLine(title, 120)
  return /^(deployment|workflow|push|release|upgrade|rollback)\b/i.test(line) ? `the ${lowerFirst(line)}` : `“${line}”`
}

function grouped({ alertsTotal, sequences }: HeadlineFacts): Clause[] {
  if (alertsTotal < 2 || sequences.joined === null) return []
  return [
    joint('; '),
    { text: `${thousands(alertsTotal)} alerts grouped`, fact: { kind: 'event', sequence: sequences.joined } },
  ]
}

function joint(text: string): Clause {
  return { text, fact: null }
}

function alertWith(alerts: readonly Alert[], says: (alert: Alert) => boolean): Fact | null {
  const alert = alerts.find(says)
  return alert === undefined ? null : { kind: 'alert', fingerprint: alert.fingerprint }
}

/** The values that alerts have of the first of these labels, each once, and an alert that has it. */
function valuesOf(alerts: readonly Alert[], names: readonly string[]): { value: string; fact: Fact }[] {
  const found = new Map<string, Fact>()
  for (const { labels, fingerprint } of alerts) {
    const name = names.find((candidate) => labels[candidate] !== undefined)
    const value = name === undefined ? '' : oneLine(labels[name] ?? '', 60)
    if (value !== '' && !found.has(value)) found.set(value, { kind: 'alert', fingerprint })
  }
  return [...found].map(([value, fact]) => ({ value, fact })).toSorted((a, b) => byCodePoint(a.value, b.value))
}

function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} and ${values.at(-1) ?? ''}`
}

/** Two digits are as much as such a number is worth. */
function rounded(count: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1)
  return thousands(Math.round(count / unit) * unit)
}

function thousands(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

function percent(share: number): string {
  const value = share * 100
  return value < 0.1 ? 'under 0.1%' : `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)}%`
}

function agoWords(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return 'under a minute'
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`
  return `${Math.round(minutes / 60)} hours`
}

/** A name keeps its capital; the first word of a sentence of ours, or of a change's kind, does not. */
function lowerFirst(text: string): string {
  return /^(the|an?|set|tier|no|it|deployment|workflow|push|release|upgrade|rollback)\b/i.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text
}
