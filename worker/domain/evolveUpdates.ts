import type { Actor } from './actor.ts'
import type { AffectedComponent, Incident, IncidentUpdate } from './incident.ts'
import type { IncidentEvent } from './incidentEvent.ts'
import { pendingState } from './pendingUpdate.ts'
import type { PendingUpdate } from './pendingUpdate.ts'
import { REFUSAL_MESSAGE } from './refusal.ts'

export type UpdateEvent = Extract<
  IncidentEvent,
  {
    type:
      | 'update_posted'
      | 'update_drafted'
      | 'draft_discarded'
      | 'update_released'
      | 'update_held_back'
      | 'update_edited'
      | 'update_withdrawn'
  }
>

/** What an incident tells, and is about to tell, after `event`. */
export function evolveUpdates(incident: Incident, event: UpdateEvent, by: Actor, atMs: number): Incident {
  const { pendingUpdates } = incident
  switch (event.type) {
    case 'update_posted':
      return posted(incident, event.update, atMs)
    case 'update_drafted':
      return { ...incident, pendingUpdates: [...without(pendingUpdates, event.pending.id), event.pending] }
    case 'draft_discarded':
      return { ...incident, pendingUpdates: without(pendingUpdates, event.id) }
    case 'update_released':
      return withPending(incident, event.id, { releasedBy: by, postsAtMs: event.postsAtMs })
    case 'update_held_back': {
      const problem = REFUSAL_MESSAGE[event.reason]
      return withPending(incident, event.id, { state: 'draft', postsAtMs: null, releasedBy: null, problem })
    }
    case 'update_edited': {
      const { updateId, from, body, translations } = event
      const updates = incident.updates.map((update) =>
        update.id === updateId
          ? { ...update, body, translations, edits: [...(update.edits ?? []), { ...from, by, atMs }] }
          : update,
      )
      // The wording that waited for its release is this one.
      const left = pendingUpdates.filter(
        (pending) => pending.rewords !== updateId || pendingState(pending, atMs) !== 'due',
      )
      return { ...incident, updates, pendingUpdates: left, publicChangedAtMs: atMs }
    }
    case 'update_withdrawn':
      return withdrawn(incident, event, atMs)
  }
}

function posted(incident: Incident, update: IncidentUpdate, atMs: number): Incident {
  const pendingUpdates = without(incident.pendingUpdates, update.id)
  const updates = [...incident.updates, update]
  if (update.audience !== 'public') return { ...incident, updates, pendingUpdates }
  const { phase, components, nextUpdateAtMs, fixedBy, times } = incident
  const before = { phase, components, nextUpdateAtMs, fixedBy, mitigatedAtMs: times.mitigatedAtMs }
  const { id: updateId, undoUntilMs: untilMs } = update
  return {
    ...incident,
    updates,
    pendingUpdates,
    undoable: untilMs === undefined ? null : { updateId, untilMs, before },
    nextUpdateAtMs: update.nextUpdateAtMs,
    publicChangedAtMs: atMs,
  }
}

function withdrawn(
  incident: Incident,
  { updateId, phase }: Extract<UpdateEvent, { type: 'update_withdrawn' }>,
  atMs: number,
): Incident {
  const update = incident.updates.find(({ id }) => id === updateId)
  const { undoable, times } = incident
  const rest = { ...incident, updates: incident.updates.filter(({ id }) => id !== updateId), publicChangedAtMs: atMs }
  if (update === undefined || undoable === null) return rest
  const { before } = undoable
  const withoutIt = {
    ...rest,
    undoable: null,
    components: takenBack(incident.components, before.components, update),
    nextUpdateAtMs: before.nextUpdateAtMs,
  }
  if (phase === null) return withoutIt
  const { mitigatedAtMs, fixedBy } = before
  return { ...withoutIt, phase, fixedBy, times: { ...times, mitigatedAtMs, resolvedAtMs: null } }
}

/** Of the components only those that the update named: what people have set since stays. */
function takenBack(
  now: readonly AffectedComponent[],
  before: readonly AffectedComponent[],
  { components }: IncidentUpdate,
): readonly AffectedComponent[] {
  const named = new Set(components.map(({ id }) => id))
  const known = new Map(before.map((component) => [component.id, component]))
  return now.flatMap((component) => {
    if (!named.has(component.id)) return [component]
    const was = known.get(component.id)
    return was === undefined ? [] : [was]
  })
}

function without(pending: readonly PendingUpdate[], id: string): readonly PendingUpdate[] {
  return pending.filter((each) => each.id !== id)
}

function withPending(incident: Incident, id: string, changed: Partial<PendingUpdate>): Incident {
  const pendingUpdates = incident.pendingUpdates.map((each) => (each.id === id ? { ...each, ...changed } : each))
  return { ...incident, pendingUpdates }
}
