import type { Actor } from './actor.ts'
import { accept, bySystem, forStakeholders, internal, refuse } from './decision.ts'
import type { Decision, Effect } from './decision.ts'
import { clearAlerts, joinAlerts } from './decideAlerts.ts'
import { recordHeadline, recordImpact } from './decideAssessment.ts'
import { decidePaging, isUnanswered, startPaging } from './decidePaging.ts'
import { decideMerge } from './decideMerge.ts'
import { decideRun } from './decideRun.ts'
import { changeSeverity } from './decideSeverity.ts'
import { decideTeam } from './decideTeam.ts'
import { decideCorrection, decideRewording } from './decideCorrection.ts'
import { decidePending } from './decidePending.ts'
import { decideUpdate, isPublic, movedTo, releaseAlerts, tellTheEnd, viaOf } from './decideUpdate.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import { NO_UPDATE_RULES } from './updateRules.ts'
import type { UpdateRules } from './updateRules.ts'

/**
 * What `command` does to `incident`: events to record and effects to carry out, or the reason it is refused.
 * Pure: time comes in as `nowMs`, ids come in with the command, and what the status page asks of updates as `rules`.
 */
export function decide(
  incident: Incident | null,
  command: IncidentCommand,
  by: Actor,
  nowMs: number,
  rules: UpdateRules = NO_UPDATE_RULES,
): Decision {
  if (command.type === 'open') return open(incident, command, by, nowMs)
  if (incident === null) return refuse('unknown_incident')
  // Whoever posts here has the wrong room: the work goes on in the other one.
  if (incident.mergedInto !== null && (command.type === 'post_update' || command.type === 'save_draft'))
    return refuse('merged')

  switch (command.type) {
    case 'join_alerts':
      return joinAlerts(incident, command, nowMs)
    case 'merge_into':
    case 'absorb':
    case 'let_alerts_go':
      return decideMerge(incident, command, by, nowMs, rules)
    case 'clear_alerts':
      return clearAlerts(incident, command)
    case 'acknowledge':
      if (incident.phase === 'resolved') return refuse('already_resolved')
      if (!isUnanswered(incident)) return refuse('already_acknowledged')
      return accept([forStakeholders(by, { type: 'acknowledged', via: command.via })])
    case 'change_phase': {
      const { phase: from } = incident
      if (from === 'resolved') return refuse('already_resolved')
      if (from === command.to) return refuse('already_in_phase')
      const moved = movedTo(from, command.to, by)
      // Whoever moves it has seen it.
      if (isUnanswered(incident)) moved.unshift(forStakeholders(by, { type: 'acknowledged', via: viaOf(by) }))
      return accept(moved)
    }
    case 'resolve':
      if (incident.phase === 'resolved') return refuse('already_resolved')
      return resolve(incident, command, by, nowMs, rules)
    case 'change_severity':
      return changeSeverity(incident, command, by, nowMs)
    case 'change_title': {
      const { title, publicTitle } = command
      if (title === incident.title && publicTitle === incident.publicTitle) return accept([])
      const effects: Effect[] = isPublic(incident) && publicTitle !== incident.publicTitle ? [{ type: 'publish' }] : []
      return accept([internal(by, { type: 'title_changed', title, publicTitle })], effects)
    }
    case 'correct_start': {
      const { resolvedAtMs, startedAtMs } = incident.times
      if (command.toMs > nowMs) return refuse('start_in_the_future')
      if (resolvedAtMs !== null && command.toMs > resolvedAtMs) return refuse('start_after_resolution')
      if (command.reason.trim() === '') return refuse('reason_needed')
      if (command.toMs === startedAtMs) return accept([])
      return accept(
        [internal(by, { type: 'start_corrected', from: startedAtMs, to: command.toMs, reason: command.reason })],
        isPublic(incident) ? [{ type: 'publish' }] : [],
      )
    }
    case 'set_components':
      return accept([internal(by, { type: 'components_set', components: command.components })])
    case 'post_update':
      // The same update again: it is there, and that is what was asked for.
      if (incident.updates.some((update) => update.id === command.id)) return accept([])
      return decideRewording(incident, command, by, nowMs, rules) ?? decideUpdate(incident, command, by, nowMs, rules)
    case 'save_draft':
    case 'discard_draft':
    case 'release_update':
    case 'post_due_updates':
    case 'tell_investigating':
      return decidePending(incident, command, by, nowMs, rules)
    case 'edit_update':
    case 'withdraw_update':
      return decideCorrection(incident, command, by, nowMs, rules)
    case 'record_draft':
      return accept([bySystem({ type: 'post_mortem_drafted' })])
    case 'record_headline':
      return recordHeadline(incident, command.clauses, command.changed)
    case 'record_impact':
      return recordImpact(incident, command, nowMs)
    case 'take_role':
    case 'release_role':
    case 'add_task':
    case 'change_task':
    case 'add_hypothesis':
    case 'judge_hypothesis':
    case 'record_diagnostic':
      return decideTeam(incident, command, by)
    case 'escalate':
    case 'queue_pages':
    case 'attempt_page':
    case 'record_page_sent':
    case 'record_page_failed':
      return decidePaging(incident, command, by, nowMs)
    case 'start_run':
    case 'resume_run':
    case 'begin_run_step':
    case 'finish_run_step':
    case 'approve_run_step':
    case 'answer_run_step':
    case 'cancel_run':
      return decideRun(incident, command, by, nowMs)
  }
}

/** How far the clocks of two machines may be apart. */
const CLOCK_SKEW_MS = 60_000

function open(
  incident: Incident | null,
  command: Extract<IncidentCommand, { type: 'open' }>,
  by: Actor,
  nowMs: number,
): Decision {
  if (incident !== null) return refuse('already_open')
  const { type: _type, policy, ...opened } = command
  // Whoever sent this has another clock: an alert must not be lost over it, and a person's request is not for later.
  if (command.source === 'person' && command.startedAtMs > nowMs + CLOCK_SKEW_MS) return refuse('start_in_the_future')
  const startedAtMs = Math.min(command.startedAtMs, nowMs)
  const first = forStakeholders(by, { type: 'opened', ...opened, startedAtMs })
  // It is over: nobody is called for what is only written down.
  if (policy === null || command.isBackdated === true) return accept([first])
  const paging = startPaging(policy, { kind: 'opened' }, 0, nowMs)
  return accept([first, ...paging.events], paging.effects)
}

function resolve(
  incident: Incident,
  command: Extract<IncidentCommand, { type: 'resolve' }>,
  by: Actor,
  nowMs: number,
  rules: UpdateRules,
): Decision {
  const { reason, updateId: id, publicBody: body } = command
  const end = tellTheEnd(incident, { id, body, by }, nowMs, rules)
  const resolved = forStakeholders(by, { type: 'resolved', from: incident.phase, reason })
  const effects: Effect[] = [releaseAlerts(end.undoUntilMs), { type: 'draft_post_mortem' }, ...end.effects]
  return accept([...end.events, resolved], effects)
}
