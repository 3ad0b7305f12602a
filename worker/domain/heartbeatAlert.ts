import type { Labels } from './alert.ts'
import type { IncomingAlert } from './alertIntake.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { HeartbeatWatch } from './heartbeatWatch.ts'
import { alertsSinceMs } from './heartbeatWatch.ts'

/** The alert of a heartbeat that is silent or has failed. */

/** It ends when the heartbeat is heard of again, and not by itself. */
const FIRES_FOR_MS = 10 * 365 * 24 * 3_600_000

/** Two silences of one heartbeat are two firings of one alert. */
export function heartbeatIdentity(id: string): Labels {
  return { heartbeat: id }
}

/** `watch` is how it is now, `heardAtMs` when it was heard of before that; `detail` is what it sent with its failure. */
export function firingHeartbeat(
  heartbeat: Heartbeat,
  watch: HeartbeatWatch,
  heardAtMs: number | null,
  detail: string,
  consoleUrl: string,
): IncomingAlert {
  const { phase } = watch
  const startsAtMs = alertsSinceMs(phase) ?? 0
  const { id, name, service, severity } = heartbeat
  const failed = phase.kind === 'failed'
  return {
    labels: {
      alertname: failed ? `${name} reports a failure` : `${name} is silent`,
      heartbeat: id,
      severity,
      ...(service === undefined ? {} : { service }),
    },
    annotations: {
      summary: failed ? 'It reported itself that it failed.' : silenceSentence(heartbeat, watch, heardAtMs),
      ...(detail === '' ? {} : { description: detail }),
    },
    startsAtMs,
    endsAtMs: startsAtMs + FIRES_FOR_MS,
    generatorUrl: `${consoleUrl}/heartbeats/${id}`,
    identity: heartbeatIdentity(id),
  }
}

export function endedHeartbeat(id: string, atMs: number): IncomingAlert {
  const identity = heartbeatIdentity(id)
  return { labels: identity, annotations: {}, startsAtMs: null, endsAtMs: atMs, generatorUrl: '', identity }
}

function silenceSentence({ graceSeconds }: Heartbeat, { phase }: HeartbeatWatch, heardAtMs: number | null): string {
  const heard = heardAtMs === null ? 'It has never reported.' : `It was last heard of at ${utc(heardAtMs)}.`
  if (phase.kind !== 'silent') return heard
  const grace = graceSeconds === 0 ? '' : `, with ${graceSeconds} s of grace`
  return `${heard} The next sign of life was due at ${utc(phase.dueAtMs)}${grace}.`
}

function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
