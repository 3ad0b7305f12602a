import type { Maintenance, MaintenanceUpdate } from './maintenance.ts'
import type { PublicMaintenance, PublicMaintenanceUpdate } from './publicModel.ts'

/** What the public may know of a maintenance, field by field. */
export function publicMaintenanceFrom(maintenance: Maintenance): PublicMaintenance {
  return {
    id: maintenance.id,
    title: maintenance.title,
    status: maintenance.status,
    scheduledForMs: maintenance.scheduledForMs,
    scheduledUntilMs: maintenance.scheduledUntilMs,
    createdAtMs: maintenance.createdAtMs,
    updatedAtMs: maintenance.toldAtMs,
    startedAtMs: maintenance.startedAtMs,
    completedAtMs: maintenance.status === 'completed' ? maintenance.endedAtMs : null,
    sequence: maintenance.sequence,
    components: maintenance.components.map(({ id, name }) => ({ id, name })),
    updates: maintenance.updates.map(publicUpdate).toReversed(),
  }
}

function publicUpdate(update: MaintenanceUpdate): PublicMaintenanceUpdate {
  const { rescheduledFrom } = update
  return {
    id: update.id,
    status: update.status,
    body: update.body,
    translations: { ...update.translations },
    edits: update.edits.map(({ body, untilMs }) => ({ body, untilMs })),
    atMs: update.atMs,
    components: update.components.map(({ id, name, from, to }) => ({ id, name, from, to })),
    rescheduledFrom: rescheduledFrom && {
      scheduledForMs: rescheduledFrom.scheduledForMs,
      scheduledUntilMs: rescheduledFrom.scheduledUntilMs,
    },
  }
}
