import { describe, expect, it } from 'vitest'
import { ALICE, BOB, OPEN, T0, play } from '../../test/sampleIncident.ts'
import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import { decide } from './decide.ts'
import { RUN_SILENCE_MS } from './decideRun.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { PlaybookStep } from './playbook.ts'

const alice = { id: 'alice', name: 'Alice' }
const bob = { id: 'bob', name: 'Bob' }

const DIAGNOSE: PlaybookStep = { kind: 'diagnose', title: 'Look', url: 'https://example.com/health' }
const ASK: PlaybookStep = { kind: 'ask', title: 'Is it eu?', options: ['yes', 'no'] }
const RISKY: PlaybookStep = {
  kind: 'act',
  title: 'Restart',
  connection: 'shop',
  method: 'POST',
  path: '/restart',
  risk: 'high',
}
const SAFE: PlaybookStep = { ...RISKY, risk: 'low' }
const APPROVE: PlaybookStep = { kind: 'approve', title: 'Go on?' }
const WAIT: PlaybookStep = { kind: 'wait', title: 'Let it settle', seconds: 300 }

type Line = readonly [IncidentCommand, Actor]

function started(...steps: PlaybookStep[]): Line[] {
  return [
    [OPEN, SYSTEM],
    [{ type: 'acknowledge', via: 'api' }, ALICE],
    [
      {
        type: 'start_run',
        runId: 'r',
        playbookId: 'restart',
        name: 'Restart',
        requestedBy: alice,
        steps: steps.map((definition, i) => ({ definition, planHash: `hash ${i}` })),
      },
      ALICE,
    ],
  ]
}
const begin = (index: number): Line => [{ type: 'begin_run_step', runId: 'r', index }, SYSTEM]
const finish = (index: number, ok = true): Line => [
  { type: 'finish_run_step', runId: 'r', index, ok, output: 'seen' },
  SYSTEM,
]
const approve = (index: number, by: Actor, person: typeof alice, approved = true, planHash = `hash ${index}`): Line => [
  { type: 'approve_run_step', runId: 'r', index, planHash, person, approved },
  by,
]

function refusal(story: readonly Line[], [command, by]: Line, nowMs = T0 + 60_000): string {
  const decision = decide(play(story).incident, command, by, nowMs)
  return decision.ok ? 'accepted' : decision.reason
}

function runOf(story: readonly Line[]) {
  return play(story).incident?.runs[0]
}

describe('a playbook run', () => {
  it('goes step by step and succeeds with the last', () => {
    expect(runOf([...started(DIAGNOSE, SAFE), begin(0), finish(0), begin(1), finish(1)])).toMatchObject({
      status: 'succeeded',
      steps: [{ status: 'succeeded', output: 'seen' }, { status: 'succeeded' }],
    })
  })

  it('ends with the first step that fails; what it never came to is skipped', () => {
    expect(runOf([...started(DIAGNOSE, SAFE), begin(0), finish(0, false)])).toMatchObject({
      status: 'failed',
      steps: [{ status: 'failed' }, { status: 'skipped' }],
    })
  })

  it('takes a report twice without harm, and none for another step', () => {
    const story = [...started(DIAGNOSE, SAFE), begin(0), begin(0)]
    expect(runOf(story)?.steps[0]?.status).toBe('running')
    expect(refusal(story, finish(1))).toBe('wrong_step')
    expect(refusal([...story, finish(0)], finish(0))).toBe('wrong_step')
  })
})

describe('a step that needs a human', () => {
  it('waits, and a high-risk act is approved by someone else than who started the run', () => {
    const story = [...started(RISKY), begin(0)]
    expect(runOf(story)).toMatchObject({ status: 'waiting', steps: [{ status: 'waiting' }] })
    expect(refusal(story, approve(0, ALICE, alice))).toBe('own_approval')
    expect(runOf([...story, approve(0, BOB, bob)])?.steps[0]).toMatchObject({ status: 'running', approvedBy: bob })
  })

  it('is bound to what was shown', () => {
    expect(refusal([...started(RISKY), begin(0)], approve(0, BOB, bob, true, 'another hash'))).toBe('plan_changed')
  })

  it('may be declined by anyone, the one who started it too', () => {
    expect(runOf([...started(RISKY), begin(0), approve(0, ALICE, alice, false)])).toMatchObject({ status: 'failed' })
  })

  it('is not approved before it waits, nor when it asks something', () => {
    expect(refusal(started(RISKY), approve(0, BOB, bob))).toBe('not_waiting')
    expect(refusal([...started(ASK), begin(0)], approve(0, BOB, bob))).toBe('not_waiting')
  })

  it('lets an approval step be approved by whoever started the run', () => {
    expect(runOf([...started(APPROVE, SAFE), begin(0), approve(0, ALICE, alice)])?.steps[0]?.status).toBe('succeeded')
  })

  it('takes only the answers it offers', () => {
    const story = [...started(ASK), begin(0)]
    const answer = (text: string): Line => [
      { type: 'answer_run_step', runId: 'r', index: 0, person: bob, answer: text },
      BOB,
    ]
    expect(refusal(story, answer('perhaps'))).toBe('plan_changed')
    expect(runOf([...story, answer('yes')])).toMatchObject({ status: 'succeeded', steps: [{ output: 'Bob: yes' }] })
  })
})

describe('a run whose Workflow died', () => {
  const resume = (dead = false): Line => [{ type: 'resume_run', runId: 'r', dead }, SYSTEM]

  it('is started again after a silence, at the step it was at', () => {
    const story = [...started(DIAGNOSE, SAFE), begin(0)]
    expect(refusal(story, resume(), T0 + 10_000)).toBe('not_due')
    const late = T0 + RUN_SILENCE_MS + 10_000
    const decision = decide(play(story).incident, resume()[0], SYSTEM, late)
    expect(decision).toMatchObject({ ok: true, effects: [{ type: 'start_workflow', runId: 'r', incarnation: 1 }] })
  })

  it('is not taken for dead while it waits for a human or for time to pass', () => {
    const late = T0 + RUN_SILENCE_MS + 10_000
    expect(refusal([...started(RISKY), begin(0)], resume(), late)).toBe('not_due')
    expect(refusal([...started(WAIT), begin(0)], resume(), late)).toBe('not_due')
    expect(refusal([...started(WAIT), begin(0)], resume(), late + 300_000)).toBe('accepted')
  })

  it('is not taken for dead while an act may still be tried again', () => {
    const late = T0 + RUN_SILENCE_MS + 10_000
    expect(refusal([...started(SAFE), begin(0)], resume(), late)).toBe('not_due')
    expect(refusal([...started(SAFE), begin(0)], resume(), late + 150_000)).toBe('accepted')
  })

  it('is started again at once when it is known to be gone', () => {
    expect(refusal([...started(RISKY), begin(0)], resume(true))).toBe('accepted')
  })

  it('stays over once it is over', () => {
    const cancelled: Line[] = [...started(RISKY), begin(0), [{ type: 'cancel_run', runId: 'r' }, BOB]]
    expect(runOf(cancelled)?.status).toBe('cancelled')
    expect(refusal(cancelled, resume(true))).toBe('run_over')
  })
})
