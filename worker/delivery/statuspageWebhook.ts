import { changedAtMs } from '../domain/changedAt.ts'
import type { Announcement, MaintenanceAnnouncement, Notice, PostMortemAnnouncement } from '../domain/notice.ts'
import type { OverallStatus } from '../domain/overallStatus.ts'
import type { PublicComponentChange, PublicMaintenanceUpdate, PublicUpdate } from '../domain/publicModel.ts'
import type { ReaderFilter } from '../domain/readerFilter.ts'
import type { Digest } from '../domain/weeklyDigest.ts'
import type { ConfirmationRequest, Links } from './sender.ts'

/**
 * Pure: the bodies that Atlassian Statuspage posts to its subscribers, field by field. A change of a component is a
 * body of its own there, so one notice may be several.
 */

export interface WebhookPage {
  readonly id: string
  readonly url: string
  readonly status: OverallStatus
}

export interface WebhookBody {
  /** Tells it from the others of the same notice; empty for the first. */
  readonly part: string
  readonly json: object
}

export interface WebhookFrame {
  readonly page: WebhookPage
  readonly links: Links
  readonly filter: ReaderFilter
  readonly nowMs: number
}

export function webhookBodies(notice: Notice, frame: WebhookFrame): WebhookBody[] {
  const head = headOf(frame)
  switch (notice.kind) {
    case 'update': {
      const incident = { part: '', json: { ...head, incident: incidentJson(notice) } }
      return [incident, ...componentBodies(head, notice.update.id, notice.update.components, notice.update.atMs, frame)]
    }
    case 'maintenance': {
      const incident = {
        part: '',
        json: { ...head, incident: maintenanceJson(notice, notice.what === 'reminder' ? notice.update.atMs : null) },
      }
      return [incident, ...componentBodies(head, notice.update.id, notice.update.components, notice.update.atMs, frame)]
    }
    case 'post_mortem':
      return [{ part: '', json: { ...head, incident: postMortemJson(notice) } }]
    case 'components':
      return componentBodies(head, notice.id, notice.changes, notice.atMs, frame)
    case 'digest':
      return [{ part: '', json: { ...head, digest: digestJson(notice) } }]
  }
}

/** Ours alone: Statuspage asks nobody. Answering with the challenge confirms, and so does opening the address. */
export function webhookRequest(
  { confirmUrl, incidentTitle }: ConfirmationRequest,
  frame: WebhookFrame,
): { readonly challenge: string; readonly json: object } {
  const challenge = confirmUrl.slice(confirmUrl.lastIndexOf('/') + 1)
  const confirmation = { challenge, confirm_url: confirmUrl, incident_name: incidentTitle }
  return { challenge, json: { ...headOf(frame), confirmation } }
}

/** The link to change what one gets, for whoever asked for it. */
export function webhookManageLink(frame: WebhookFrame): object {
  return { ...headOf(frame), subscription: { manage_url: frame.links.manage } }
}

/** Exactly the challenge, alone or as JSON: what only sends back all that it gets agrees to nothing. */
export function answersChallenge(text: string, challenge: string): boolean {
  if (text.trim() === challenge) return true
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && 'challenge' in json && json.challenge === challenge
  } catch {
    return false
  }
}

function headOf({ page, links, nowMs }: WebhookFrame) {
  return {
    meta: {
      unsubscribe: links.unsubscribe,
      documentation: `${page.url}/subscribe#webhook`,
      generated_at: iso(nowMs),
    },
    page: {
      id: page.id,
      status_indicator: page.status.indicator,
      status_description: page.status.description,
    },
  }
}

/** What is never set here stands there all the same: receivers read by name. */
const NEVER = {
  impact_override: null,
  postmortem_ignored: false,
  postmortem_notified_twitter: false,
} as const

const NO_POST_MORTEM = {
  postmortem_body: null,
  postmortem_body_last_updated_at: null,
  postmortem_notified_subscribers: false,
  postmortem_published_at: null,
} as const

const NOT_SCHEDULED = {
  scheduled_auto_transition: false,
  scheduled_for: null,
  scheduled_remind_prior: false,
  scheduled_reminded_at: null,
  scheduled_until: null,
} as const

function incidentJson({ page, incident }: Omit<Announcement, 'update'>) {
  return {
    backfilled: incident.isBackdated,
    created_at: iso(incident.createdAtMs),
    impact: incident.impact,
    ...NEVER,
    monitoring_at: isoOrNull(incident.monitoringAtMs),
    ...NO_POST_MORTEM,
    resolved_at: isoOrNull(incident.resolvedAtMs),
    ...NOT_SCHEDULED,
    shortlink: `${page.url}/incidents/${incident.id}`,
    status: incident.status as string,
    updated_at: iso(incident.updatedAtMs),
    id: incident.id,
    organization_id: page.id,
    incident_updates: incident.updates.map((update) => updateJson(incident.id, update)),
    name: incident.title,
  }
}

