import type { Actor } from './actor.ts'
import { accept, forStakeholders, internal, refuse } from './decision.ts'
import type { Decision, Effect, NewEvent } from './decision.ts'
import { isUnanswered } from './decidePaging.ts'
import type { AffectedComponent, Incident, IncidentUpdate, Phase } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import { PENDING_UPDATES_MAX, POSTS_WITHIN_MS_MAX } from './pendingUpdate.ts'
import type { UpdateContent } from './pendingUpdate.ts'
import type { PublicStatus } from './publicModel.ts'
import type { Refusal } from './refusal.ts'
import type { UpdateRules } from './updateRules.ts'

type PostUpdate = Extract<IncidentCommand, { type: 'post_update' }>

export const UPDATES_MAX = 500

/** An update as someone said it, and who let it go out. */
export interface Said {
  readonly id: string
  readonly content: UpdateContent
  readonly by: Actor
  readonly releasedBy: Actor | null
}

/** How someone answers who did not press the button but went to work. */
export function viaOf(by: Actor): 'console' | 'api' {
  return by.kind === 'token' ? 'api' : 'console'
}

/** The update customers saw last; null while they were told nothing. */
export function lastPublicUpdate(incident: Pick<Incident, 'updates'>): IncidentUpdate | null {
  return incident.updates.findLast((update) => update.audience === 'public') ?? null
}

export function isPublic(incident: Pick<Incident, 'updates'>): boolean {
  return lastPublicUpdate(incident) !== null
}

/** Posts it, or keeps it until its time has come, the time to take it back is over, and a second person has released it. */
export function decideUpdate(
  incident: Incident,
  command: PostUpdate,
  by: Actor,
  nowMs: number,
  rules: UpdateRules,
): Decision {
  const { type: _type, id, postsAtMs = null, ...content } = command
  const refused = refusalOf(incident, content, nowMs)
  if (refused !== null) return refuse(refused)
  if (postsAtMs !== null && postsAtMs <= nowMs) return refuse('posts_in_the_past')
  if (postsAtMs !== null && postsAtMs > nowMs + POSTS_WITHIN_MS_MAX) return refuse('posts_too_late')

  const isForCustomers = content.audience === 'public'
  const needsRelease = isForCustomers && rules.needsRelease
  const waitMs = isForCustomers ? rules.undo.pageSeconds * 1000 : 0
  if (postsAtMs === null && !needsRelease && waitMs === 0)
    return post(incident, { id, content, by, releasedBy: null }, nowMs, rules)

  const isKnown = incident.pendingUpdates.some((pending) => pending.id === id)
  if (!isKnown && incident.pendingUpdates.length >= PENDING_UPDATES_MAX) return refuse('limit_reached')
  // What waits for its release has its time to be taken back once it was released.
  const dueMs = postsAtMs ?? (needsRelease ? null : nowMs + waitMs)
  return accept([
    ...answered(incident, content, by),
    kept({ id, content, by, releasedBy: null }, dueMs, needsRelease, nowMs),
  ])
}

/** An update says something to an audience; a public one may move the incident, as its status tells customers. */
export function post(incident: Incident, said: Said, nowMs: number, rules: UpdateRules): Decision {
  const { id, content, by } = said
  const refused = refusalOf(incident, content, nowMs)
  if (refused !== null) return refuse(refused)

  const update = compose(incident, said, nowMs, rules)
  const { status, audience } = content
  const events: NewEvent[] = answered(incident, content, by)
  const effects: Effect[] = []
  events.push({ event: { type: 'update_posted', update }, audience, by })
  if (update.components.length > 0)
    events.push(internal(by, { type: 'components_set', components: merged(incident.components, update) }))

  // What a playbook says by itself is no answer: until a human has given one, people go on being paged.
  const isNoAnswer = incident.phase === 'triggered' && by.kind === 'system' && status !== 'resolved'
  if (status !== null && incident.phase !== 'resolved' && !isNoAnswer) {
    // Resolved among responders: customers who were told of it are told of its end too.
    if (status === 'resolved' && audience !== 'public') {
      const end = tellTheEnd(incident, { id: `${id}-closing`, body: null, by }, nowMs, rules)
      events.push(...end.events)
      effects.push(...end.effects)
    }
    events.push(...move(incident.phase, status, by, content.happenedAtMs ?? null))
    if (status === 'resolved') effects.push(releaseAlerts(update.undoUntilMs), { type: 'draft_post_mortem' })
  }
  if (audience === 'public') effects.push(...told(incident, update, content.notify))
  return accept(events, effects)
}

