import type { Actor } from './actor.ts'
import { accept, internal, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { lastPublicUpdate } from './decideUpdate.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import { PENDING_UPDATES_MAX } from './pendingUpdate.ts'
import type { PendingUpdate, UpdateContent } from './pendingUpdate.ts'
import type { Translations } from './publicModel.ts'
import type { UpdateRules } from './updateRules.ts'

/** What customers have been told is changed in the open, or taken back while that is still possible. */

export type CorrectionCommand = Extract<IncidentCommand, { type: 'edit_update' | 'withdraw_update' }>

const EDITS_MAX = 50

export function decideCorrection(
  incident: Incident,
  command: CorrectionCommand,
  by: Actor,
  nowMs: number,
  rules: UpdateRules,
): Decision {
  if (command.type === 'withdraw_update') return withdrawUpdate(incident, command.updateId, by, nowMs)
  const edited = editUpdate(incident, command, by, null, nowMs)
  if (!edited.ok || !rules.needsRelease) return edited
  if (incident.pendingUpdates.length >= PENDING_UPDATES_MAX) return refuse('limit_reached')
  const pending = withheld(incident, command, by, nowMs)
  return accept([internal(by, { type: 'update_drafted', pending })])
}

/** Posting a draft that was kept of other words for a posted update; null: it is another draft, or none. */
export function decideRewording(
  incident: Incident,
  { id, body, translations = {} }: Extract<IncidentCommand, { type: 'post_update' }>,
  by: Actor,
  nowMs: number,
  rules: UpdateRules,
): Decision | null {
  const updateId = incident.pendingUpdates.find((pending) => pending.id === id)?.rewords ?? null
  if (updateId === null) return null
  return decideCorrection(incident, { type: 'edit_update', id, updateId, body, translations }, by, nowMs, rules)
}

/** Other words for a posted update. What it said before stays there to be read. */
export function editUpdate(
  incident: Incident,
  {
    updateId,
    body,
    translations,
  }: { readonly updateId: string; readonly body: string; readonly translations: Translations },
  by: Actor,
  releasedBy: Actor | null,
  nowMs: number,
): Decision {
  const update = incident.updates.find(({ id }) => id === updateId)
  if (update === undefined) return refuse('unknown_update')
  if (update.audience !== 'public') return refuse('not_for_customers')
  if (body.trim() === '') return refuse('nothing_to_say')
  const from = { body: update.body, translations: update.translations ?? {} }
  if (body === from.body && isSame(translations, from.translations)) return refuse('same_words')
  if ((update.edits?.length ?? 0) >= EDITS_MAX) return refuse('limit_reached')
  const event = { type: 'update_edited', updateId, from, body, translations } as const
  const released = releasedBy === null ? {} : { releasedBy }
  const { undoUntilMs } = update
  const hold = undoUntilMs === undefined || undoUntilMs <= nowMs ? {} : { notBeforeMs: undoUntilMs }
  // Who was not told yet is told in these words; what the others get, the desk of subscribers decides.
  const announce = incident.isBackdated ? [] : [{ type: 'announce', updateId, ...hold } as const]
  return accept([{ event: { ...event, ...released }, audience: 'public', by }], [{ type: 'publish' }, ...announce])
}

/** As if it had not been said: also what it changed is as before. */
function withdrawUpdate(incident: Incident, updateId: string, by: Actor, nowMs: number): Decision {
  const pending = incident.pendingUpdates.find(({ id }) => id === updateId)
  // Nobody outside has it yet.
  if (pending !== undefined)
    return accept([internal(by, { type: 'draft_discarded', id: updateId, body: pending.content.body })])
  const update = incident.updates.find(({ id }) => id === updateId)
  if (update === undefined) return refuse('unknown_update')
  if (update.audience !== 'public') return refuse('not_for_customers')
  if (incident.mergedInto !== null) return refuse('merged')
  if (lastPublicUpdate(incident)?.id !== updateId) return refuse('later_update')
  const { undoable } = incident
  if (undoable?.updateId !== updateId || nowMs > undoable.untilMs) return refuse('undo_over')
  const hasMoved = incident.phase === update.status && undoable.before.phase !== incident.phase
  const phase = hasMoved ? undoable.before.phase : null
  return accept(
    [internal(by, { type: 'update_withdrawn', updateId, body: update.body, phase })],
    [{ type: 'publish' }, { type: 'retract', updateId }],
  )
}

function withheld(
  incident: Incident,
  { id, updateId, body, translations }: Extract<CorrectionCommand, { type: 'edit_update' }>,
  by: Actor,
  nowMs: number,
): PendingUpdate {
  const status = incident.updates.find((update) => update.id === updateId)?.status ?? null
  const content: UpdateContent = {
    audience: 'public',
    body,
    status,
    components: [],
    nextUpdateAtMs: null,
    translations,
  }
  const waits = { state: 'ready', postsAtMs: null, needsRelease: true, releasedBy: null, problem: null } as const
  return { id, content, rewords: updateId, by, atMs: nowMs, ...waits }
}

function isSame(a: Translations, b: Translations): boolean {
  const words = (given: Translations) => JSON.stringify(Object.entries(given).sort(([x], [y]) => (x < y ? -1 : 1)))
  return words(a) === words(b)
}
