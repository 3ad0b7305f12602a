import type { Context } from 'hono'
import type { Alert } from '../../domain/alert.ts'
import { alertTitle } from '../../domain/alert.ts'
import { commonMatchers } from '../../domain/alertInbox.ts'
import { includesRole } from '../../domain/actor.ts'
import { describeEvent } from '../../domain/describeEvent.ts'
import type { Incident } from '../../domain/incident.ts'
import { IncidentId } from '../../domain/identifiers.ts'
import type { IncidentEvent, RecordedEvent } from '../../domain/incidentEvent.ts'
import { relatedTrouble } from '../../domain/dependency.ts'
import type { KnownDependency } from '../../domain/dependency.ts'
import { ALERTS_JUDGED_MAX, likelyChanges } from '../../domain/likelyChanges.ts'
import type { OrganisationForAlerts } from '../../domain/organisation.ts'
import { neighboursOf } from '../../domain/serviceDistance.ts'
import { runbooksFor } from '../../domain/runbooks.ts'
import { NO_UPDATE_RULES } from '../../domain/updateRules.ts'
import type { UpdateTemplate } from '../../domain/updateTemplate.ts'
import { changesAround } from '../../storage/changes.ts'
import type { Database } from '../../storage/database.ts'
import { database } from '../../storage/database.ts'
import { listIncidents } from '../../storage/incidents.ts'
import { listPlaybooks } from '../../storage/playbooks.ts'
import type { SimilarIncident } from '../../storage/similarIncidents.ts'
import { similarIncidents } from '../../storage/similarIncidents.ts'
import { publishedPage } from '../../storage/publishedPage.ts'
import { listResponders } from '../../storage/responders.ts'
import type { HttpEnv } from '../env.ts'
import { playbookFromYaml } from '../playbookYaml.ts'
import { roomOf } from '../room.ts'
import { draftForm } from './draftForm.ts'
import { noticeOf } from './notice.ts'
import { silenceLink } from './silenceLink.ts'
import type { ListedAlert, Me, RefusedForm, RoomView, Timeline, TimelineEntry, TimelineFilter } from './views.ts'
import { TIMELINE_FILTERS } from './views.ts'

/** Puts together what the incident room shows. Only the room itself has to answer: a responder works on without D1. */

const ENTRIES_A_PAGE = 150
/** A filter looks through this many events for what it shows. */
const EVENTS_FILTERED_MAX = 1500
const ALERTS_A_PAGE = 25
const SIMILAR_MAX = 3
const CHANGES_MAX = 5
const OTHERS_MAX = 100

const UPDATE_EVENTS: ReadonlySet<IncidentEvent['type']> = new Set<IncidentEvent['type']>([
  'update_posted',
  'update_drafted',
  'draft_discarded',
  'update_released',
  'update_held_back',
  'update_edited',
  'update_withdrawn',
])

const NOTICE: Readonly<Record<string, string>> = {
  opened: 'The incident is open.',
  acknowledged: 'Acknowledged: paging has stopped.',
  phase: 'The state is changed.',
  severity: 'The severity is changed.',
  merged: 'Merged. The other incident goes on with its alerts.',
  moved: 'The alerts are in this incident now.',
  resolved: 'Resolved. A post-mortem is being drafted from the timeline.',
  start: 'The start is corrected.',
  title: 'The title is changed.',
  components: 'The affected components are set.',
  update: 'The update is posted.',
  public_update: 'The update is on the status page.',
  draft: 'The draft is kept.',
  scheduled: 'The update is scheduled.',
  undo_time: 'The update goes to the status page when the time to take it back is over.',
  awaits_release: 'The update waits for a second person to release it.',
  released_update: 'Released.',
  discarded: 'The update is discarded. Nobody outside has seen it.',
  withdrawn: 'The update is taken back.',
  edited: 'The status page shows the new words, and the earlier ones behind them.',
  role: 'The role is taken.',
  released: 'The role is free.',
  task: 'The task is saved.',
  hypothesis: 'The hypothesis is saved.',
  diagnostic: 'The result is in the timeline.',
  run: 'The playbook is running.',
  approved: 'Approved: the playbook goes on.',
  declined: 'Declined: the playbook has stopped.',
  answered: 'Answered: the playbook goes on.',
  cancelled: 'The playbook is cancelled.',
}