export interface End {
  readonly events: readonly NewEvent[]
  readonly effects: readonly Effect[]
  /** Until when the resolution can be taken back with it. */
  readonly undoUntilMs: number | undefined
}

/** Tells customers who were told of an incident that it is over; nothing where there is nothing (more) to tell. */
export function tellTheEnd(
  incident: Incident,
  { id, body, by }: { readonly id: string; readonly body: string | null; readonly by: Actor },
  nowMs: number,
  rules: UpdateRules,
): End {
  const last = lastPublicUpdate(incident)
  if (last === null || last.status === 'resolved') return { events: [], effects: [], undoUntilMs: undefined }
  const content: UpdateContent = {
    audience: 'public',
    body: body === null || body.trim() === '' ? 'This incident has been resolved.' : body,
    status: 'resolved',
    components: [],
    nextUpdateAtMs: null,
  }
  const said = { id, content, by, releasedBy: null }
  const waitMs = rules.undo.pageSeconds * 1000
  if (rules.needsRelease || waitMs > 0) {
    const dueMs = rules.needsRelease ? null : nowMs + waitMs
    return { events: [kept(said, dueMs, rules.needsRelease, nowMs)], effects: [], undoUntilMs: undefined }
  }
  const closing = compose(incident, said, nowMs, rules)
  return {
    events: [
      { event: { type: 'update_posted', update: closing }, audience: 'public', by },
      internal(by, { type: 'components_set', components: merged(incident.components, closing) }),
    ],
    effects: told(incident, closing, undefined),
    undoUntilMs: closing.undoUntilMs,
  }
}

export function releaseAlerts(undoUntilMs: number | undefined): Effect {
  return { type: 'release_alerts', ...(undoUntilMs === undefined ? {} : { notBeforeMs: undoUntilMs }) }
}

/** Why this may not be said. */
export function refusalOf(incident: Incident, content: UpdateContent, nowMs: number): Refusal | null {
  if (content.body.trim() === '') return 'nothing_to_say'
  if (incident.updates.length >= UPDATES_MAX) return 'limit_reached'
  if (incident.phase === 'resolved' && content.status !== null && content.status !== 'resolved')
    return 'already_resolved'
  const { happenedAtMs = null } = content
  if (happenedAtMs === null) return null
  if (!incident.isBackdated) return 'not_backdated'
  if (happenedAtMs > nowMs) return 'happened_in_the_future'
  const before = incident.updates.findLast(({ audience }) => audience === content.audience)
  return happenedAtMs < Math.max(incident.times.startedAtMs, before?.atMs ?? 0) ? 'out_of_order' : null
}

/** Keeps an update that is ready and has to wait. */
export function kept(said: Said, postsAtMs: number | null, needsRelease: boolean, nowMs: number): NewEvent {
  const { id, content, by, releasedBy } = said
  const waits = {
    state: 'ready',
    rewords: null,
    postsAtMs,
    needsRelease,
    releasedBy,
    atMs: nowMs,
    problem: null,
  } as const
  return internal(by, { type: 'update_drafted', pending: { id, content, by, ...waits } })
}

/** Whoever speaks is at work on it: nobody else has to be woken. */
function answered(incident: Incident, { status }: UpdateContent, by: Actor): NewEvent[] {
  if (!isUnanswered(incident) || by.kind === 'system' || status === null) return []
  return [internal(by, { type: 'acknowledged', via: viaOf(by) })]
}

function told(incident: Incident, { id, undoUntilMs }: IncidentUpdate, notify: boolean | undefined): Effect[] {
  if (!(notify ?? !incident.isBackdated)) return [{ type: 'publish' }]
  const wait = undoUntilMs === undefined ? {} : { notBeforeMs: undoUntilMs }
  return [{ type: 'publish' }, { type: 'announce', updateId: id, ...wait }]
}

