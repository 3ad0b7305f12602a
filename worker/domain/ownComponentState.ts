import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import type { Ruled } from './componentRule.ts'
import type { ComponentStatus } from './componentStatus.ts'

/**
 * The state that a component has by itself, beside what incidents and maintenances say of it: set by hand, or by rules.
 * A human has the last word: while a state set by hand holds, rules change nothing of it.
 */

export interface HumanWord {
  readonly status: ComponentStatus
  readonly reason: string
  readonly by: Actor
  readonly atMs: number
  /** Null: until it is given back. */
  readonly untilMs: number | null
}

export interface OwnComponentState {
  readonly id: string
  readonly word: HumanWord | null
  readonly ruled: Ruled | null
  /** The sequence of the last event; what `expectedVersion` is compared with. */
  readonly version: number
}

export type ComponentEvent =
  | {
      readonly type: 'set_by_hand'
      readonly status: ComponentStatus
      readonly reason: string
      readonly untilMs: number | null
    }
  /** Rules decide again. */
  | { readonly type: 'given_back'; readonly reason: string }
  /** The time that was set for it is over. */
  | { readonly type: 'word_ended' }
  | { readonly type: 'ruled'; readonly ruled: Ruled | null }

export interface RecordedComponentEvent {
  /** Over all components, growing. */
  readonly sequence: number
  readonly component: string
  readonly atMs: number
  readonly by: Actor
  readonly event: ComponentEvent
  /** What the component was, and became, by itself. */
  readonly from: ComponentStatus
  readonly to: ComponentStatus
}

export type ComponentCommand =
  | {
      readonly type: 'set_status'
      readonly status: ComponentStatus
      readonly reason: string
      readonly untilMs: number | null
      readonly tellsSubscribers: boolean
    }
  | { readonly type: 'give_back'; readonly reason: string; readonly tellsSubscribers: boolean }
  | { readonly type: 'apply_rules'; readonly ruled: Ruled | null }
  /** Ends a word whose time is over. */
  | { readonly type: 'run_clock' }

export const COMPONENT_REFUSAL_MESSAGE = {
  unknown_component: 'There is no component with this id. The configuration says which there are.',
  reason_needed: 'Say why: those who look at it later will want to know.',
  end_in_the_past: 'The end has passed already. Choose a later one, or none.',
  too_far: 'A state can be set for at most a year. Leave the end open, and give it back by hand.',
  not_held: 'Nobody has set this component by hand.',
  not_due: 'Nothing is due yet.',
  same_as_before: 'Rules say the same as before.',
  stale_version: 'Someone changed the component in the meantime. Look at its present state and try again.',
} as const
export type ComponentRefusal = keyof typeof COMPONENT_REFUSAL_MESSAGE

export type ComponentDecision =
  | {
      readonly ok: true
      readonly event: ComponentEvent
      readonly by: Actor
      readonly tellsSubscribers: boolean
    }
  | { readonly ok: false; readonly reason: ComponentRefusal }

export const COMPONENT_REASON_LENGTH_MAX = 500
const WORD_MS_MAX = 366 * 24 * 3600 * 1000

export function newComponentState(id: string): OwnComponentState {
  return { id, word: null, ruled: null, version: 0 }
}

/** What the component is by itself: a human's word before any rule. */
export function ownStatus({ word, ruled }: OwnComponentState): ComponentStatus {
  return (word ?? ruled)?.status ?? 'operational'
}

export function decideComponent(
  state: OwnComponentState,
  command: ComponentCommand,
  by: Actor,
  nowMs: number,
): ComponentDecision {
  switch (command.type) {
    case 'set_status': {
      const { status, untilMs, tellsSubscribers } = command
      const reason = command.reason.trim()
      if (reason === '') return refuse('reason_needed')
      if (untilMs !== null && untilMs <= nowMs) return refuse('end_in_the_past')
      if (untilMs !== null && untilMs > nowMs + WORD_MS_MAX) return refuse('too_far')
      return { ok: true, event: { type: 'set_by_hand', status, reason, untilMs }, by, tellsSubscribers }
    }
    case 'give_back': {
      if (state.word === null) return refuse('not_held')
      const { tellsSubscribers } = command
      return { ok: true, event: { type: 'given_back', reason: command.reason.trim() }, by, tellsSubscribers }
    }
    case 'apply_rules': {
      const { ruled } = command
      if (JSON.stringify(ruled) === JSON.stringify(state.ruled)) return refuse('same_as_before')
      const tellsSubscribers = (ruled ?? state.ruled)?.tellsSubscribers ?? false
      return { ok: true, event: { type: 'ruled', ruled }, by: SYSTEM, tellsSubscribers }
    }
    case 'run_clock': {
      const untilMs = state.word?.untilMs ?? null
      if (untilMs === null || untilMs > nowMs) return refuse('not_due')
      return { ok: true, event: { type: 'word_ended' }, by: SYSTEM, tellsSubscribers: true }
    }
  }
}

export function evolveComponent(
  state: OwnComponentState,
  { sequence: version, atMs, by, event }: Omit<RecordedComponentEvent, 'from' | 'to' | 'component'>,
): OwnComponentState {
  switch (event.type) {
    case 'set_by_hand': {
      const { status, reason, untilMs } = event
      return { ...state, version, word: { status, reason, by, atMs, untilMs } }
    }
    case 'given_back':
    case 'word_ended':
      return { ...state, version, word: null }
    case 'ruled':
      return { ...state, version, ruled: event.ruled }
  }
}

function refuse(reason: ComponentRefusal): ComponentDecision {
  return { ok: false, reason }
}
