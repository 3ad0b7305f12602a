import type { MaintenanceEvent } from './maintenance.ts'

/** What happened to a maintenance, as responders read it after a name: "Alice scheduled it". */
export function describeMaintenanceEvent(event: MaintenanceEvent): string {
  switch (event.type) {
    case 'scheduled':
      return 'scheduled it'
    case 'rescheduled':
      return 'moved it'
    case 'started':
      return 'started it'
    case 'verifying':
      return 'said that the work is done and its result is looked at'
    case 'resumed':
      return 'went on with the work'
    case 'completed':
      return 'completed it'
    case 'cancelled':
      return 'cancelled it'
    case 'update_posted':
      return 'posted an update'
    case 'update_edited':
      return 'said an update in other words'
    case 'details_changed':
      return 'changed its details'
    case 'reminded':
      return 'reminded subscribers'
  }
}
