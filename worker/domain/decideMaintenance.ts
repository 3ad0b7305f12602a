import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import type { Language } from './language.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type {
  Maintenance,
  MaintenanceDetails,
  MaintenanceEvent,
  MaintenanceUpdate,
  MaintenanceWindow,
  NamedComponent,
} from './maintenance.ts'
import { isOver, isUnderWay } from './maintenance.ts'
import type {
  MaintenanceCommand,
  MaintenanceDecision,
  MaintenanceEffect,
  MaintenanceRefusal,
  Saying,
} from './maintenanceCommand.ts'
import type { MaintenanceNews } from './notice.ts'
import type { MaintenanceStatus } from './publicModel.ts'
import type { PlainSentence } from './words/maintenanceSentences.ts'
import { plainSentence } from './words/maintenanceSentences.ts'

const DAY_MS = 24 * 3600 * 1000
const LENGTH_MS_MAX = 30 * DAY_MS
const AHEAD_MS_MAX = 2 * 366 * DAY_MS
const UPDATES_MAX = 200
const EDITS_MAX = 50
/** "Now" takes a moment to fill a form in, and clocks differ. */
const PAST_MS_MAX = 10 * 60_000

/** Who says it when, and in which language where they write nothing. */
interface Spoken {
  readonly by: Actor
  readonly nowMs: number
  readonly language: Language
}

/**
 * What `command` does to `maintenance`: events to record and effects to carry out, or the reason it is refused.
 * Pure: time comes in as `nowMs`, ids come in with the command.
 */
export function decideMaintenance(
  maintenance: Maintenance | null,
  command: MaintenanceCommand,
  by: Actor,
  nowMs: number,
  /** Of what people write on the status page. */
  language: Language,
): MaintenanceDecision {
  const spoken = { by, nowMs, language }
  if (command.type === 'schedule') return schedule(maintenance, command, spoken)
  if (maintenance === null) return refuse('unknown_maintenance')
  if (command.type === 'edit_update') return editUpdate(maintenance, command, by)
  // The same update again: it is there, and that is what was asked for.
  if ('updateId' in command && maintenance.updates.some(({ id }) => id === command.updateId)) return accept([])

  const { status } = maintenance
  switch (command.type) {
    case 'reschedule':
      return limited(maintenance, () => reschedule(maintenance, command, spoken))
    case 'start':
      if (isOver(status)) return refuse(overReason(status))
      if (status === 'in_progress') return refuse('already_in_progress')
      if (status === 'verifying') return limited(maintenance, () => move(maintenance, 'resumed', command, spoken))
      if (nowMs >= maintenance.scheduledUntilMs) return refuse('window_over')
      return move(maintenance, 'started', command, spoken)
    case 'verify':
      if (isOver(status)) return refuse(overReason(status))
      if (status === 'scheduled') return refuse('not_started')
      if (status === 'verifying') return refuse('already_verifying')
      return limited(maintenance, () => move(maintenance, 'verifying', command, spoken))
    case 'complete':
      if (isOver(status)) return refuse(overReason(status))
      if (status === 'scheduled') return refuse('not_started')
      return move(maintenance, 'completed', command, spoken)
    case 'cancel':
      if (isOver(status)) return refuse(overReason(status))
      if (isUnderWay(status)) return refuse('already_started')
      return move(maintenance, 'cancelled', command, spoken)
    case 'post_update':
      return limited(maintenance, () => postUpdate(maintenance, command, spoken))
    case 'change_details':
      return changeDetails(maintenance, command, by)
    case 'run_clock':
      return runClock(maintenance, nowMs, language)
  }
}

/** What can be done again and again has an end; completing and cancelling come last and always can be. */
function limited({ updates }: Maintenance, decide: () => MaintenanceDecision): MaintenanceDecision {
  return updates.length >= UPDATES_MAX ? refuse('limit_reached') : decide()
}

