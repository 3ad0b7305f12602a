import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, OPEN, POLICY, T0, incidentIn, play } from '../../test/sampleIncident.ts'
import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import { decide } from './decide.ts'
import { evolve, replay } from './evolve.ts'
import type { Incident, Phase } from './incident.ts'
import { PHASES } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { RecordedEvent } from './incidentEvent.ts'
import type { EscalationPolicy } from './organisation.ts'
import { SEVERITIES, isWorse } from './severity.ts'
import type { Severity } from './severity.ts'

const LATER = T0 + 60_000
const MANAGERS: EscalationPolicy = {
  id: 'managers',
  name: 'Managers',
  steps: [{ targets: [{ kind: 'responder', id: 'bob' }], waitSeconds: 600 }],
  repeats: 0,
}

function joined(to: Severity, policy: EscalationPolicy | null = POLICY, firing = 2): IncidentCommand {
  const severity = { to, reason: `two regions: ${to}`, policy }
  return { type: 'join_alerts', total: firing, firing, count: 1, sample: [], severity }
}

function set(to: Severity, policy?: EscalationPolicy | null): IncidentCommand {
  return { type: 'change_severity', to, reason: 'as I see it', ...(policy === undefined ? {} : { policy }) }
}

function after(incident: Incident, command: IncidentCommand, by: Actor = SYSTEM, nowMs = LATER) {
  const decision = decide(incident, command, by, nowMs)
  if (!decision.ok) throw new Error(decision.reason)
  const events = decision.events.map((event, i) => ({ ...event, atMs: nowMs, sequence: incident.version + 1 + i }))
  return { incident: events.reduce<Incident>(evolve, incident), effects: decision.effects, events }
}

const OPEN_PHASES = PHASES.filter((phase) => phase !== 'resolved')

describe('a worse alert that joins', () => {
  const phaseAfter: Record<Phase, Phase> = {
    triggered: 'triggered',
    acknowledged: 'acknowledged',
    investigating: 'investigating',
    identified: 'identified',
    monitoring: 'investigating',
    resolved: 'resolved',
  }

  it.each(OPEN_PHASES)('raises the severity and calls people again, in %s', (phase) => {
    const { incident, effects, events } = after(incidentIn(phase), joined('sev1', MANAGERS))
    expect(incident).toMatchObject({ severity: 'sev1', severityReason: 'two regions: sev1', phase: phaseAfter[phase] })
    expect(events.find(({ event }) => event.type === 'severity_changed')?.by).toEqual(SYSTEM)
    expect(incident.paging).toEqual({
      policy: MANAGERS,
      step: 0,
      round: 0,
      escalatesAtMs: LATER + 600_000,
      state: 'calling',
      because: { kind: 'raised', from: 'sev2', to: 'sev1', reason: 'two regions: sev1' },
      turn: 1,
    })
    expect(effects).toEqual([{ type: 'resolve_pages', turn: 1, round: 0, step: 0 }])
  })

  it.each(OPEN_PHASES)('raises it in silence where no policy is for that, in %s', (phase) => {
    const before = incidentIn(phase)
    const { incident, effects } = after(before, joined('sev1', null))
    expect(incident.severity).toBe('sev1')
    expect(incident.paging).toEqual(before.paging)
    expect(effects).toEqual([])
  })

  it.each(OPEN_PHASES.filter((phase) => phase !== 'monitoring'))(
    'changes nothing when it is no worse than what is known, in %s',
    (phase) => {
      for (const to of ['sev2', 'sev3'] as const) {
        const { incident, effects } = after(incidentIn(phase), joined(to))
        expect(incident.severity).toBe('sev2')
        expect(incident.paging?.turn).toBe(0)
        expect(effects).toEqual([])
      }
    },
  )

  it('is refused by an incident that is resolved', () => {
    expect(decide(incidentIn('resolved'), joined('sev1'), SYSTEM, LATER)).toEqual({
      ok: false,
      reason: 'already_resolved',
    })
  })

  it('keeps roles and the first times', () => {
    const { incident: before } = play([
      [OPEN, SYSTEM],
      [{ type: 'acknowledge', via: 'api' }, ALICE],
      [{ type: 'take_role', role: 'commander', person: { id: 'alice', name: 'Alice' } }, ALICE],
    ])
    if (before === null) throw new Error('no incident')
    const { incident } = after(before, joined('sev1'))
    expect(incident.roles).toEqual(before.roles)
    expect(incident.times).toEqual(before.times)
  })

  it('does not put off the next step of people who are being called already', () => {
    const due = after(incidentIn('triggered'), { type: 'escalate' }, SYSTEM, T0 + 300_000).incident
    expect(due.paging).toMatchObject({ step: 1, escalatesAtMs: T0 + 600_000 })
    const { incident, effects } = after(due, joined('sev1'), SYSTEM, T0 + 400_000)
    expect(incident.paging).toMatchObject({ step: 1, turn: 1, escalatesAtMs: T0 + 600_000 })
    expect(effects).toEqual([{ type: 'resolve_pages', turn: 1, round: 0, step: 1 }])
  })
})

