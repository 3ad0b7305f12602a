import { isOver, isUnderWay } from './maintenance.ts'
import type { MaintenanceWindow } from './maintenance.ts'
import type { PublicMaintenance, PublicMaintenanceUpdate, PublicModel } from './publicModel.ts'

/** The maintenances of a status page in the orders in which readers want them. */

type Maintenances = Pick<PublicModel, 'maintenances'>

/** Being worked on or verified, the first begun first. */
export function currentMaintenances({ maintenances }: Maintenances): PublicMaintenance[] {
  return maintenances.filter(({ status }) => isUnderWay(status)).toSorted(bySchedule)
}

/** Not begun, the next first. */
export function upcomingMaintenances({ maintenances }: Maintenances): PublicMaintenance[] {
  return maintenances.filter(({ status }) => status === 'scheduled').toSorted(bySchedule)
}

/** Completed or cancelled, as they come in the model. */
export function pastMaintenances({ maintenances }: Maintenances): PublicMaintenance[] {
  return maintenances.filter(({ status }) => isOver(status))
}

/** When it was over; null while it is not. */
export function endOf(maintenance: PublicMaintenance): number | null {
  if (!isOver(maintenance.status)) return null
  return maintenance.completedAtMs ?? firstWith(maintenance, 'cancelled')?.atMs ?? maintenance.updatedAtMs
}

/** The times that an update moved it to: those that held until it was moved again. */
export function rescheduledTo(maintenance: PublicMaintenance, update: PublicMaintenanceUpdate): MaintenanceWindow {
  const newestFirst = maintenance.updates.filter(({ rescheduledFrom }) => rescheduledFrom !== null)
  const at = newestFirst.findIndex(({ id }) => id === update.id)
  const { scheduledForMs, scheduledUntilMs } = newestFirst[at - 1]?.rescheduledFrom ?? maintenance
  return { scheduledForMs, scheduledUntilMs }
}

/** It should have begun, or ended, by then; null where all goes to plan. */
export function lateness(maintenance: PublicMaintenance, nowMs: number): 'start' | 'end' | null {
  const { status, scheduledForMs, scheduledUntilMs } = maintenance
  if (status === 'scheduled' && nowMs > scheduledForMs + GRACE_MS) return 'start'
  if (isUnderWay(status) && nowMs > scheduledUntilMs + GRACE_MS) return 'end'
  return null
}

/** Nobody presses a button on the second. */
const GRACE_MS = 5 * 60_000

function firstWith(
  { updates }: PublicMaintenance,
  status: PublicMaintenance['status'],
): PublicMaintenanceUpdate | undefined {
  return updates.findLast((update) => update.status === status)
}

function bySchedule(a: PublicMaintenance, b: PublicMaintenance): number {
  return a.scheduledForMs - b.scheduledForMs || (a.id < b.id ? -1 : 1)
}
