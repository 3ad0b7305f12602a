import type { IncidentEvent } from './incidentEvent.ts'

/** Which events make the room look again at what it says of the incident. */

const CHANGES_HEADLINE = new Set<IncidentEvent['type']>([
  'opened',
  'alerts_joined',
  'alerts_moved',
  'severity_changed',
  'impact_measured',
  'start_corrected',
])
const CHANGES_IMPACT = new Set<IncidentEvent['type']>(['opened', 'alerts_joined', 'reopened'])

export function callsForHeadline({ type }: IncidentEvent): boolean {
  return CHANGES_HEADLINE.has(type)
}

export function callsForMeasuring({ type }: IncidentEvent): boolean {
  return CHANGES_IMPACT.has(type)
}
