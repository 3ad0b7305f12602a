/** The files of the status page that are for programs of any site, at their addresses. */
export const MACHINE_FILES = [
  'history.atom',
  'history.rss',
  'updates.atom',
  'feed.json',
  'calendar.ics',
  'mirror.json',
  'log.json',
  'log-key.json',
  'api/v2/summary.json',
  'api/v2/status.json',
  'api/v2/components.json',
  'api/v2/incidents.json',
  'api/v2/incidents/unresolved.json',
  'api/v2/scheduled-maintenances.json',
  'api/v2/scheduled-maintenances/upcoming.json',
  'api/v2/scheduled-maintenances/active.json',
] as const
