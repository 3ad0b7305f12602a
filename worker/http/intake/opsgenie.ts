import type { Context } from 'hono'
import { Hono } from 'hono'
import type { z } from 'zod'
import type { Actor } from '../../domain/actor.ts'
import { oneLine } from '../../domain/alert.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { desk } from './hook.ts'
import { receivedOf } from './parsed.ts'
import type { Matches } from './opsgenieQuery.ts'
import { compareBy, Listing, listedAlert, parseQuery } from './opsgenieQuery.ts'
import {
  AlertAction,
  AlertNote,
  AlertSnooze,
  AlertUnacknowledge,
  createdAlert,
  errorsOf,
  NewAlert,
  shownAlert,
  shownRequest,
} from './opsgenieWire.ts'

/** Opsgenie's Alert API, mounted at /opsgenie: what sends to api.opsgenie.com sends here instead. */

/** Opsgenie's own client for Node ends every path with a slash. */
export function withSlash(path: string): string[] {
  return [path, `${path}/`]
}

export const opsgenie = new Hono<HttpEnv>()
  .on('POST', withSlash('/v2/alerts'), allow('integration'), async (c) => {
    const integration = await integrationOf(c)
    if (integration === null) return unauthorised(c)
    const json = await bodyOf(c)
    if (json === undefined) return refuse(c, 400, NOT_JSON)
    const parsed = NewAlert.safeParse(json)
    const received = await receivedOf(c)
    if (!parsed.success) {
      const refused = Object.entries(errorsOf(parsed.error)).map(([name, why]) => `${name}: ${why}`)
      const from = { source: 'opsgenie', integrationId: integration.id, by: null } as const
      await desk(c).keepMessage({ ...from, received, refused: refused.join('; ') })
      return unprocessable(c, errorsOf(parsed.error))
    }
    const { data } = parsed
    const created = await desk(c).createOpsgenieAlert({
      alert: createdAlert(data, Date.now()),
      alias: data.alias.trim() || crypto.randomUUID(),
      body: JSON.stringify(json),
      note: data.note.trim(),
      integration,
      by: actorOf(integration.name, data.user),
      received,
    })
    if (created.ok) return accepted(c, created.requestId)
    if (created.reason === 'too_many') return refuse(c, 429, 'Too many alerts are firing; new ones are not taken.')
    return unprocessable(c, { body: created.reason })
  })

  .on('GET', withSlash('/v2/alerts'), allow('integration'), async (c) => {
    if ((await integrationOf(c)) === null) return unauthorised(c)
    return listAlerts(c)
  })

  .on('GET', withSlash('/v2/alerts/count'), allow('integration'), async (c) => {
    if ((await integrationOf(c)) === null) return unauthorised(c)
    const matches = parseQuery(c.req.query('query') ?? '')
    if (typeof matches === 'string') return unprocessable(c, { query: matches })
    return answer(c, 200, { data: { count: (await alertsThat(c, matches)).length } })
  })

  .on('GET', withSlash('/v2/alerts/requests/:requestId'), allow('integration'), async (c) => {
    if ((await integrationOf(c)) === null) return unauthorised(c)
    const request = await desk(c).findOpsgenieRequest(c.req.param('requestId') ?? '')
    if (request === null) return refuse(c, 404, 'Request not found. It might not be processed, yet.')
    return answer(c, 200, { data: shownRequest(request) })
  })

  .on('GET', withSlash('/v2/alerts/:identifier'), allow('integration'), async (c) => {
    if ((await integrationOf(c)) === null) return unauthorised(c)
    const identifier = identifierOf(c, c.req.param('identifier') ?? '')
    if (identifier === null) return unprocessable(c, IDENTIFIER_TYPES)
    const found = await desk(c).findOpsgenieAlert(identifier)
    if (found === null) return refuse(c, 404, 'Alert does not exist')
    // An alert that is silenced is in no incident.
    const incident = found.incidentId === '' ? null : await c.env.INCIDENT_ROOM.getByName(found.incidentId).read()
    return answer(c, 200, { data: shownAlert(found, incident) })
  })

  .on('POST', withSlash('/v2/alerts/:identifier/close'), allow('integration'), (c) => change(c, 'Close'))
  .on('POST', withSlash('/v2/alerts/:identifier/acknowledge'), allow('integration'), (c) => change(c, 'Acknowledge'))
  .on('POST', withSlash('/v2/alerts/:identifier/notes'), allow('integration'), (c) => change(c, 'AddNote', AlertNote))
  .on('POST', withSlash('/v2/alerts/:identifier/unacknowledge'), allow('integration'), (c) =>
    change(c, 'AddNote', AlertUnacknowledge),
  )
  .on('POST', withSlash('/v2/alerts/:identifier/snooze'), allow('integration'), (c) =>
    change(c, 'AddNote', AlertSnooze),
  )

  .all('*', allow('integration'), async (c) => {
    if ((await integrationOf(c)) === null) return unauthorised(c)
    const action = /\/v2\/alerts\/[^/]+\/([a-z]+)(?:\/[a-z]+)?\/?$/.exec(c.req.path)?.[1] ?? ''
    if (!OTHER_ACTIONS.has(action)) return refuse(c, 404, `There is no ${c.req.method} ${c.req.path} here`)
    const why = `Allclear cannot do this to an alert; it can create, close, acknowledge and note`
    return unprocessable(c, { [action]: why })
  })

// Clients send it again after a 5xx or a 429, and only then.
opsgenie.onError(refuseForNow)

