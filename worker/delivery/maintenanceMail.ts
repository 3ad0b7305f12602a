import type { ComponentsAnnouncement, MaintenanceAnnouncement, MaintenanceNews } from '../domain/notice.ts'
import type { MaintenanceStatus, PublicPage } from '../domain/publicModel.ts'
import type { Mail } from './mail.ts'
import type { Addressee } from './subscriberMail.ts'
import { subscriberMail, timeIn } from './subscriberMail.ts'
import { changeLine } from './updateMail.ts'

/** Pure: the mails about maintenance, one thread each, and about components that changed by themselves. */

export const MAINTENANCE_LABEL: Record<MaintenanceStatus, string> = {
  scheduled: 'Scheduled',
  in_progress: 'In progress',
  verifying: 'Verifying',
  completed: 'Completed',
  cancelled: 'Cancelled',
}

const WHAT_LABEL: Record<MaintenanceNews, string> = {
  scheduled: 'Maintenance scheduled',
  rescheduled: 'Maintenance rescheduled',
  reminder: 'Maintenance soon',
  started: 'Maintenance in progress',
  verifying: 'Maintenance is being verified',
  completed: 'Maintenance completed',
  cancelled: 'Maintenance cancelled',
  updated: 'Maintenance update',
}

export function maintenanceMail(
  { page, maintenance, update, what }: MaintenanceAnnouncement,
  from: string,
  to: Addressee,
): Mail {
  const before = update.rescheduledFrom
  return subscriberMail(
    {
      page,
      title: maintenance.title,
      id: `maintenance.${update.id}${what === 'reminder' ? '.reminder' : ''}`,
      thread: `maintenance.${maintenance.id}`,
      state: WHAT_LABEL[what],
      when: windowOf(page, maintenance),
      components:
        update.components.length > 0
          ? update.components.map(changeLine)
          : maintenance.components.map(({ name }) => ({ name, status: 'Affected' })),
      body: update.body,
      facts: before === null ? [] : [`It was planned for ${windowOf(page, before)}.`],
      url: `${page.url}/maintenance/${maintenance.id}`,
      linkLabel: 'See the maintenance',
    },
    from,
    to,
  )
}

export function componentsMail({ page, id, changes, atMs }: ComponentsAnnouncement, from: string, to: Addressee): Mail {
  const lines = changes.map(changeLine)
  return subscriberMail(
    {
      page,
      title: changes.map(({ name }) => name).join(', '),
      id: `components.${id}`,
      thread: null,
      state: lines.length === 1 ? (lines[0]?.status ?? '') : 'Components changed',
      when: timeIn(page.timeZone, atMs),
      components: lines,
      body: '',
      facts: [],
      url: `${page.url}/`,
      linkLabel: 'See the current status',
    },
    from,
    to,
  )
}

function windowOf(
  { timeZone }: PublicPage,
  { scheduledForMs, scheduledUntilMs }: { readonly scheduledForMs: number; readonly scheduledUntilMs: number },
): string {
  return `${timeIn(timeZone, scheduledForMs)} to ${timeIn(timeZone, scheduledUntilMs)}`
}