/** Cancelled is no state of Statuspage's: what it never did is completed, and its last update says so. */
function maintenanceJson(
  { page, maintenance }: Pick<MaintenanceAnnouncement, 'page' | 'maintenance'>,
  remindedAtMs: number | null,
) {
  return {
    backfilled: false,
    created_at: iso(maintenance.createdAtMs),
    impact: 'maintenance',
    ...NEVER,
    monitoring_at: null,
    ...NO_POST_MORTEM,
    resolved_at: isoOrNull(maintenance.completedAtMs),
    scheduled_auto_transition: true,
    scheduled_for: iso(maintenance.scheduledForMs),
    scheduled_remind_prior: true,
    scheduled_reminded_at: isoOrNull(remindedAtMs),
    scheduled_until: iso(maintenance.scheduledUntilMs),
    shortlink: `${page.url}/maintenance/${maintenance.id}`,
    status: statuspageStatus(maintenance.status),
    updated_at: iso(maintenance.updatedAtMs),
    id: maintenance.id,
    organization_id: page.id,
    incident_updates: maintenance.updates.map((each) => updateJson(maintenance.id, each)),
    name: maintenance.title,
  }
}

function postMortemJson({ page, postMortem, incident }: PostMortemAnnouncement) {
  const told = {
    postmortem_body: postMortem.body,
    postmortem_body_last_updated_at: iso(postMortem.updatedAtMs),
    postmortem_notified_subscribers: true,
    postmortem_published_at: iso(postMortem.publishedAtMs),
    shortlink: `${page.url}/post-mortems/${postMortem.id}`,
    status: 'postmortem',
  }
  if (incident !== null && incident !== undefined) return { ...incidentJson({ page, incident }), ...told }
  return {
    backfilled: false,
    created_at: iso(postMortem.startedAtMs),
    impact: 'none',
    ...NEVER,
    monitoring_at: null,
    resolved_at: iso(postMortem.resolvedAtMs),
    ...NOT_SCHEDULED,
    updated_at: iso(postMortem.updatedAtMs),
    id: postMortem.id,
    organization_id: page.id,
    incident_updates: [],
    name: postMortem.title,
    ...told,
  }
}

function updateJson(
  incidentId: string,
  { id, status, body, atMs, edits, components }: PublicUpdate | PublicMaintenanceUpdate,
) {
  return {
    body,
    created_at: iso(atMs),
    display_at: iso(atMs),
    status: statuspageStatus(status),
    twitter_updated_at: null,
    updated_at: iso(changedAtMs({ atMs, edits })),
    wants_twitter_update: false,
    id,
    incident_id: incidentId,
    affected_components:
      components.length === 0
        ? null
        : components.map(({ id: code, name, from, to }) => ({ code, name, old_status: from, new_status: to })),
  }
}

function statuspageStatus(status: string): string {
  return status === 'cancelled' ? 'completed' : status
}

/** Ours alone: Statuspage has none. What it lists has the shape that it has everywhere else. */
function digestJson({ page, fromMs, untilMs, incidents, maintenances, postMortems }: Digest) {
  return {
    from: iso(fromMs),
    until: iso(untilMs),
    incidents: incidents.map((incident) => incidentJson({ page, incident })),
    scheduled_maintenances: maintenances.map((maintenance) => maintenanceJson({ page, maintenance }, null)),
    postmortems: postMortems.map(({ id, title, publishedAtMs }) => ({
      id,
      name: title,
      published_at: iso(publishedAtMs),
      shortlink: `${page.url}/post-mortems/${id}`,
    })),
  }
}

function componentBodies(
  head: object,
  noticeId: string,
  changes: readonly PublicComponentChange[],
  atMs: number,
  { filter }: WebhookFrame,
): WebhookBody[] {
  // Who chose components is not told of the others; whose group they are in is not known here.
  const isWanted = (id: string) =>
    filter.components.length === 0 || filter.groups.length > 0 || filter.components.includes(id)
  return changes
    .filter(({ id, from, to }) => from !== to && isWanted(id))
    .map(({ id, name, from, to }) => ({
      part: id,
      json: {
        ...head,
        component_update: {
          created_at: iso(atMs),
          new_status: to,
          old_status: from,
          id: `${noticeId}.${id}`,
          component_id: id,
        },
        component: { created_at: iso(atMs), id, name, status: to },
      },
    }))
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : iso(atMs)
}