describe('what stops a call that began anew', () => {
  const called = (phase: Phase) => after(incidentIn(phase), joined('sev1')).incident

  it.each(['acknowledged', 'investigating', 'identified'] as const)(
    'an acknowledgement does, and leaves the work in %s',
    (phase) => {
      const before = called(phase)
      const { incident } = after(before, { type: 'acknowledge', via: 'link' }, BOB)
      expect(incident.phase).toBe(phase)
      expect(incident.paging).toMatchObject({ state: 'answered', escalatesAtMs: null })
      expect(incident.times.acknowledgedAtMs).toBe(before.times.acknowledgedAtMs)
      expect(decide(incident, { type: 'acknowledge', via: 'api' }, BOB, LATER)).toEqual({
        ok: false,
        reason: 'already_acknowledged',
      })
      expect(decide(incident, { type: 'escalate' }, SYSTEM, LATER + 86_400_000)).toEqual({
        ok: false,
        reason: 'not_paging',
      })
    },
  )

  const moves: Record<string, IncidentCommand> = {
    'a new state': { type: 'change_phase', to: 'identified' },
    'an update with a state': {
      type: 'post_update',
      id: 'u',
      audience: 'internal',
      body: 'On it',
      status: 'identified',
      components: [],
      nextUpdateAtMs: null,
    },
  }
  it.each(Object.entries(moves))('%s does, and counts as an answer', (_, command) => {
    const { incident, events } = after(called('acknowledged'), command, BOB)
    expect(events[0]?.event.type).toBe('acknowledged')
    expect(incident.paging?.state).toBe('answered')
  })

  it('the end of the last alert does', () => {
    const { incident } = after(called('acknowledged'), { type: 'clear_alerts', firing: 0, count: 2, sample: [] })
    expect(incident.paging).toMatchObject({ state: 'over', escalatesAtMs: null })
  })

  it('what a playbook says does not', () => {
    const { incident } = after(called('investigating'), moves['an update with a state'] ?? set('sev1'), {
      kind: 'system',
      name: 'Playbook Restart',
    })
    expect(incident.phase).toBe('identified')
    expect(incident.paging?.state).toBe('calling')
  })

  it('a page of the call before gives way to the one that says more', () => {
    const pages = [{ id: 'p1', responder: { id: 'alice', name: 'Alice' }, channel: 'email', address: 'a@b.c' }] as const
    const queued = after(incidentIn('triggered'), { type: 'queue_pages', turn: 0, round: 0, step: 0, pages }).incident
    const raised = after(queued, joined('sev1')).incident
    expect(decide(raised, { type: 'queue_pages', turn: 0, round: 0, step: 0, pages }, SYSTEM, LATER).ok).toBe(false)
    const { incident } = after(raised, { type: 'attempt_page', pageId: 'p1' })
    expect(incident.pages).toMatchObject([{ id: 'p1', state: 'failed', attempts: 0, note: 'A newer page says more.' }])
  })
})

