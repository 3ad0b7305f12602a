import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, INCIDENT_ID, OPEN, POLICY, T0, incidentIn, play } from '../../test/sampleIncident.ts'
import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import { decide } from './decide.ts'
import { evolve, replay } from './evolve.ts'
import { PHASES } from './incident.ts'
import type { Incident, Phase } from './incident.ts'
import { IncidentId } from './identifiers.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { RecordedEvent } from './incidentEvent.ts'

const LATER = T0 + 3_600_000
const alice = { id: 'alice', name: 'Alice' }
const update = (
  status: 'investigating' | 'identified' | 'monitoring' | 'resolved' | null,
  audience: 'internal' | 'public' = 'public',
) => ({ type: 'post_update', id: 'u1', audience, body: 'Words', status, components: [], nextUpdateAtMs: null }) as const

const OTHER = {
  id: IncidentId.parse('zzzzzzzzzzzz'),
  title: 'Database down',
  publicTitle: 'Database',
  isPublic: false,
}

/** What each command does in each phase: the phase after it, or the reason it is refused. */
const LIFECYCLE: Record<string, { command: IncidentCommand; by?: Actor; outcome: Record<Phase, string> }> = {
  open: {
    command: OPEN,
    outcome: all('refused: already_open'),
  },
  acknowledge: {
    command: { type: 'acknowledge', via: 'console' },
    outcome: {
      ...all('refused: already_acknowledged'),
      triggered: 'acknowledged',
      resolved: 'refused: already_resolved',
    },
  },
  'change_phase to investigating': {
    command: { type: 'change_phase', to: 'investigating' },
    outcome: {
      ...all('investigating'),
      investigating: 'refused: already_in_phase',
      resolved: 'refused: already_resolved',
    },
  },
  'change_phase to identified': {
    command: { type: 'change_phase', to: 'identified' },
    outcome: { ...all('identified'), identified: 'refused: already_in_phase', resolved: 'refused: already_resolved' },
  },
  'change_phase to monitoring': {
    command: { type: 'change_phase', to: 'monitoring' },
    outcome: { ...all('monitoring'), monitoring: 'refused: already_in_phase', resolved: 'refused: already_resolved' },
  },
  resolve: {
    command: { type: 'resolve', reason: '', updateId: 'closing', publicBody: null },
    outcome: { ...all('resolved'), resolved: 'refused: already_resolved' },
  },
  'an alert joins': {
    command: { type: 'join_alerts', total: 2, firing: 2, count: 1, sample: [] },
    by: SYSTEM,
    outcome: { ...unchanged(), monitoring: 'investigating', resolved: 'refused: already_resolved' },
  },
  'a person merges it into another': {
    command: { type: 'merge_into', into: OTHER, reason: 'the same', updateId: 'closing' },
    outcome: { ...all('resolved'), resolved: 'refused: already_resolved' },
  },
  'a cause came to light': {
    command: { type: 'merge_into', into: OTHER, reason: 'the same', updateId: 'closing' },
    by: SYSTEM,
    outcome: { ...all('refused: already_acknowledged'), triggered: 'resolved', resolved: 'refused: already_resolved' },
  },
  'another is merged into it': {
    command: { type: 'absorb', from: OTHER, reason: 'the same' },
    by: SYSTEM,
    outcome: unchanged(),
  },
  'some of its alerts are moved': {
    command: { type: 'let_alerts_go', to: OTHER, reason: '', total: 1, firing: 1, count: 1, sample: [] },
    outcome: unchanged(),
  },
  'the last alert ends': {
    command: { type: 'clear_alerts', firing: 0, count: 1, sample: [] },
    by: SYSTEM,
    outcome: {
      triggered: 'resolved',
      acknowledged: 'monitoring',
      investigating: 'monitoring',
      identified: 'monitoring',
      monitoring: 'monitoring',
      resolved: 'resolved',
    },
  },
  'one of several alerts ends': {
    command: { type: 'clear_alerts', firing: 3, count: 1, sample: [] },
    by: SYSTEM,
    outcome: unchanged(),
  },
  change_severity: { command: { type: 'change_severity', to: 'sev1', reason: 'all of eu' }, outcome: unchanged() },
  'change_severity to the same': {
    command: { type: 'change_severity', to: 'sev2', reason: 'x' },
    outcome: all('refused: same_severity'),
  },
  'change_severity without a reason': {
    command: { type: 'change_severity', to: 'sev1', reason: ' ' },
    outcome: all('refused: reason_needed'),
  },
  change_title: { command: { type: 'change_title', title: 'a', publicTitle: 'b' }, outcome: unchanged() },
  correct_start: { command: { type: 'correct_start', toMs: T0 - 120_000, reason: 'logs' }, outcome: unchanged() },
  'correct_start into the future': {
    command: { type: 'correct_start', toMs: LATER + 1, reason: 'logs' },
    outcome: all('refused: start_in_the_future'),
  },
  'correct_start without a reason': {
    command: { type: 'correct_start', toMs: T0 - 120_000, reason: '' },
    outcome: all('refused: reason_needed'),
  },
  'correct_start past the resolution': {
    command: { type: 'correct_start', toMs: LATER - 1, reason: 'logs' },
    outcome: { ...unchanged(), resolved: 'refused: start_after_resolution' },
  },
  set_components: { command: { type: 'set_components', components: [] }, outcome: unchanged() },
  'an internal update': { command: update(null, 'internal'), outcome: unchanged() },
  'a public update without a status': { command: update(null), outcome: unchanged() },
  'a public update: investigating': {
    command: update('investigating'),
    outcome: { ...all('investigating'), resolved: 'refused: already_resolved' },
  },
  'a public update: identified': {
    command: update('identified'),
    outcome: { ...all('identified'), resolved: 'refused: already_resolved' },
  },
  'a public update: monitoring': {
    command: update('monitoring'),
    outcome: { ...all('monitoring'), resolved: 'refused: already_resolved' },
  },
  'a public update: resolved': { command: update('resolved'), outcome: all('resolved') },
  'an update without words': { command: { ...update(null), body: ' ' }, outcome: all('refused: nothing_to_say') },
  'an update that is posted later': {
    command: { ...update('identified'), id: 'later', postsAtMs: LATER + 60_000 },
    // Whoever schedules it is at work.
    outcome: { ...unchanged(), triggered: 'acknowledged', resolved: 'refused: already_resolved' },
  },
  'an update that is posted in the past': {
    command: { ...update(null), postsAtMs: LATER },
    outcome: all('refused: posts_in_the_past'),
  },
  'an update that is posted next year': {
    command: { ...update(null), postsAtMs: LATER + 365 * 86_400_000 },
    outcome: all('refused: posts_too_late'),
  },
  'an update with a past time': {
    command: { ...update(null), happenedAtMs: T0 },
    outcome: all('refused: not_backdated'),
  },
  save_draft: { command: { type: 'save_draft', id: 'draft', content: update(null) }, outcome: unchanged() },
  'save_draft without words': {
    command: { type: 'save_draft', id: 'draft', content: { ...update(null), body: '' } },
    outcome: all('refused: nothing_to_say'),
  },
  discard_draft: { command: { type: 'discard_draft', id: 'nope' }, outcome: all('refused: unknown_draft') },
  release_update: { command: { type: 'release_update', id: 'nope' }, outcome: all('refused: unknown_draft') },
  post_due_updates: { command: { type: 'post_due_updates' }, by: SYSTEM, outcome: all('refused: not_due') },
  tell_investigating: {
    command: { type: 'tell_investigating', updateId: 'auto' },
    by: SYSTEM,
    outcome: all('refused: not_due'),
  },
  edit_update: {
    command: { type: 'edit_update', id: 'e', updateId: 'nope', body: 'x', translations: {} },
    outcome: all('refused: unknown_update'),
  },
  withdraw_update: { command: { type: 'withdraw_update', updateId: 'nope' }, outcome: all('refused: unknown_update') },
  take_role: { command: { type: 'take_role', role: 'commander', person: alice }, outcome: unchanged() },
  release_role: { command: { type: 'release_role', role: 'commander' }, outcome: all('refused: role_not_taken') },
  add_task: { command: { type: 'add_task', id: 't', title: 'Look', owner: null }, outcome: unchanged() },
  change_task: {
    command: { type: 'change_task', id: 'nope', owner: null, done: true },
    outcome: all('refused: unknown_task'),
  },
  add_hypothesis: {
    command: { type: 'add_hypothesis', id: 'h', statement: 'v142', owner: null },
    outcome: unchanged(),
  },
  judge_hypothesis: {
    command: { type: 'judge_hypothesis', id: 'nope', verdict: 'confirmed', note: '' },
    outcome: all('refused: unknown_hypothesis'),
  },
  record_diagnostic: {
    command: {
      type: 'record_diagnostic',
      result: { kind: 'http', target: 'https://example.com', ok: true, output: '', durationMs: 1 },
    },
    outcome: unchanged(),
  },
  escalate: {
    command: { type: 'escalate' },
    by: SYSTEM,
    outcome: { ...all('refused: not_paging'), triggered: 'triggered' },
  },
  queue_pages: {
    command: {
      type: 'queue_pages',
      turn: 0,
      round: 0,
      step: 0,
      pages: [{ id: 'p', responder: alice, channel: 'email', address: 'a@example.com' }],
    },
    by: SYSTEM,
    outcome: { ...all('refused: not_paging'), triggered: 'triggered' },
  },
  attempt_page: {
    command: { type: 'attempt_page', pageId: 'nope' },
    by: SYSTEM,
    outcome: all('refused: unknown_page'),
  },
  record_page_sent: {
    command: { type: 'record_page_sent', pageId: 'nope', receipt: '' },
    by: SYSTEM,
    outcome: all('refused: unknown_page'),
  },
  record_page_failed: {
    command: { type: 'record_page_failed', pageId: 'nope', reason: '', final: true },
    by: SYSTEM,
    outcome: all('refused: unknown_page'),
  },
  start_run: {
    command: { type: 'start_run', runId: 'r', playbookId: 'p', name: 'P', requestedBy: alice, steps: [] },
    outcome: { ...unchanged(), resolved: 'refused: already_resolved' },
  },
  resume_run: { command: { type: 'resume_run', runId: 'nope', dead: true }, outcome: all('refused: unknown_run') },
  begin_run_step: {
    command: { type: 'begin_run_step', runId: 'nope', index: 0 },
    outcome: all('refused: unknown_run'),
  },
  finish_run_step: {
    command: { type: 'finish_run_step', runId: 'nope', index: 0, ok: true, output: '' },
    outcome: all('refused: unknown_run'),
  },
  approve_run_step: {
    command: { type: 'approve_run_step', runId: 'nope', index: 0, planHash: '', person: alice, approved: true },
    outcome: all('refused: unknown_run'),
  },
  answer_run_step: {
    command: { type: 'answer_run_step', runId: 'nope', index: 0, person: alice, answer: 'x' },
    outcome: all('refused: unknown_run'),
  },
  cancel_run: { command: { type: 'cancel_run', runId: 'nope' }, outcome: all('refused: unknown_run') },
  record_headline: {
    command: { type: 'record_headline', clauses: [{ text: 'Slow.', fact: null }], changed: [] },
    by: SYSTEM,
    outcome: unchanged(),
  },
  record_impact: {
    command: {
      type: 'record_impact',
      service: { id: 'checkout', name: 'Checkout' },
      queries: ['users'],
      affectedUsers: 1200,
      errorRate: null,
      problem: null,
      severity: null,
    },
    by: SYSTEM,
    outcome: { ...unchanged(), resolved: 'refused: already_resolved' },
  },
  record_draft: { command: { type: 'record_draft' }, by: SYSTEM, outcome: unchanged() },
}

