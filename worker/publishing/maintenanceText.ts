import { endOf, lateness, rescheduledTo } from '../domain/maintenanceLists.ts'
import type { PublicMaintenance, PublicPage } from '../domain/publicModel.ts'
import { MAINTENANCE_STATUS_LABEL, maintenanceUpdateLabel } from '../domain/publicWords.ts'
import { lines, oneLine, utcMinute, utcWindow } from './text.ts'

/** Maintenance for a terminal. */

export function maintenanceText(page: PublicPage, maintenance: PublicMaintenance, asOfMs: number): string {
  return lines([page.name, `As of ${utcMinute(asOfMs)}`, '', ...maintenanceLines(page, maintenance, asOfMs)])
}

export function maintenanceLine(page: PublicPage, maintenance: PublicMaintenance): string {
  const { id, title, status, scheduledForMs } = maintenance
  return `${utcMinute(endOf(maintenance) ?? scheduledForMs)}  ${MAINTENANCE_STATUS_LABEL[status]}: ${oneLine(title)}  ${page.url}/maintenance/${id}`
}

export function maintenanceLines(page: PublicPage, maintenance: PublicMaintenance, asOfMs: number): string[] {
  const { id, title, status, startedAtMs, completedAtMs, components, updates } = maintenance
  const late = lateness(maintenance, asOfMs)
  return [
    oneLine(title),
    `${MAINTENANCE_STATUS_LABEL[status]}. Scheduled for ${utcWindow(maintenance)}.`,
    ...(late === 'start' ? ['It has not begun yet.'] : late === 'end' ? ['It takes longer than planned.'] : []),
    ...(startedAtMs === null ? [] : [`Began ${utcMinute(startedAtMs)}.`]),
    ...(completedAtMs === null ? [] : [`Completed ${utcMinute(completedAtMs)}.`]),
    ...(components.length === 0 ? [] : [`Affects ${components.map(({ name }) => oneLine(name)).join(', ')}.`]),
    `${page.url}/maintenance/${id}`,
    ...updates.flatMap((update) => [
      '',
      `  ${utcMinute(update.atMs)}  ${maintenanceUpdateLabel(update)}`,
      ...(update.rescheduledFrom === null
        ? []
        : [`  From ${utcWindow(update.rescheduledFrom)} to ${utcWindow(rescheduledTo(maintenance, update))}.`]),
      ...update.body.split(/\r\n|\r|\n/).map((line) => `  ${line}`),
    ]),
  ]
}
