import type { Actor } from '../worker/domain/actor.ts'
import { decideMaintenance } from '../worker/domain/decideMaintenance.ts'
import { evolveMaintenance } from '../worker/domain/evolveMaintenance.ts'
import type { Maintenance, RecordedMaintenanceEvent } from '../worker/domain/maintenance.ts'
import { MaintenanceId } from '../worker/domain/maintenance.ts'
import type { MaintenanceCommand, MaintenanceEffect } from '../worker/domain/maintenanceCommand.ts'
import type { MaintenanceStatus } from '../worker/domain/publicModel.ts'

/** A maintenance as tests of its rules use it: planned at T0, from a day later on, for two hours. */

export const T0 = Date.UTC(2100, 10, 24, 12, 0)
const HOUR_MS = 3_600_000
export const STARTS_MS = T0 + 24 * HOUR_MS
export const ENDS_MS = STARTS_MS + 2 * HOUR_MS
export const PLANNER: Actor = { kind: 'responder', id: 'alice', name: 'Alice' }

/** What is said with a command; a new name each time, so that none is taken for a repeat. */
let said = 0
export function saying(body: string | null = null) {
  return { updateId: `u${++said}`, body, translations: {}, tellsSubscribers: true } as const
}

export function scheduleCommand(changes: Partial<Extract<MaintenanceCommand, { type: 'schedule' }>> = {}) {
  return {
    type: 'schedule',
    id: MaintenanceId.parse('0123456789ab'),
    title: 'Database upgrade',
    components: [{ id: 'checkout', name: 'Checkout' }],
    startsByItself: true,
    endsByItself: true,
    remindBeforeMs: 2 * HOUR_MS,
    note: 'INTERNAL-ONLY',
    window: { scheduledForMs: STARTS_MS, scheduledUntilMs: ENDS_MS },
    ...saying('Checkout will be away for some minutes.'),
    ...changes,
  } as const satisfies MaintenanceCommand
}

export interface Played {
  readonly maintenance: Maintenance | null
  readonly log: readonly RecordedMaintenanceEvent[]
  readonly effects: readonly MaintenanceEffect[]
  /** Of the last command. */
  readonly outcome: string
}

export const UNPLANNED: Played = { maintenance: null, log: [], effects: [], outcome: '' }

/** Does a command as the desk would. */
export function play(before: Played, command: MaintenanceCommand, atMs: number, by: Actor = PLANNER): Played {
  const decision = decideMaintenance(before.maintenance, command, by, atMs, 'en')
  if (!decision.ok) return { ...before, effects: [], outcome: `refused: ${decision.reason}` }
  const log = [...before.log]
  let { maintenance } = before
  for (const { event, by: author } of decision.events) {
    const recorded = { sequence: log.length + 1, atMs, by: author, event }
    log.push(recorded)
    maintenance = evolveMaintenance(maintenance, recorded)
  }
  return { maintenance, log, effects: decision.effects, outcome: maintenance?.status ?? 'nothing' }
}

/** In that state, at T0 if it has not begun and an hour after its start otherwise. */
export function maintenanceIn(status: MaintenanceStatus): Played & { readonly maintenance: Maintenance } {
  const steps: Record<MaintenanceStatus, MaintenanceCommand['type'][]> = {
    scheduled: [],
    in_progress: ['start'],
    verifying: ['start', 'verify'],
    completed: ['start', 'complete'],
    cancelled: ['cancel'],
  }
  let played = play(UNPLANNED, scheduleCommand(), T0)
  for (const type of steps[status])
    if (type === 'start' || type === 'verify' || type === 'complete' || type === 'cancel')
      played = play(played, { type, ...saying() }, type === 'cancel' ? T0 : STARTS_MS)
  const { maintenance } = played
  if (maintenance?.status !== status) throw new Error(`It is ${maintenance?.status}`)
  return { ...played, maintenance }
}
