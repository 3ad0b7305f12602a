import type { Context } from 'hono'
import { Hono } from 'hono'
import { fingerprintOf } from '../../domain/alert.ts'
import { durationText } from '../../domain/duration.ts'
import type { Heartbeat } from '../../domain/heartbeat.ts'
import { heartbeatIdentity } from '../../domain/heartbeatAlert.ts'
import type { Organisation } from '../../domain/organisation.ts'
import { database } from '../../storage/database.ts'
import { lastIncidentsOf } from '../../storage/lastIncidents.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import type { ConfigRefusal } from '../configuration.ts'
import { editConfiguration } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import { badgeUrl, pingUrl } from '../heartbeats.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { CONFIGURE, configurableView } from './configurable.ts'
import { editConflict } from './editConflict.ts'
import { readFormValues, valueOf } from './forms.ts'
import { errorsFrom, NEW_VALUES, readHeartbeat, valuesOf } from './heartbeatForm.ts'
import { heartbeatSnippets } from './heartbeatSnippets.ts'
import type { HeartbeatsView, HeartbeatView, ListedHeartbeat } from './heartbeatViews.ts'
import { answerPage, byConsole } from './pages.ts'
import type { ShownOnce } from './signInViews.ts'
import type { FormState } from './views.ts'

/** Heartbeats: how they are, and their part of the configuration in plain forms that need no script. */

const NOTICE: Readonly<Record<string, string>> = {
  saved: 'The heartbeat was changed.',
  paused: 'The heartbeat is paused: it may be silent, and nobody is told.',
  resumed: 'The heartbeat is watched again. It waits for a ping from now on.',
  removed: 'The heartbeat was removed. Its keys no longer work.',
  revoked: 'The key was revoked. Whatever still reports with it is refused.',
  gone: 'This is not there any more.',
}

const READ = { role: 'viewer', scope: 'incidents:read' } as const

interface Shown {
  readonly form?: FormState
  readonly shown?: ShownOnce
}

export function heartbeatPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const listPage = async (c: Context<HttpEnv>, form: FormState, status = 200) =>
    answerPage(render, '/console/heartbeats', await heartbeatsView(c, form), status)
  const page = async (c: Context<HttpEnv>, id: string, what: Shown = {}, status = 200) => {
    const view = await heartbeatView(c, id, what)
    return view === null ? handleNotFound(c) : answerPage(render, '/console/heartbeat', view, status)
  }
  const gone = (c: Context<HttpEnv>) => c.redirect('/console/heartbeats?done=gone', 303)
  /** To the heartbeat again when it is done; else it says what stands in the way. */
  const settle = async (c: Context<HttpEnv>, id: string, refusal: ConfigRefusal | null, done: string) => {
    if (refusal !== null) {
      const known = await configured(c, id)
      if (known === null) return gone(c)
      return page(c, id, { form: { values: valuesOf(known), errors: errorsFrom(refusal, -1) } }, refusal.status)
    }
    return c.redirect(`/console/heartbeats${done === 'removed' ? '' : `/${id}`}?done=${done}`, 303)
  }

  routes.get('/console/heartbeats', allow(READ), (c) => listPage(c, { values: NEW_VALUES, errors: {} }))

  routes.post('/console/heartbeats', allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const form = readHeartbeat(values, null)
    if (!form.ok) return listPage(c, { values, errors: form.errors }, 422)
    const wanted = form.data
    let index = 0
    const refusal = await changeHeartbeats(c, (list) => {
      index = list.length
      return [...list, wanted]
    })
    if (refusal !== null) return listPage(c, { values, errors: errorsFrom(refusal, index) }, refusal.status)
    const shown = await newKey(c, wanted.id)
    return shown === null ? c.redirect(`/console/heartbeats/${wanted.id}`, 303) : page(c, wanted.id, { shown })
  })

  routes.get('/console/heartbeats/:id', allow(READ), (c) => page(c, c.req.param('id')))

  routes.post('/console/heartbeats/:id', allow(CONFIGURE), async (c) => {
    const id = c.req.param('id')
    const known = await configured(c, id)
    if (known === null) return gone(c)
    const values = { ...(await readFormValues(c)), id }
    const form = readHeartbeat(values, known)
    if (!form.ok) return page(c, id, { form: { values, errors: form.errors } }, 422)
    let index = -1
    const refusal = await changeHeartbeats(c, (list) => {
      index = list.findIndex((heartbeat) => heartbeat.id === id)
      return editConflict('heartbeat', list[index], valueOf(values, 'seen')) ?? list.with(index, form.data)
    })
    if (refusal !== null && (await configured(c, id)) === null) return gone(c)
    if (refusal !== null) return page(c, id, { form: { values, errors: errorsFrom(refusal, index) } }, refusal.status)
    return c.redirect(`/console/heartbeats/${id}?done=saved`, 303)
  })

  for (const [action, paused, done] of [
    ['pause', true, 'paused'],
    ['resume', false, 'resumed'],
  ] as const)
    routes.post(`/console/heartbeats/:id/${action}`, allow(CONFIGURE), async (c) => {
      const id = c.req.param('id')
      const refusal = await changeHeartbeat(c, id, (heartbeat) => [{ ...heartbeat, paused }])
      return settle(c, id, refusal, done)
    })

  routes.post('/console/heartbeats/:id/remove', allow(CONFIGURE), async (c) => {
    const id = c.req.param('id')
    return settle(c, id, await changeHeartbeat(c, id, () => []), 'removed')
  })

  routes.post('/console/heartbeats/:id/keys', allow(CONFIGURE), async (c) => {
    const id = c.req.param('id')
    const shown = await newKey(c, id)
    return shown === null ? gone(c) : page(c, id, { shown })
  })

  routes.post('/console/heartbeats/:id/keys/:keyId/revoke', allow(CONFIGURE), async (c) => {
    const { id, keyId } = c.req.param()
    const revoked = await desk(c).revokeKey(id, keyId)
    return c.redirect(`/console/heartbeats/${id}?done=${revoked ? 'revoked' : 'gone'}#keys`, 303)
  })

  return routes
}

