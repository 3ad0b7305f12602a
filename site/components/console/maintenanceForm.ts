import type { Maintenance } from '../../../worker/domain/maintenance.ts'
import type { MaintenanceView } from '../../../worker/http/console/maintenanceViews.ts'
import type { FormState } from '../../../worker/http/console/views.ts'
import { fieldTime } from './room/roomForm.ts'

/** How long before the start subscribers can be reminded, in minutes. */
const REMINDERS = [
  { value: '', label: 'No reminder' },
  { value: '60', label: '1 hour before' },
  { value: '240', label: '4 hours before' },
  { value: '1440', label: '1 day before' },
  { value: '4320', label: '3 days before' },
  { value: '10080', label: '1 week before' },
]

/** Those, and what programs may have chosen instead. */
export function reminderOptions(chosen: string): { value: string; label: string }[] {
  if (REMINDERS.some(({ value }) => value === chosen)) return REMINDERS
  return [...REMINDERS, { value: chosen, label: `${chosen} minutes before` }]
}

interface ShownForm {
  /** It was sent and refused. */
  readonly isBack: boolean
  readonly state: FormState
  readonly value: (name: string) => string
  readonly error: (name: string) => string | undefined
}

/** What a form shows: what was typed when it comes back, else the maintenance as it is. */
export function maintenanceForm(view: MaintenanceView, path: string): ShownForm {
  const isBack = view.refused?.form === path
  const state: FormState =
    isBack && view.refused !== null ? view.refused : { values: valuesOf(view.maintenance, view.timeZone), errors: {} }
  return {
    isBack,
    state,
    value: (name) => [state.values[name] ?? ''].flat()[0] ?? '',
    error: (name) => state.errors[name],
  }
}

function valuesOf(maintenance: Maintenance, timeZone: string): FormState['values'] {
  const { scheduledForMs, scheduledUntilMs, remindBeforeMs } = maintenance
  return {
    title: maintenance.title,
    components: maintenance.components.map(({ id }) => id),
    startsByItself: maintenance.startsByItself ? 'yes' : '',
    endsByItself: maintenance.endsByItself ? 'yes' : '',
    remind: remindBeforeMs === null ? '' : String(remindBeforeMs / 60_000),
    note: maintenance.note,
    starts: fieldTime(scheduledForMs, timeZone),
    ends: fieldTime(scheduledUntilMs, timeZone),
  }
}
