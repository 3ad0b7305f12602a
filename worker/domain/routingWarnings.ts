import { matcherFrom, matcherText } from './matchers.ts'
import type { RoutingRule, RuleSettings } from './routingRule.ts'
import { isServiceSetting } from './triage.ts'

/** A rule that can never decide anything, and why: most likely not what its author meant. */
export interface RoutingWarning {
  readonly ruleId: string
  /** As a sentence. */
  readonly text: string
}

/**
 * Only what holds whatever comes: an earlier rule matches all that the later one does when each of its matchers is one
 * of the later one's too. Whether one regex covers another is not looked at.
 */
export function routingWarnings(rules: readonly RoutingRule[]): RoutingWarning[] {
  const enabled = rules.filter(({ enabled: isEnabled }) => isEnabled)
  return enabled.flatMap((rule, i) => {
    const covering = enabled.slice(0, i).filter((earlier) => covers(earlier, rule))
    const text = warningFor(rule, covering)
    return text === null ? [] : [{ ruleId: rule.id, text }]
  })
}

function warningFor(rule: RoutingRule, covering: readonly RoutingRule[]): string | null {
  const stops = covering.find(({ last }) => last)
  if (stops !== undefined)
    return `It is never looked at: every alert that it matches ends at “${stops.name}”, which is the last rule for what it matches.`
  const settings = settingsOf(rule.set)
  if (settings.length === 0) return rule.last ? null : 'It sets nothing and stops nothing, so that it decides nothing.'
  if (rule.last) return null
  const deciders = settings.map((name) => covering.find((earlier) => settingsOf(earlier.set).includes(name)))
  if (!deciders.every((decider) => decider !== undefined)) return null
  const names = [...new Set(deciders.map(({ name }) => `“${name}”`))].join(' and ')
  return `It never decides anything: ${names} stands before it, matches all that it matches, and decides the same.`
}

/** Both ways of naming a service decide the same. */
function settingsOf(set: RuleSettings): string[] {
  return Object.entries(set).flatMap(([name, value]) =>
    value === undefined ? [] : [isServiceSetting(name) ? 'service' : name],
  )
}

function covers(earlier: RoutingRule, later: RoutingRule): boolean {
  const known = new Set(later.matchers.map(canonical))
  return earlier.matchers.every((matcher) => known.has(canonical(matcher)))
}

function canonical(text: string): string {
  return matcherText(matcherFrom(text))
}
