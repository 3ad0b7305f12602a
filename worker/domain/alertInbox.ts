import type { Alert, AlertSource, Labels } from './alert.ts'
import { alertTitle, byCodePoint } from './alert.ts'
import type { CompileRegex, Matcher } from './matchers.ts'
import type { Severity } from './severity.ts'
import { SEVERITIES } from './severity.ts'
import { compileMatchers } from './silence.ts'
import type { Suppression } from './suppression.ts'
import { NOT_SUPPRESSED } from './suppression.ts'

/** Pure: finding, ordering and grouping alerts for the inbox. */

/** What fires: in an incident and heard of; hidden; or waiting to be worth an incident. */
export const FIRING_STATES = ['active', 'suppressed', 'paused'] as const
export type FiringState = (typeof FIRING_STATES)[number]

export const INBOX_GROUPS = ['none', 'incident', 'service', 'alertname', 'source'] as const
export type InboxGroup = (typeof INBOX_GROUPS)[number]
export const INBOX_SORTS = ['newest', 'oldest', 'severity', 'name'] as const
export type InboxSort = (typeof INBOX_SORTS)[number]

export interface InboxEntry {
  readonly alert: Alert
  readonly source: AlertSource
  readonly serviceId: string | null
  readonly severity: Severity
  /** Null while it fires without one. */
  readonly incidentId: string | null
}

export interface FiringEntry extends InboxEntry, Suppression {
  readonly state: FiringState
}

/** Which alerts are meant; an empty list or text leaves everything in. */
export interface InboxFilter {
  readonly severities: readonly Severity[]
  /** Ids; the empty text means those of no configured service. */
  readonly services: readonly string[]
  readonly sources: readonly AlertSource[]
  readonly matchers: readonly Matcher[]
  /** Each word has to stand somewhere in the labels or annotations. */
  readonly text: string
  readonly fingerprints: readonly string[]
}

export interface InboxQuery extends InboxFilter {
  readonly states: readonly FiringState[]
  /** Only what this silence hides. */
  readonly silence: string | null
  readonly incident: string | null
  readonly groupBy: InboxGroup
  readonly sort: InboxSort
  readonly offset: number
  readonly limit: number
}

export interface InboxPage {
  /** One page of them, in order. */
  readonly entries: readonly FiringEntry[]
  /** How many fit. */
  readonly total: number
  /** How many fit in each state, whichever states are asked for. */
  readonly byState: Readonly<Record<FiringState, number>>
  /** Those that have an entry on this page, in order, with how many they hold in all. */
  readonly groups: readonly { readonly key: string; readonly count: number }[]
}

export const NO_FILTER: InboxFilter = {
  severities: [],
  services: [],
  sources: [],
  matchers: [],
  text: '',
  fingerprints: [],
}

export function stateOf({ silencedBy, inhibitedBy, ruleId, pausedUntilMs }: Suppression): FiringState {
  if (silencedBy.length > 0 || inhibitedBy.length > 0 || ruleId !== null) return 'suppressed'
  return pausedUntilMs === null ? 'active' : 'paused'
}

/** What costs little is asked first. Throws what `compileRegex` throws. */
export function compileFilter(filter: InboxFilter, compileRegex: CompileRegex): (entry: InboxEntry) => boolean {
  const { severities, services, sources, matchers, fingerprints } = filter
  const matches = compileMatchers(matchers, compileRegex)
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const named = new Set(fingerprints)
  return ({ alert, source, serviceId, severity }) =>
    (named.size === 0 || named.has(alert.fingerprint)) &&
    (severities.length === 0 || severities.includes(severity)) &&
    (services.length === 0 || isOf(services, serviceId, alert.labels)) &&
    (sources.length === 0 || sources.includes(source)) &&
    matches(alert.labels) &&
    (words.length === 0 || hasWords(alert, words))
}