function desk(c: Context<HttpEnv>) {
  return c.env.HEARTBEAT_DESK.getByName('main')
}

async function organisationOf(c: Context<HttpEnv>): Promise<Organisation | null> {
  return (await loadOrganisation(database(c.env.DB)))?.organisation ?? null
}

async function configured(c: Context<HttpEnv>, id: string): Promise<Heartbeat | null> {
  return (await organisationOf(c))?.heartbeats.find((heartbeat) => heartbeat.id === id) ?? null
}

/** Through the one door for the configuration; null when it is done. */
async function changeHeartbeats(
  c: Context<HttpEnv>,
  change: (heartbeats: readonly Heartbeat[]) => Heartbeat[] | string,
): Promise<ConfigRefusal | null> {
  const edit = (present: Organisation) => {
    const heartbeats = change(present.heartbeats)
    return typeof heartbeats === 'string' ? heartbeats : { ...present, heartbeats }
  }
  const answer = await editConfiguration(c.env, edit, byConsole(c))
  return answer.ok ? null : answer
}

async function changeHeartbeat(
  c: Context<HttpEnv>,
  id: string,
  change: (heartbeat: Heartbeat) => Heartbeat[],
): Promise<ConfigRefusal | null> {
  return changeHeartbeats(c, (list) => {
    if (!list.some((one) => one.id === id)) return 'There is no heartbeat with this id.'
    return list.flatMap((one) => (one.id === id ? change(one) : [one]))
  })
}

async function newKey(c: Context<HttpEnv>, id: string): Promise<ShownOnce | null> {
  const [made, found] = [await desk(c).createKey(id), await desk(c).find(id)]
  if (made === null || found === null) return null
  const url = pingUrl(c.env, made.key)
  const replaces = found.keys.length > 1 ? ' The key before goes on working until you revoke it.' : ''
  return {
    title: `The address that ${found.heartbeat.name} reports to`,
    explanation: `Copy it now: only a hash of its key is kept, so it cannot be shown again.${replaces}`,
    value: url,
    snippets: heartbeatSnippets(found.heartbeat, url),
  }
}

type Status = Awaited<ReturnType<ReturnType<typeof desk>['list']>>[number]

async function common(c: Context<HttpEnv>, form: FormState) {
  const organisation = await organisationOf(c)
  return {
    ...(await configurableView(c, NOTICE)),
    form,
    services: organisation?.services.map(({ id, name }) => ({ value: id, label: name })) ?? [],
  }
}

async function heartbeatsView(c: Context<HttpEnv>, form: FormState): Promise<HeartbeatsView> {
  const [statuses, rest] = await Promise.all([desk(c).list(), common(c, form)])
  const incidents = await incidentsOf(c, statuses)
  return { ...rest, heartbeats: statuses.map((status) => listed(status, rest.services, incidents)) }
}

async function heartbeatView(c: Context<HttpEnv>, id: string, what: Shown): Promise<HeartbeatView | null> {
  const found = await desk(c).find(id)
  if (found === null) return null
  const rest = await common(c, what.form ?? { values: valuesOf(found.heartbeat), errors: {} })
  const url = badgeUrl(c.env, found.badgeToken)
  return {
    ...rest,
    heartbeat: listed(found, rest.services, await incidentsOf(c, [found])),
    shown: what.shown ?? null,
    keys: found.keys,
    pings: found.pings.map(({ atMs, sign, detail }) => ({ atMs, sign, detail })),
    badge: { url, markdown: `![${found.heartbeat.name.replace(/[[\]\\]/g, '\\$&')}](${url})` },
  }
}

function incidentsOf(c: Context<HttpEnv>, statuses: readonly Status[]): Promise<Map<string, string>> {
  return lastIncidentsOf(database(c.env.DB), statuses.map(fingerprint))
}

function fingerprint({ heartbeat }: Status): string {
  return fingerprintOf(heartbeatIdentity(heartbeat.id))
}

function listed(
  status: Status,
  services: HeartbeatsView['services'],
  incidents: ReadonlyMap<string, string>,
): ListedHeartbeat {
  const { heartbeat, state, lastPingAtMs, dueAtMs, silentAtMs, alertsSinceMs } = status
  const { id, name, severity, service, everySeconds, cron, timeZone, graceSeconds } = heartbeat
  return {
    id,
    name,
    severity,
    service: services.find(({ value }) => value === service)?.label ?? service ?? null,
    state,
    schedule: everySeconds === undefined ? `${cron ?? ''} in ${timeZone}` : `every ${durationText(everySeconds)}`,
    grace: durationText(graceSeconds),
    lastPingAtMs,
    dueAtMs,
    silentAtMs,
    alertsSinceMs,
    incidentId: incidents.get(fingerprint(status)) ?? null,
  }
}