export function meOf(c: Context<HttpEnv>): Me {
  const { id, name, role } = c.var.principal
  return { id, name, role, canAct: includesRole(role, 'responder') }
}

/** The zone in which the console writes and asks for times. */
export async function timeZoneOf(env: Env): Promise<string> {
  return (await publishedPage(env.PUBLIC_FILES, env.PUBLIC_URL)).timeZone
}

/** The incident of the request's address; null when there is none. */
export async function incidentOf(c: Context<HttpEnv>): Promise<Incident | null> {
  const id = IncidentId.safeParse(c.req.param('id'))
  return id.success ? roomOf(c.env, id.data).read() : null
}

export async function roomView(
  c: Context<HttpEnv>,
  incident: Incident,
  refused: RefusedForm | null = null,
): Promise<RoomView> {
  const db = database(c.env.DB)
  const desk = c.env.ALERT_DESK.getByName('main')
  const publisher = c.env.STATUS_PUBLISHER.getByName('main')
  const services = incident.services.map(({ id }) => id)
  const configured = Promise.resolve(desk.organisation())
  const alertsOffset = positive(c.req.query('alerts')) ?? 0
  const missing: string[] = []
  /** One part that does not answer must not take the room with it. */
  const part = async <T>(name: string, loading: Promise<T>, fallback: T): Promise<T> => {
    try {
      return await loading
    } catch (error) {
      console.error(`The room of ${incident.id} is shown without ${name}`, error)
      missing.push(name)
      return fallback
    }
  }
  const [timeline, page, rules, templates, alerts, organisation, people, playbooks, similar, changes, third, others] =
    await Promise.all([
      timelineOf(c, incident),
      publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL),
      part('what the page asks of updates', publisher.updateRules(), NO_UPDATE_RULES),
      part<readonly UpdateTemplate[]>('the templates', publisher.updateTemplates(), []),
      part('its alerts', alertsIn(c.env, incident.id, alertsOffset), { judged: [], listed: [] }),
      part('the components', configured, null),
      part('the list of people', listResponders(db), []),
      part('the playbooks', listPlaybooks(db), []),
      part('similar incidents', similarTo(db, incident, configured), []),
      part('recent changes', changesAround(db, incident.times.startedAtMs), []),
      part<readonly KnownDependency[]>('third parties', c.env.COMPONENT_DESK.getByName('main').dependencies(), []),
      part('the other incidents', listIncidents(db, { open: true, limit: OTHERS_MAX }), []),
    ])
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: page.timeZone,
    pageLanguage: page.language,
    rules,
    templates: templates.map(({ id, name }) => ({ id, name })),
    notice: refused === null ? noticeOf(c, NOTICE) : null,
    incident,
    timeline,
    alerts: { listed: alerts.listed.map(listedAlert), offset: alertsOffset, pageSize: ALERTS_A_PAGE },
    people: people.filter(({ role }) => includesRole(role, 'responder')).map(({ id, name }) => ({ id, name })),
    components: organisation?.components.map(({ id, name }) => ({ id, name })) ?? [],
    playbooks: playbooks
      .flatMap(({ id, yaml }) => {
        const parsed = playbookFromYaml(yaml)
        return parsed.ok ? [{ id, ...parsed.playbook }] : []
      })
      .sort((a, b) => fit(b.services, services) - fit(a.services, services))
      .map(({ id, name, description }) => ({ id, name, description })),
    similar,
    runbooks: runbooksFor(services, organisation?.services ?? [], alerts.judged),
    changes: likelyChanges(changes, incident, alerts.judged, organisation).slice(0, CHANGES_MAX),
    thirdParties: relatedTrouble(third, {
      components: [
        ...incident.components.map(({ id }) => id),
        ...(organisation?.services.filter(({ id }) => services.includes(id)).flatMap((each) => each.components) ?? []),
      ],
      services,
    }),
    others: others.filter(({ id }) => id !== incident.id).map(({ id, title, severity }) => ({ id, title, severity })),
    missing,
    publicUrl: c.env.PUBLIC_URL.replace(/\/+$/, ''),
    commandId: crypto.randomUUID(),
    refused: refused ?? draftForm(incident, c.req.query('draft'), page.timeZone),
  }
}