function all(outcome: string): Record<Phase, string> {
  return {
    triggered: outcome,
    acknowledged: outcome,
    investigating: outcome,
    identified: outcome,
    monitoring: outcome,
    resolved: outcome,
  }
}

function unchanged(): Record<Phase, string> {
  return {
    triggered: 'triggered',
    acknowledged: 'acknowledged',
    investigating: 'investigating',
    identified: 'identified',
    monitoring: 'monitoring',
    resolved: 'resolved',
  }
}

function outcomeOf(incident: Incident, command: IncidentCommand, by: Actor, nowMs: number): string {
  const decision = decide(incident, command, by, nowMs)
  return decision.ok ? after(incident, decision.events, nowMs).phase : `refused: ${decision.reason}`
}

function after(
  incident: Incident,
  events: readonly Omit<RecordedEvent, 'sequence' | 'atMs'>[],
  atMs: number,
): Incident {
  return events.reduce((state, event) => evolve(state, { ...event, atMs, sequence: state.version + 1 }), incident)
}

describe('every command in every phase', () => {
  for (const [name, { command, by = BOB, outcome }] of Object.entries(LIFECYCLE))
    it.each(PHASES)(`${name}, in %s`, (phase) => {
      expect(outcomeOf(incidentIn(phase), command, by, LATER)).toBe(outcome[phase])
    })

  it('leaves no command out', () => {
    const seen = new Set(Object.values(LIFECYCLE).map(({ command }) => command.type))
    const every: Record<IncidentCommand['type'], true> = {
      open: true,
      join_alerts: true,
      clear_alerts: true,
      merge_into: true,
      absorb: true,
      let_alerts_go: true,
      acknowledge: true,
      change_phase: true,
      resolve: true,
      change_severity: true,
      change_title: true,
      correct_start: true,
      set_components: true,
      post_update: true,
      save_draft: true,
      discard_draft: true,
      release_update: true,
      post_due_updates: true,
      edit_update: true,
      withdraw_update: true,
      tell_investigating: true,
      take_role: true,
      release_role: true,
      add_task: true,
      change_task: true,
      add_hypothesis: true,
      judge_hypothesis: true,
      record_diagnostic: true,
      escalate: true,
      queue_pages: true,
      attempt_page: true,
      record_page_sent: true,
      record_page_failed: true,
      start_run: true,
      resume_run: true,
      begin_run_step: true,
      finish_run_step: true,
      approve_run_step: true,
      answer_run_step: true,
      cancel_run: true,
      record_draft: true,
      record_headline: true,
      record_impact: true,
    }
    expect([...seen].sort()).toEqual(Object.keys(every).sort())
  })

  it('refuses everything but open where there is no incident', () => {
    for (const { command } of Object.values(LIFECYCLE))
      if (command.type !== 'open')
        expect(decide(null, command, BOB, T0)).toEqual({ ok: false, reason: 'unknown_incident' })
  })
})