describe('a severity that a human set', () => {
  it.each(OPEN_PHASES)('calls people when it is worse, in %s', (phase) => {
    const { incident, effects } = after(incidentIn(phase), set('sev1', MANAGERS), ALICE)
    expect(incident.paging).toMatchObject({ policy: MANAGERS, state: 'calling', because: { kind: 'raised' } })
    expect(effects).toHaveLength(1)
  })

  it.each(PHASES)('calls nobody when it is less, in %s', (phase) => {
    expect(after(incidentIn(phase), set('sev4', MANAGERS), ALICE).effects).toEqual([])
  })

  it('calls nobody once the incident is resolved', () => {
    expect(after(incidentIn('resolved'), set('sev1', MANAGERS), ALICE).effects).toEqual([])
  })

  it('stands with all that came before it', () => {
    const raised = after(incidentIn('acknowledged'), joined('sev1')).incident
    const { incident } = after(raised, set('sev3'), ALICE)
    expect(incident.severities.map(({ severity, by, reason }) => [severity, by, reason])).toEqual([
      ['sev2', 'Allclear', 'The alert says critical'],
      ['sev1', 'Allclear', 'two regions: sev1'],
      ['sev3', 'Alice', 'as I see it'],
    ])
  })

  it('holds until alerts amount to something worse than they did when it was set', () => {
    const lowered = after(incidentIn('acknowledged'), set('sev4'), ALICE).incident
    const same = after(lowered, joined('sev2')).incident
    expect(same.severity).toBe('sev4')
    const less = after(same, joined('sev3')).incident
    const again = after(less, joined('sev2')).incident
    expect(again.severity).toBe('sev4')
    const worse = after(again, joined('sev1')).incident
    expect(worse.severity).toBe('sev1')
    expect(worse.paging?.state).toBe('calling')
  })

  it('gives way at once to the first alerts of an incident that a human opened', () => {
    const { incident } = play([
      [{ ...OPEN, source: 'person', severity: 'sev4', policy: null }, BOB],
      [joined('sev3'), SYSTEM],
    ])
    expect(incident?.severity).toBe('sev3')
  })

  it('is never lowered by facts', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SEVERITIES), { maxLength: 20 }), (said) => {
        let incident = incidentIn('acknowledged')
        for (const to of said) {
          const next = after(incident, joined(to)).incident
          expect(isWorse(incident.severity, next.severity)).toBe(false)
          incident = next
        }
      }),
    )
  })
})

describe('an alert that fires again while it is monitored', () => {
  const fires = (policy: EscalationPolicy | null, to: Severity): IncidentCommand => joined(to, policy, 1)

  it('calls those whom its severity names', () => {
    const { incident } = after(incidentIn('monitoring'), fires(MANAGERS, 'sev2'))
    expect(incident.phase).toBe('investigating')
    expect(incident.paging).toMatchObject({ policy: MANAGERS, state: 'calling', because: { kind: 'reopened' } })
  })

  it('calls those who were called before when a human’s word holds', () => {
    const lowered = after(incidentIn('monitoring'), set('sev4'), ALICE).incident
    const { incident } = after(lowered, fires(MANAGERS, 'sev2'))
    expect(incident).toMatchObject({ severity: 'sev4', phase: 'investigating' })
    expect(incident.paging).toMatchObject({ policy: POLICY, because: { kind: 'reopened' } })
  })

  it('calls nobody when a human moves it back: whoever moves it has it', () => {
    const { effects } = after(incidentIn('monitoring'), { type: 'change_phase', to: 'investigating' }, ALICE)
    expect(effects).toEqual([])
  })
})

describe('alerts that join after someone answered', () => {
  const join = (total: number): IncidentCommand => ({ type: 'join_alerts', total, firing: total, count: 1, sample: [] })

  it('are counted until someone answers again', () => {
    let { incident } = play([
      [OPEN, SYSTEM],
      [join(3), SYSTEM],
    ])
    if (incident === null) throw new Error('no incident')
    expect(incident.alerts.fresh).toBe(0)
    incident = after(incident, { type: 'acknowledge', via: 'api' }, ALICE).incident
    incident = after(incident, join(10)).incident
    incident = after(incident, join(15)).incident
    // One of those that is known fires again.
    incident = after(incident, join(15)).incident
    expect(incident.alerts.fresh).toBe(12)
    incident = after(incident, joined('sev1', POLICY, 15)).incident
    incident = after(incident, { type: 'acknowledge', via: 'api' }, BOB).incident
    expect(incident.alerts.fresh).toBe(0)
  })
})

it('reads a log that was written before paging could begin anew', () => {
  const event = (type: object, sequence: number): RecordedEvent => ({
    sequence,
    atMs: T0,
    by: SYSTEM,
    audience: 'internal',
    event: type as RecordedEvent['event'],
  })
  const { type: _type, policy: _policy, ...opened } = OPEN
  const old = [
    event({ type: 'opened', ...opened }, 1),
    event({ type: 'paging_started', paging: { policy: POLICY, step: 0, round: 0, escalatesAtMs: T0 + 1 } }, 2),
    event({ type: 'alerts_joined', total: 1, firing: 1, sample: [], count: 1 }, 3),
    event({ type: 'acknowledged', via: 'api' }, 4),
  ]
  expect(replay(old.slice(0, 3))?.paging).toMatchObject({ state: 'calling', turn: 0, because: { kind: 'opened' } })
  expect(replay(old)).toMatchObject({ phase: 'acknowledged', paging: { state: 'answered', escalatesAtMs: null } })
})
