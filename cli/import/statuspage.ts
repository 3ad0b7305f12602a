import { z } from 'zod'
import { COMPONENT_STATUSES } from '../../worker/domain/componentStatus.ts'
import type { PublicStatus } from '../../worker/domain/publicModel.ts'
import { codeOf, jsonAt, plainBody, shortTitle } from './otherPage.ts'
import type { OtherPage, PastDraft } from './otherPage.ts'

/** Atlassian Statuspage, and all that speak its public JSON: the newest fifty incidents and maintenances. */

const Component = z.object({
  id: z.string(),
  name: z.string(),
  group: z.boolean().default(false),
  group_id: z.string().nullable().default(null),
})
const Update = z.object({
  id: z.string(),
  status: z.string(),
  body: z.string().nullable().default(''),
  display_at: z.string().nullish(),
  created_at: z.string(),
  affected_components: z
    .array(z.object({ code: z.string(), new_status: z.string() }))
    .nullable()
    .default(null),
})
const Incident = z.object({
  id: z.string(),
  name: z.string(),
  impact: z.string(),
  started_at: z.string().nullish(),
  incident_updates: z.array(Update),
})
const Maintenance = Incident.extend({
  scheduled_for: z.string(),
  scheduled_until: z.string(),
  components: z.array(z.object({ id: z.string() })).default([]),
})

const STATUS: Readonly<Record<string, PublicStatus>> = {
  investigating: 'investigating',
  identified: 'identified',
  monitoring: 'monitoring',
  resolved: 'resolved',
  postmortem: 'resolved',
}
const WORK_STATUS = ['scheduled', 'in_progress', 'verifying', 'completed'] as const
const IMPACTS = ['none', 'minor', 'major', 'critical'] as const

export async function pastOfStatuspage(page: OtherPage, url: string): Promise<PastDraft> {
  const components = await jsonAt(page, '/api/v2/components.json', z.object({ components: z.array(Component) }))
  const incidents = await jsonAt(page, '/api/v2/incidents.json', z.object({ incidents: z.array(Incident) }))
  if (components === null || incidents === null)
    throw new Error(`${url} has no /api/v2/incidents.json: is it a page of Statuspage?`)
  const work = await jsonAt(
    page,
    '/api/v2/scheduled-maintenances.json',
    z.object({ scheduled_maintenances: z.array(Maintenance) }),
  )
  const groups = new Map(components.components.filter(({ group }) => group).map(({ id, name }) => [id, name]))
  return {
    source: { kind: 'statuspage', url },
    components: components.components
      .filter(({ group }) => !group)
      .map(({ id, name, group_id }) => ({
        code: codeOf(id),
        name: shortTitle(name).slice(0, 120),
        group: groups.get(group_id ?? '') ?? null,
      })),
    incidents: incidents.incidents.map((incident) => ({
      code: codeOf(incident.id),
      title: shortTitle(incident.name),
      impact: IMPACTS.find((impact) => impact === incident.impact) ?? 'none',
      startedAt: incident.started_at === null || incident.started_at === undefined ? null : time(incident.started_at),
      updates: incident.incident_updates.flatMap((update) => {
        const status = STATUS[update.status]
        return status === undefined ? [] : [{ ...told(update), status }]
      }),
      paths: [`/incidents/${incident.id}`],
    })),
    maintenances: (work?.scheduled_maintenances ?? []).map((maintenance) => ({
      code: codeOf(maintenance.id),
      title: shortTitle(maintenance.name),
      scheduledFor: time(maintenance.scheduled_for),
      scheduledUntil: time(maintenance.scheduled_until),
      components: maintenance.components.map(({ id }) => codeOf(id)),
      updates: maintenance.incident_updates.flatMap((update) => {
        const status = WORK_STATUS.find((each) => each === update.status)
        return status === undefined ? [] : [{ ...told(update), status }]
      }),
      paths: [`/incidents/${maintenance.id}`],
    })),
  }
}

function told(update: z.infer<typeof Update>) {
  return {
    code: codeOf(update.id),
    at: time(update.display_at ?? update.created_at),
    body: plainBody(update.body ?? ''),
    components: (update.affected_components ?? []).flatMap(({ code, new_status }) => {
      const to = COMPONENT_STATUSES.find((status) => status === new_status)
      return to === undefined ? [] : [{ component: codeOf(code), to }]
    }),
  }
}

/** What is no time stays as it is: the instance says where. */
function time(text: string): string {
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? text : new Date(atMs).toISOString()
}
