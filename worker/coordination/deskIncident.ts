import { z } from 'zod'
import { IncidentId } from '../domain/identifiers.ts'
import type { OpenIncident } from '../domain/grouping.ts'
import { Severity } from '../domain/severity.ts'

/** An incident as the AlertDesk knows it: what decides about alerts that come next. */
export interface DeskIncident extends OpenIncident {
  readonly id: IncidentId
  readonly resolvedAtMs: number | null
  /** How many alerts have ever been part of it. */
  readonly total: number
  /** Alerts of these groups join it. */
  readonly groupKeys: readonly string[]
  readonly services: readonly string[]
  /** The worst that its alerts have amounted to. */
  readonly severity: Severity
  /** Whether anyone is paged for it. */
  readonly pages: boolean
  /** Whose alerts opened it. */
  readonly sender: string
}

/** Of an incident that goes on growing by others' alerts only so much is looked at. */
export const GROUP_KEYS_MAX = 200

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