/** What is wrong with these times for a maintenance that has not begun; null: nothing. */
export function windowFault(
  { scheduledForMs, scheduledUntilMs }: MaintenanceWindow,
  nowMs: number,
): MaintenanceRefusal | null {
  if (scheduledUntilMs <= scheduledForMs) return 'end_before_start'
  if (scheduledUntilMs <= nowMs) return 'end_in_the_past'
  if (scheduledForMs < nowMs - PAST_MS_MAX) return 'start_in_the_past'
  if (scheduledUntilMs - scheduledForMs > LENGTH_MS_MAX) return 'too_long'
  if (scheduledForMs > nowMs + AHEAD_MS_MAX) return 'too_far'
  return null
}

function schedule(
  known: Maintenance | null,
  command: Extract<MaintenanceCommand, { type: 'schedule' }>,
  spoken: Spoken,
): MaintenanceDecision {
  const { by, nowMs } = spoken
  if (known !== null) return refuse('already_scheduled')
  const { id, window } = command
  const fault = windowFault(window, nowMs)
  if (fault !== null) return refuse(fault)
  if (command.body === null || command.body.trim() === '') return refuse('nothing_to_say')
  const update = newUpdate(command, 'scheduled', command.body, [], spoken)
  const event = { type: 'scheduled', id, window, update, ...detailsOf(command) } as const
  return accept([{ event, by }], told(command, 'scheduled'))
}

function reschedule(
  maintenance: Maintenance,
  command: Extract<MaintenanceCommand, { type: 'reschedule' }>,
  spoken: Spoken,
): MaintenanceDecision {
  const { by, nowMs } = spoken
  const { status, scheduledForMs, scheduledUntilMs } = maintenance
  if (isOver(status)) return refuse(overReason(status))
  const from = { scheduledForMs, scheduledUntilMs }
  const to = command.window
  if (to.scheduledForMs === scheduledForMs && to.scheduledUntilMs === scheduledUntilMs) return refuse('same_times')
  const fault = isUnderWay(status) ? endFault(from, to, nowMs) : windowFault(to, nowMs)
  if (fault !== null) return refuse(fault)
  const update = { ...updateOf(command, 'rescheduled', status, [], spoken), rescheduledFrom: from }
  return accept([{ event: { type: 'rescheduled', to, update }, by }], told(command, 'rescheduled'))
}

function endFault(from: MaintenanceWindow, to: MaintenanceWindow, nowMs: number): MaintenanceRefusal | null {
  if (to.scheduledForMs !== from.scheduledForMs) return 'start_fixed'
  if (to.scheduledUntilMs <= to.scheduledForMs) return 'end_before_start'
  if (to.scheduledUntilMs <= nowMs) return 'end_in_the_past'
  if (to.scheduledUntilMs - to.scheduledForMs > LENGTH_MS_MAX) return 'too_long'
  return null
}

type Move = 'started' | 'resumed' | 'verifying' | 'completed' | 'cancelled'

const STATUS_AFTER = {
  started: 'in_progress',
  resumed: 'in_progress',
  verifying: 'verifying',
  completed: 'completed',
  cancelled: 'cancelled',
} as const satisfies Record<Move, MaintenanceStatus>

const NEWS_OF = {
  started: 'started',
  resumed: 'updated',
  verifying: 'verifying',
  completed: 'completed',
  cancelled: 'cancelled',
} as const satisfies Record<Move, MaintenanceNews>

function move(maintenance: Maintenance, type: Move, said: Saying, spoken: Spoken): MaintenanceDecision {
  return accept([{ event: moved(maintenance, type, said, spoken), by: spoken.by }], told(said, NEWS_OF[type]))
}

function moved(maintenance: Maintenance, type: Move, said: Saying, spoken: Spoken): MaintenanceEvent {
  const status = STATUS_AFTER[type]
  const components = turned(maintenance.components, maintenance.status, status)
  return { type, update: updateOf(said, type, status, components, spoken) }
}

