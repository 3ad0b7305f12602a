import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import { accept, internal, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { editUpdate } from './decideCorrection.ts'
import { UPDATES_MAX, isPublic, post } from './decideUpdate.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { Language } from './language.ts'
import { LANGUAGES } from './language.ts'
import type { PendingUpdate } from './pendingUpdate.ts'
import { PENDING_UPDATES_MAX, isSamePerson, pendingState } from './pendingUpdate.ts'
import { incidentVariables, renderTemplate } from './updateTemplate.ts'
import type { UpdateRules } from './updateRules.ts'

/** Updates that are not posted yet: drafts, what waits for its time, what waits for a second person. */

export type PendingCommand = Extract<
  IncidentCommand,
  { type: 'save_draft' | 'discard_draft' | 'release_update' | 'post_due_updates' | 'tell_investigating' }
>

export function decidePending(
  incident: Incident,
  command: PendingCommand,
  by: Actor,
  nowMs: number,
  rules: UpdateRules,
): Decision {
  switch (command.type) {
    case 'save_draft':
      return saveDraft(incident, command, by, nowMs)
    case 'discard_draft': {
      const pending = pendingOf(incident, command.id)
      if (pending === undefined) return refuse('unknown_draft')
      return accept([internal(by, { type: 'draft_discarded', id: pending.id, body: pending.content.body })])
    }
    case 'release_update':
      return release(incident, command.id, by, nowMs, rules)
    case 'post_due_updates':
      return postDue(incident, nowMs, rules)
    case 'tell_investigating':
      return tellInvestigating(incident, command.updateId, nowMs, rules)
  }
}

/** When the room has to speak for itself, if nobody does before; null: never. */
export function investigatingAtMs(incident: Incident, { investigating }: UpdateRules): number | null {
  const { phase, components, isBackdated, publicChangedAtMs, times } = incident
  // What people have taken back, they do not want to be said.
  if (investigating === null || phase === 'resolved' || isBackdated || publicChangedAtMs !== null) return null
  if (components.length === 0 || incident.updates.length >= UPDATES_MAX) return null
  return times.detectedAtMs + investigating.afterMinutes * 60_000
}

function pendingOf(incident: Incident, id: string): PendingUpdate | undefined {
  return incident.pendingUpdates.find((pending) => pending.id === id)
}

function saveDraft(
  incident: Incident,
  { id, content }: Extract<PendingCommand, { type: 'save_draft' }>,
  by: Actor,
  nowMs: number,
): Decision {
  if (content.body.trim() === '') return refuse('nothing_to_say')
  const known = pendingOf(incident, id)
  if (known === undefined && incident.pendingUpdates.length >= PENDING_UPDATES_MAX) return refuse('limit_reached')
  const pending: PendingUpdate = {
    id,
    state: 'draft',
    content,
    rewords: known?.rewords ?? null,
    postsAtMs: null,
    needsRelease: false,
    releasedBy: null,
    by,
    atMs: nowMs,
    problem: null,
  }
  return accept([internal(by, { type: 'update_drafted', pending })])
}

function release(incident: Incident, id: string, by: Actor, nowMs: number, rules: UpdateRules): Decision {
  const pending = pendingOf(incident, id)
  if (pending === undefined) return refuse('unknown_draft')
  if (pendingState(pending, nowMs) !== 'awaiting_release') return refuse('not_awaiting_release')
  if (by.kind === 'system' || isSamePerson(by, pending.by)) return refuse('own_release')
  const waitMs = rules.undo.pageSeconds * 1000
  const dueMs = Math.max(pending.postsAtMs ?? 0, waitMs === 0 ? 0 : nowMs + waitMs)
  const { content, by: author } = pending
  const postsAtMs = dueMs > nowMs ? dueMs : null
  const released = internal(by, { type: 'update_released', id, body: content.body, author, postsAtMs })
  if (postsAtMs !== null) return accept([released])
  const posted = goOut(incident, { ...pending, releasedBy: by }, nowMs, rules)
  return posted.ok ? accept([released, ...posted.events], posted.effects) : posted
}

/** One at a time, the first that is due: what it changes counts for the next. */
function postDue(incident: Incident, nowMs: number, rules: UpdateRules): Decision {
  const due = incident.pendingUpdates
    .filter((pending) => pendingState(pending, nowMs) === 'due')
    .sort((a, b) => (a.postsAtMs ?? a.atMs) - (b.postsAtMs ?? b.atMs))[0]
  if (due === undefined) return refuse('not_due')
  const posted = goOut(incident, due, nowMs, rules)
  if (posted.ok) return posted
  // It is a draft again, and says why: the alarm must not try for ever.
  const { id, content } = due
  return accept([internal(SYSTEM, { type: 'update_held_back', id, body: content.body, reason: posted.reason })])
}

function goOut(incident: Incident, pending: PendingUpdate, nowMs: number, rules: UpdateRules): Decision {
  const { id, content, by, releasedBy, rewords } = pending
  if (rewords === null) return post(incident, { id, content, by, releasedBy }, nowMs, rules)
  const { body, translations = {} } = content
  return editUpdate(incident, { updateId: rewords, body, translations }, by, releasedBy, nowMs)
}

function tellInvestigating(incident: Incident, updateId: string, nowMs: number, rules: UpdateRules): Decision {
  const dueMs = investigatingAtMs(incident, rules)
  if (rules.investigating === null || dueMs === null || nowMs < dueMs || isPublic(incident)) return refuse('not_due')
  const { components } = incident
  const { text, language: written = 'en', translations: texts = {} } = rules.investigating
  const fill = (template: string, language: Language) =>
    renderTemplate(template, incidentVariables(incident, components, language, null))
  const rendered = fill(text, written)
  const body = rendered.ok ? rendered.text : 'We are investigating a problem.'
  const translations: Partial<Record<Language, string>> = {}
  for (const language of LANGUAGES) {
    const translated = fill(texts[language] ?? '', language)
    if (translated.ok && translated.text !== '') translations[language] = translated.text
  }
  const said = { audience: 'public', status: 'investigating', components, nextUpdateAtMs: null } as const
  const content = { ...said, body, translations }
  return post(incident, { id: updateId, content, by: SYSTEM, releasedBy: null }, nowMs, rules)
}
