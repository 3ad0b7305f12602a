import type { HeartbeatState } from '../domain/heartbeatWatch.ts'
import { drawBadge } from './badge.ts'
import type { Badge } from './badge.ts'

/** The state of a heartbeat as a badge. */

const LOOK: Record<HeartbeatState, Pick<Badge, 'word' | 'colour'>> = {
  new: { word: 'waiting', colour: 'grey' },
  healthy: { word: 'healthy', colour: 'green' },
  late: { word: 'late', colour: 'amber' },
  silent: { word: 'silent', colour: 'red' },
  failed: { word: 'failed', colour: 'red' },
  paused: { word: 'paused', colour: 'grey' },
}

export function heartbeatBadge(name: string, state: HeartbeatState): string {
  return drawBadge({ name, ...LOOK[state] })
}