/** What Opsgenie can do to an alert and Allclear cannot. */
const OTHER_ACTIONS: ReadonlySet<string> = new Set(
  'escalate assign teams responders tags details priority message description actions attachments'.split(' '),
)

const NOT_JSON = 'The body is not a JSON object'
const IDENTIFIER_TYPES = { identifierType: 'should be one of [ id, alias, tiny ]' }

type Change = Parameters<ReturnType<typeof desk>['changeOpsgenieAlert']>[0]

async function change(
  c: Context<HttpEnv>,
  action: Change['action'],
  body: z.ZodType<z.infer<typeof AlertAction>> = AlertAction,
): Promise<Response> {
  const integration = await integrationOf(c)
  if (integration === null) return unauthorised(c)
  const identifier = identifierOf(c, c.req.param('identifier') ?? '')
  if (identifier === null) return unprocessable(c, IDENTIFIER_TYPES)
  const json = await bodyOf(c)
  if (json === undefined) return refuse(c, 400, NOT_JSON)
  const parsed = body.safeParse(json)
  if (!parsed.success) return unprocessable(c, errorsOf(parsed.error))
  const { note, user } = parsed.data
  const by = actorOf(integration.name, user)
  return accepted(c, await desk(c).changeOpsgenieAlert({ action, identifier, note: note.trim(), integration, by }))
}

async function listAlerts(c: Context<HttpEnv>): Promise<Response> {
  const matches = parseQuery(c.req.query('query') ?? '')
  if (typeof matches === 'string') return unprocessable(c, { query: matches })
  const wanted = Listing.safeParse(c.req.query())
  if (!wanted.success) return unprocessable(c, errorsOf(wanted.error))
  const { offset, limit, sort, order } = wanted.data
  const found = (await alertsThat(c, matches)).toSorted((a, b) => (order === 'asc' ? 1 : -1) * compareBy(sort, a, b))
  const page = found.slice(offset, offset + limit)
  const incidentIds = [...new Set(page.map(({ incidentId }) => incidentId))].filter((id) => id !== '')
  const incidents = new Map(
    await Promise.all(incidentIds.map(async (id) => [id, await c.env.INCIDENT_ROOM.getByName(id).read()] as const)),
  )
  const at = (from: number) => {
    const url = new URL(c.req.path, c.env.PUBLIC_URL)
    url.search = new URLSearchParams({ ...c.req.query(), offset: String(from), limit: String(limit) }).toString()
    return url.href
  }
  const last = Math.max(0, Math.floor((found.length - 1) / limit) * limit)
  const paging = {
    first: at(0),
    last: at(last),
    ...(offset + limit < found.length ? { next: at(offset + limit) } : {}),
  }
  return answer(c, 200, { data: page.map((each) => listedAlert(each, incidents.get(each.incidentId) ?? null)), paging })
}

const LOOKED_AT_MAX = 1000

/** Of the newest thousand. */
async function alertsThat(c: Context<HttpEnv>, matches: Matches) {
  const found = []
  let before = Number.MAX_SAFE_INTEGER
  for (let seen = 0; seen < LOOKED_AT_MAX;) {
    const page = await desk(c).opsgenieAlertsBefore(before)
    const last = page.at(-1)
    if (last === undefined) break
    found.push(...page.filter(matches))
    seen += page.length
    before = last.tiny
  }
  return found
}

export async function integrationOf(c: Context<HttpEnv>) {
  startedAtMs.set(c, Date.now())
  const key = /^GenieKey\s+(\S+)$/i.exec((c.req.header('Authorization') ?? '').trim())?.[1]
  return key === undefined ? null : desk(c).integrationOf('opsgenie', key)
}

/** Undefined when it is no JSON object; an empty body is an empty object, for most actions need none. */
async function bodyOf(c: Context): Promise<unknown> {
  const text = await c.req.text()
  if (text.trim() === '') return {}
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined
  } catch {
    return undefined
  }
}

function identifierOf(c: Context, value: string): Change['identifier'] | null {
  const type = c.req.query('identifierType') ?? 'id'
  return type === 'id' || type === 'alias' || type === 'tiny' ? { type, value } : null
}

/** A machine acts; the person it names is named with it. */
function actorOf(integration: string, user: string): Actor {
  const named = oneLine(user, 100)
  return { kind: 'system', name: named === '' ? integration : `${integration} (${named})` }
}

export function refuseForNow(error: Error, c: Context): Response {
  console.error('alert intake failed', { source: 'opsgenie', error: String(error) })
  c.header('Retry-After', '5')
  return refuse(c, 503, 'This cannot be stored at the moment. Send it again shortly.')
}

const startedAtMs = new WeakMap<Context, number>()

export function answer(
  c: Context,
  status: 200 | 202 | 400 | 401 | 404 | 422 | 429 | 503,
  body: Record<string, unknown>,
  requestId: string = crypto.randomUUID(),
): Response {
  const took = (Date.now() - (startedAtMs.get(c) ?? Date.now())) / 1000
  return c.json({ ...body, took, requestId }, status, { 'Cache-Control': 'no-store', 'X-Request-Id': requestId })
}

function accepted(c: Context, requestId: string): Response {
  return answer(c, 202, { result: 'Request will be processed' }, requestId)
}

export function refuse(c: Context, status: 400 | 404 | 429 | 503, message: string): Response {
  return answer(c, status, { message })
}

export function unauthorised(c: Context): Response {
  return answer(c, 401, { message: 'Could not authenticate' })
}

function unprocessable(c: Context, errors: Record<string, string>): Response {
  return answer(c, 422, { message: 'Request body is not processable. Please check the errors.', errors })
}
