import { Buffer } from 'node:buffer'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { policyFor } from '../../domain/escalation.ts'
import { incidentIdFrom } from '../../domain/identifiers.ts'
import { isWorse, Severity } from '../../domain/severity.ts'
import { database } from '../../storage/database.ts'
import type { IncidentRow } from '../../storage/incidents.ts'
import { listIncidents } from '../../storage/incidents.ts'
import type { HttpEnv } from '../env.ts'
import { affectedComponents, namedServices } from '../names.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { personOf } from '../room.ts'
import type { FormValues } from './forms.ts'
import { OpenForm, instantOf, parseForm, readFormValues } from './forms.ts'
import { answerPage } from './pages.ts'
import { formKey, submitForm } from './roomSubmit.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { FormState, IncidentsFilter, IncidentsView, ListedIncident, NewIncidentView } from './views.ts'

/** The list of incidents, and opening one by hand. */

const OPEN_MAX = 200
const RESOLVED_A_PAGE = 25
const SEARCH_LENGTH_MAX = 200

export function incidentPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  for (const path of ['/console', '/console/incidents'])
    routes.get(path, allow({ role: 'viewer', scope: 'incidents:read' }), async (c) =>
      answerPage(render, '/console/incidents', await incidentsView(c)),
    )

  routes.get('/console/incidents/new', allow({ role: 'responder', scope: 'incidents:write' }), async (c) =>
    newIncidentPage(c, { values: {}, errors: {} }, 200),
  )

  routes.post('/console/incidents', allow({ role: 'responder', scope: 'incidents:write' }), async (c) => {
    const values = await readFormValues(c)
    const opened = await openIncident(c, values)
    if (opened.ok) return c.redirect(`/console/incidents/${opened.id}?done=opened`, 303)
    return newIncidentPage(c, { values, errors: opened.errors }, 422)
  })

  async function newIncidentPage(c: Context<HttpEnv>, form: FormState, status: number): Promise<Response> {
    return answerPage(render, '/console/new-incident', await newIncidentView(c, form), status)
  }

  return routes
}

async function incidentsView(c: Context<HttpEnv>): Promise<IncidentsView> {
  const db = database(c.env.DB)
  const filter = filterOf((name) => c.req.query(name))
  const wanted = { severity: filter.severity === '' ? undefined : filter.severity, q: filter.q }
  const wantsOpen = filter.state !== 'resolved' && filter.before === null
  const [open, resolved, timeZone] = await Promise.all([
    wantsOpen ? listIncidents(db, { ...wanted, open: true, limit: OPEN_MAX + 1 }) : null,
    filter.state === 'open'
      ? null
      : listIncidents(db, { ...wanted, open: false, before: filter.before ?? undefined, limit: RESOLVED_A_PAGE + 1 }),
    timeZoneOf(c.env),
  ])
  const last = resolved !== null && resolved.length > RESOLVED_A_PAGE ? resolved[RESOLVED_A_PAGE - 1] : undefined
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone,
    notice: null,
    filter,
    open: open?.slice(0, OPEN_MAX).sort(worstFirst).map(listedIncident) ?? null,
    openCutOff: (open?.length ?? 0) > OPEN_MAX,
    resolved: resolved?.slice(0, RESOLVED_A_PAGE).map(listedIncident) ?? null,
    older: last === undefined ? null : olderAddress(filter, last.detectedAtMs),
  }
}

function filterOf(query: (name: string) => string | undefined): IncidentsFilter {
  const state = query('state')
  const severity = Severity.safeParse(query('severity'))
  const before = Number(query('before') ?? Number.NaN)
  return {
    state: state === 'open' || state === 'resolved' ? state : 'all',
    severity: severity.success ? severity.data : '',
    q: (query('q') ?? '').trim().slice(0, SEARCH_LENGTH_MAX),
    before: Number.isSafeInteger(before) && before > 0 ? before : null,
  }
}

function olderAddress({ state, severity, q }: IncidentsFilter, beforeMs: number): string {
  const query = new URLSearchParams({ before: String(beforeMs) })
  if (state !== 'all') query.set('state', state)
  if (severity !== '') query.set('severity', severity)
  if (q !== '') query.set('q', q)
  return `/console/incidents?${query}`
}

function worstFirst(a: IncidentRow, b: IncidentRow): number {
  if (a.severity !== b.severity) return isWorse(a.severity, b.severity) ? -1 : 1
  return b.detectedAtMs - a.detectedAtMs
}

export function listedIncident({
  version: _version,
  summary: _summary,
  alertTitles: _alertTitles,
  changedServices: _changedServices,
  fixedBy: _fixedBy,
  services,
  ...row
}: IncidentRow): ListedIncident {
  return { ...row, services: services.split(' ').filter((id) => id !== '') }
}

async function newIncidentView(c: Context<HttpEnv>, form: FormState): Promise<NewIncidentView> {
  const [organisation, timeZone] = await Promise.all([
    c.env.ALERT_DESK.getByName('main').organisation(),
    timeZoneOf(c.env),
  ])
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone,
    notice: null,
    services: organisation.services.map(({ id, name }) => ({ id, name })),
    components: organisation.components.map(({ id, name }) => ({ id, name })),
    form,
    commandId: crypto.randomUUID(),
  }
}

type Opened = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly errors: FormState['errors'] }

/** Pages whoever the services' escalation policy names for the severity. */
async function openIncident(c: Context<HttpEnv>, values: FormValues): Promise<Opened> {
  const parsed = parseForm(OpenForm, values)
  if (!parsed.ok) return parsed
  const { title, publicTitle, severity, summary, startedAt, backdated, ...ids } = parsed.data

  const organisation = await c.env.ALERT_DESK.getByName('main').organisation()
  const services = namedServices(ids.services, organisation)
  if (!services.ok) return { ok: false, errors: { services: services.detail } }
  const components = affectedComponents(ids.components, organisation)
  if (!components.ok) return { ok: false, errors: { components: components.detail } }

  const nowMs = Date.now()
  const startedAtMs = startedAt === '' ? nowMs : instantOf(startedAt, await timeZoneOf(c.env))
  if (startedAtMs === null)
    return { ok: false, errors: { startedAt: 'Enter a date and time, such as 2026-11-24T09:00.' } }
  if (startedAtMs > nowMs) return { ok: false, errors: { startedAt: 'The start cannot be later than now.' } }

  // The same form sent twice names the same incident: the second finds it instead of opening another.
  const key = await formKey(c, values)
  const bytes = key === undefined ? crypto.getRandomValues(new Uint8Array(12)) : Buffer.from(key, 'hex')
  const id = incidentIdFrom(bytes)
  const affected = organisation.services.filter((service) => ids.services.includes(service.id))
  const answer = await submitForm(c, id, values, {
    type: 'open',
    id,
    title,
    publicTitle: publicTitle === '' ? title : publicTitle,
    summary,
    severity,
    severityReason: `Set by ${personOf(c.var.principal).name}`,
    services: services.named,
    components: components.affected,
    startedAtMs,
    source: 'person',
    ...(backdated === 'yes' ? { isBackdated: true } : {}),
    policy: policyFor(affected, severity, organisation.policies),
  })
  return answer.ok ? { ok: true, id } : { ok: false, errors: { '': answer.message } }
}
