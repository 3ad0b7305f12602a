import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { Effect } from './alertEffects.ts'

/** Pure: effects that wait behind each other for the same room, or for D1, told as one. */

const ALERTS_AN_EFFECT_MAX = 500
const SAMPLE_MAX = 5

/** What stands for both; null when each has to be told by itself. */
export function joinEffects(earlier: Effect, later: Effect): Effect | null {
  if (earlier.kind === 'project' && later.kind === 'project') {
    const records = [...earlier.records, ...later.records]
    return records.length > ALERTS_AN_EFFECT_MAX ? null : { kind: 'project', records }
  }
  if (earlier.kind !== 'submit' || later.kind !== 'submit') return null
  if (earlier.by !== undefined || later.by !== undefined) return null
  const command = joinCommands(earlier.command, later.command)
  const fingerprints = [...new Set([...earlier.fingerprints, ...later.fingerprints])]
  return command === null || fingerprints.length > ALERTS_AN_EFFECT_MAX ? null : { ...later, command, fingerprints }
}

type OfAlerts = Extract<IncidentCommand, { type: 'join_alerts' | 'clear_alerts' }>

/** Totals are as of the later one, which knew of both. What raises a severity or calls people is told by itself. */
function joinCommands(earlier: IncidentCommand, later: IncidentCommand): OfAlerts | null {
  if (!isOfAlerts(earlier) || !isOfAlerts(later) || otherThanSums(earlier) !== otherThanSums(later)) return null
  if (isJudged(earlier) || isJudged(later)) return null
  const sample = [...earlier.sample, ...later.sample].slice(0, SAMPLE_MAX)
  return { ...later, count: earlier.count + later.count, sample }
}

function isJudged(command: OfAlerts): boolean {
  return command.type === 'join_alerts' && (command.severity ?? null) !== null
}

function isOfAlerts(command: IncidentCommand): command is OfAlerts {
  return command.type === 'join_alerts' || command.type === 'clear_alerts'
}

/** Whatever else a command says has to be the same in both, or it would be lost. */
function otherThanSums(command: OfAlerts): string {
  const { count: _count, sample: _sample, firing: _firing, ...rest } = command
  const { total: _total, ...others } = { total: 0, ...rest }
  return JSON.stringify(others)
}