function postUpdate(
  maintenance: Maintenance,
  command: Extract<MaintenanceCommand, { type: 'post_update' }>,
  spoken: Spoken,
): MaintenanceDecision {
  const { by } = spoken
  const { status } = maintenance
  if (command.body === null || command.body.trim() === '') return refuse('nothing_to_say')
  const before = maintenance.components
  const after = isOver(status) ? before : (command.components ?? before)
  const changes = isUnderWay(status)
    ? [...turned(without(after, before), 'scheduled', status), ...turned(without(before, after), status, 'completed')]
    : []
  const update = newUpdate(command, status, command.body, changes, spoken)
  return accept([{ event: { type: 'update_posted', update, components: after }, by }], told(command, 'updated'))
}

function editUpdate(
  maintenance: Maintenance,
  command: Extract<MaintenanceCommand, { type: 'edit_update' }>,
  by: Actor,
): MaintenanceDecision {
  const { updateId, body, translations } = command
  const update = maintenance.updates.find(({ id }) => id === updateId)
  if (update === undefined) return refuse('unknown_update')
  if (body.trim() === '') return refuse('nothing_to_say')
  if (update.body === body && JSON.stringify(update.translations) === JSON.stringify(translations)) return accept([])
  if (update.edits.length >= EDITS_MAX) return refuse('limit_reached')
  // Whoever has not got it yet gets the new words; the ledger of notices knows who that is.
  const again: MaintenanceEffect[] = update.isTold
    ? [{ type: 'announce', what: newsOf(maintenance, update), updateId }]
    : []
  return accept(
    [{ event: { type: 'update_edited', updateId, body, translations }, by }],
    [{ type: 'publish' }, ...again],
  )
}

/** What an update told subscribers. */
function newsOf({ updates }: Maintenance, update: MaintenanceUpdate): MaintenanceNews {
  const before = updates[updates.findIndex(({ id }) => id === update.id) - 1]
  if (update.rescheduledFrom !== null) return 'rescheduled'
  if (before === undefined) return 'scheduled'
  if (before.status === update.status) return 'updated'
  switch (update.status) {
    case 'scheduled':
      return 'scheduled'
    case 'in_progress':
      return before.status === 'verifying' ? 'updated' : 'started'
    case 'verifying':
    case 'completed':
    case 'cancelled':
      return update.status
  }
}

function changeDetails(
  maintenance: Maintenance,
  command: Extract<MaintenanceCommand, { type: 'change_details' }>,
  by: Actor,
): MaintenanceDecision {
  const { status } = maintenance
  const before = detailsOf(maintenance)
  const isOtherComponents = idsOf(before.components) !== idsOf(command.components)
  // Of a component that was renamed since it stays known by the name customers were told.
  const after = detailsOf(isOtherComponents ? command : { ...command, components: before.components })
  if (JSON.stringify(before) === JSON.stringify(after)) return accept([])
  if (isOtherComponents && isOver(status)) return refuse(overReason(status))
  if (isOtherComponents && isUnderWay(status)) return refuse('components_fixed')
  const shows = isOtherComponents || before.title !== after.title
  return accept([{ event: { type: 'details_changed', ...after }, by }], shows ? [{ type: 'publish' }] : [])
}