/** Playbooks made for the incident's services come first, those for other services last. */
function fit(playbookServices: readonly string[], services: readonly string[]): number {
  if (playbookServices.length === 0) return 1
  return playbookServices.some((id) => services.includes(id)) ? 2 : 0
}

/** Sequences have no gaps, so a page of the newest entries is known by numbers alone. */
async function timelineOf(c: Context<HttpEnv>, incident: Incident): Promise<Timeline> {
  const filter = filterOf(c.req.query('show'))
  const before = Math.min(positive(c.req.query('before')) ?? Number.MAX_SAFE_INTEGER, incident.version + 1)
  const length = filter === 'all' ? ENTRIES_A_PAGE : EVENTS_FILTERED_MAX
  const after = Math.max(0, before - 1 - length)
  const events = await roomOf(c.env, incident.id).events(after, before - 1 - after)
  return {
    filter,
    entries: events
      .filter((recorded) => isShown(recorded, filter))
      .map((recorded) => entryOf(recorded, incident))
      .toReversed(),
    olderBefore: after > 0 ? after + 1 : null,
    isLatest: before === incident.version + 1,
  }
}

function isShown({ event, audience }: RecordedEvent, filter: TimelineFilter): boolean {
  if (filter === 'updates') return UPDATE_EVENTS.has(event.type)
  return filter === 'all' || audience === 'public'
}

function entryOf({ sequence, atMs, by, audience, event }: RecordedEvent, incident: Incident): TimelineEntry {
  const { headline, detail } = describeEvent(event, incident)
  const update = event.type === 'update_posted' ? event.update : null
  return { sequence, atMs, by: by.name, audience, type: event.type, headline, detail, update }
}

type RoomAlert = Alert & { readonly firing: boolean }

/** What is judged by alerts stays the same whichever page of them is shown. */
async function alertsIn(
  env: Env,
  incidentId: string,
  offset: number,
): Promise<{ readonly judged: readonly RoomAlert[]; readonly listed: readonly RoomAlert[] }> {
  const desk = env.ALERT_DESK.getByName('main')
  const end = offset + ALERTS_A_PAGE
  // The first of them are those that it is judged by, in their order.
  if (end <= ALERTS_JUDGED_MAX) {
    const { alerts: judged } = await desk.alertsToJudge(incidentId)
    return { judged, listed: judged.slice(offset, end) }
  }
  const [{ alerts: judged }, { alerts: listed }] = await Promise.all([
    desk.alertsToJudge(incidentId),
    desk.alertsOf(incidentId, offset, ALERTS_A_PAGE),
  ])
  return { judged, listed }
}

function listedAlert(alert: RoomAlert): ListedAlert {
  const { fingerprint, labels, annotations, firing, startsAtMs, endsAtMs, generatorUrl } = alert
  return {
    fingerprint,
    title: alertTitle(alert),
    labels: Object.entries(labels).filter(([name]) => name !== 'alertname'),
    summary: annotations['summary'] ?? annotations['description'] ?? '',
    firing,
    startsAtMs,
    endsAtMs,
    generatorUrl: /^https?:\/\//i.test(generatorUrl) ? generatorUrl : null,
    silenceUrl: firing ? silenceLink(commonMatchers([alert])) : null,
  }
}

/** Services next to those of the incident say something too. */
async function similarTo(
  db: Database,
  incident: Incident,
  configured: Promise<OrganisationForAlerts>,
): Promise<SimilarIncident[]> {
  const services = incident.services.map(({ id }) => id)
  const organisation = await configured
  return similarIncidents(
    db,
    {
      id: incident.id,
      mergedInto: incident.mergedInto?.id ?? null,
      title: incident.title,
      alertTitles: incident.alertTitles,
      services,
      near: neighboursOf(services, organisation.services),
      changed: incident.headline?.changed ?? [],
      nameOf: (id) => organisation.services.find((service) => service.id === id)?.name ?? id,
    },
    SIMILAR_MAX,
  )
}

function filterOf(text: string | undefined): TimelineFilter {
  return TIMELINE_FILTERS.find((filter) => filter === text) ?? 'all'
}

function positive(text: string | undefined): number | null {
  const number = Number(text ?? Number.NaN)
  return Number.isSafeInteger(number) && number > 0 ? number : null
}