describe('times', () => {
  it('keeps the first acknowledgement and forgets a mitigation that did not hold', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [{ type: 'acknowledge', via: 'link' }, ALICE],
      [{ type: 'change_phase', to: 'monitoring' }, ALICE],
      [{ type: 'join_alerts', total: 2, firing: 1, count: 1, sample: [] }, SYSTEM],
    ])
    expect(incident?.phase).toBe('investigating')
    expect(incident?.times).toMatchObject({
      startedAtMs: T0 - 60_000,
      detectedAtMs: T0,
      acknowledgedAtMs: T0 + 1000,
      mitigatedAtMs: null,
    })
  })

  it('forgets the mitigation also when customers are told that it did not hold', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [{ type: 'change_phase', to: 'monitoring' }, ALICE],
      [update('identified'), ALICE],
    ])
    expect(incident?.phase).toBe('identified')
    expect(incident?.times.mitigatedAtMs).toBeNull()
  })

  it('calls an incident mitigated at the latest when it is resolved', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [{ type: 'resolve', reason: '', updateId: 'c', publicBody: null }, ALICE],
    ])
    expect(incident?.times).toMatchObject({ mitigatedAtMs: T0 + 1000, resolvedAtMs: T0 + 1000, acknowledgedAtMs: null })
  })
})

