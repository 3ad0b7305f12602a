import type { Actor } from './actor.ts'
import { accept, forStakeholders, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { pageAnew } from './decidePaging.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { AmountedTo, IncidentEvent } from './incidentEvent.ts'
import { isWorse } from './severity.ts'

type SeverityChanged = Extract<IncidentEvent, { type: 'severity_changed' }>

/**
 * The rise that facts call for; null for none. Facts never lower a severity, and a human's word holds until they amount
 * to something worse than they did when it was spoken.
 */
export function raisedBy(incident: Incident, amountsTo: AmountedTo): SeverityChanged | null {
  const { severity: from, amountsTo: known } = incident
  const { severity: to, reason, parts } = amountsTo
  if (!isWorse(to, from)) return null
  if (known.whenSet !== null && !isWorse(to, known.whenSet)) return null
  return { type: 'severity_changed', from, to, reason, ...(parts === undefined ? {} : { parts }) }
}

/** By a human, with a reason. What gets worse is heard of by those on call for that. */
export function changeSeverity(
  incident: Incident,
  command: Extract<IncidentCommand, { type: 'change_severity' }>,
  by: Actor,
  nowMs: number,
): Decision {
  const { severity: from } = incident
  const { to, reason } = command
  if (from === to) return refuse('same_severity')
  if (reason.trim() === '') return refuse('reason_needed')
  const changed = forStakeholders(by, { type: 'severity_changed', from, to, reason })
  if (!isWorse(to, from) || incident.phase === 'resolved') return accept([changed])
  const policy = command.policy === undefined ? (incident.paging?.policy ?? null) : command.policy
  const paging = pageAnew(incident, policy, { kind: 'raised', from, to, reason }, nowMs)
  return accept([changed, ...paging.events], paging.effects)
}
