import { changedAtMs } from '../domain/changedAt.ts'
import { worstStatus } from '../domain/componentStatus.ts'
import { groupId } from '../domain/groupId.ts'
import { overallStatus } from '../domain/overallStatus.ts'
import { currentMaintenances, upcomingMaintenances } from '../domain/maintenanceLists.ts'
import type {
  PublicComponent,
  PublicIncident,
  PublicMaintenance,
  PublicMaintenanceUpdate,
  PublicModel,
  PublicPostMortem,
  PublicUpdate,
} from '../domain/publicModel.ts'
import { THIRD_PARTY_WORDS } from '../domain/words/thirdPartyWords.ts'

/**
 * Atlassian Statuspage's public JSON, as its clients read it. Functions of what was published and of nothing else:
 * no clock, so an unchanged page is the same bytes.
 */

const INCIDENTS_MAX = 50
const MAINTENANCES_MAX = 50
/** No component and no group of ours has such an id. */
const THIRD_PARTIES = 'third-parties.group'

/** Keys stand in the order that Statuspage writes them. */
export const STATUSPAGE_DOCUMENTS = {
  'api/v2/summary.json': (model: PublicModel) => ({
    ...pageOf(model),
    components: components(model),
    incidents: model.activeIncidents.map((incident) => incidentJson(model, incident)),
    scheduled_maintenances: maintenances(model, [...currentMaintenances(model), ...upcomingMaintenances(model)]),
    status: overallStatus(model),
  }),
  'api/v2/status.json': (model: PublicModel) => ({ ...pageOf(model), status: overallStatus(model) }),
  'api/v2/components.json': (model: PublicModel) => ({ ...pageOf(model), components: components(model) }),
  'api/v2/incidents.json': (model: PublicModel) => ({
    ...pageOf(model),
    incidents: model.incidents.slice(0, INCIDENTS_MAX).map((incident) => incidentJson(model, incident)),
  }),
  'api/v2/incidents/unresolved.json': (model: PublicModel) => ({
    ...pageOf(model),
    incidents: model.activeIncidents.map((incident) => incidentJson(model, incident)),
  }),
  'api/v2/scheduled-maintenances.json': (model: PublicModel) => ({
    ...pageOf(model),
    scheduled_maintenances: maintenances(model, model.maintenances),
  }),
  'api/v2/scheduled-maintenances/upcoming.json': (model: PublicModel) => ({
    ...pageOf(model),
    scheduled_maintenances: maintenances(model, upcomingMaintenances(model)),
  }),
  'api/v2/scheduled-maintenances/active.json': (model: PublicModel) => ({
    ...pageOf(model),
    scheduled_maintenances: maintenances(model, currentMaintenances(model)),
  }),
} as const satisfies Record<string, (model: PublicModel) => object>

export type StatuspagePath = keyof typeof STATUSPAGE_DOCUMENTS

export function isStatuspagePath(path: string): path is StatuspagePath {
  return Object.hasOwn(STATUSPAGE_DOCUMENTS, path)
}

export function statuspageJson(path: StatuspagePath, model: PublicModel): string {
  return JSON.stringify(STATUSPAGE_DOCUMENTS[path](model))
}

function pageOf({ page }: PublicModel) {
  return {
    page: { id: page.id, name: page.name, url: page.url, time_zone: page.timeZone, updated_at: iso(page.updatedAtMs) },
  }
}

type Row = Pick<PublicComponent, 'id' | 'name' | 'status' | 'createdAtMs' | 'updatedAtMs' | 'position' | 'description'>

/** A group stands as a row of its own before its members. */
function components(model: PublicModel) {
  const rows: object[] = []
  const groupsSeen = new Set<string>()
  for (const component of model.components) {
    const { group } = component
    if (group === null) rows.push(ownJson(model, component))
    else if (!groupsSeen.has(group)) {
      groupsSeen.add(group)
      const members = model.components.filter((other) => other.group === group)
      rows.push(groupJson(model, { id: groupId(model, group), name: group, members }))
      rows.push(...members.map((member) => ownJson(model, member)))
    }
  }
  return [...rows, ...thirdParties(model)]
}

/**
 * Those that the owner wants to be components too, in a group of their own. Statuspage has no word for what is not known,
 * and it must not look well: it is left out meanwhile.
 */
function thirdParties(model: PublicModel) {
  const members: Row[] = []
  for (const { id, name, url, status, sinceMs, component } of model.thirdParties ?? []) {
    if (component === undefined || status === null) continue
    const { createdAtMs } = component
    members.push({
      id: `third-party.${id}`,
      name,
      status,
      createdAtMs,
      updatedAtMs: sinceMs ?? createdAtMs,
      position: model.components.length + members.length,
      description: url,
    })
  }
  if (members.length === 0) return []
  const { title } = THIRD_PARTY_WORDS[model.page.language]
  return [
    groupJson(model, { id: THIRD_PARTIES, name: title, members }),
    ...members.map((member) => ({ ...componentJson(model, member, THIRD_PARTIES), showcase: false })),
  ]
}

function ownJson(model: PublicModel, component: PublicComponent) {
  return componentJson(model, component, component.group === null ? null : groupId(model, component.group))
}

