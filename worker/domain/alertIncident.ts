import type { Alert, Labels } from './alert.ts'
import { alertTitle, oneLine } from './alert.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { IncidentBeginning } from './incident.ts'
import type { AlertExcerpt } from './incidentEvent.ts'
import type { Service } from './catalogue.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import type { Severity } from './severity.ts'
import { isWorse, severityFromLabel } from './severity.ts'

/** Which alerts belong into one incident, and what that incident is called. */

/** Where the name of the service stands, best first. */
const SERVICE_LABELS = ['service', 'job', 'app'] as const

/** The configured service an alert is about, by id or name. */
export function serviceOf(labels: Labels, services: readonly Service[]): Service | null {
  for (const label of SERVICE_LABELS) {
    const wanted = labels[label]?.toLowerCase()
    if (wanted === undefined) continue
    const found = services.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted)
    if (found !== undefined) return found
  }
  return null
}

/** Alerts with the same key share an incident. The service counts by what it is, not by which label named it. */
export function groupKeyOf(labels: Labels, organisation: OrganisationForAlerts): string {
  const values = organisation.groupBy.toSorted().map((name) => {
    const value = name === 'service' ? (serviceOf(labels, organisation.services)?.id ?? labels[name]) : labels[name]
    return [name, value ?? '']
  })
  return JSON.stringify(values)
}

/**
 * How an incident opened by these alerts begins. The public title names components and never quotes an alert.
 * `alerts` holds at least one; the result does not depend on their order.
 */
export function incidentFromAlerts(
  alerts: readonly Alert[],
  organisation: OrganisationForAlerts,
  nowMs: number,
): IncidentBeginning {
  const ordered = alerts.toSorted((a, b) => a.startsAtMs - b.startsAtMs || (a.fingerprint < b.fingerprint ? -1 : 1))
  const services = organisation.services.filter((service) =>
    ordered.some(({ labels }) => serviceOf(labels, organisation.services)?.id === service.id),
  )
  const { severity, reason } = severityOf(ordered)
  const components = organisation.components
    .filter(({ id }) => services.some((service) => service.components.includes(id)))
    .map(({ id, name }) => ({ id, name, status: STATUS_OF[severity] }))
  const first = ordered[0]
  const name = first === undefined ? 'Alert' : alertTitle(first)
  const where = services.length > 0 ? services.map(({ id }) => id).join(', ') : first?.labels['service']
  return {
    title: oneLine(where === undefined ? name : `${name} on ${where}`, 200),
    publicTitle: publicTitleOf(components),
    summary: oneLine(first?.annotations['summary'] ?? first?.annotations['description'] ?? '', 500),
    severity,
    severityReason: reason,
    services: services.map(({ id, name: serviceName }) => ({ id, name: serviceName })),
    components,
    // A sender's clock may run ahead of ours; nothing starts in the future.
    startedAtMs: Math.min(first?.startsAtMs ?? nowMs, nowMs),
  }
}

/** What the components are taken to be until a responder says; shown to nobody before a public update. */
const STATUS_OF: Record<Severity, ComponentStatus> = {
  sev1: 'major_outage',
  sev2: 'partial_outage',
  sev3: 'degraded_performance',
  sev4: 'degraded_performance',
  sev5: 'operational',
}

function severityOf(alerts: readonly Alert[]): { severity: Severity; reason: string } {
  let worst: { severity: Severity; reason: string } | null = null
  for (const alert of alerts) {
    const label = (['severity', 'priority'] as const).find((name) => alert.labels[name] !== undefined)
    const severity = severityFromLabel(label === undefined ? undefined : alert.labels[label])
    if (worst !== null && !isWorse(severity, worst.severity)) continue
    const said = label === undefined ? 'has no severity label' : `says ${label}="${alert.labels[label] ?? ''}"`
    worst = { severity, reason: oneLine(`The alert ${alertTitle(alert)} ${said}`, 300) }
  }
  return worst ?? { severity: 'sev3', reason: 'No alert' }
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
