import { COMPONENT_STATUS_LABEL } from '../domain/componentStatus.ts'
import { currentMaintenances, endOf, pastMaintenances, upcomingMaintenances } from '../domain/maintenanceLists.ts'
import { overallStatus } from '../domain/overallStatus.ts'
import type {
  PublicActionItem,
  PublicIncident,
  PublicMaintenance,
  PublicModel,
  PublicPage,
  PublicPostMortem,
} from '../domain/publicModel.ts'
import { IMPACT_LABEL, PUBLIC_STATUS_LABEL } from '../domain/publicWords.ts'
import { COMPONENT_WORDS } from '../domain/words/componentWords.ts'
import { maintenanceEntry, maintenanceParts } from './tellMaintenance.ts'
import { utcMinute } from './text.ts'
import type { Entry, Part, Told } from './told.ts'

/** What each page of the status page says, for whoever reads no HTML. */

const HISTORY_ON_HOME_DAYS = 14

export function tellHome(model: PublicModel): Told {
  const { page, asOfMs } = model
  const recentMs = asOfMs - HISTORY_ON_HOME_DAYS * 24 * 3600 * 1000
  const recent = model.incidents.filter(
    (incident) => incident.resolvedAtMs !== null && incident.resolvedAtMs >= recentMs,
  )
  const upcoming = upcomingMaintenances(model)
  const worked = pastMaintenances(model).filter((maintenance) => (endOf(maintenance) ?? 0) >= recentMs)
  const links = [
    ...(upcoming.length === 0 ? [] : [{ label: 'Calendar', url: `${page.url}/calendar.ics` }]),
    { label: 'Feed', url: `${page.url}/history.atom` },
    { label: 'JSON', url: `${page.url}/api/v2/summary.json` },
  ]
  return {
    title: `${page.name}: ${overallStatus(model).description}`,
    asOfMs,
    parts: [
      ...model.activeIncidents.flatMap((incident) => incidentParts(page, incident)),
      ...currentMaintenances(model).flatMap((maintenance) => maintenanceParts(page, maintenance, asOfMs)),
      ...componentParts(model),
      ...maintenanceSection('Scheduled maintenance', page, upcoming),
      { kind: 'section', title: `Resolved in the last ${HISTORY_ON_HOME_DAYS} days` },
      incidentEntries(page, recent),
      ...maintenanceSection(`Maintenance in the last ${HISTORY_ON_HOME_DAYS} days`, page, worked),
      { kind: 'section', title: 'For programs' },
      { kind: 'links', rows: links },
    ],
  }
}

export function tellHistory(model: PublicModel): Told {
  return {
    title: `${model.page.name}: incidents of the last 90 days`,
    asOfMs: model.asOfMs,
    parts: [
      incidentEntries(model.page, model.incidents),
      ...maintenanceSection('Maintenance', model.page, pastMaintenances(model)),
    ],
  }
}

export function tellMonth(
  page: PublicPage,
  month: string,
  incidents: readonly PublicIncident[],
  maintenances: readonly PublicMaintenance[],
): Told {
  return {
    title: `${page.name}: incidents of ${month}`,
    asOfMs: null,
    parts: [incidentEntries(page, incidents), ...maintenanceSection('Maintenance', page, maintenances)],
  }
}

export function tellUptime(model: PublicModel): Told {
  return {
    title: `${model.page.name}: uptime of the last 90 days`,
    asOfMs: model.asOfMs,
    parts: [
      {
        kind: 'figures',
        rows: model.components.map(({ name, uptimePercent }) => ({ figure: `${uptimePercent.toFixed(3)} %`, name })),
      },
      { kind: 'section', title: 'How it is computed' },
      { kind: 'sentence', text: COMPONENT_WORDS.en.formula },
    ],
  }
}

export function tellIncident(page: PublicPage, incident: PublicIncident, asOfMs: number): Told {
  return { title: page.name, asOfMs, parts: incidentParts(page, incident) }
}

export function tellPostMortems({ page, postMortems }: PublicModel): Told {
  const rows = postMortems.map(({ id, title, publishedAtMs }): Entry => ({
    when: utcMinute(publishedAtMs).slice(0, 10),
    label: null,
    title,
    url: `${page.url}/post-mortems/${id}`,
  }))
  return {
    title: `${page.name}: post-mortems`,
    asOfMs: null,
    parts: [rows.length === 0 ? { kind: 'sentence', text: 'None has been published.' } : { kind: 'entries', rows }],
  }
}

