import type { Actor } from './actor.ts'
import { accept, forStakeholders, internal, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { isPublic, tellTheEnd } from './decideUpdate.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { UpdateRules } from './updateRules.ts'

/** Incidents that turn out to be one, or two: alerts change hands, and both logs say so. Nothing is deleted. */

export type MergeCommand = Extract<IncidentCommand, { type: 'merge_into' | 'absorb' | 'let_alerts_go' }>

export function decideMerge(
  incident: Incident,
  command: MergeCommand,
  by: Actor,
  nowMs: number,
  rules: UpdateRules,
): Decision {
  switch (command.type) {
    case 'merge_into':
      return mergeInto(incident, command, by, nowMs, rules)
    case 'absorb': {
      const { from, reason } = command
      // The AlertDesk says it until it was heard.
      if (incident.absorbed.some(({ id }) => id === from.id)) return accept([])
      return accept([internal(by, { type: 'absorbed', from, reason })])
    }
    case 'let_alerts_go':
      return letAlertsGo(incident, command, by)
  }
}

function mergeInto(
  incident: Incident,
  { into, reason, updateId }: Extract<MergeCommand, { type: 'merge_into' }>,
  by: Actor,
  nowMs: number,
  rules: UpdateRules,
): Decision {
  if (incident.phase === 'resolved') return refuse('already_resolved')
  if (into.id === incident.id) return refuse('same_incident')
  // Somebody works on it: that it belongs elsewhere is for them to say.
  if (by.kind === 'system' && incident.phase !== 'triggered') return refuse('already_acknowledged')
  // The page would say that all is well while the other goes on in silence.
  if (isPublic(incident) && !into.isPublic) return refuse('tell_customers_first')

  const named = { id: into.id, title: into.title }
  const body = `We follow this together with “${into.publicTitle}”.`
  const end = tellTheEnd(incident, { id: updateId, body, by }, nowMs, rules)
  const merged = forStakeholders(by, { type: 'merged', into: named, reason })
  return accept([...end.events, merged], [{ type: 'hand_over_alerts', into: named, reason, by }, ...end.effects])
}

function letAlertsGo(
  incident: Incident,
  command: Extract<MergeCommand, { type: 'let_alerts_go' }>,
  by: Actor,
): Decision {
  const { type: _type, ...moved } = command
  const events = [internal(by, { type: 'alerts_moved', ...moved })]
  const isQuiet = moved.firing === 0 && incident.alerts.firing > 0
  if (!isQuiet || incident.phase !== 'triggered') return accept(events)
  // As when its last alert ends: nobody has it, and nothing is left that would tell when it is over.
  if (isPublic(incident)) {
    events.push(forStakeholders(by, { type: 'phase_changed', from: 'triggered', to: 'monitoring' }))
    return accept(events)
  }
  const reason = `What fired in it was moved to ${moved.to.title}`
  events.push(forStakeholders(by, { type: 'resolved', from: 'triggered', reason }))
  return accept(events, [{ type: 'release_alerts' }])
}
