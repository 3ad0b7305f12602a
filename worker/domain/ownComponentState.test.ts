import { describe, expect, it } from 'vitest'
import { SYSTEM } from './actor.ts'
import type { Actor } from './actor.ts'
import type { Ruled } from './componentRule.ts'
import type { ComponentCommand, OwnComponentState } from './ownComponentState.ts'
import { decideComponent, evolveComponent, newComponentState, ownStatus } from './ownComponentState.ts'

const ALICE: Actor = { kind: 'responder', id: 'alice', name: 'Alice' }
const T0 = Date.UTC(2100, 10, 24, 12)
const HOUR_MS = 3_600_000

const RULED: Ruled = { status: 'partial_outage', because: ['an alert fires'], tellsSubscribers: true }

function set(changes: Partial<Extract<ComponentCommand, { type: 'set_status' }>> = {}): ComponentCommand {
  return {
    type: 'set_status',
    status: 'major_outage',
    reason: 'I saw it',
    untilMs: null,
    tellsSubscribers: true,
    ...changes,
  }
}
const BACK: ComponentCommand = { type: 'give_back', reason: '', tellsSubscribers: true }

function play(
  before: OwnComponentState,
  command: ComponentCommand,
  atMs = T0,
): { state: OwnComponentState; outcome: string } {
  const decision = decideComponent(before, command, ALICE, atMs)
  if (!decision.ok) return { state: before, outcome: `refused: ${decision.reason}` }
  const { by, event } = decision
  const state = evolveComponent(before, { sequence: before.version + 1, atMs, by, event })
  return { state, outcome: ownStatus(state) }
}

const untouched = newComponentState('checkout')
const ruled = play(untouched, { type: 'apply_rules', ruled: RULED }).state
const held = play(untouched, set({ untilMs: T0 + HOUR_MS })).state
const heldOverRule = play(ruled, set({ status: 'operational', untilMs: T0 + HOUR_MS })).state

describe('what a component is by itself', () => {
  it.each<[string, ComponentCommand, number, Record<string, string>]>([
    [
      'set_status',
      set(),
      T0,
      { untouched: 'major_outage', ruled: 'major_outage', held: 'major_outage', heldOverRule: 'major_outage' },
    ],
    [
      'give_back',
      BACK,
      T0,
      {
        untouched: 'refused: not_held',
        ruled: 'refused: not_held',
        held: 'operational',
        heldOverRule: 'partial_outage',
      },
    ],
    [
      'apply_rules (the same)',
      { type: 'apply_rules', ruled: RULED },
      T0,
      {
        untouched: 'partial_outage',
        ruled: 'refused: same_as_before',
        held: 'major_outage',
        heldOverRule: 'refused: same_as_before',
      },
    ],
    [
      'apply_rules (none)',
      { type: 'apply_rules', ruled: null },
      T0,
      {
        untouched: 'refused: same_as_before',
        ruled: 'operational',
        held: 'refused: same_as_before',
        heldOverRule: 'operational',
      },
    ],
    [
      'run_clock (too early)',
      { type: 'run_clock' },
      T0 + HOUR_MS - 1,
      {
        untouched: 'refused: not_due',
        ruled: 'refused: not_due',
        held: 'refused: not_due',
        heldOverRule: 'refused: not_due',
      },
    ],
    [
      'run_clock',
      { type: 'run_clock' },
      T0 + HOUR_MS,
      { untouched: 'refused: not_due', ruled: 'refused: not_due', held: 'operational', heldOverRule: 'partial_outage' },
    ],
  ])('%s in every state', (_, command, atMs, outcomes) => {
    const states = { untouched, ruled, held, heldOverRule }
    const seen = Object.entries(states).map(([name, state]) => [name, play(state, command, atMs).outcome])
    expect(Object.fromEntries(seen)).toEqual(outcomes)
  })

  it('asks why, and takes no end that has passed or lies too far off', () => {
    expect(play(untouched, set({ reason: '  ' })).outcome).toBe('refused: reason_needed')
    expect(play(untouched, set({ untilMs: T0 })).outcome).toBe('refused: end_in_the_past')
    expect(play(untouched, set({ untilMs: T0 + 400 * 24 * HOUR_MS })).outcome).toBe('refused: too_far')
  })

  it('names whoever had the last word', () => {
    expect(held.word).toMatchObject({ by: ALICE, reason: 'I saw it', atMs: T0 })
    expect(decideComponent(held, { type: 'run_clock' }, ALICE, T0 + HOUR_MS)).toMatchObject({ ok: true, by: SYSTEM })
  })
})
