import type { Alert, Labels } from './alert.ts'
import type { Said, SeverityPart } from './assessSeverity.ts'
import { assessSeverity } from './assessSeverity.ts'
import type { Service } from './catalogue.ts'
import { impactOf } from './impact.ts'
import type { CompileRegex } from './matchers.ts'
import { matcherFrom } from './matchers.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import type { RoutingRule, RuleSettings } from './routingRule.ts'
import type { Severity } from './severity.ts'
import { severityFromLabel } from './severity.ts'
import { compileMatchers } from './silence.ts'
import type { TrailStep } from './trail.ts'

/**
 * What an alert amounts to by the routing rules and the catalogue: its service, severity and group, whether it pages
 * and whom, whether it is suppressed or has to wait. Each decision says why.
 */
export interface Judgement {
  /** Null when it names no service that is configured. */
  readonly serviceId: string | null
  readonly severity: Severity
  readonly severityReason: string
  readonly severityParts: readonly SeverityPart[]
  /** Alerts with the same key belong together. */
  readonly groupKey: string
  readonly pages: boolean
  /** Who is paged by a rule's word; null: whom its service names. */
  readonly policyId: string | null
  /** The rule that keeps it from opening an incident; null: none does. */
  readonly suppressedByRule: string | null
  /** How long it has to fire before it opens an incident. */
  readonly pauseMs: number
  readonly trail: readonly TrailStep[]
}

export type Judge = (alert: Pick<Alert, 'labels' | 'annotations'>) => Judgement

/** Where the name of the service stands, best first. */
const SERVICE_LABELS = ['service', 'job', 'app'] as const

/** Throws what `compileRegex` throws. */
export function compileJudge(organisation: OrganisationForAlerts, compileRegex: CompileRegex): Judge {
  const rules = organisation.routingRules
    .filter(({ enabled }) => enabled)
    .map((rule) => ({ rule, matches: compileMatchers(rule.matchers.map(matcherFrom), compileRegex) }))
  const { services, groupBy } = organisation
  const policyName = (id: string) => organisation.policies.find((each) => each.id === id)?.name ?? id

  return (alert) => {
    const { labels } = alert
    const settings = settingsFor(rules.flatMap(({ rule, matches }) => (matches(labels) ? [rule] : [])))
    const service = judgeService(labels, settings, services)
    const severity = judgeSeverity(alert, settings, service.found)
    const group = judgeGroup(labels, settings, groupBy, service.found)
    const { page, policy, suppress, pauseSeconds } = settings
    const trail = [service.step, severity.step, group.step]
    if (page !== undefined && !page.value) trail.push(step('paging', 'nobody is paged', page.rule))
    else if (policy !== undefined) trail.push(step('paging', `policy ${policyName(policy.value)}`, policy.rule))
    if (suppress?.value === true) trail.push(step('suppression', 'suppressed', suppress.rule))
    if (pauseSeconds !== undefined && pauseSeconds.value > 0)
      trail.push(step('pause', `waits ${pauseSeconds.value} s`, pauseSeconds.rule))
    return {
      serviceId: service.found?.id ?? null,
      severity: severity.severity,
      severityReason: severity.reason,
      severityParts: severity.parts,
      groupKey: group.key,
      pages: page?.value ?? true,
      policyId: policy?.value ?? null,
      suppressedByRule: suppress?.value === true ? suppress.rule.id : null,
      pauseMs: (pauseSeconds?.value ?? 0) * 1000,
      trail,
    }
  }
}

/** A setting and the rule that decided it. */
interface Set<T> {
  readonly value: T
  readonly rule: RoutingRule
}

type Settings = { readonly [Name in keyof RuleSettings]?: Set<NonNullable<RuleSettings[Name]>> }

/** Of the rules that match, the first to say something of a setting decides it, up to the first that is the last. */
function settingsFor(matching: readonly RoutingRule[]): Settings {
  const settings: Record<string, Set<unknown>> = {}
  for (const rule of matching) {
    for (const [name, value] of Object.entries(rule.set)) {
      // Both say which service it is: whichever stands first.
      const isKnown = name in settings || (isServiceSetting(name) && SERVICE_SETTINGS.some((each) => each in settings))
      if (value !== undefined && !isKnown) settings[name] = { value, rule }
    }
    if (rule.last) break
  }
  return settings
}

const SERVICE_SETTINGS = ['service', 'serviceLabel'] as const

export function isServiceSetting(name: string): boolean {
  return name === 'service' || name === 'serviceLabel'
}

function step(about: TrailStep['about'], decided: string, rule: RoutingRule): TrailStep {
  return { about, decided, because: `the rule “${rule.name}” says so`, ruleId: rule.id }
}

