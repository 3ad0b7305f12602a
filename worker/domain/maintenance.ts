import { z } from 'zod'
import type { Actor } from './actor.ts'
import type { MaintenanceStatus, PublicComponentChange, PublicEdit, Translations } from './publicModel.ts'

/** Planned work on what customers use: what is known of it, inside. What they see of it is in `publicMaintenance.ts`. */

/** Twelve characters of Crockford base32, as of an incident: it stands in the address of the page. */
export const MaintenanceId = z
  .string()
  .regex(/^[0-9a-hjkmnp-tv-z]{12}$/, 'not a maintenance id')
  .brand<'MaintenanceId'>()
export type MaintenanceId = z.infer<typeof MaintenanceId>

export interface NamedComponent {
  readonly id: string
  readonly name: string
}

/** From when until when. */
export interface MaintenanceWindow {
  readonly scheduledForMs: number
  readonly scheduledUntilMs: number
}

/** What customers were told at one moment. */
export interface MaintenanceUpdate {
  readonly id: string
  readonly status: MaintenanceStatus
  /** Markdown. */
  readonly body: string
  readonly translations: Translations
  /** Earlier wordings, oldest first. */
  readonly edits: readonly PublicEdit[]
  readonly components: readonly PublicComponentChange[]
  /** Set where it was moved: the times that held before. */
  readonly rescheduledFrom: MaintenanceWindow | null
  /** Whether subscribers got it, as well as the page. */
  readonly isTold: boolean
  readonly atMs: number
  readonly by: Actor
}

/** What its planner may change without telling anyone a new time. */
export interface MaintenanceDetails {
  readonly title: string
  /** They are under maintenance while it is in progress and while it is verified. */
  readonly components: readonly NamedComponent[]
  /** At the scheduled start, without anyone's doing. */
  readonly startsByItself: boolean
  /** At the scheduled end. */
  readonly endsByItself: boolean
  /** Subscribers are told again this long before it starts; null: they are not. */
  readonly remindBeforeMs: number | null
  /** For responders only. */
  readonly note: string
}

export interface Maintenance extends MaintenanceDetails, MaintenanceWindow {
  readonly id: MaintenanceId
  /** The number of events so far. */
  readonly version: number
  readonly status: MaintenanceStatus
  /** iCalendar's SEQUENCE: grows when what stands in a calendar has to change. */
  readonly sequence: number
  readonly createdAtMs: number
  readonly createdBy: Actor
  /** When the last thing happened that customers can see. */
  readonly toldAtMs: number
  readonly startedAtMs: number | null
  readonly verifyingAtMs: number | null
  /** Completed or cancelled. */
  readonly endedAtMs: number | null
  /** Null once it is sent, and where the start was nearer than that when it was set. */
  readonly reminderDueAtMs: number | null
  /** Oldest first. */
  readonly updates: readonly MaintenanceUpdate[]
}

export type MaintenanceEvent =
  | ({
      readonly type: 'scheduled'
      readonly id: MaintenanceId
      readonly window: MaintenanceWindow
      readonly update: MaintenanceUpdate
    } & MaintenanceDetails)
  | {
      readonly type: 'rescheduled'
      readonly to: MaintenanceWindow
      readonly update: MaintenanceUpdate
    }
  | { readonly type: 'started'; readonly update: MaintenanceUpdate }
  | { readonly type: 'verifying'; readonly update: MaintenanceUpdate }
  /** Back from verifying: there is more to do. */
  | { readonly type: 'resumed'; readonly update: MaintenanceUpdate }
  | { readonly type: 'completed'; readonly update: MaintenanceUpdate }
  | { readonly type: 'cancelled'; readonly update: MaintenanceUpdate }
  | {
      readonly type: 'update_posted'
      readonly update: MaintenanceUpdate
      readonly components: readonly NamedComponent[]
    }
  | {
      readonly type: 'update_edited'
      readonly updateId: string
      readonly body: string
      readonly translations: Translations
    }
  | ({ readonly type: 'details_changed' } & MaintenanceDetails)
  | { readonly type: 'reminded' }

export interface RecordedMaintenanceEvent {
  /** From 1, without gaps. */
  readonly sequence: number
  readonly atMs: number
  readonly by: Actor
  readonly event: MaintenanceEvent
}

/** Work is going on, or its result is looked at. */
export function isUnderWay(status: MaintenanceStatus): boolean {
  return status === 'in_progress' || status === 'verifying'
}

export function isOver(status: MaintenanceStatus): boolean {
  return status === 'completed' || status === 'cancelled'
}

/** When something is to happen by itself; null: nothing is. */
export function nextDueAtMs(maintenance: Maintenance): number | null {
  const { status, startsByItself, endsByItself, scheduledForMs, scheduledUntilMs, reminderDueAtMs } = maintenance
  if (isOver(status)) return null
  if (isUnderWay(status)) return endsByItself ? scheduledUntilMs : null
  const due = [...(startsByItself ? [scheduledForMs] : []), ...(reminderDueAtMs !== null ? [reminderDueAtMs] : [])]
  return due.length === 0 ? null : Math.min(...due)
}