describe('what customers are told', () => {
  const affected = {
    ...update('identified'),
    components: [{ id: 'checkout', name: 'Checkout', status: 'major_outage' as const }],
  }

  it('ends with a closing update that takes the components back, when they were told', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [affected, ALICE],
      [{ type: 'resolve', reason: 'internal words', updateId: 'closing', publicBody: null }, ALICE],
    ])
    const last = incident?.updates.at(-1)
    expect(last).toMatchObject({ id: 'closing', audience: 'public', status: 'resolved' })
    expect(last?.body).not.toContain('internal words')
    expect(last?.components).toEqual([{ id: 'checkout', name: 'Checkout', from: 'major_outage', to: 'operational' }])
  })

  it('ends with a closing update also when responders resolve it among themselves', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [affected, ALICE],
      [{ ...update('resolved', 'internal'), id: 'among us' }, ALICE],
    ])
    expect(incident?.phase).toBe('resolved')
    expect(incident?.updates.at(-1)).toMatchObject({ audience: 'public', status: 'resolved' })
    expect(incident?.updates.at(-1)?.components).toEqual([
      { id: 'checkout', name: 'Checkout', from: 'major_outage', to: 'operational' },
    ])
  })

  it('ends in silence when they were told nothing', () => {
    const decision = decide(
      incidentIn('acknowledged'),
      { type: 'resolve', reason: '', updateId: 'c', publicBody: 'x' },
      ALICE,
      LATER,
    )
    expect(decision.ok && decision.events.map(({ event }) => event.type)).toEqual(['resolved'])
  })

  it('repeats the last status when an update names none', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [affected, ALICE],
      [{ ...update(null), id: 'u2' }, ALICE],
    ])
    expect(incident?.updates.at(-1)?.status).toBe('identified')
  })

  it('posts an update once, however often it is sent', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [affected, ALICE],
      [affected, ALICE],
    ])
    expect(incident?.updates).toHaveLength(1)
  })

  it('stops the paging: whoever speaks is at work', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [affected, ALICE],
    ])
    expect(incident?.times.acknowledgedAtMs).toBe(T0 + 1000)
    expect(incident?.paging?.escalatesAtMs).toBeNull()
  })
})

