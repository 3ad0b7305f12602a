import { describe, expect, it } from 'vitest'
import { ALICE, incidentIn, OPEN, play } from '../../test/sampleIncident.ts'
import { SYSTEM } from './actor.ts'
import { decide } from './decide.ts'
import { IncidentId } from './identifiers.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import { publicIncidentFrom } from './publicIncident.ts'

const OTHER = { id: IncidentId.parse('zzzzzzzzzzzz'), title: 'Disk full on db', publicTitle: 'Orders', isPublic: true }
const MERGE: IncidentCommand = { type: 'merge_into', into: OTHER, reason: 'the same disk', updateId: 'closing' }
const TOLD: IncidentCommand = {
  type: 'post_update',
  id: 'u1',
  audience: 'public',
  body: 'Orders fail.',
  status: 'investigating',
  components: [],
  nextUpdateAtMs: null,
}

function after(...commands: IncidentCommand[]): Incident {
  const { incident } = play([[OPEN, SYSTEM], ...commands.map((command) => [command, ALICE] as const)])
  if (incident === null) throw new Error('it did not open')
  return incident
}

const refusal = (incident: Incident, command: IncidentCommand) => {
  const decision = decide(incident, command, ALICE, Date.now())
  return decision.ok ? null : decision.reason
}

describe('an incident that is merged', () => {
  it('ends, says where it goes on, and hands its alerts over', () => {
    const decision = decide(after(), MERGE, ALICE, Date.now())
    expect(decision).toMatchObject({
      ok: true,
      effects: [{ type: 'hand_over_alerts', into: { id: OTHER.id, title: OTHER.title }, by: ALICE }],
    })
    const merged = after(MERGE)
    expect(merged).toMatchObject({ phase: 'resolved', mergedInto: { id: OTHER.id }, paging: { state: 'over' } })
    expect(merged.times.resolvedAtMs).not.toBeNull()
    const join: IncidentCommand = { type: 'join_alerts', total: 3, firing: 2, count: 3, sample: [] }
    expect(after(join, MERGE).alerts).toEqual({ total: 3, firing: 0, fresh: 0 })
  })

  it('takes no updates any more', () => {
    expect(refusal(after(MERGE), TOLD)).toBe('merged')
  })

  it('is not the one it is merged into', () => {
    const itself = after()
    expect(refusal(itself, { ...MERGE, into: { ...OTHER, id: itself.id } })).toBe('same_incident')
  })

  it('tells customers where to read on, and does not fall silent', () => {
    expect(refusal(after(TOLD), { ...MERGE, into: { ...OTHER, isPublic: false } })).toBe('tell_customers_first')
    const told = publicIncidentFrom(after(TOLD, MERGE))
    expect(told?.updates.map(({ body }) => body)).toContain('We follow this together with “Orders”.')
    expect(decide(after(TOLD), MERGE, ALICE, Date.now())).toMatchObject({
      effects: [{ type: 'hand_over_alerts' }, { type: 'publish' }, { type: 'announce', updateId: 'closing' }],
    })
  })
})

describe('an incident that another is merged into', () => {
  const absorb: IncidentCommand = { type: 'absorb', from: OTHER, reason: 'the same' }

  it('names it, once', () => {
    const incident = after(absorb)
    expect(incident.absorbed).toMatchObject([{ id: OTHER.id }])
    expect(decide(incident, absorb, SYSTEM, Date.now())).toEqual({ ok: true, events: [], effects: [] })
  })
})

describe('alerts that are moved away', () => {
  const go = (total: number, firing: number): IncidentCommand => {
    return { type: 'let_alerts_go', to: OTHER, reason: 'its disk', total, firing, count: 1, sample: [] }
  }
  const join: IncidentCommand = { type: 'join_alerts', total: 3, firing: 2, count: 3, sample: [] }

  it('leave the counts of the others', () => {
    expect(after(join, go(2, 1)).alerts).toMatchObject({ total: 2, firing: 1 })
  })

  it('close an incident that nobody has answered and that has none left', () => {
    expect(after(join, go(0, 0))).toMatchObject({ phase: 'resolved', mergedInto: null })
    expect(after(join, { type: 'acknowledge', via: 'api' }, go(0, 0)).phase).toBe('acknowledged')
    expect(after(join, TOLD, go(0, 0)).phase).not.toBe('resolved')
  })

  it('stop the paging when what is left fires no more', () => {
    expect(after(join, go(1, 0))).toMatchObject({ phase: 'resolved', alerts: { total: 1, firing: 0 } })
    const raised: IncidentCommand = {
      ...join,
      total: 4,
      severity: { to: 'sev1', reason: 'worse', policy: OPEN.policy },
    }
    const again = after(join, { type: 'acknowledge', via: 'api' }, raised)
    expect(again.paging?.state).toBe('calling')
    const left = after(join, { type: 'acknowledge', via: 'api' }, raised, go(1, 0))
    expect(left).toMatchObject({ phase: 'acknowledged', paging: { state: 'over' }, alerts: { fresh: 1 } })
    expect(after(join, TOLD, go(1, 0)).phase).not.toBe('resolved')
  })

  it('change nothing of an incident a person opened without any', () => {
    expect(incidentIn('triggered').alerts.total).toBe(0)
    expect(after(go(0, 0)).phase).toBe('triggered')
  })
})
