import { endOf, lateness, rescheduledTo } from '../domain/maintenanceLists.ts'
import type { PublicMaintenance, PublicPage } from '../domain/publicModel.ts'
import { MAINTENANCE_STATUS_LABEL, maintenanceUpdateLabel } from '../domain/publicWords.ts'
import { oneLine, utcMinute, utcWindow } from './text.ts'
import type { Entry, Part, Told } from './told.ts'

/** What is said of maintenance, by itself and on the pages that show it. */

export function tellMaintenance(page: PublicPage, maintenance: PublicMaintenance, asOfMs: number): Told {
  return { title: page.name, asOfMs, parts: maintenanceParts(page, maintenance, asOfMs) }
}

export function maintenanceEntry(page: PublicPage, maintenance: PublicMaintenance): Entry {
  const { id, title, status, scheduledForMs } = maintenance
  return {
    when: utcMinute(endOf(maintenance) ?? scheduledForMs),
    label: MAINTENANCE_STATUS_LABEL[status],
    title,
    url: `${page.url}/maintenance/${id}`,
  }
}

export function maintenanceParts(page: PublicPage, maintenance: PublicMaintenance, asOfMs: number): Part[] {
  const { id, title, status, startedAtMs, completedAtMs, components, updates } = maintenance
  const late = lateness(maintenance, asOfMs)
  const facts = [
    `${MAINTENANCE_STATUS_LABEL[status]}. Scheduled for ${utcWindow(maintenance)}.`,
    ...(late === 'start' ? ['It has not begun yet.'] : late === 'end' ? ['It takes longer than planned.'] : []),
    ...(startedAtMs === null ? [] : [`Began ${utcMinute(startedAtMs)}.`]),
    ...(completedAtMs === null ? [] : [`Completed ${utcMinute(completedAtMs)}.`]),
    ...(components.length === 0 ? [] : [`Affects ${components.map(({ name }) => oneLine(name)).join(', ')}.`]),
  ]
  return [
    { kind: 'subject', title, url: `${page.url}/maintenance/${id}` },
    ...facts.map((text): Part => ({ kind: 'sentence', text })),
    ...updates.map((update): Part => ({
      kind: 'update',
      atMs: update.atMs,
      label: maintenanceUpdateLabel(update),
      notes:
        update.rescheduledFrom === null
          ? []
          : [`From ${utcWindow(update.rescheduledFrom)} to ${utcWindow(rescheduledTo(maintenance, update))}.`],
      body: update.body,
    })),
  ]
}
