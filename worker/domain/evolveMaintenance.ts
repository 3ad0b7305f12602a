import type { Maintenance, MaintenanceUpdate, RecordedMaintenanceEvent } from './maintenance.ts'

/** The maintenance after the event. Total: what was recorded happened. */
export function evolveMaintenance(before: Maintenance | null, recorded: RecordedMaintenanceEvent): Maintenance | null {
  const { event, sequence: version, atMs, by } = recorded
  if (event.type === 'scheduled') {
    const { type: _type, id, window, update, ...details } = event
    return {
      id,
      version,
      status: 'scheduled',
      ...details,
      ...window,
      sequence: 0,
      createdAtMs: atMs,
      createdBy: by,
      toldAtMs: atMs,
      startedAtMs: null,
      verifyingAtMs: null,
      endedAtMs: null,
      reminderDueAtMs: reminderDue(window.scheduledForMs, details.remindBeforeMs, atMs),
      updates: [update],
    }
  }
  if (before === null) return null

  const maintenance = { ...before, version }
  switch (event.type) {
    case 'rescheduled': {
      const { to, update } = event
      return {
        ...said(maintenance, update),
        ...to,
        sequence: before.sequence + 1,
        reminderDueAtMs:
          before.status === 'scheduled' ? reminderDue(to.scheduledForMs, before.remindBeforeMs, atMs) : null,
      }
    }
    case 'started':
      return { ...said(maintenance, event.update), startedAtMs: atMs, reminderDueAtMs: null }
    case 'resumed':
      return { ...said(maintenance, event.update), verifyingAtMs: null }
    case 'verifying':
      return { ...said(maintenance, event.update), verifyingAtMs: atMs }
    case 'completed':
      return { ...said(maintenance, event.update), endedAtMs: atMs }
    case 'cancelled':
      return {
        ...said(maintenance, event.update),
        endedAtMs: atMs,
        reminderDueAtMs: null,
        sequence: before.sequence + 1,
      }
    case 'update_posted':
      return { ...said(maintenance, event.update), components: event.components }
    case 'update_edited': {
      const { updateId, body, translations } = event
      const updates = before.updates.map((update) =>
        update.id !== updateId
          ? update
          : {
              ...update,
              body,
              translations,
              edits: update.body === body ? update.edits : [...update.edits, { body: update.body, untilMs: atMs }],
            },
      )
      return { ...maintenance, updates, toldAtMs: atMs }
    }
    case 'details_changed': {
      const { type: _type, ...details } = event
      const shows =
        details.title !== before.title || JSON.stringify(details.components) !== JSON.stringify(before.components)
      return {
        ...maintenance,
        ...details,
        toldAtMs: shows ? atMs : before.toldAtMs,
        sequence: before.sequence + (details.title === before.title ? 0 : 1),
        reminderDueAtMs:
          details.remindBeforeMs === before.remindBeforeMs
            ? before.reminderDueAtMs
            : before.status === 'scheduled'
              ? reminderDue(before.scheduledForMs, details.remindBeforeMs, atMs)
              : null,
      }
    }
    case 'reminded':
      return { ...maintenance, reminderDueAtMs: null }
  }
}

export function replayMaintenance(log: readonly RecordedMaintenanceEvent[]): Maintenance | null {
  return log.reduce(evolveMaintenance, null)
}

function said(maintenance: Maintenance, update: MaintenanceUpdate): Maintenance {
  const { status, atMs } = update
  return { ...maintenance, status, toldAtMs: atMs, updates: [...maintenance.updates, update] }
}

/** Whoever is told of it later than that needs no reminder: they were just told. */
function reminderDue(scheduledForMs: number, remindBeforeMs: number | null, nowMs: number): number | null {
  if (remindBeforeMs === null) return null
  const dueMs = scheduledForMs - remindBeforeMs
  return dueMs > nowMs ? dueMs : null
}
