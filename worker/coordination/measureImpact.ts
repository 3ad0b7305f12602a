import type { Labels } from '../domain/alert.ts'
import { assessSeverity } from '../domain/assessSeverity.ts'
import type { ImpactQuery, Service } from '../domain/catalogue.ts'
import { policyForAlerts } from '../domain/escalation.ts'
import { NO_IMPACT } from '../domain/impact.ts'
import { filledQuery } from '../domain/impactQuery.ts'
import type { Incident } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { OrganisationForAlerts } from '../domain/organisation.ts'
import { askPrometheus } from '../delivery/prometheus.ts'
import { openConnection } from '../storage/connections.ts'
import { database } from '../storage/database.ts'

type RecordImpact = Extract<IncidentCommand, { type: 'record_impact' }>

/** An incident of more services measures the most important ones. */
const SERVICES_MAX = 3

/** Asks for each service with an impact query how many people it reaches. Every failure is a result too. */
export async function measureImpact(env: Env, incident: Incident): Promise<RecordImpact[]> {
  const desk = env.ALERT_DESK.getByName('main')
  const organisation = await desk.organisation()
  const measurable = organisation.services
    .filter((service) => service.impact !== undefined && incident.services.some(({ id }) => id === service.id))
    .toSorted((a, b) => a.tier - b.tier)
    .slice(0, SERVICES_MAX)
  if (measurable.length === 0) return []
  const { alerts } = await desk.alertsToJudge(incident.id)
  const byAge = alerts.toSorted((a, b) => a.startsAtMs - b.startsAtMs || (a.fingerprint < b.fingerprint ? -1 : 1))
  return Promise.all(
    measurable.flatMap((service) => {
      if (service.impact === undefined) return []
      const own = byAge.find(({ serviceId }) => serviceId === service.id) ?? byAge[0]
      return measureService(env, service, service.impact, own?.labels ?? {}).then((measured) =>
        judged(measured, service, incident, organisation),
      )
    }),
  )
}

async function measureService(
  env: Env,
  { id, name }: Service,
  query: ImpactQuery,
  labels: Labels,
): Promise<RecordImpact> {
  const [users, rate] = [query.affectedUsers, query.errorRate].map((text) =>
    text === undefined ? null : filledQuery(text, labels),
  )
  const queries = [users, rate].filter((text) => typeof text === 'string')
  const none = { type: 'record_impact', service: { id, name }, queries, severity: null } as const
  const failed = (problem: string): RecordImpact => ({ ...none, affectedUsers: null, errorRate: null, problem })
  const connection = await openConnection(database(env.DB), env.MASTER_KEY, query.connection)
  if (connection === null) return failed(`There is no connection ${query.connection}.`)
  const [affected, errors] = await Promise.all(
    [users, rate].map(async (text) =>
      typeof text === 'string' ? askPrometheus({ ...connection, query: text }, env.PRIVATE_TARGETS) : null,
    ),
  )
  for (const answer of [affected, errors])
    if (answer?.ok === false) return failed(`${connection.name}: ${answer.detail}`)
  return {
    ...none,
    affectedUsers: affected?.ok === true ? affected.value : null,
    // A share is at most all, however the query is written.
    errorRate: errors?.ok === true && errors.value !== null ? Math.min(1, errors.value) : null,
    problem: null,
  }
}

/** By the rule that alerts are judged by, too. */
function judged(
  measured: RecordImpact,
  service: Service,
  incident: Incident,
  { services, policies }: OrganisationForAlerts,
): RecordImpact {
  const { affectedUsers, errorRate } = measured
  const { parts } = assessSeverity({
    said: null,
    tier: service.tier,
    users: service.users ?? null,
    impact: { ...NO_IMPACT, affectedUsers, errorRate },
    floor: null,
  })
  const byImpact = parts.find(({ kind }) => kind === 'impact')
  if (byImpact === undefined) return measured
  const affected = services.filter(({ id }) => incident.services.some((named) => named.id === id))
  const policy = policyForAlerts(affected, byImpact.severity, policies)
  return { ...measured, severity: { to: byImpact.severity, reason: byImpact.because, parts: [byImpact], policy } }
}