describe('paging', () => {
  const due = (incident: Incident, nowMs: number) => decide(incident, { type: 'escalate' }, SYSTEM, nowMs)

  it('goes through the steps and the rounds, and says when it has run out', () => {
    let { incident } = play([[OPEN, SYSTEM]])
    const seen: string[] = []
    for (let minute = 0; minute <= 30; minute++) {
      if (incident === null) throw new Error('no incident')
      const nowMs = T0 + minute * 60_000
      const decision = due(incident, nowMs)
      if (!decision.ok) continue
      incident = after(incident, decision.events, nowMs)
      for (const { event } of decision.events)
        seen.push(
          event.type === 'escalated'
            ? `${minute} min: round ${event.round} step ${event.step}`
            : `${minute} min: ${event.type}`,
        )
    }
    expect(seen).toEqual([
      '5 min: round 0 step 1',
      '10 min: round 1 step 0',
      '15 min: round 1 step 1',
      '20 min: paging_exhausted',
    ])
  })

  it('does not page twice when the alarm runs twice', () => {
    const incident = incidentIn('triggered')
    const first = due(incident, T0 + 300_000)
    expect(first.ok).toBe(true)
    const moved = after(incident, first.ok ? first.events : [], T0 + 300_000)
    expect(due(moved, T0 + 300_001)).toEqual({ ok: false, reason: 'not_due' })
  })

  it('pages nobody where no policy says so', () => {
    const decision = decide(null, { ...OPEN, policy: null }, SYSTEM, T0)
    expect(decision.ok && decision.effects).toEqual([])
  })

  it('keeps the policy it started with', () => {
    expect(incidentIn('triggered').paging?.policy).toEqual(POLICY)
  })

  it('gives a page up that someone answered before it went out', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [
        {
          type: 'queue_pages',
          turn: 0,
          round: 0,
          step: 0,
          pages: [{ id: 'p1', responder: alice, channel: 'email', address: 'a@example.com' }],
        },
        SYSTEM,
      ],
      [{ type: 'acknowledge', via: 'api' }, BOB],
      [{ type: 'attempt_page', pageId: 'p1' }, SYSTEM],
    ])
    expect(incident?.pages).toMatchObject([{ id: 'p1', state: 'failed', attempts: 0 }])
  })
})