/** One of no configured service is also found by the name that its sender gives. */
function isOf(services: readonly string[], serviceId: string | null, labels: Labels): boolean {
  if (serviceId !== null) return services.includes(serviceId)
  return services.includes('') || services.includes(valueIn(labels, 'service') ?? '')
}

// The text of an alert does not change; another firing is another object.
const texts = new WeakMap<Alert, string>()

function hasWords(alert: Alert, words: readonly string[]): boolean {
  let text = texts.get(alert)
  if (text === undefined) {
    const pairs = [...Object.entries(alert.labels), ...Object.entries(alert.annotations)]
    text = [alert.fingerprint, ...pairs.map(([name, value]) => `${name}=${value}`)].join('\n').toLowerCase()
    texts.set(alert, text)
  }
  return words.every((word) => text.includes(word))
}

/** `suppressionOf` is asked only about what fits otherwise and is in no incident: an incident goes on, whatever silences do. */
export function searchInbox(
  all: Iterable<InboxEntry>,
  query: InboxQuery,
  suppressionOf: (entry: InboxEntry) => Suppression,
  compileRegex: CompileRegex,
): InboxPage {
  const fits = compileFilter(query, compileRegex)
  const byState = { active: 0, suppressed: 0, paused: 0 }
  const found: FiringEntry[] = []
  for (const entry of all) {
    if (!fits(entry) || (query.incident !== null && entry.incidentId !== query.incident)) continue
    const suppression = entry.incidentId === null ? suppressionOf(entry) : NOT_SUPPRESSED
    if (query.silence !== null && !suppression.silencedBy.includes(query.silence)) continue
    const state = stateOf(suppression)
    byState[state]++
    if (query.states.length > 0 && !query.states.includes(state)) continue
    found.push({ ...entry, ...suppression, state })
  }

  const order = ORDER[query.sort]
  found.sort((a, b) => order(a, b) || byCodePoint(a.alert.fingerprint, b.alert.fingerprint))
  const { groupBy, offset, limit } = query
  if (groupBy === 'none') {
    const entries = found.slice(offset, offset + limit)
    return { entries, total: found.length, byState, groups: [] }
  }
  // Groups stand in the order of what is first in each.
  const groups = new Map<string, FiringEntry[]>()
  for (const entry of found) {
    const key = groupKeyOf(entry, groupBy)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [entry])
    else known.push(entry)
  }
  const entries = [...groups.values()].flat().slice(offset, offset + limit)
  const shown = new Set(entries.map((entry) => groupKeyOf(entry, groupBy)))
  return {
    entries,
    total: found.length,
    byState,
    groups: [...shown].map((key) => ({ key, count: groups.get(key)?.length ?? 0 })),
  }
}

/** Empty where it has none of it. */
export function groupKeyOf({ alert, source, serviceId, incidentId }: InboxEntry, groupBy: InboxGroup): string {
  switch (groupBy) {
    case 'none':
      return ''
    case 'incident':
      return incidentId ?? ''
    case 'service':
      return serviceId ?? ''
    case 'alertname':
      return alertTitle(alert)
    case 'source':
      return source
  }
}

const newestFirst = (a: InboxEntry, b: InboxEntry) => b.alert.startsAtMs - a.alert.startsAtMs

const ORDER: Record<InboxSort, (a: InboxEntry, b: InboxEntry) => number> = {
  newest: newestFirst,
  oldest: (a, b) => newestFirst(b, a),
  severity: (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || newestFirst(a, b),
  name: (a, b) => byCodePoint(alertTitle(a.alert), alertTitle(b.alert)),
}

/** The labels that all of them have alike, as matchers: what they have in common. */
export function commonMatchers(alerts: readonly Pick<Alert, 'labels'>[]): Matcher[] {
  const [first, ...others] = alerts
  if (first === undefined) return []
  return Object.entries(first.labels)
    .filter(([name, value]) => others.every(({ labels }) => valueIn(labels, name) === value))
    .map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }))
}

function valueIn(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined
}
