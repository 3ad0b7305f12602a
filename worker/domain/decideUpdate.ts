import type { Actor } from './actor.ts'
import { accept, forStakeholders, internal, refuse } from './decision.ts'
import type { Decision, Effect, NewEvent } from './decision.ts'
import { isUnanswered } from './decidePaging.ts'
import type { AffectedComponent, Incident, IncidentUpdate, Phase } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { PublicStatus } from './publicModel.ts'

type PostUpdate = Extract<IncidentCommand, { type: 'post_update' }>

const UPDATES_MAX = 500

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

/** An update says something to an audience; a public one may move the incident, as its status tells customers. */
export function decideUpdate(incident: Incident, command: PostUpdate, by: Actor, nowMs: number): Decision {
  if (command.body.trim() === '') return refuse('nothing_to_say')
  if (incident.updates.length >= UPDATES_MAX) return refuse('limit_reached')
  if (incident.phase === 'resolved' && command.status !== null && command.status !== 'resolved')
    return refuse('already_resolved')

  const update = compose(incident, command, by, nowMs)
  const events: NewEvent[] = []
  const effects: Effect[] = []

  // Whoever speaks is at work on it: nobody else has to be woken.
  if (isUnanswered(incident) && by.kind !== 'system' && command.status !== null)
    events.push(internal(by, { type: 'acknowledged', via: viaOf(by) }))

  events.push({ event: { type: 'update_posted', update }, audience: command.audience, by })
  if (update.components.length > 0)
    events.push(internal(by, { type: 'components_set', components: merged(incident.components, update) }))

  // What a playbook says by itself is no answer: until a human has given one, people go on being paged.
  const isNoAnswer = incident.phase === 'triggered' && by.kind === 'system' && command.status !== 'resolved'
  if (command.status !== null && incident.phase !== 'resolved' && !isNoAnswer) {
    // Resolved among responders: customers who were told of it are told of its end too.
    const closing =
      command.status === 'resolved' && command.audience !== 'public'
        ? closingUpdate(incident, `${command.id}-closing`, null, by, nowMs)
        : null
    if (closing !== null) {
      events.push(...closed(incident, closing, by))
      effects.push({ type: 'publish' }, { type: 'announce', updateId: closing.id })
    }
    events.push(...move(incident.phase, command.status, by))
    if (command.status === 'resolved') effects.push({ type: 'release_alerts' }, { type: 'draft_post_mortem' })
  }
  if (command.audience === 'public') effects.push({ type: 'publish' }, { type: 'announce', updateId: update.id })
  return accept(events, effects)
}

/** The public update that ends an incident customers were told of; null when there is nothing (more) to tell. */
export function closingUpdate(
  incident: Incident,
  id: string,
  body: string | null,
  by: Actor,
  nowMs: number,
): IncidentUpdate | null {
  const last = lastPublicUpdate(incident)
  if (last === null || last.status === 'resolved') return null
  const text = body === null || body.trim() === '' ? 'This incident has been resolved.' : body
  return compose(
    incident,
    {
      type: 'post_update',
      id,
      audience: 'public',
      body: text,
      status: 'resolved',
      components: [],
      nextUpdateAtMs: null,
    },
    by,
    nowMs,
  )
}

/** The events of telling customers that it is over. */
export function closed(incident: Incident, closing: IncidentUpdate, by: Actor): NewEvent[] {
  return [
    { event: { type: 'update_posted', update: closing }, audience: 'public', by },
    internal(by, { type: 'components_set', components: merged(incident.components, closing) }),
  ]
}

function merged(
  components: readonly AffectedComponent[],
  update: Pick<IncidentUpdate, 'components'>,
): readonly AffectedComponent[] {
  const byId = new Map(components.map((component) => [component.id, component]))
  for (const { id, name, to } of update.components) byId.set(id, { id, name, status: to })
  return [...byId.values()]
}

function compose(incident: Incident, command: PostUpdate, by: Actor, nowMs: number): IncidentUpdate {
  const status = command.status ?? (command.audience === 'public' ? statusToTell(incident) : null)
  const named = new Map(command.components.map((component) => [component.id, component]))
  // "Resolved" takes every component back that customers saw as affected, unless the author says otherwise.
  if (command.audience === 'public' && status === 'resolved')
    for (const { id, name } of toldComponents(incident))
      if (!named.has(id)) named.set(id, { id, name, status: 'operational' })

  const told = new Map(toldComponents(incident).map((component) => [component.id, component.status]))
  return {
    id: command.id,
    audience: command.audience,
    body: command.body,
    status,
    components: [...named.values()].map(({ id, name, status: to }) => ({
      id,
      name,
      from: told.get(id) ?? 'operational',
      to,
    })),
    nextUpdateAtMs: status === 'resolved' ? null : command.nextUpdateAtMs,
    by,
    atMs: nowMs,
  }
}

/** What customers believe about each component this incident touched. */
function toldComponents(incident: Incident): AffectedComponent[] {
  const told = new Map<string, AffectedComponent>()
  for (const update of incident.updates)
    if (update.audience === 'public')
      for (const { id, name, to } of update.components) told.set(id, { id, name, status: to })
  return [...told.values()]
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

function move(from: Phase, to: PublicStatus, by: Actor): NewEvent[] {
  if (from === to) return []
  if (to === 'resolved') return [internal(by, { type: 'resolved', from, reason: 'Told to customers as resolved' })]
  return movedTo(from, to, by)
}

/** The events of going from one open phase to another. Back from monitoring means that the mitigation did not hold. */
export function movedTo(from: Phase, to: Exclude<PublicStatus, 'resolved'>, by: Actor): NewEvent[] {
  if (from !== 'monitoring') return [forStakeholders(by, { type: 'phase_changed', from, to })]
  const reopened = forStakeholders(by, { type: 'reopened', from, reason: `Back to ${to}` })
  if (to !== 'identified') return [reopened]
  return [reopened, forStakeholders(by, { type: 'phase_changed', from: 'investigating', to })]
}
