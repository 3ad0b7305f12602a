import { policyFor, policyForAlerts } from '../domain/escalation.ts'
import type { Incident } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { EscalationPolicy } from '../domain/organisation.ts'
import type { Severity } from '../domain/severity.ts'

/** A severity as a human sees it, with the policy that the configuration has for it now. */
export async function severityCommand(
  env: Env,
  incident: Incident,
  to: Severity,
  reason: string,
): Promise<Extract<IncidentCommand, { type: 'change_severity' }>> {
  return { type: 'change_severity', to, reason, policy: await policyNow(env, incident, to) }
}

/** Undefined when nobody says: then the room calls whom it called before. */
async function policyNow(env: Env, incident: Incident, to: Severity): Promise<EscalationPolicy | null | undefined> {
  try {
    const { services, policies } = await env.ALERT_DESK.getByName('main').organisation()
    const affected = services.filter(({ id }) => incident.services.some((service) => service.id === id))
    return (incident.alerts.total > 0 ? policyForAlerts : policyFor)(affected, to, policies)
  } catch (error) {
    console.error(`The policies are not known; ${incident.id} keeps its own`, error)
    return undefined
  }
}