describe('the log', () => {
  const commands = Object.values(LIFECYCLE).map(({ command, by = BOB }) => ({ command, by }))

  it('is the incident: replaying it gives the same, whatever was commanded', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(commands.length - 1), { maxLength: 40 }), (picks) => {
        const log: RecordedEvent[] = []
        let incident: Incident | null = null
        picks.unshift(0)
        picks.forEach((pick, i) => {
          const chosen = commands[pick]
          if (chosen === undefined) return
          const nowMs = LATER + i * 400_000
          const decision = decide(incident, chosen.command, chosen.by, nowMs)
          if (!decision.ok) return
          for (const event of decision.events) {
            const recorded = { ...event, sequence: log.length + 1, atMs: nowMs }
            log.push(recorded)
            incident = evolve(incident, recorded)
          }
        })
        expect(replay(log)).toEqual(incident)
        expect(replay(log)?.id).toBe(INCIDENT_ID)
        expect(replay(log)?.version).toBe(log.length)
      }),
    )
  })

  it('has a resolution time exactly when the incident is resolved', () => {
    for (const phase of PHASES) {
      const { times } = incidentIn(phase)
      expect(times.resolvedAtMs !== null).toBe(phase === 'resolved')
    }
  })
})

describe('an incident that alerts open', () => {
  it('opens although the clock of whoever judged them runs ahead, and starts no later than now', () => {
    const { incident } = play([[{ ...OPEN, startedAtMs: T0 + 600_000 }, SYSTEM]])
    expect(incident?.times).toMatchObject({ startedAtMs: T0, detectedAtMs: T0 })
  })

  it('opens for a person whose request came by a machine with another clock, not for one who means tomorrow', () => {
    const byHand = { ...OPEN, source: 'person' } as const
    expect(play([[{ ...byHand, startedAtMs: T0 + 5 }, BOB]]).incident?.times.startedAtMs).toBe(T0)
    expect(decide(null, { ...byHand, startedAtMs: T0 + 86_400_000 }, BOB, T0)).toEqual({
      ok: false,
      reason: 'start_in_the_future',
    })
  })

  it('is not closed behind the back of customers who were told of it', () => {
    const { incident } = play([
      [OPEN, SYSTEM],
      [update(null, 'public'), BOB],
      [{ type: 'clear_alerts', firing: 0, count: 1, sample: [] }, SYSTEM],
    ])
    expect(incident?.phase).toBe('monitoring')
  })
})

it('goes on paging when only a playbook has spoken', () => {
  const { incident } = play([
    [OPEN, SYSTEM],
    [update('identified', 'public'), { kind: 'system', name: 'Playbook Restart' }],
  ])
  expect(incident?.phase).toBe('triggered')
  expect(incident?.updates).toHaveLength(1)
  expect(decide(incident, { type: 'escalate' }, SYSTEM, T0 + 3_600_000).ok).toBe(true)
})
