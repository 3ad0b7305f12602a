import { describe, expect, it } from 'vitest'
import { incidentIn, OPEN, play, POLICY, T0 } from '../../test/sampleIncident.ts'
import { SYSTEM } from './actor.ts'
import { decide } from './decide.ts'
import { describeEvent } from './describeEvent.ts'
import { evolve } from './evolve.ts'
import type { Incident } from './incident.ts'
import { PHASES } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'

const JOIN = { type: 'join_alerts', total: 2, firing: 2, count: 1, sample: [] } as const
const DB = { id: 'db', name: 'Orders DB' }
const STORAGE = { id: 'storage', name: 'Storage', status: 'partial_outage' } as const

function after(incident: Incident, command: IncidentCommand) {
  const decision = decide(incident, command, SYSTEM, T0)
  if (!decision.ok) throw new Error(decision.reason)
  const events = decision.events.map((event, i) => ({ ...event, atMs: T0, sequence: incident.version + 1 + i }))
  return { incident: events.reduce<Incident>(evolve, incident), events, effects: decision.effects }
}

describe('alerts of another service that join', () => {
  it.each(PHASES.filter((phase) => phase !== 'resolved'))('bring it into the incident once, in %s', (phase) => {
    const before = incidentIn(phase)
    const command = { ...JOIN, services: [DB, ...before.services], components: [STORAGE] }
    const first = after(before, command)
    expect(first.incident.services).toEqual([...before.services, DB])
    expect(first.incident.components).toEqual([...before.components, STORAGE])
    const [joined] = first.events
    expect(joined && describeEvent(joined.event, first.incident).detail).toContain('Services: Orders DB')
    const second = after(first.incident, command)
    expect(second.incident.services).toEqual(first.incident.services)
    expect(second.events[0]?.event).not.toHaveProperty('services')
  })
})

function unpaged(): Incident {
  const { incident } = play([[{ ...OPEN, policy: null }, SYSTEM]])
  if (incident === null) throw new Error('it did not open')
  return incident
}

describe('the first alert that pages in an incident nobody was called for', () => {
  it('calls people, though it is no worse', () => {
    const quiet = unpaged()
    const severity = { to: quiet.severity, reason: 'as bad', policy: POLICY }
    const { incident, effects } = after(quiet, { ...JOIN, severity })
    expect(incident.paging).toMatchObject({ policy: POLICY, because: { kind: 'opened' }, state: 'calling' })
    expect(effects).toMatchObject([{ type: 'resolve_pages', step: 0 }])
  })

  it('calls nobody where none is named', () => {
    const quiet = unpaged()
    const { incident, effects } = after(quiet, { ...JOIN, severity: { to: quiet.severity, reason: '', policy: null } })
    expect([incident.paging, effects]).toEqual([null, []])
  })
})
