import type { ImportSource } from './pastDocument.ts'
import type { MaintenanceStatus, PublicMaintenanceUpdate, PublicStatus } from './publicModel.ts'

/** How customers read the states of an incident. */
export const PUBLIC_STATUS_LABEL: Record<PublicStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
}

/** How customers read the states of a maintenance. */
export const MAINTENANCE_STATUS_LABEL: Record<MaintenanceStatus, string> = {
  scheduled: 'Scheduled',
  in_progress: 'In progress',
  verifying: 'Verifying',
  completed: 'Completed',
  cancelled: 'Cancelled',
}

/** What an update of a maintenance is headed: that it was moved says more than its state. */
export function maintenanceUpdateLabel({
  status,
  rescheduledFrom,
}: Pick<PublicMaintenanceUpdate, 'status' | 'rescheduledFrom'>): string {
  return rescheduledFrom === null ? MAINTENANCE_STATUS_LABEL[status] : 'Rescheduled'
}

export const IMPORT_SOURCE_NAME: Record<ImportSource, string> = {
  statuspage: 'Atlassian Statuspage',
  cachet: 'Cachet',
  upptime: 'Upptime',
}
