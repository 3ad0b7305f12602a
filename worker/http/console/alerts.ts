import type { Context } from 'hono'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Alert } from '../../domain/alert.ts'
import { alertTitle } from '../../domain/alert.ts'
import type { FiringEntry, InboxEntry } from '../../domain/alertInbox.ts'
import { commonMatchers, groupKeyOf } from '../../domain/alertInbox.ts'
import type { KeptReceived } from '../../domain/received.ts'
import { runbookUrlOf } from '../../domain/runbooks.ts'
import type { Suppression } from '../../domain/suppression.ts'
import { database } from '../../storage/database.ts'
import type { EndedEntry } from '../../storage/endedAlerts.ts'
import { entryOfFiring, firingsOf } from '../../storage/endedAlerts.ts'
import { acknowledgeAll, INCIDENTS_AT_ONCE_MAX } from '../acknowledgeAll.ts'
import type { FoundAlerts } from '../alertQuery.ts'
import { AlertQuery, findAlerts, firingEntry, inboxQuery } from '../alertQuery.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import type { AlertNames } from './alertNames.ts'
import { namesFor, ruleName, serviceName } from './alertNames.ts'
import type { AlertView, AskedInbox, FoundInbox, InboxAlert, InboxView, ReceivedView } from './alertViews.ts'
import type { FormValues } from './forms.ts'
import { readFormValues, valueOf } from './forms.ts'
import { noticeOf } from './notice.ts'
import { answerPage } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import { silenceLink } from './silenceLink.ts'

/** The inbox of alerts and the page of one. Everything works by links and plain forms; a script adds keys. */

const ALERTS_A_PAGE = 50
const FIRINGS_SHOWN = 20
const LABELS_SHOWN = 6

const LOOK = { role: 'viewer', scope: 'incidents:read' } as const
const ACT = { role: 'responder', scope: 'incidents:write' } as const

export function alertPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/alerts', allow(LOOK), async (c) => {
    const view = await inboxView(c)
    const status = view.found === null && Object.keys(view.errors).length === 0 ? 503 : 200
    return answerPage(render, '/console/alerts', view, status)
  })

  routes.post('/console/alerts/act', allow(ACT), async (c) => {
    const values = await readFormValues(c)
    const back = new URLSearchParams(valueOf(values, 'query'))
    const done = (outcome: Record<string, string>) => {
      for (const [name, value] of Object.entries(outcome)) back.set(name, value)
      return c.redirect(`/console/alerts?${back.toString()}`, 303)
    }
    const query = chosenQuery(values, back)
    if (query === null) return done({ done: 'none' })
    const chosen = await c.env.ALERT_DESK.getByName('main').selectAlerts(query)
    if (chosen.total === 0) return done({ done: 'gone' })
    if (valueOf(values, 'action') === 'silence') {
      return chosen.common.length === 0
        ? done({ done: 'nothing_alike' })
        : c.redirect(silenceLink(chosen.common).replace('#new', '&check=1#new'), 303)
    }
    if (chosen.incidentIds.length > INCIDENTS_AT_ONCE_MAX) return done({ done: 'too_many' })
    const { acknowledged, unchanged, failed } = await acknowledgeAll(c, chosen.incidentIds, 'console')
    const counts = [acknowledged, unchanged, failed].map((each) => each.length).join('.')
    return done({ done: 'acknowledged', counts })
  })

  routes.get('/console/alerts/:fingerprint', allow(LOOK), async (c) => {
    const view = await alertView(c, c.req.param('fingerprint'))
    return view === null ? handleNotFound(c) : answerPage(render, '/console/alert', view)
  })

  return routes
}

/** The alerts that were ticked, or all that the page's query finds; null when neither. */
function chosenQuery(values: FormValues, back: URLSearchParams) {
  const ticked = [values['alert'] ?? []].flat().filter((each) => /^[0-9a-f]{16}$/.test(each))
  const isAll = valueOf(values, 'all') === 'yes'
  if (!isAll && ticked.length === 0) return null
  const asked = askedFrom((name) => (isAll ? (back.get(name) ?? undefined) : undefined)).query
  // What ended cannot be acted on.
  if (asked.state === 'ended') return null
  const query = inboxQuery(asked, 0)
  return typeof query === 'string' ? null : { ...query, fingerprints: isAll ? [] : ticked }
}

const NOTICE: Readonly<Record<string, string>> = {
  none: 'No alert was chosen. Tick some first.',
  gone: 'None of the chosen alerts fires any more.',
  nothing_alike: 'The chosen alerts have no label alike, so no silence fits them all. Choose fewer.',
  too_many: `The chosen alerts are in more than ${INCIDENTS_AT_ONCE_MAX} incidents. Choose fewer.`,
}

