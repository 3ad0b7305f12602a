import type { Service } from './catalogue.ts'
import type { PageChannel } from './incident.ts'
import type { EscalationPolicy, Override, Responder, Schedule } from './organisation.ts'
import { onCallAt } from './schedule.ts'
import type { Severity } from './severity.ts'

/** Whom to call, and whom to call next. Time comes in as `nowMs`. */

export type StepTargets = EscalationPolicy['steps'][number]['targets']

/** A responder and the ways to reach them. */
export interface PersonToPage {
  readonly responder: Responder
  readonly channels: readonly PageChannel[]
}

/**
 * The policy for an incident of these services: the most important service (lowest tier, then first) that has an
 * entry for the severity decides. Null: nobody is paged.
 */
export function policyFor(
  services: readonly Service[],
  severity: Severity,
  policies: readonly EscalationPolicy[],
): EscalationPolicy | null {
  for (const service of services.toSorted((a, b) => a.tier - b.tier)) {
    const entry = service.escalation.find(({ severities }) => severities.includes(severity))
    const policy = policies.find(({ id }) => id === entry?.policy)
    if (policy !== undefined) return policy
  }
  return null
}

/**
 * For an alert that names no service anyone configured: a wrong label must not keep a bad incident from being heard of.
 * Its steps name nobody, and so reach whom every page without a taker reaches: the admins.
 */
const CATCH_ALL: EscalationPolicy = {
  id: 'catch-all',
  name: 'Catch-all: no known service, so every admin',
  steps: [{ targets: [], waitSeconds: 900 }],
  repeats: 3,
}

/** The policy for an incident that alerts open. Without a known service, sev1 and sev2 go to the catch-all. */
export function policyForAlerts(
  services: readonly Service[],
  severity: Severity,
  policies: readonly EscalationPolicy[],
): EscalationPolicy | null {
  if (services.length === 0) return severity === 'sev1' || severity === 'sev2' ? CATCH_ALL : null
  return policyFor(services, severity, policies)
}

/**
 * Who a step reaches at this moment, each person once, in the order of its targets. A step that reaches nobody
 * (its schedule or its people are gone) falls to the catch-all.
 */
export function peopleFor(
  targets: StepTargets,
  schedules: readonly Schedule[],
  overrides: readonly Override[],
  responders: readonly Responder[],
  nowMs: number,
): PersonToPage[] {
  const wanted = new Set(targets.map((target) => responderOf(target, schedules, overrides, nowMs)))
  const found = [...wanted].flatMap((id) => responders.filter((responder) => responder.id === id))
  const people = reachable(found)
  return people.length > 0 ? people : catchAll(responders)
}

/** Whom a page falls to when its step reaches nobody: every admin. */
export function catchAll(responders: readonly Responder[]): PersonToPage[] {
  return reachable(responders.filter(({ role }) => role === 'admin'))
}

/** What comes after a step of a round (both zero-based); null when the policy has run out. */
export function nextStep(
  policy: EscalationPolicy,
  step: number,
  round: number,
): { readonly step: number; readonly round: number } | null {
  if (step + 1 < policy.steps.length) return { step: step + 1, round }
  if (round < policy.repeats) return { step: 0, round: round + 1 }
  return null
}

function responderOf(
  target: StepTargets[number],
  schedules: readonly Schedule[],
  overrides: readonly Override[],
  nowMs: number,
): string | null {
  switch (target.kind) {
    case 'responder':
      return target.id
    case 'schedule': {
      const schedule = schedules.find(({ id }) => id === target.id)
      return schedule === undefined ? null : onCallAt(schedule, overrides, nowMs)
    }
  }
}

function reachable(responders: readonly Responder[]): PersonToPage[] {
  return responders
    .map((responder) => ({ responder, channels: channelsOf(responder) }))
    .filter(({ channels }) => channels.length > 0)
}

function channelsOf(responder: Responder): PageChannel[] {
  const channels: PageChannel[] = []
  if (responder.email !== '') channels.push('email')
  if (responder.webhookUrl !== undefined) channels.push('webhook')
  return channels
}