/** Ran late, it makes up for what was missed: what began and ended meanwhile is told as ended, once. */
function runClock(maintenance: Maintenance, nowMs: number, language: Language): MaintenanceDecision {
  const spoken = { by: SYSTEM, nowMs, language }
  const { id, version, status, startsByItself, endsByItself, scheduledForMs, scheduledUntilMs } = maintenance
  const saying = (what: Move): Saying => ({
    updateId: `${id}-${version}-${what}`,
    body: null,
    translations: {},
    tellsSubscribers: true,
  })
  const isPast = endsByItself && nowMs >= scheduledUntilMs

  if (isUnderWay(status))
    return isPast ? move(maintenance, 'completed', saying('completed'), spoken) : refuse('not_due')
  if (isOver(status)) return refuse('not_due')
  if (startsByItself && nowMs >= scheduledForMs) {
    const started = moved(maintenance, 'started', saying('started'), spoken)
    if (!isPast) return accept([{ event: started, by: SYSTEM }], told(saying('started'), 'started'))
    const completed = moved({ ...maintenance, status: 'in_progress' }, 'completed', saying('completed'), spoken)
    const events = [started, completed].map((event) => ({ event, by: SYSTEM }))
    return accept(events, told(saying('completed'), 'completed'))
  }
  const { reminderDueAtMs, updates } = maintenance
  if (reminderDueAtMs === null || nowMs < reminderDueAtMs) return refuse('not_due')
  // Where the start has passed and nobody has begun, a reminder would only confuse.
  const last = updates.at(-1)
  const effects: MaintenanceEffect[] =
    nowMs < scheduledForMs && last !== undefined ? [{ type: 'announce', what: 'reminder', updateId: last.id }] : []
  return accept([{ event: { type: 'reminded' }, by: SYSTEM }], effects)
}

function updateOf(
  said: Saying,
  what: PlainSentence,
  status: MaintenanceStatus,
  components: MaintenanceUpdate['components'],
  spoken: Spoken,
): MaintenanceUpdate {
  const { body } = said
  if (body !== null && body.trim() !== '') return newUpdate(said, status, body, components, spoken)
  const sentence = plainSentence(what, spoken.language)
  return newUpdate({ ...said, ...sentence }, status, sentence.body, components, spoken)
}

function newUpdate(
  { updateId: id, translations, tellsSubscribers: isTold }: Saying,
  status: MaintenanceStatus,
  body: string,
  components: MaintenanceUpdate['components'],
  { by, nowMs }: Spoken,
): MaintenanceUpdate {
  return { id, status, body, translations, edits: [], components, rescheduledFrom: null, isTold, atMs: nowMs, by }
}

/** What becomes of the components when the maintenance goes from one state to another; nothing where they stay. */
function turned(
  components: readonly NamedComponent[],
  before: MaintenanceStatus,
  after: MaintenanceStatus,
): MaintenanceUpdate['components'] {
  const [from, to] = [componentIn(before), componentIn(after)]
  return from === to ? [] : components.map(({ id, name }) => ({ id, name, from, to }))
}

function componentIn(status: MaintenanceStatus): ComponentStatus {
  return isUnderWay(status) ? 'under_maintenance' : 'operational'
}

function without(all: readonly NamedComponent[], those: readonly NamedComponent[]): NamedComponent[] {
  return all.filter(({ id }) => !those.some((other) => other.id === id))
}

/** Field by field, in one order, so that two can be compared as text. */
function detailsOf(details: MaintenanceDetails): MaintenanceDetails {
  const { title, components, startsByItself, endsByItself, remindBeforeMs, note } = details
  return {
    title,
    components: components.map(({ id, name }) => ({ id, name })),
    startsByItself,
    endsByItself,
    remindBeforeMs,
    note,
  }
}

function idsOf(components: readonly NamedComponent[]): string {
  return components
    .map(({ id }) => id)
    .toSorted()
    .join(' ')
}

function overReason(status: MaintenanceStatus): MaintenanceRefusal {
  return status === 'cancelled' ? 'already_cancelled' : 'already_completed'
}

function told({ tellsSubscribers, updateId }: Saying, what: MaintenanceNews): MaintenanceEffect[] {
  return [{ type: 'publish' }, ...(tellsSubscribers ? [{ type: 'announce', what, updateId } as const] : [])]
}

function refuse(reason: MaintenanceRefusal): MaintenanceDecision {
  return { ok: false, reason }
}

function accept(
  events: Extract<MaintenanceDecision, { ok: true }>['events'],
  effects: readonly MaintenanceEffect[] = [],
): MaintenanceDecision {
  return { ok: true, events, effects }
}
