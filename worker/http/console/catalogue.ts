import type { Context } from 'hono'
import { Hono } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import { alertTitle } from '../../domain/alert.ts'
import { serviceOf } from '../../domain/triage.ts'
import type { Service } from '../../domain/catalogue.ts'
import type { Organisation } from '../../domain/organisation.ts'
import { drawServices } from '../../domain/serviceDrawing.ts'
import { isWorse } from '../../domain/severity.ts'
import { firingAlertsAround } from '../../storage/alerts.ts'
import { listChanges } from '../../storage/changes.ts'
import { database } from '../../storage/database.ts'
import type { Database } from '../../storage/database.ts'
import { listIncidents } from '../../storage/incidents.ts'
import type { IncidentRow } from '../../storage/incidents.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import { overridesFrom } from '../../storage/overrides.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import type { CatalogueView, FiringAlert, Named, ServiceRow, ServiceState, ServiceView } from './catalogueViews.ts'
import { listedIncident } from './incidents.ts'
import { noticeOf } from './notice.ts'
import { policyView } from './onCall.ts'
import { answerPage } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'

/** What there is to look after: the services, what they need and feed, who owns them, and how they are. */

const OPEN_INCIDENTS_MAX = 500
const INCIDENTS_SHOWN = 10
const CHANGES_SHOWN = 5
const ALERTS_SHOWN = 20
const ALERTS_LOOKED_AT_MAX = 500

export function cataloguePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const policy = { role: 'viewer', scope: 'incidents:read' } as const

  routes.get('/console/catalogue', allow(policy), async (c) =>
    answerPage(render, '/console/catalogue', await catalogueView(c)),
  )

  routes.get('/console/catalogue/services/:id', allow(policy), async (c) => {
    const view = await serviceView(c, c.req.param('id'))
    if (view === null) return problem(c, 404, 'unknown_service', 'There is no service with this id.')
    return answerPage(render, '/console/catalogue-service', view)
  })

  return routes
}

const NOTICE: Readonly<Record<string, string>> = {
  saved: 'It is saved.',
  removed: 'It is removed.',
}

async function shared(c: Context<HttpEnv>) {
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: await timeZoneOf(c.env),
    notice: noticeOf(c, NOTICE),
    canEdit: includesRole(c.var.principal.role, 'admin'),
  }
}

async function catalogueView(c: Context<HttpEnv>): Promise<CatalogueView> {
  const db = database(c.env.DB)
  const [view, stored, open] = await Promise.all([
    shared(c),
    loadOrganisation(db),
    listIncidents(db, { open: true, limit: OPEN_INCIDENTS_MAX }),
  ])
  const { services = [], teams = [], components = [], environments = [], responders = [] } = stored?.organisation ?? {}
  const rows = services.map((service) => rowOf(service, { services, components }, open))
  const byTier = (list: ServiceRow[]) => list.toSorted((a, b) => a.tier - b.tier)
  const ownedBy = (owner: string | undefined) => byTier(rows.filter((_, i) => services[i]?.owner === owner))
  return {
    ...view,
    groups: [
      ...teams.map((team) => ({
        team: { id: team.id, name: team.name, members: namesOf(team.members, responders) },
        services: ownedBy(team.id),
      })),
      ...(ownedBy(undefined).length === 0 ? [] : [{ team: null, services: ownedBy(undefined) }]),
    ],
    environments,
    drawing: drawServices(
      services,
      components.map(({ id }) => id),
    ),
    services: Object.fromEntries(rows.map((row) => [row.id, row])),
    componentNames: Object.fromEntries(components.map(({ id, name }) => [id, name])),
  }
}

async function serviceView(c: Context<HttpEnv>, id: string): Promise<ServiceView | null> {
  const db = database(c.env.DB)
  const nowMs = Date.now()
  const [view, stored, overrides] = await Promise.all([shared(c), loadOrganisation(db), overridesFrom(db, nowMs)])
  const organisation = stored?.organisation
  const service = organisation?.services.find((each) => each.id === id)
  if (organisation === undefined || service === undefined) return null
  const [open, recent, changes, alerts] = await Promise.all([
    listIncidents(db, { open: true, service: id, limit: OPEN_INCIDENTS_MAX }),
    listIncidents(db, { service: id, limit: INCIDENTS_SHOWN }),
    listChanges(db, { service: id, limit: CHANGES_SHOWN }),
    alertsFiring(db, service, organisation),
  ])
  const team = organisation.teams.find((each) => each.id === service.owner)
  const wanted = new Set(service.escalation.map(({ policy }) => policy))
  return {
    ...view,
    service,
    row: rowOf(service, organisation, open),
    owner:
      team === undefined
        ? null
        : { id: team.id, name: team.name, members: namesOf(team.members, organisation.responders) },
    policies: organisation.policies
      .filter((policy) => wanted.has(policy.id))
      .map((policy) => policyView(policy, organisation, overrides, nowMs)),
    incidents: recent.map(listedIncident),
    changes,
    alerts: alerts.slice(0, ALERTS_SHOWN),
    alertsCutOff: alerts.length > ALERTS_SHOWN,
  }
}

/** Those of its incidents that name it; a service that shares an incident has others in it. */
async function alertsFiring(db: Database, service: Service, { services }: Organisation): Promise<FiringAlert[]> {
  const around = await firingAlertsAround(db, service.id, ALERTS_LOOKED_AT_MAX)
  return around
    .filter(({ labels }) => serviceOf(labels, services)?.id === service.id)
    .map((alert) => ({
      fingerprint: alert.fingerprint,
      incidentId: alert.incidentId,
      title: alertTitle(alert),
      startsAtMs: alert.startsAtMs,
    }))
}

function rowOf(
  { id, name, tier, dependsOn, components }: Service,
  organisation: Pick<Organisation, 'services' | 'components'>,
  open: readonly IncidentRow[],
): ServiceRow {
  return {
    id,
    name,
    tier,
    state: stateOf(id, open),
    dependsOn: namesOf(dependsOn, organisation.services),
    dependants: organisation.services
      .filter((service) => service.dependsOn.includes(id))
      .map((service) => ({ id: service.id, name: service.name })),
    components: namesOf(components, organisation.components),
  }
}

function stateOf(id: string, open: readonly IncidentRow[]): ServiceState {
  const own = open.filter(({ services }) => services.includes(` ${id} `))
  const [first] = own
  const worst = own.reduce(
    (found, { severity }) => (isWorse(severity, found) ? severity : found),
    first?.severity ?? 'sev5',
  )
  return { openIncidents: own.length, worst: first === undefined ? null : worst }
}

function namesOf(ids: readonly string[], known: readonly Named[]): Named[] {
  return ids.map((id) => ({ id, name: known.find((each) => each.id === id)?.name ?? id }))
}