/** The configured service an alert is about, by id, name or alias. */
export function serviceOf(labels: Labels, services: readonly Service[]): Service | null {
  for (const label of SERVICE_LABELS) {
    const found = serviceNamed(labels[label], services)
    if (found !== null) return found
  }
  return null
}

function serviceNamed(name: string | undefined, services: readonly Service[]): Service | null {
  const wanted = name?.toLowerCase()
  if (wanted === undefined) return null
  const isIt = (text: string) => text.toLowerCase() === wanted
  return services.find(({ id, name: known, aliases }) => id === wanted || isIt(known) || aliases.some(isIt)) ?? null
}

function judgeService(
  labels: Labels,
  settings: Settings,
  services: readonly Service[],
): { readonly found: Service | null; readonly step: TrailStep } {
  const { service, serviceLabel } = settings
  if (service !== undefined) {
    const found = services.find(({ id }) => id === service.value) ?? null
    return { found, step: step('service', found?.name ?? 'none', service.rule) }
  }
  if (serviceLabel !== undefined) {
    const found = serviceNamed(textOf(labels, serviceLabel.value), services)
    const because = `the rule “${serviceLabel.rule.name}” looks at the label ${serviceLabel.value}, which is ${quoted(textOf(labels, serviceLabel.value))}`
    return { found, step: { about: 'service', decided: found?.name ?? 'none', because, ruleId: serviceLabel.rule.id } }
  }
  const found = serviceOf(labels, services)
  const label = SERVICE_LABELS.find((name) => serviceNamed(labels[name], services) === found)
  const named = SERVICE_LABELS.find((name) => labels[name] !== undefined)
  const because =
    found !== null && label !== undefined
      ? `the alert’s label ${label} is ${quoted(labels[label])}`
      : named === undefined
        ? `it has none of the labels ${SERVICE_LABELS.join(', ')}`
        : `no service is called ${quoted(labels[named])}`
  return { found, step: { about: 'service', decided: found?.name ?? 'none', because, ruleId: null } }
}

function judgeSeverity(
  alert: Pick<Alert, 'labels' | 'annotations'>,
  { severity: bySetting, severityFloor }: Settings,
  service: Service | null,
): {
  readonly severity: Severity
  readonly reason: string
  readonly parts: readonly SeverityPart[]
  readonly step: TrailStep
} {
  const said = bySetting === undefined ? saidByLabels(alert.labels) : saidByRule(bySetting)
  const floor = severityFloor === undefined ? null : saidByRule(severityFloor)
  const { severity, reason, parts } = assessSeverity({
    said,
    tier: service?.tier ?? null,
    users: service?.users ?? null,
    impact: impactOf(alert),
    floor,
  })
  const decidedBy = parts[0]?.because === floor?.because ? severityFloor?.rule : undefined
  const ruleId = (reason === said?.because ? bySetting?.rule : decidedBy)?.id ?? null
  const others = parts.slice(1).map((part) => `; ${part.severity}: ${part.because}`)
  const because = reason + others.join('')
  return { severity, reason, parts, step: { about: 'severity', decided: severity, because, ruleId } }
}

function saidByRule({ value: severity, rule }: Set<Severity>): Said {
  return { severity, because: `the rule “${rule.name}” says so` }
}

/** Null when it has no such label: then what is known of its impact decides alone. */
function saidByLabels(labels: Labels): Said | null {
  const label = (['severity', 'priority'] as const).find((name) => labels[name] !== undefined)
  if (label === undefined) return null
  return {
    severity: severityFromLabel(labels[label]),
    because: `the alert’s label ${label} is ${quoted(labels[label])}`,
  }
}

function judgeGroup(
  labels: Labels,
  { groupBy: bySetting }: Settings,
  byDefault: readonly string[],
  service: Service | null,
): { readonly key: string; readonly step: TrailStep } {
  const names = bySetting?.value ?? byDefault
  const values = names.toSorted().map((name) => [name, valueOf(name, labels, service)] as const)
  const decided = values.map(([name, value]) => `${name}=${value}`).join(', ')
  const because =
    bySetting === undefined
      ? `alerts are grouped by ${names.join(', ')}`
      : `the rule “${bySetting.rule.name}” groups by ${names.join(', ')}`
  return {
    key: JSON.stringify(values),
    step: { about: 'group', decided, because, ruleId: bySetting?.rule.id ?? null },
  }
}

/** The service counts by what it is, not by which label named it. */
function valueOf(name: string, labels: Labels, service: Service | null): string {
  return (name === 'service' ? service?.id : undefined) ?? textOf(labels, name) ?? ''
}

function quoted(text: string | undefined): string {
  return text === undefined ? 'not there' : JSON.stringify(text.slice(0, 100))
}

/** A rule may name any label, also one that every object seems to have. */
function textOf(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined
}
