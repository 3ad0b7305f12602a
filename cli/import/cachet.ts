import { z } from 'zod'
import type { ComponentStatus } from '../../worker/domain/componentStatus.ts'
import type { Impact, PublicStatus } from '../../worker/domain/publicModel.ts'
import { codeOf, jsonAt, plainBody, shortTitle } from './otherPage.ts'
import type { OtherPage, PastDraft } from './otherPage.ts'

/** Cachet 2 (`/api/v1`) and 3 (`/api`), as anyone may read them. Times without a zone are taken for UTC. */

const PAGES_MAX = 200
const id = z.union([z.string(), z.number()])
const number = z.coerce.number()
/** Cachet 3 says a status with its words, 2 as a number; times likewise. */
const status = z.union([number, z.looseObject({ value: number }).transform(({ value }) => value)])
const time = z
  .union([z.string(), z.looseObject({ string: z.string() }).transform(({ string }) => string)])
  .transform((text) => {
    const atMs = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`)
    return Number.isNaN(atMs) ? text : new Date(atMs).toISOString()
  })

const Update = z.object({ id, status: status.nullish(), message: z.string().nullish(), created_at: time })
const Incident = z.object({
  id,
  guid: z.string().nullish(),
  name: z.string(),
  status,
  message: z.string().nullish(),
  component_id: id.nullish(),
  component_status: status.nullish(),
  visible: z.unknown().optional(),
  occurred_at: time.nullish(),
  created_at: time,
  updated_at: time.nullish(),
  updates: z.array(Update).nullish(),
})
const Schedule = z.object({
  id,
  name: z.string(),
  message: z.string().nullish(),
  status,
  scheduled_at: time,
  completed_at: time.nullish(),
  created_at: time,
})
const Component = z.object({ id, name: z.string(), group_id: id.nullish(), group_name: z.string().nullish() })

const STATUS: Readonly<Record<number, PublicStatus>> = {
  1: 'investigating',
  2: 'identified',
  3: 'monitoring',
  4: 'resolved',
}
const COMPONENT: Readonly<Record<number, ComponentStatus>> = {
  1: 'operational',
  2: 'degraded_performance',
  3: 'partial_outage',
  4: 'major_outage',
}
const IMPACT: Readonly<Record<ComponentStatus, Impact>> = {
  operational: 'none',
  under_maintenance: 'none',
  degraded_performance: 'minor',
  partial_outage: 'major',
  major_outage: 'critical',
}

export async function pastOfCachet(page: OtherPage, url: string): Promise<PastDraft> {
  const api = (await page.text('/api/v1/ping')) === null ? '/api' : '/api/v1'
  const components = await everyOne(page, `${api}/components`, Component)
  if (components === null) throw new Error(`${url} has neither /api/v1 nor /api as Cachet has: is it a page of Cachet?`)
  const incidents = (await everyOne(page, `${api}/incidents`, Incident)) ?? []
  const schedules = (await everyOne(page, `${api}/schedules`, Schedule)) ?? []
  const past: PastDraft = {
    source: { kind: 'cachet', url },
    components: components.map(({ id: code, name, group_name }) => ({
      code: codeOf(code),
      name: shortTitle(name).slice(0, 120),
      group: group_name ?? null,
    })),
    incidents: [],
    maintenances: schedules.map(asMaintenance),
  }
  for (const incident of incidents) {
    // What is hidden there was told to nobody.
    if (incident.visible === 0 || incident.visible === false || incident.visible === '0') continue
    const updates = incident.updates ?? (await everyOne(page, `${api}/incidents/${incident.id}/updates`, Update)) ?? []
    past.incidents?.push(asIncident(incident, updates))
  }
  return past
}

function asIncident(incident: z.infer<typeof Incident>, updates: readonly z.infer<typeof Update>[]) {
  const { component_id, component_status, updated_at } = incident
  const to = component_status === null || component_status === undefined ? undefined : COMPONENT[component_status]
  const at = incident.occurred_at ?? incident.created_at
  // The incident's own status is its last; what it began with is told by its first text.
  const first = updates.length === 0 ? (STATUS[incident.status] ?? 'investigating') : 'investigating'
  const told = [
    {
      code: 'first',
      at,
      status: first,
      body: plainBody(incident.message ?? ''),
      components:
        component_id === null || component_id === undefined || to === undefined || Number(component_id) === 0
          ? []
          : [{ component: codeOf(component_id), to }],
    },
    ...updates.map((update) => ({
      code: codeOf(update.id),
      at: update.created_at,
      status: STATUS[update.status ?? 0] ?? ('investigating' as const),
      body: plainBody(update.message ?? ''),
    })),
  ]
  const last = told.reduce((latest, update) => (update.at >= latest.at ? update : latest))
  if (STATUS[incident.status] === 'resolved' && last.status !== 'resolved')
    told.push({
      code: 'fixed',
      at: later(updated_at ?? last.at, last.at),
      status: 'resolved',
      body: '',
      components: [],
    })
  return {
    code: codeOf(incident.id),
    title: shortTitle(incident.name),
    impact: to === undefined ? ('none' as const) : IMPACT[to],
    startedAt: at,
    updates: told,
    paths: [`/incidents/${incident.id}`, ...(incident.guid ? [`/incidents/${incident.guid}`] : [])],
  }
}

function asMaintenance(schedule: z.infer<typeof Schedule>) {
  const { completed_at, scheduled_at } = schedule
  const isOver = schedule.status === 2 || (completed_at !== null && completed_at !== undefined)
  const until = completed_at ?? scheduled_at
  return {
    code: codeOf(schedule.id),
    title: shortTitle(schedule.name),
    scheduledFor: scheduled_at,
    scheduledUntil: later(until, scheduled_at),
    completedAt: isOver ? until : null,
    updates: [
      {
        code: 'first',
        at: earlier(schedule.created_at, until),
        status: 'scheduled' as const,
        body: plainBody(schedule.message ?? ''),
      },
      ...(isOver ? [{ code: 'over', at: until, status: 'completed' as const, body: '' }] : []),
    ],
    paths: [`/schedules/${schedule.id}`],
  }
}

/** Cachet 3 puts what a thing says under `attributes`; both give it a page at a time. */
async function everyOne<T>(page: OtherPage, path: string, schema: z.ZodType<T>): Promise<T[] | null> {
  const Page = z.object({
    data: z.array(z.looseObject({ attributes: z.looseObject({}).optional() })),
    meta: z.looseObject({ pagination: z.looseObject({ total_pages: number.optional() }).optional() }).optional(),
    links: z.looseObject({ next: z.unknown().optional() }).optional(),
  })
  const all: T[] = []
  for (let at = 1; at <= PAGES_MAX; at++) {
    const answer = await jsonAt(page, `${path}?per_page=100&page=${at}`, Page)
    if (answer === null) return at === 1 ? null : all
    for (const [i, row] of answer.data.entries()) {
      const parsed = schema.safeParse({ ...row, ...row.attributes })
      if (!parsed.success) {
        const [issue] = parsed.error.issues
        throw new Error(
          `${path}: number ${all.length + i + 1} is not as expected: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
        )
      }
      all.push(parsed.data)
    }
    const pages = answer.meta?.pagination?.total_pages ?? 0
    const goesOn = at < pages || typeof answer.links?.next === 'string'
    if (!goesOn || answer.data.length === 0) return all
  }
  return all
}

function later(a: string, b: string): string {
  return a > b ? a : b
}

function earlier(a: string, b: string): string {
  return a < b ? a : b
}
