import { z } from 'zod'
import type { DeskIncident } from '../domain/deskIncident.ts'
import { IncidentId } from '../domain/identifiers.ts'
import { Severity } from '../domain/severity.ts'

/** An incident as the AlertDesk stores it. */
export const IncidentRow = z
  .object({
    id: IncidentId,
    group_key: z.string(),
    resolved_at_ms: z.number().nullable(),
    total: z.number(),
    opened_at_ms: z.number(),
    last_joined_at_ms: z.number(),
    more_group_keys: z.string(),
    services: z.string(),
    severity: Severity,
    pages: z.number(),
    sender: z.string(),
  })
  .transform((row): DeskIncident => ({
    id: row.id,
    resolvedAtMs: row.resolved_at_ms,
    total: row.total,
    openedAtMs: row.opened_at_ms,
    lastJoinedAtMs: row.last_joined_at_ms,
    groupKeys: [row.group_key, ...Texts.parse(JSON.parse(row.more_group_keys))],
    services: Texts.parse(JSON.parse(row.services)),
    severity: row.severity,
    pages: row.pages === 1,
    sender: row.sender,
  }))

const Texts = z.array(z.string())

/** In the order of the table's columns. */
export function incidentColumns(incident: DeskIncident): (string | number | null)[] {
  const [groupKey = '', ...moreGroupKeys] = incident.groupKeys
  return [
    incident.id,
    groupKey,
    incident.resolvedAtMs,
    incident.total,
    incident.openedAtMs,
    incident.lastJoinedAtMs,
    JSON.stringify(moreGroupKeys),
    JSON.stringify(incident.services),
    incident.severity,
    incident.pages ? 1 : 0,
    incident.sender,
  ]
}
