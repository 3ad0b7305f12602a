import { policyForJoined, worstOf } from './alertIncident.ts'
import type { BatchPlan, JoinedAlert } from './batchPlan.ts'
import type { IncidentId } from './identifiers.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import { isWorse } from './severity.ts'
import type { AlertMemory } from './alertMemory.ts'
import type { DeskIncident } from './deskIncident.ts'
import { GROUP_KEYS_MAX } from './deskIncident.ts'

/** Every incident that the plan opens or adds to, as it is once the plan is carried out. `has`: who ever was part of one. */
export function incidentsAfter(
  plan: BatchPlan,
  memory: AlertMemory,
  has: (id: IncidentId, fingerprint: string) => boolean,
  organisation: OrganisationForAlerts,
  nowMs: number,
): Map<IncidentId, DeskIncident> {
  const after = new Map<IncidentId, DeskIncident>()
  for (const [id, joined] of plan.joined) {
    const isNew = plan.opened.some(({ incidentId }) => incidentId === id)
    const before = isNew ? null : memory.incident(id)
    if (before === undefined) continue
    const added = isNew ? joined.length : joined.filter(({ alert }) => !has(id, alert.fingerprint)).length
    const { severity } = worstOf(joined)
    const known = before ?? { ...newIncident(id, plan.sender, nowMs), severity }
    after.set(id, {
      ...known,
      total: known.total + added,
      lastJoinedAtMs: nowMs,
      groupKeys: united(known.groupKeys, plan.placements.get(id)?.groupKeys, GROUP_KEYS_MAX),
      services: united(known.services, plan.placements.get(id)?.services),
      severity: isWorse(severity, known.severity) ? severity : known.severity,
      pages: known.pages || pages(joined, organisation),
    })
  }
  return after
}

function newIncident(id: IncidentId, sender: string, nowMs: number): Omit<DeskIncident, 'severity'> {
  return {
    id,
    sender,
    openedAtMs: nowMs,
    lastJoinedAtMs: nowMs,
    resolvedAtMs: null,
    total: 0,
    groupKeys: [],
    services: [],
    pages: false,
  }
}

function pages(joined: readonly JoinedAlert[], organisation: OrganisationForAlerts): boolean {
  return policyForJoined(joined, worstOf(joined).severity, organisation) !== null
}

/** The same list when nothing comes in: its index need not be looked at. */
function united(known: readonly string[], added: ReadonlySet<string> = new Set(), max = Infinity): readonly string[] {
  const before = new Set(known)
  const more = [...added].filter((each) => !before.has(each)).slice(0, Math.max(0, max - known.length))
  return more.length === 0 ? known : [...known, ...more]
}