function componentJson(model: PublicModel, component: Row, group: string | null) {
  return {
    id: component.id,
    name: component.name,
    status: component.status,
    created_at: iso(component.createdAtMs),
    updated_at: iso(component.updatedAtMs),
    position: component.position,
    description: component.description,
    showcase: true,
    start_date: iso(component.createdAtMs).slice(0, 10),
    group_id: group,
    page_id: model.page.id,
    group: false,
    only_show_if_degraded: false,
  }
}

function groupJson(model: PublicModel, { id, name, members }: { id: string; name: string; members: readonly Row[] }) {
  return {
    id,
    name,
    status: worstStatus(members.map((member) => member.status)),
    created_at: iso(Math.min(...members.map((member) => member.createdAtMs))),
    updated_at: iso(Math.max(...members.map((member) => member.updatedAtMs))),
    position: Math.min(...members.map((member) => member.position)),
    description: null,
    showcase: false,
    start_date: null,
    group_id: null,
    page_id: model.page.id,
    group: true,
    only_show_if_degraded: false,
    components: members.map((member) => member.id),
  }
}

function incidentJson(model: PublicModel, incident: PublicIncident) {
  const isTold = !incident.isBackdated
  const updates = incident.updates.map((update) => updateJson(model, incident, update, isTold))
  const published = incident.hasPostMortem ? model.postMortems.find(({ id }) => id === incident.id) : undefined
  return {
    id: incident.id,
    name: incident.title,
    status: incident.hasPostMortem && incident.status === 'resolved' ? 'postmortem' : incident.status,
    created_at: iso(incident.createdAtMs),
    updated_at: iso(Math.max(incident.updatedAtMs, published?.updatedAtMs ?? 0)),
    monitoring_at: isoOrNull(incident.monitoringAtMs),
    resolved_at: isoOrNull(incident.resolvedAtMs),
    impact: incident.impact,
    shortlink: `${model.page.url}/incidents/${incident.id}`,
    started_at: iso(incident.startedAtMs),
    page_id: model.page.id,
    incident_updates: published === undefined ? updates : [postMortemUpdate(model, published), ...updates],
    components: componentsOf(model, incident),
    reminder_intervals: null,
  }
}

/** Statuspage knows no cancelled ones: they are deleted there. */
function maintenances(model: PublicModel, all: readonly PublicMaintenance[]) {
  return all
    .filter(({ status }) => status !== 'cancelled')
    .slice(0, MAINTENANCES_MAX)
    .map((maintenance) => maintenanceJson(model, maintenance))
}

function maintenanceJson(model: PublicModel, maintenance: PublicMaintenance) {
  return {
    id: maintenance.id,
    name: maintenance.title,
    status: maintenance.status,
    created_at: iso(maintenance.createdAtMs),
    updated_at: iso(maintenance.updatedAtMs),
    monitoring_at: null,
    resolved_at: isoOrNull(maintenance.completedAtMs),
    impact: 'maintenance',
    shortlink: `${model.page.url}/maintenance/${maintenance.id}`,
    started_at: iso(maintenance.startedAtMs ?? maintenance.scheduledForMs),
    page_id: model.page.id,
    incident_updates: maintenance.updates.map((update) => updateJson(model, maintenance, update, true)),
    components: componentsOf(model, maintenance),
    reminder_intervals: null,
    scheduled_for: iso(maintenance.scheduledForMs),
    scheduled_until: iso(maintenance.scheduledUntilMs),
  }
}

/** In full, in the order of the page. */
function componentsOf(model: PublicModel, { components: named }: PublicIncident | PublicMaintenance) {
  return model.components
    .filter((component) => named.some(({ id }) => id === component.id))
    .map((component) => ownJson(model, component))
}

function updateJson(
  model: PublicModel,
  { id: incidentId }: PublicIncident | PublicMaintenance,
  update: PublicUpdate | PublicMaintenanceUpdate,
  isTold: boolean,
) {
  const at = iso(update.atMs)
  return {
    id: update.id,
    status: update.status,
    body: update.body,
    incident_id: incidentId,
    created_at: at,
    updated_at: iso(changedAtMs(update)),
    display_at: at,
    affected_components:
      update.components.length === 0
        ? null
        : update.components.map(({ id, name, from, to }) => ({
            code: id,
            name: nameInGroup(model, id, name),
            old_status: from,
            new_status: to,
          })),
    deliver_notifications: isTold,
    custom_tweet: null,
    tweet_id: null,
  }
}

/** There a post-mortem is the last update of its incident. Its words are at its own address: they can be long. */
function postMortemUpdate({ page }: PublicModel, { id, title, publishedAtMs, updatedAtMs }: PublicPostMortem) {
  const at = iso(publishedAtMs)
  return {
    id: `${id}.postmortem`,
    status: 'postmortem',
    body: `${title}\n\n${page.url}/post-mortems/${id}`,
    incident_id: id,
    created_at: at,
    updated_at: iso(updatedAtMs),
    display_at: at,
    affected_components: null,
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  }
}

function nameInGroup(model: PublicModel, id: string, name: string): string {
  const group = model.components.find((component) => component.id === id)?.group ?? null
  return group === null ? name : `${group} - ${name}`
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : iso(atMs)
}