function merged(
  components: readonly AffectedComponent[],
  update: Pick<IncidentUpdate, 'components'>,
): readonly AffectedComponent[] {
  const byId = new Map(components.map((component) => [component.id, component]))
  for (const { id, name, to } of update.components) byId.set(id, { id, name, status: to })
  return [...byId.values()]
}

function compose(incident: Incident, said: Said, nowMs: number, { undo }: UpdateRules): IncidentUpdate {
  const { id, content, by, releasedBy } = said
  const isForCustomers = content.audience === 'public'
  const status = content.status ?? (isForCustomers ? statusToTell(incident) : null)
  const named = new Map(content.components.map((component) => [component.id, component]))
  const before = toldComponents(incident)
  // "Resolved" takes every component back that customers saw as affected, unless the author says otherwise.
  if (isForCustomers && status === 'resolved')
    for (const { id: component, name } of before)
      if (!named.has(component)) named.set(component, { id: component, name, status: 'operational' })

  const statuses = new Map(before.map((component) => [component.id, component.status]))
  const { translations = {} } = content
  return {
    id,
    audience: content.audience,
    body: content.body,
    status,
    components: [...named.values()].map((component) => ({
      id: component.id,
      name: component.name,
      from: statuses.get(component.id) ?? 'operational',
      to: component.status,
    })),
    nextUpdateAtMs: status === 'resolved' ? null : promised(content, nowMs),
    by,
    atMs: content.happenedAtMs ?? nowMs,
    ...(Object.keys(translations).length === 0 ? {} : { translations }),
    ...(releasedBy === null ? {} : { releasedBy }),
    ...(isForCustomers && undo.noticeSeconds > 0 ? { undoUntilMs: nowMs + undo.noticeSeconds * 1000 } : {}),
  }
}

/** A promise that was over before it was made is none. */
function promised({ nextUpdateAtMs, nextUpdateAfterMs = null }: UpdateContent, nowMs: number): number | null {
  if (nextUpdateAfterMs !== null) return nowMs + nextUpdateAfterMs
  return nextUpdateAtMs !== null && nextUpdateAtMs > nowMs ? nextUpdateAtMs : null
}

/** What customers believe about each component this incident touched. */
function toldComponents(incident: Incident): AffectedComponent[] {
  const known = new Map<string, AffectedComponent>()
  for (const update of incident.updates)
    if (update.audience === 'public')
      for (const { id, name, to } of update.components) known.set(id, { id, name, status: to })
  return [...known.values()]
}

/** A public update without a status repeats the last one, or says what the phase means to a customer. */
function statusToTell(incident: Incident): PublicStatus {
  const last = lastPublicUpdate(incident)?.status
  if (last !== undefined && last !== null) return last
  const { phase } = incident
  switch (phase) {
    case 'triggered':
    case 'acknowledged':
    case 'investigating':
      return 'investigating'
    case 'identified':
    case 'monitoring':
    case 'resolved':
      return phase
  }
}

function move(from: Phase, to: PublicStatus, by: Actor, happenedAtMs: number | null): NewEvent[] {
  if (from === to) return []
  const then = happenedAtMs === null ? {} : { happenedAtMs }
  if (to === 'resolved')
    return [internal(by, { type: 'resolved', from, reason: 'Told to customers as resolved', ...then })]
  return movedTo(from, to, by, then)
}

/** The events of going from one open phase to another. Back from monitoring means that the mitigation did not hold. */
export function movedTo(
  from: Phase,
  to: Exclude<PublicStatus, 'resolved'>,
  by: Actor,
  then: { readonly happenedAtMs?: number } = {},
): NewEvent[] {
  if (from !== 'monitoring') return [forStakeholders(by, { type: 'phase_changed', from, to, ...then })]
  const reopened = forStakeholders(by, { type: 'reopened', from, reason: `Back to ${to}` })
  if (to !== 'identified') return [reopened]
  return [reopened, forStakeholders(by, { type: 'phase_changed', from: 'investigating', to, ...then })]
}
