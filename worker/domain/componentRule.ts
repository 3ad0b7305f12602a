import { z } from 'zod'
import { COMPONENT_STATUSES, ComponentStatus } from './componentStatus.ts'
import { isPart } from './dependency.ts'
import type { DependencyFact } from './dependency.ts'
import { Slug } from './identifiers.ts'
import { MatcherTexts } from './matcherTexts.ts'
import { Severity, isWorse } from './severity.ts'

/** When a component is in a state by itself: from incidents, alerts and third parties. Part of the status page's settings. */

export const RULES_MAX = 200

/** All of what is said has to hold. */
const Condition = z
  .object({
    /** An incident is open that is at least this severe. */
    severity: Severity.optional(),
    /** The same incident is about this service. */
    service: Slug.optional(),
    /** An alert fires, and nothing suppresses it, that all of these match. */
    alerts: MatcherTexts.min(1).optional(),
    /** A third party is in trouble. */
    dependency: z
      .object({
        id: Slug,
        /** Only this component of theirs, by id or name; absent: what we follow of it. */
        part: z.string().trim().min(1).max(200).optional(),
        atLeast: ComponentStatus.exclude(['operational']).default('partial_outage'),
      })
      .optional(),
  })
  .refine((when) => Object.values(when).some((part) => part !== undefined), 'say when the rule holds')

export const ComponentRule = z.object({
  component: Slug,
  when: Condition,
  status: ComponentStatus.exclude(['operational']),
  /** It has to hold for so long first; what it brought ends as soon as it no longer holds. */
  forMinutes: z.number().int().min(0).max(1440).default(0),
  /** Whether subscribers are told what it changes. */
  tellsSubscribers: z.boolean().default(true),
})
export type ComponentRule = z.infer<typeof ComponentRule>

/** What rules are judged by. */
export interface RuleFacts {
  /** Those that are open. */
  readonly incidents: readonly OpenIncidentFact[]
  /** For each rule with alert matchers, by `ruleKey`, whether an alert fires that they match. */
  readonly firing: ReadonlySet<string>
  /** What is known of each third party; absent: nothing. */
  readonly dependencies: ReadonlyMap<string, DependencyFact>
}

export interface OpenIncidentFact {
  readonly id: string
  readonly title: string
  readonly severity: Severity
  /** Ids. */
  readonly services: readonly string[]
}

/** What rules make of a component. */
export interface Ruled {
  readonly status: ComponentStatus
  /** In words, for responders: which rules, and what makes them hold. */
  readonly because: readonly string[]
  readonly tellsSubscribers: boolean
}

export interface Judged {
  /** Since when each rule holds that does, by `ruleKey`. */
  readonly holdsSinceMs: ReadonlyMap<string, number>
  /** By component; absent: no rule says anything of it. */
  readonly ruled: ReadonlyMap<string, Ruled>
  /** When a rule has held for long enough next; null: none waits. */
  readonly nextDueMs: number | null
}

/** A rule that is changed in any way is another one. */
export function ruleKey(rule: ComponentRule): string {
  return JSON.stringify([rule.component, rule.status, rule.when, rule.forMinutes])
}

export function judgeRules(
  rules: readonly ComponentRule[],
  facts: RuleFacts,
  heldSinceMs: ReadonlyMap<string, number>,
  nowMs: number,
): Judged {
  const holdsSinceMs = new Map<string, number>()
  const ruled = new Map<string, Ruled>()
  let nextDueMs: number | null = null
  for (const rule of rules) {
    const key = ruleKey(rule)
    const reasons = reasonsOf(rule, facts)
    if (reasons === null) continue
    const sinceMs = heldSinceMs.get(key) ?? nowMs
    holdsSinceMs.set(key, sinceMs)
    const dueMs = sinceMs + rule.forMinutes * 60_000
    if (dueMs > nowMs) nextDueMs = Math.min(nextDueMs ?? dueMs, dueMs)
    else ruled.set(rule.component, withRule(ruled.get(rule.component), rule, reasons))
  }
  return { holdsSinceMs, ruled, nextDueMs }
}

/** The worst of the rules that hold. */
function withRule(before: Ruled | undefined, rule: ComponentRule, reasons: string): Ruled {
  const isWorst = before === undefined || rank(rule.status) > rank(before.status)
  const isSame = before !== undefined && rank(rule.status) === rank(before.status)
  if (isWorst) return { status: rule.status, because: [reasons], tellsSubscribers: rule.tellsSubscribers }
  if (!isSame) return before
  const tellsSubscribers = before.tellsSubscribers || rule.tellsSubscribers
  return { ...before, because: [...new Set([...before.because, reasons])], tellsSubscribers }
}

/** Why it holds; null: it does not. */
function reasonsOf(rule: ComponentRule, { incidents, firing, dependencies }: RuleFacts): string | null {
  const { severity, service, alerts, dependency } = rule.when
  const reasons: string[] = []
  if (severity !== undefined || service !== undefined) {
    const incident = incidents.find(
      (each) =>
        (severity === undefined || !isWorse(severity, each.severity)) &&
        (service === undefined || each.services.includes(service)),
    )
    if (incident === undefined) return null
    reasons.push(`incident “${incident.title}” (${incident.severity}) is open`)
  }
  if (alerts !== undefined) {
    if (!firing.has(ruleKey(rule))) return null
    reasons.push(`an alert fires with ${alerts.join(', ')}`)
  }
  if (dependency !== undefined) {
    const { id, part, atLeast } = dependency
    const fact = dependencies.get(id)
    const found = part === undefined ? undefined : fact?.parts.find((each) => isPart(each, part))
    const state = (part === undefined ? fact?.status : found?.status) ?? null
    if (state === null || rank(state) < rank(atLeast)) return null
    const name = fact?.name ?? id
    const what = found === undefined ? `third party ${name}` : `“${found.name}” of third party ${name}`
    reasons.push(`${what} is in ${state.replaceAll('_', ' ')}`)
  }
  return reasons.join(', and ')
}

function rank(status: ComponentStatus): number {
  return COMPONENT_STATUSES.indexOf(status)
}
