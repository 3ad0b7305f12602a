import type { Change } from '../domain/change.ts'
import { headlineOf, PERHAPS_SCORE } from '../domain/headline.ts'
import type { HeadlineAlert, HeadlineFacts } from '../domain/headline.ts'
import type { Impact } from '../domain/impact.ts'
import type { Incident } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { IncidentEvent } from '../domain/incidentEvent.ts'
import { likelyChanges } from '../domain/likelyChanges.ts'
import type { OrganisationForAlerts } from '../domain/organisation.ts'
import { changesAround } from '../storage/changes.ts'
import { database } from '../storage/database.ts'

/** Gathers what the headline stands on. Without D1 it names no change; a throw means to try again. */
export async function assessRoom(
  env: Env,
  incident: Incident,
  lastOf: (type: IncidentEvent['type']) => number | null,
): Promise<{ readonly command: IncidentCommand; readonly isWhole: boolean }> {
  const desk = env.ALERT_DESK.getByName('main')
  const [organisation, { alerts, total }, changes] = await Promise.all([
    desk.organisation(),
    desk.alertsToJudge(incident.id),
    changesAround(database(env.DB), incident.times.startedAtMs).catch((error: unknown) => {
      console.error(`The headline of ${incident.id} is made without changes`, error)
      return null
    }),
  ])
  const facts = headlineFacts(incident, { alerts, total, changes: changes ?? [], organisation }, lastOf)
  const [best] = facts.changes
  const changed = best !== undefined && best.score >= PERHAPS_SCORE ? best.change.services : []
  return { command: { type: 'record_headline', clauses: headlineOf(facts), changed }, isWhole: changes !== null }
}

function headlineFacts(
  incident: Incident,
  known: {
    readonly alerts: readonly HeadlineAlert[]
    readonly total: number
    readonly changes: readonly Change[]
    readonly organisation: OrganisationForAlerts
  },
  lastOf: (type: IncidentEvent['type']) => number | null,
): HeadlineFacts {
  const { alerts, organisation } = known
  const tierOf = (id: string) => organisation.services.find((service) => service.id === id)?.tier ?? Infinity
  const measured = farthest(incident.measured)
  return {
    title: incident.title,
    services: incident.services.toSorted((a, b) => tierOf(a.id) - tierOf(b.id)),
    severity: incident.severity,
    severityReason: incident.severityReason,
    startedAtMs: incident.times.startedAtMs,
    alerts,
    alertsTotal: Math.max(known.total, incident.alerts.total),
    catalogue: organisation.services,
    environments: organisation.environments,
    changes: likelyChanges(known.changes, incident, alerts, organisation),
    measured: measured === undefined ? null : { impact: impactMeasured(measured), sequence: measured.sequence },
    sequences: { opened: 1, severity: lastOf('severity_changed') ?? 1, joined: lastOf('alerts_joined') },
  }
}

/** Of several services the one whose problem reaches most people; that others answer nothing does not hide it. */
function farthest(measured: Incident['measured']): Incident['measured'][number] | undefined {
  return measured
    .filter(({ problem }) => problem === null)
    .toSorted((a, b) => (b.affectedUsers ?? 0) - (a.affectedUsers ?? 0) || (b.errorRate ?? 0) - (a.errorRate ?? 0))[0]
}

function impactMeasured({ affectedUsers, errorRate }: Incident['measured'][number]): Impact {
  return {
    affectedUsers: affectedUsers === null ? null : Math.ceil(affectedUsers),
    affectedShare: null,
    errorRate,
    kind: null,
  }
}
