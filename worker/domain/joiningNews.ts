import { componentsOf, policyForJoined, servicesOf, worstOf } from './alertIncident.ts'
import type { JoinedAlert } from './batchPlan.ts'
import type { DeskIncident } from './deskIncident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import { isWorse } from './severity.ts'

/** What alerts bring to an incident that was there before. */
export function joiningNews(
  joined: readonly JoinedAlert[],
  known: DeskIncident | undefined,
  organisation: OrganisationForAlerts,
): Pick<Extract<IncidentCommand, { type: 'join_alerts' }>, 'services' | 'components' | 'severity'> {
  const services = servicesOf(joined, organisation).filter(({ id }) => known?.services.includes(id) !== true)
  const { severity, reason, parts } = worstOf(joined)
  const policy = policyForJoined(joined, severity, organisation)
  const isWorseThanKnown = known !== undefined && isWorse(severity, known.severity)
  const isFirstToPage = known !== undefined && !known.pages && policy !== null
  return {
    ...(services.length === 0
      ? {}
      : {
          services: services.map(({ id, name }) => ({ id, name })),
          components: componentsOf(services, severity, organisation),
        }),
    ...(isWorseThanKnown || isFirstToPage ? { severity: { to: severity, reason, parts, policy } } : {}),
  }
}
