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
  PublicUpdate,
} from '../domain/publicModel.ts'
import { IMPACT_LABEL, PUBLIC_STATUS_LABEL } from '../domain/publicWords.ts'
import { COMPONENT_WORDS } from '../domain/words/componentWords.ts'
import { maintenanceLine, maintenanceLines } from './maintenanceText.ts'
import { lines, oneLine, utcMinute } from './text.ts'

/** The status page for a terminal: what `curl` gets. Nothing in it can move a cursor. */

const HISTORY_ON_HOME_DAYS = 14

export function homeText(model: PublicModel): string {
  const recentMs = model.asOfMs - HISTORY_ON_HOME_DAYS * 24 * 3600 * 1000
  const recent = model.incidents.filter(
    (incident) => incident.resolvedAtMs !== null && incident.resolvedAtMs >= recentMs,
  )
  const upcoming = upcomingMaintenances(model)
  const worked = pastMaintenances(model).filter((maintenance) => (endOf(maintenance) ?? 0) >= recentMs)
  return lines([
    `${model.page.name}: ${overallStatus(model).description}`,
    asOf(model.asOfMs),
    '',
    ...model.activeIncidents.flatMap((incident) => [...incidentLines(model.page, incident), '']),
    ...currentMaintenances(model).flatMap((maintenance) => [
      ...maintenanceLines(model.page, maintenance, model.asOfMs),
      '',
    ]),
    ...componentLines(model),
    '',
    ...(upcoming.length === 0
      ? []
      : [
          'SCHEDULED MAINTENANCE',
          ...upcoming.map((maintenance) => maintenanceLine(model.page, maintenance)),
          `Calendar: ${model.page.url}/calendar.ics`,
          '',
        ]),
    `RESOLVED IN THE LAST ${HISTORY_ON_HOME_DAYS} DAYS`,
    ...(recent.length === 0 ? ['None.'] : recent.map((incident) => incidentLine(model.page, incident))),
    '',
    ...(worked.length === 0
      ? []
      : [
          `MAINTENANCE IN THE LAST ${HISTORY_ON_HOME_DAYS} DAYS`,
          ...worked.map((maintenance) => maintenanceLine(model.page, maintenance)),
          '',
        ]),
    `Feed: ${model.page.url}/history.atom   JSON: ${model.page.url}/api/v2/summary.json`,
  ])
}

export function historyText(model: PublicModel): string {
  const worked = pastMaintenances(model)
  return lines([
    `${model.page.name}: incidents of the last 90 days`,
    asOf(model.asOfMs),
    '',
    ...(model.incidents.length === 0
      ? ['None.']
      : model.incidents.map((incident) => incidentLine(model.page, incident))),
    ...(worked.length === 0
      ? []
      : ['', 'MAINTENANCE', ...worked.map((maintenance) => maintenanceLine(model.page, maintenance))]),
  ])
}

export function historyMonthText(
  page: PublicPage,
  month: string,
  incidents: readonly PublicIncident[],
  maintenances: readonly PublicMaintenance[],
): string {
  return lines([
    `${page.name}: incidents of ${month}`,
    '',
    ...(incidents.length === 0 ? ['None.'] : incidents.map((incident) => incidentLine(page, incident))),
    ...(maintenances.length === 0
      ? []
      : ['', 'MAINTENANCE', ...maintenances.map((maintenance) => maintenanceLine(page, maintenance))]),
  ])
}

export function uptimeText(model: PublicModel): string {
  return lines([
    `${model.page.name}: uptime of the last 90 days`,
    asOf(model.asOfMs),
    '',
    ...model.components.map(({ name, uptimePercent }) => `${uptimePercent.toFixed(3).padStart(7)} %  ${name}`),
    '',
    COMPONENT_WORDS.en.formula,
  ])
}

export function incidentText(page: PublicPage, incident: PublicIncident, asOfMs: number): string {
  return lines([page.name, asOf(asOfMs), '', ...incidentLines(page, incident)])
}

export function postMortemsText(model: PublicModel): string {
  return lines([
    `${model.page.name}: post-mortems`,
    '',
    ...(model.postMortems.length === 0
      ? ['None has been published.']
      : model.postMortems.map(
          ({ id, title, publishedAtMs }) =>
            `${utcMinute(publishedAtMs).slice(0, 10)}  ${oneLine(title)}  ${model.page.url}/post-mortems/${id}`,
        )),
  ])
}

export function postMortemText(
  page: PublicPage,
  postMortem: PublicPostMortem,
  actionItems: readonly PublicActionItem[],
): string {
  const { title, publishedAtMs, startedAtMs, resolvedAtMs, services, body } = postMortem
  return lines([
    `${page.name}: post-mortem`,
    '',
    oneLine(title),
    `Published ${utcMinute(publishedAtMs)}`,
    `Started ${utcMinute(startedAtMs)}, resolved ${utcMinute(resolvedAtMs)}`,
    ...(services.length === 0 ? [] : [`Services: ${services.join(', ')}`]),
    '',
    body,
    ...(actionItems.length === 0 ? [] : ['', 'WHAT WE ARE DOING ABOUT IT', ...actionItems.map(actionItemLine)]),
  ])
}

function actionItemLine({ done, title, dueOn }: PublicActionItem): string {
  return `[${done ? 'x' : ' '}] ${oneLine(title)}${dueOn === '' ? '' : ` (due ${dueOn})`}`
}

function componentLines(model: PublicModel): string[] {
  if (model.components.length === 0) return ['No components have been set up.']
  return [
    'COMPONENTS',
    ...model.components.map(
      ({ name, group, status }) =>
        `${COMPONENT_STATUS_LABEL[status].padEnd(22)}${group === null ? '' : `${oneLine(group)} / `}${oneLine(name)}`,
    ),
  ]
}

function incidentLine(page: PublicPage, { id, title, status, createdAtMs }: PublicIncident): string {
  return `${utcMinute(createdAtMs)}  ${PUBLIC_STATUS_LABEL[status]}: ${oneLine(title)}  ${page.url}/incidents/${id}`
}

function incidentLines(page: PublicPage, incident: PublicIncident): string[] {
  const { title, status, impact, startedAtMs, resolvedAtMs, nextUpdateAtMs, components, updates } = incident
  return [
    oneLine(title),
    `${PUBLIC_STATUS_LABEL[status]}. ${IMPACT_LABEL[impact]}. Started ${utcMinute(startedAtMs)}.`,
    ...(resolvedAtMs === null ? [] : [`Resolved ${utcMinute(resolvedAtMs)}.`]),
    ...(nextUpdateAtMs === null ? [] : [`Next update by ${utcMinute(nextUpdateAtMs)}.`]),
    ...components.map(({ name, status: state }) => `${COMPONENT_STATUS_LABEL[state].padEnd(22)}${oneLine(name)}`),
    `${page.url}/incidents/${incident.id}`,
    ...(incident.hasPostMortem ? [`Post-mortem: ${page.url}/post-mortems/${incident.id}`] : []),
    ...updates.flatMap(updateLines),
  ]
}

function updateLines({ atMs, status, body }: PublicUpdate): string[] {
  return [
    '',
    `  ${utcMinute(atMs)}  ${PUBLIC_STATUS_LABEL[status]}`,
    ...body.split(/\r\n|\r|\n/).map((line) => `  ${line}`),
  ]
}

function asOf(atMs: number): string {
  return `As of ${utcMinute(atMs)}`
}
