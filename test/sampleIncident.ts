import type { Actor } from '../worker/domain/actor.ts'
import { SYSTEM } from '../worker/domain/actor.ts'
import { decide } from '../worker/domain/decide.ts'
import { evolve } from '../worker/domain/evolve.ts'
import { IncidentId } from '../worker/domain/identifiers.ts'
import type { Incident, Phase } from '../worker/domain/incident.ts'
import type { IncidentCommand } from '../worker/domain/incidentCommand.ts'
import type { EscalationPolicy } from '../worker/domain/organisation.ts'
import type { RecordedEvent } from '../worker/domain/incidentEvent.ts'

/** The cast of the tests: Alice is on call, Bob is second, Charlie is from elsewhere. */
export const ALICE: Actor = { kind: 'responder', id: 'alice', name: 'Alice' }
export const BOB: Actor = { kind: 'responder', id: 'bob', name: 'Bob' }
export const CHARLIE: Actor = { kind: 'responder', id: 'charlie', name: 'Charlie' }

export const T0 = Date.UTC(2100, 0, 1, 12)
export const INCIDENT_ID = IncidentId.parse('0000000000ab')

/** Alice has five minutes, then Bob has five; once more from the start; then it has run out. */
export const POLICY: EscalationPolicy = {
  id: 'urgent',
  name: 'Urgent',
  steps: [
    { targets: [{ kind: 'responder', id: 'alice' }], waitSeconds: 300 },
    { targets: [{ kind: 'responder', id: 'bob' }], waitSeconds: 300 },
  ],
  repeats: 1,
}

export const OPEN: Extract<IncidentCommand, { type: 'open' }> = {
  type: 'open',
  id: INCIDENT_ID,
  title: 'HighErrorRate on checkout',
  publicTitle: 'Problem with Checkout',
  summary: '5xx above 5%',
  severity: 'sev2',
  severityReason: 'The alert says critical',
  services: [{ id: 'checkout', name: 'Checkout' }],
  components: [{ id: 'checkout', name: 'Checkout', status: 'degraded_performance' }],
  startedAtMs: T0 - 60_000,
  source: 'alert',
  policy: POLICY,
}

export interface Story {
  readonly incident: Incident | null
  readonly log: readonly RecordedEvent[]
}

/** Carries commands out one after the other, a second apart; throws when one is refused. */
export function play(commands: readonly (readonly [IncidentCommand, Actor])[], startMs = T0): Story {
  let incident: Incident | null = null
  const log: RecordedEvent[] = []
  let nowMs = startMs
  for (const [command, by] of commands) {
    const decision = decide(incident, command, by, nowMs)
    if (!decision.ok) throw new Error(`${command.type}: ${decision.reason}`)
    for (const { event, audience, by: author } of decision.events) {
      const recorded: RecordedEvent = { sequence: log.length + 1, atMs: nowMs, by: author, audience, event }
      log.push(recorded)
      incident = evolve(incident, recorded)
    }
    nowMs += 1000
  }
  return { incident, log }
}

const TO_PHASE: Record<Phase, readonly (readonly [IncidentCommand, Actor])[]> = {
  triggered: [],
  acknowledged: [[{ type: 'acknowledge', via: 'api' }, ALICE]],
  investigating: [[{ type: 'change_phase', to: 'investigating' }, ALICE]],
  identified: [[{ type: 'change_phase', to: 'identified' }, ALICE]],
  monitoring: [[{ type: 'change_phase', to: 'monitoring' }, ALICE]],
  resolved: [[{ type: 'resolve', reason: 'fixed', updateId: 'closing', publicBody: null }, ALICE]],
}

/** An incident in this phase, as Alice got it there. */
export function incidentIn(phase: Phase): Incident {
  const { incident } = play([[OPEN, SYSTEM], ...TO_PHASE[phase]])
  if (incident?.phase !== phase) throw new Error(`the way to ${phase} leads to ${incident?.phase}`)
  return incident
}