export function tellPostMortem(
  page: PublicPage,
  postMortem: PublicPostMortem,
  actionItems: readonly PublicActionItem[],
): Told {
  const { id, title, publishedAtMs, startedAtMs, resolvedAtMs, services, body } = postMortem
  return {
    title: `${page.name}: post-mortem`,
    asOfMs: null,
    parts: [
      { kind: 'subject', title, url: `${page.url}/post-mortems/${id}` },
      { kind: 'sentence', text: `Published ${utcMinute(publishedAtMs)}` },
      { kind: 'sentence', text: `Started ${utcMinute(startedAtMs)}, resolved ${utcMinute(resolvedAtMs)}` },
      ...(services.length === 0 ? [] : [{ kind: 'sentence', text: `Services: ${services.join(', ')}` } as const]),
      { kind: 'text', body },
      ...actionItemParts(actionItems),
    ],
  }
}

function actionItemParts(actionItems: readonly PublicActionItem[]): Part[] {
  if (actionItems.length === 0) return []
  const rows = actionItems.map(({ done, title, dueOn }) => ({
    isDone: done,
    text: dueOn === '' ? title : `${title} (due ${dueOn})`,
  }))
  return [
    { kind: 'section', title: 'What we are doing about it' },
    { kind: 'tasks', rows },
  ]
}

function componentParts({ components }: PublicModel): Part[] {
  if (components.length === 0)
    return [
      { kind: 'section', title: 'Components' },
      { kind: 'sentence', text: 'No components have been set up.' },
    ]
  const rows = components.map(({ name, group, status }) => ({
    state: COMPONENT_STATUS_LABEL[status],
    name: group === null ? name : `${group} / ${name}`,
  }))
  return [
    { kind: 'section', title: 'Components' },
    { kind: 'states', rows },
  ]
}

function maintenanceSection(title: string, page: PublicPage, maintenances: readonly PublicMaintenance[]): Part[] {
  if (maintenances.length === 0) return []
  return [
    { kind: 'section', title },
    { kind: 'entries', rows: maintenances.map((maintenance) => maintenanceEntry(page, maintenance)) },
  ]
}

function incidentEntries(page: PublicPage, incidents: readonly PublicIncident[]): Part {
  if (incidents.length === 0) return { kind: 'sentence', text: 'None.' }
  return {
    kind: 'entries',
    rows: incidents.map(({ id, title, status, createdAtMs }) => ({
      when: utcMinute(createdAtMs),
      label: PUBLIC_STATUS_LABEL[status],
      title,
      url: `${page.url}/incidents/${id}`,
    })),
  }
}

function incidentParts(page: PublicPage, incident: PublicIncident): Part[] {
  const { id, title, status, impact, startedAtMs, resolvedAtMs, nextUpdateAtMs, components, updates } = incident
  const facts = [
    `${PUBLIC_STATUS_LABEL[status]}. ${IMPACT_LABEL[impact]}. Started ${utcMinute(startedAtMs)}.`,
    ...(resolvedAtMs === null ? [] : [`Resolved ${utcMinute(resolvedAtMs)}.`]),
    ...(nextUpdateAtMs === null ? [] : [`Next update by ${utcMinute(nextUpdateAtMs)}.`]),
  ]
  const states = components.map(({ name, status: state }) => ({ state: COMPONENT_STATUS_LABEL[state], name }))
  return [
    { kind: 'subject', title, url: `${page.url}/incidents/${id}` },
    ...facts.map((text): Part => ({ kind: 'sentence', text })),
    ...(states.length === 0 ? [] : [{ kind: 'states', rows: states } as const]),
    ...(incident.hasPostMortem
      ? [{ kind: 'links', rows: [{ label: 'Post-mortem', url: `${page.url}/post-mortems/${id}` }] } as const]
      : []),
    ...updates.map(({ atMs, status: at, body }): Part => ({
      kind: 'update',
      atMs,
      label: PUBLIC_STATUS_LABEL[at],
      notes: [],
      body,
    })),
  ]
}
