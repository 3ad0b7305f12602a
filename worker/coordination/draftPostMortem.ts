import type { Incident } from '../domain/incident.ts'
import type { RecordedEvent } from '../domain/incidentEvent.ts'

export async function draftFor(_env: Env, incident: Incident, _events: readonly RecordedEvent[]): Promise<void> {
  throw new Error(`no draft of ${incident.id} yet`)
}
