import type { Alert } from './alert.ts'
import { alertTitle, oneLine } from './alert.ts'
import type { SeverityPart } from './assessSeverity.ts'
import type { JoinedAlert } from './batchPlan.ts'
import type { Service } from './catalogue.ts'
import type { ComponentStatus } from './componentStatus.ts'
import { policyForAlerts } from './escalation.ts'
import type { AffectedComponent, IncidentBeginning } from './incident.ts'
import type { AlertExcerpt } from './incidentEvent.ts'
import type { EscalationPolicy, OrganisationForAlerts } from './organisation.ts'
import type { Severity } from './severity.ts'
import { isWorse } from './severity.ts'

/** What alerts make of an incident: its title, severity, services, and who is paged. */

/**
 * How an incident opened by these alerts begins. The public title names components and never quotes an alert.
 * `joined` holds at least one; the result does not depend on their order.
 */
export function incidentFromAlerts(
  joined: readonly JoinedAlert[],
  organisation: OrganisationForAlerts,
  nowMs: number,
  isStorm = false,
): IncidentBeginning {
  const ordered = joined.toSorted(earliestFirst)
  const services = servicesOf(ordered, organisation)
  const { severity, reason, parts } = worstOf(ordered)
  const components = componentsOf(services, severity, organisation)
  const first = ordered[0]?.alert
  const name = first === undefined ? 'Alert' : alertTitle(first)
  const where = services.length > 0 ? services.map(({ id }) => id).join(', ') : first?.labels['service']
  const title = where === undefined ? name : `${name} on ${where}`
  return {
    title: oneLine(isStorm ? `Alert storm, beginning with ${title}` : title, 200),
    publicTitle: publicTitleOf(components),
    summary: oneLine(first?.annotations['summary'] ?? first?.annotations['description'] ?? '', 500),
    severity,
    severityReason: reason,
    severityParts: parts,
    services: services.map(({ id, name: serviceName }) => ({ id, name: serviceName })),
    components,
    // A sender's clock may run ahead of ours; nothing starts in the future.
    startedAtMs: Math.min(first?.startsAtMs ?? nowMs, nowMs),
  }
}

function earliestFirst({ alert: a }: JoinedAlert, { alert: b }: JoinedAlert): number {
  return a.startsAtMs - b.startsAtMs || (a.fingerprint < b.fingerprint ? -1 : 1)
}

/** In the order of the catalogue. */
export function servicesOf(joined: readonly JoinedAlert[], organisation: OrganisationForAlerts): Service[] {
  const named = new Set(joined.map(({ judgement }) => judgement.serviceId))
  return organisation.services.filter(({ id }) => named.has(id))
}

/** What suffers when these services do. */
export function componentsOf(
  services: readonly Service[],
  severity: Severity,
  organisation: OrganisationForAlerts,
): AffectedComponent[] {
  return organisation.components
    .filter(({ id }) => services.some((service) => service.components.includes(id)))
    .map(({ id, name }) => ({ id, name, status: STATUS_OF[severity] }))
}

/** Who is paged for these alerts: whom the rule of the worst one names, else whom their services name; null: nobody. */
export function policyForJoined(
  joined: readonly JoinedAlert[],
  severity: Severity,
  organisation: OrganisationForAlerts,
): EscalationPolicy | null {
  const paging = joined.filter(({ judgement }) => judgement.pages).toSorted(worstFirst)
  if (paging.length === 0) return null
  const byRule = paging.find(({ judgement }) => judgement.policyId !== null)?.judgement.policyId
  const named = organisation.policies.find(({ id }) => id === byRule)
  return named ?? policyForAlerts(servicesOf(paging, organisation), severity, organisation.policies)
}

function worstFirst(a: JoinedAlert, b: JoinedAlert): number {
  const [one, other] = [a.judgement.severity, b.judgement.severity]
  if (one !== other) return isWorse(one, other) ? -1 : 1
  return earliestFirst(a, b)
}

/** The worst that these alerts amount to, and why. */
export function worstOf(joined: readonly JoinedAlert[]): {
  readonly severity: Severity
  readonly reason: string
  readonly parts: readonly SeverityPart[]
} {
  const worst = joined.toSorted(worstFirst)[0]
  if (worst === undefined) return { severity: 'sev3', reason: 'No alert', parts: [] }
  const { severity, severityReason, severityParts: parts } = worst.judgement
  return { severity, reason: oneLine(severityReason, 300), parts }
}

/** What the components are taken to be until a responder says; shown to nobody before a public update. */
const STATUS_OF: Record<Severity, ComponentStatus> = {
  sev1: 'major_outage',
  sev2: 'partial_outage',
  sev3: 'degraded_performance',
  sev4: 'degraded_performance',
  sev5: 'operational',
}

function publicTitleOf(components: readonly { readonly name: string }[]): string {
  const [first, second, ...others] = components.map(({ name }) => name)
  if (first === undefined) return 'Problem under investigation'
  if (second === undefined) return `Problem with ${first}`
  if (others.length === 0) return `Problem with ${first} and ${second}`
  return `Problem with ${first}, ${second} and ${others.length} more`
}

/** A few of many, for the timeline. */
export function excerptOf(alerts: readonly Alert[]): AlertExcerpt[] {
  return alerts.slice(0, 5).map((alert) => ({ fingerprint: alert.fingerprint, title: alertTitle(alert) }))
}
