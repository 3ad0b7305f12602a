import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import type { Audience, NamedIncident } from './incident.ts'
import type { IncidentEvent } from './incidentEvent.ts'
import type { Refusal } from './refusal.ts'

/** What the room must do in the world once the events are on disk. Each has a key, so that doing it twice is harmless. */
export type Effect =
  /** Find who the step reaches now, and queue their pages. */
  | {
      readonly type: 'resolve_pages'
      /** Absent in what was queued before paging could begin anew. */
      readonly turn?: number
      readonly round: number
      readonly step: number
    }
  | { readonly type: 'send_page'; readonly pageId: string }
  | { readonly type: 'publish' }
  /** Tell subscribers of a public update. */
  | {
      readonly type: 'announce'
      readonly updateId: string
      /** The time in which it can be taken back ends then; absent: at once. */
      readonly notBeforeMs?: number
    }
  /** Subscribers who were not told yet are not told any more. */
  | { readonly type: 'retract'; readonly updateId: string }
  | { readonly type: 'start_workflow'; readonly runId: string; readonly incarnation: number }
  | { readonly type: 'wake_workflow'; readonly runId: string; readonly incarnation: number }
  | { readonly type: 'draft_post_mortem' }
  /** The AlertDesk gives what fires in this incident to the other. */
  | { readonly type: 'hand_over_alerts'; readonly into: NamedIncident; readonly reason: string; readonly by: Actor }
  /** Let the AlertDesk open a new incident for what fires from now on. */
  | {
      readonly type: 'release_alerts'
      /** Until then the resolution can be taken back; absent: at once. */
      readonly notBeforeMs?: number
    }

export interface NewEvent {
  readonly event: IncidentEvent
  readonly audience: Audience
  readonly by: Actor
}

export type Decision =
  | { readonly ok: true; readonly events: readonly NewEvent[]; readonly effects: readonly Effect[] }
  | { readonly ok: false; readonly reason: Refusal }

export function refuse(reason: Refusal): Decision {
  return { ok: false, reason }
}

export function accept(events: readonly NewEvent[], effects: readonly Effect[] = []): Decision {
  return { ok: true, events, effects }
}

/** An entry for responders only. */
export function internal(by: Actor, event: IncidentEvent): NewEvent {
  return { event, audience: 'internal', by }
}

/** An entry that those who follow the incident inside the company see too. */
export function forStakeholders(by: Actor, event: IncidentEvent): NewEvent {
  return { event, audience: 'stakeholders', by }
}

export function bySystem(event: IncidentEvent): NewEvent {
  return internal(SYSTEM, event)
}
