import { describe, expect, it } from 'vitest'
import { ALICE, POLICY, T0, incidentIn } from '../../test/sampleIncident.ts'
import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import { decide } from './decide.ts'
import { evolve } from './evolve.ts'
import type { Incident } from './incident.ts'
import { PHASES } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'

const LATER = T0 + 60_000

function after(incident: Incident, command: IncidentCommand, by: Actor = SYSTEM) {
  const decision = decide(incident, command, by, LATER)
  if (!decision.ok) throw new Error(decision.reason)
  const events = decision.events.map((event, i) => ({ ...event, atMs: LATER, sequence: incident.version + 1 + i }))
  return { incident: events.reduce<Incident>(evolve, incident), events, effects: decision.effects }
}

const measured = (more: Partial<Extract<IncidentCommand, { type: 'record_impact' }>> = {}): IncidentCommand => ({
  type: 'record_impact',
  service: { id: 'checkout', name: 'Checkout' },
  queries: ['sum(users)'],
  affectedUsers: 1200,
  errorRate: 0.05,
  problem: null,
  severity: null,
  ...more,
})
const SEV1 = { to: 'sev1', reason: 'tier 1 × more than 10% of users', parts: [], policy: POLICY } as const

describe('the measured impacts of several services', () => {
  it('amount to the worst of them, whichever was asked last, and to nothing new when they say the same again', () => {
    const one = measured({ severity: SEV1 })
    const other = measured({ service: { id: 'blog', name: 'Blog' }, severity: { ...SEV1, to: 'sev4' } })
    const both = after(after(incidentIn('acknowledged'), one).incident, other).incident
    expect(both.amountsTo.impact).toBe('sev1')
    const lowered = after(both, { type: 'change_severity', to: 'sev3', reason: 'as I see it' }, ALICE).incident
    expect(after(lowered, measured({ severity: SEV1, affectedUsers: 1300 })).incident.severity).toBe('sev3')
  })
})

describe('a measured impact', () => {
  it.each(PHASES.filter((phase) => phase !== 'resolved'))('raises the severity and calls people, in %s', (phase) => {
    const { incident, effects } = after(incidentIn(phase), measured({ severity: SEV1 }))
    expect(incident).toMatchObject({ severity: 'sev1', severityReason: SEV1.reason, amountsTo: { impact: 'sev1' } })
    expect(incident.paging).toMatchObject({ state: 'calling', because: { kind: 'raised', to: 'sev1' } })
    expect(effects).toHaveLength(1)
  })

  it('is recorded once while it stays about the same', () => {
    const { incident } = after(incidentIn('acknowledged'), measured())
    expect(incident.measured).toMatchObject([{ affectedUsers: 1200, errorRate: 0.05 }])
    expect(after(incident, measured({ affectedUsers: 1204 })).events).toEqual([])
    expect(after(incident, measured({ affectedUsers: 1300 })).events).toHaveLength(1)
    expect(after(incident, measured({ affectedUsers: null })).events).toHaveLength(1)
  })

  it('does not argue with a human', () => {
    const known = after(incidentIn('acknowledged'), measured({ severity: SEV1 })).incident
    const decision = decide(known, { type: 'change_severity', to: 'sev3', reason: 'a test user' }, ALICE, LATER)
    const lowered = (decision.ok ? decision.events : []).reduce<Incident>(
      (state, event) => evolve(state, { ...event, atMs: LATER, sequence: state.version + 1 }),
      known,
    )
    expect(after(lowered, measured({ affectedUsers: 9999, severity: SEV1 })).incident.severity).toBe('sev3')
  })

  it('that cannot be had is said once, and again after it could be', () => {
    const failed = measured({ affectedUsers: null, errorRate: null, problem: 'answered HTTP 500' })
    const { incident } = after(incidentIn('acknowledged'), failed)
    expect(after(incident, measured({ affectedUsers: null, errorRate: null, problem: 'timed out' })).events).toEqual([])
    const well = after(incident, measured()).incident
    expect(after(well, failed).events).toHaveLength(1)
  })
})

it('says a headline once, and nothing more of an incident that is resolved', () => {
  const headline = { type: 'record_headline', clauses: [{ text: 'Slow.', fact: null }], changed: ['a'] } as const
  const { incident } = after(incidentIn('acknowledged'), headline)
  expect(incident.headline).toEqual({ sentence: 'Slow.', clauses: headline.clauses, changed: ['a'] })
  expect(after(incident, headline).events).toEqual([])
  expect(after(incident, { ...headline, changed: [] }).events).toHaveLength(1)
  expect(after(incidentIn('resolved'), headline).events).toEqual([])
})