function outcomeOf(c: Context<HttpEnv>): string | null {
  if (c.req.query('done') !== 'acknowledged') return noticeOf(c, NOTICE)
  const [acknowledged = 0, unchanged = 0, failed = 0] = (c.req.query('counts') ?? '').split('.').map(Number)
  const incidents = (count: number) => (count === 1 ? '1 incident' : `${count} incidents`)
  const parts = [
    acknowledged > 0 ? `Acknowledged ${incidents(acknowledged)}: paging has stopped.` : '',
    unchanged > 0 ? `${incidents(unchanged)} had been acknowledged or resolved before.` : '',
    failed > 0 ? `${incidents(failed)} did not answer: try again.` : '',
    acknowledged + unchanged + failed === 0 ? 'The chosen alerts are in no incident: nobody is paged for them.' : '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}

const FIELDS = [
  'state',
  'severity',
  'service',
  'source',
  'matchers',
  'q',
  'silence',
  'incident',
  'group',
  'sort',
  'after',
] as const

/** What cannot be read is left out, and said. */
function askedFrom(of: (name: string) => string | undefined) {
  const given = Object.fromEntries(
    FIELDS.flatMap((name) => {
      const value = of(name)
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
  const errors: Record<string, string> = {}
  let parsed = AlertQuery.safeParse(given)
  while (!parsed.success) {
    for (const { path } of parsed.error.issues) {
      const name = String(path[0])
      errors[name] = `“${String(given[name]).slice(0, 100)}” is not taken here.`
      delete given[name]
    }
    parsed = AlertQuery.safeParse(given)
  }
  return { query: parsed.data, errors }
}

async function inboxView(c: Context<HttpEnv>): Promise<InboxView> {
  const { query, errors } = askedFrom((name) => c.req.query(name))
  const desk = c.env.ALERT_DESK.getByName('main')
  const [found, organisation, timeZone] = await Promise.all([
    orNull(findAlerts(c.env, query, ALERTS_A_PAGE)),
    orNull(Promise.resolve(desk.organisation())),
    timeZoneOf(c.env),
  ])
  const isRefused = found !== null && !found.ok
  if (isRefused) errors['matchers'] = `${found.reason}. Write them as service="checkout", severity=~"critical|page".`
  const services = organisation?.services.map(({ id, name }) => ({ id, name })) ?? []
  const names = await namesFor(c.env, found === null ? [] : entriesOf(found), organisation)
  const { after: _after, ...asked } = query
  const view: AskedInbox = {
    ...asked,
    severity: asked.severity ?? '',
    service: asked.service ?? '',
    source: asked.source ?? '',
    silence: asked.silence ?? '',
    incident: asked.incident ?? '',
  }
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone,
    notice: outcomeOf(c),
    asked: view,
    errors,
    found: found === null || isRefused ? null : foundView(found, query, names),
    services,
    isFiltered: Object.entries(view).some(([name, value]) => value !== '' && !PLAIN.has(`${name}=${value}`)),
  }
}

const PLAIN = new Set(['state=firing', 'group=none', 'sort=newest'])

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    console.error('the inbox is shown without a part', error)
    return null
  }
}

function entriesOf(found: FoundAlerts): readonly InboxEntry[] {
  if (!found.ok) return []
  return found.state === 'ended' ? found.entries : found.page.entries
}

function foundView(found: Extract<FoundAlerts, { ok: true }>, query: AlertQuery, names: AlertNames): FoundInbox {
  const address = (after: string | null) => {
    const entries = FIELDS.flatMap((name) => {
      const value = name === 'after' ? after : query[name]
      return value === undefined || value === null || value === '' ? [] : [[name, value]]
    })
    return `/console/alerts?${new URLSearchParams(entries).toString()}`
  }
  const first = query.after === undefined ? null : address(null)
  const next = found.next === null ? null : address(found.next)
  if (found.state === 'ended') {
    const alerts = found.entries.map((entry) => listed(entry, names))
    const groups = [{ heading: null, href: null, count: alerts.length, alerts }]
    return { groups, total: null, byState: null, firstNumber: 1, shown: alerts.length, first, next }
  }
  const { entries, total, byState, groups } = found.page
  const firstNumber = Number(query.after ?? 0) + 1
  const views =
    query.group === 'none'
      ? [{ heading: null, href: null, count: total, alerts: entries.map((entry) => listed(entry, names)) }]
      : groups.map(({ key, count }) => ({
          ...headingOf(key, query.group, names),
          count,
          alerts: entries
            .filter((entry) => groupKeyOf(entry, query.group) === key)
            .map((entry) => listed(entry, names)),
        }))
  return { groups: views, total, byState, firstNumber, shown: entries.length, first, next }
}

function headingOf(key: string, group: AlertQuery['group'], names: AlertNames) {
  switch (group) {
    case 'incident':
      return key === ''
        ? { heading: 'In no incident', href: null }
        : { heading: names.incidents.get(key)?.title ?? `Incident ${key}`, href: `/console/incidents/${key}` }
    case 'service':
      return { heading: key === '' ? 'No configured service' : serviceName(names, key), href: null }
    case 'none':
    case 'alertname':
    case 'source':
      return { heading: key, href: null }
  }
}

function listed(entry: FiringEntry | EndedEntry, names: AlertNames): InboxAlert {
  const { alert, severity, serviceId, source, incidentId } = entry
  const ended = 'endedAtMs' in entry
  const title = alertTitle(alert)
  const summary = alert.annotations['summary'] ?? alert.annotations['description'] ?? ''
  return {
    fingerprint: alert.fingerprint,
    title,
    summary: summary === title ? '' : summary.slice(0, 300),
    state: ended ? 'ended' : entry.state,
    why: ended ? null : whyHidden(entry, names),
    severity,
    service: serviceId === null ? (alert.labels['service'] ?? null) : serviceName(names, serviceId),
    source,
    incidentId,
    incident: incidentId === null ? null : (names.incidents.get(incidentId) ?? null),
    labels: labelsOf(alert).slice(0, LABELS_SHOWN),
    startsAtMs: alert.startsAtMs,
    endedAtMs: ended ? entry.endedAtMs : null,
  }
}

function labelsOf(alert: Alert): [string, string][] {
  const shown = new Set(['alertname', 'severity', 'service'])
  return Object.entries(alert.labels).filter(([name]) => !shown.has(name))
}

function whyHidden({ silencedBy, inhibitedBy, ruleId, pausedUntilMs }: Suppression, names: AlertNames): string | null {
  if (silencedBy.length > 0) return silencedBy.length === 1 ? 'by a silence' : `by ${silencedBy.length} silences`
  if (inhibitedBy.length > 0) return 'by another alert'
  if (ruleId !== null) return `by the rule “${ruleName(names, ruleId)}”`
  return pausedUntilMs === null ? null : 'it has to fire for longer to open an incident'
}

async function alertView(c: Context<HttpEnv>, fingerprint: string): Promise<AlertView | null> {
  if (!/^[0-9a-f]{16}$/.test(fingerprint)) return null
  const desk = c.env.ALERT_DESK.getByName('main')
  const [firing, history, timeZone] = await Promise.all([
    firingEntry(c.env, fingerprint),
    orNull(firingsOf(database(c.env.DB), fingerprint, FIRINGS_SHOWN)),
    timeZoneOf(c.env),
  ])
  const last = history?.[0]
  const entry: FiringEntry | EndedEntry | null = firing ?? (last === undefined ? null : entryOfFiring(last))
  if (entry === null) return null
  const { alert } = entry
  const [silencedBy, inhibitedBy] = 'state' in entry ? [entry.silencedBy, entry.inhibitedBy] : [[], []]
  const [names, trail, received, hiddenBy] = await Promise.all([
    orNull(Promise.resolve(desk.organisation())).then((organisation) => namesFor(c.env, [entry], organisation)),
    orNull(Promise.resolve(desk.trailOf(fingerprint, entry.incidentId ?? undefined))),
    orNull(Promise.resolve(desk.receivedOf(fingerprint))),
    orNull(Promise.resolve(desk.hiders(silencedBy, inhibitedBy))),
  ])
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone,
    notice: null,
    alert: { ...listed(entry, names), labels: Object.entries(alert.labels) },
    annotations: Object.entries(alert.annotations),
    generatorUrl: safeUrl(alert.generatorUrl),
    runbookUrl: runbookUrlOf(alert.annotations),
    silenceUrl: silenceLink(commonMatchers([alert])),
    silencedBy: silencedBy.map((id) => ({ id, why: hiddenBy?.silences[id] ?? null })),
    inhibitedBy: inhibitedBy.map((each) => ({ fingerprint: each, title: hiddenBy?.alerts[each] ?? null })),
    firings: (history ?? []).map(({ row: _row, ...past }) => past),
    firingsKnown: history !== null,
    trail: trail ?? [],
    received: received === null ? null : receivedView(received, c.var.principal.role === 'admin'),
  }
}

function receivedView({ atMs, bytes, isCut, received }: KeptReceived, isShown: boolean): ReceivedView {
  const { contentType, headers, body } = received
  return { atMs, bytes, isCut, message: isShown ? { contentType, headers: Object.entries(headers), body } : null }
}

/** Only addresses that a browser can follow safely. */
function safeUrl(text: string): string | null {
  return /^https?:\/\//i.test(text) && z.url().safeParse(text).success ? text : null
}
