import { SYSTEM } from './actor.ts'
import { accept, bySystem, forStakeholders, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { pageAnew } from './decidePaging.ts'
import { raisedBy } from './decideSeverity.ts'
import type { Clause } from './headline.ts'
import type { Incident, Measured } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'

/** What the room finds out by itself. Nothing is recorded that is known already. */

export function recordHeadline(incident: Incident, clauses: readonly Clause[], changed: readonly string[]): Decision {
  // What was said last stands in the post-mortem.
  if (incident.phase === 'resolved') return accept([])
  const known = incident.headline
  if (known !== null && JSON.stringify([known.clauses, known.changed]) === JSON.stringify([clauses, changed]))
    return accept([])
  return accept([bySystem({ type: 'assessed', clauses, changed })])
}

/** A measured impact raises the severity by the same rule as alerts. */
export function recordImpact(
  incident: Incident,
  command: Extract<IncidentCommand, { type: 'record_impact' }>,
  nowMs: number,
): Decision {
  if (incident.phase === 'resolved') return refuse('already_resolved')
  const { service, queries, affectedUsers, errorRate, problem, severity: judged } = command
  const amountsTo = judged && { severity: judged.to, reason: judged.reason, parts: judged.parts ?? [] }
  const raised = amountsTo === null ? null : raisedBy(incident, amountsTo)
  const known = incident.measured.find((measured) => measured.service.id === service.id)
  if (raised === null && known !== undefined && saysTheSame(known, command)) return accept([])
  const measured = bySystem({
    type: 'impact_measured',
    service,
    queries,
    affectedUsers,
    errorRate,
    problem,
    ...(amountsTo === null ? {} : { amountsTo }),
  })
  if (judged === null || raised === null) return accept([measured])
  const { from, to, reason } = raised
  const paging = pageAnew(incident, judged.policy, { kind: 'raised', from, to, reason }, nowMs)
  return accept([measured, forStakeholders(SYSTEM, raised), ...paging.events], paging.effects)
}

type Values = Pick<Measured, 'affectedUsers' | 'errorRate' | 'problem'>

/** Two digits are as much as a measurement is worth: the log is not for noise. */
function saysTheSame(a: Values, b: Values): boolean {
  if (a.problem !== null || b.problem !== null) return (a.problem === null) === (b.problem === null)
  return rounded(a.affectedUsers) === rounded(b.affectedUsers) && rounded(a.errorRate) === rounded(b.errorRate)
}

function rounded(value: number | null): string | null {
  return value === null ? null : value.toPrecision(2)
}
