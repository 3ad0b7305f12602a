import { RESOLVE_TIMEOUT_MS } from '../domain/alert.ts'
import { listAlertsOf } from '../storage/alerts.ts'
import type { Database } from '../storage/database.ts'
import type { AlertsOfIncident } from './alertsOfIncident.ts'

/** The alerts of an incident that the AlertDesk has forgotten: D1 keeps them. */
export async function alertsOfOld(
  db: Database,
  incidentId: string,
  offset: number,
  limit: number,
): Promise<AlertsOfIncident> {
  const { rows, total } = await listAlertsOf(db, incidentId, offset, limit)
  const alerts = rows.map(({ fingerprint, labels, annotations, startsAtMs, endedAtMs, generatorUrl, serviceId }) => ({
    fingerprint,
    labels,
    annotations,
    startsAtMs,
    endsAtMs: endedAtMs ?? startsAtMs + RESOLVE_TIMEOUT_MS,
    endIsTimeout: endedAtMs === null,
    generatorUrl,
    updatedAtMs: endedAtMs ?? startsAtMs,
    firing: false,
    serviceId,
  }))
  return { alerts, total }
}
