import { SYSTEM } from './actor.ts'
import { accept, bySystem, forStakeholders, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { pageAnew } from './decidePaging.ts'
import { raisedBy } from './decideSeverity.ts'
import { isPublic } from './decideUpdate.ts'
import type { Incident } from './incident.ts'
import type { AmountedTo } from './incidentEvent.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { EscalationPolicy } from './organisation.ts'

/** What alerts that join or end do to their incident. */

type JoinAlerts = Extract<IncidentCommand, { type: 'join_alerts' }>

/** Who worked on it is called again when it gets worse, and when what was thought to be mitigated was not. */
export function joinAlerts(incident: Incident, command: JoinAlerts, nowMs: number): Decision {
  if (incident.phase === 'resolved') return refuse('already_resolved')
  const { total, firing, count, sample } = command
  const came = newIn(incident, command)
  const judged = command.severity ?? null
  const amountsTo: AmountedTo | null = judged && {
    severity: judged.to,
    reason: judged.reason,
    ...(judged.parts === undefined ? {} : { parts: judged.parts }),
  }
  const events = [
    bySystem({
      type: 'alerts_joined',
      total,
      firing,
      count,
      sample,
      ...came,
      ...(command.from === undefined ? {} : { from: command.from }),
      ...(amountsTo === null ? {} : { amountsTo }),
    }),
  ]
  const raised = amountsTo === null ? null : raisedBy(incident, amountsTo)
  if (raised !== null) events.push(forStakeholders(SYSTEM, raised))
  const reason = 'An alert fires again'
  const firesAgain = incident.phase === 'monitoring' && firing > incident.alerts.firing
  if (firesAgain) events.push(forStakeholders(SYSTEM, { type: 'reopened', from: 'monitoring', reason }))

  if (judged !== null && raised !== null) {
    const { from, to } = raised
    const paging = pageAnew(incident, judged.policy, { kind: 'raised', from, to, reason: raised.reason }, nowMs)
    return accept([...events, ...paging.events], paging.effects)
  }
  // Nobody was called for what there was before.
  if (judged !== null && judged.policy !== null && incident.paging === null) {
    const paging = pageAnew(incident, judged.policy, { kind: 'opened' }, nowMs)
    return accept([...events, ...paging.events], paging.effects)
  }
  if (firesAgain) {
    const paging = pageAnew(incident, policyFor(incident, judged), { kind: 'reopened', reason }, nowMs)
    return accept([...events, ...paging.events], paging.effects)
  }
  return accept(events)
}

/** The services and components that come into the incident with these alerts. */
function newIn(
  { services, components }: Incident,
  { services: theirs = [], components: suffering = [] }: JoinAlerts,
): Pick<JoinAlerts, 'services' | 'components'> {
  const newServices = theirs.filter(({ id }) => !services.some((known) => known.id === id))
  const newComponents = suffering.filter(({ id }) => !components.some((known) => known.id === id))
  return {
    ...(newServices.length === 0 ? {} : { services: newServices }),
    ...(newComponents.length === 0 ? {} : { components: newComponents }),
  }
}

/** The judged policy is for another severity when a human's word holds: then those are called who were before. */
function policyFor(incident: Incident, judged: JoinAlerts['severity']): EscalationPolicy | null {
  if (judged?.to === incident.severity) return judged.policy
  return incident.paging?.policy ?? null
}

/**
 * When the last alert ends, an incident nobody has answered is over by itself; one that people work on is mitigated,
 * and they say when it is resolved.
 */
export function clearAlerts(incident: Incident, command: Extract<IncidentCommand, { type: 'clear_alerts' }>): Decision {
  const { firing, count, sample } = command
  const cleared = bySystem({ type: 'alerts_cleared', firing, count, sample })
  const { phase } = incident
  if (firing > 0) return accept([cleared])
  // Someone told customers of it: the page must not go on saying so of an incident that nobody has open any more.
  if (phase === 'triggered' && isPublic(incident))
    return accept([cleared, forStakeholders(SYSTEM, { type: 'phase_changed', from: phase, to: 'monitoring' })])
  switch (phase) {
    case 'triggered':
      return accept(
        [
          cleared,
          forStakeholders(SYSTEM, { type: 'resolved', from: phase, reason: 'All alerts ended before anyone answered' }),
        ],
        [{ type: 'release_alerts' }, { type: 'draft_post_mortem' }],
      )
    case 'acknowledged':
    case 'investigating':
    case 'identified':
      return accept([cleared, forStakeholders(SYSTEM, { type: 'phase_changed', from: phase, to: 'monitoring' })])
    case 'monitoring':
    case 'resolved':
      return accept([cleared])
  }
}
