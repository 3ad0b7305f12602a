import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Alert, Labels } from '../../domain/alert.ts'
import { compileMatcher, parseMatcher } from '../../domain/matchers.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RequestFault } from './alertmanagerWire.ts'
import { alertGroups, gettableAlert, parseAlerts, RECEIVER, statusOf } from './alertmanagerWire.ts'
import { integrationKeyOf } from './integrationKey.ts'
import { compileLinearRegex } from './linearRegex.ts'

/** Alertmanager's HTTP API v2, mounted at /alertmanager: Prometheus, amtool and Grafana take it for an Alertmanager. */

export const alertmanager = new Hono<HttpEnv>()
  .get('/-/healthy', allow('public'), (c) => c.text('OK'))
  .get('/-/ready', allow('public'), (c) => c.text('OK'))

  .post('/api/v2/alerts', allow('integration'), async (c) => {
    const refusal = await refuseUnknownKey(c)
    if (refusal !== null) return refusal
    const mediaType = (c.req.header('Content-Type') ?? 'application/octet-stream').split(';')[0]?.trim().toLowerCase()
    if (mediaType !== 'application/json') {
      const message = `unsupported media type ${JSON.stringify(mediaType)}, only [application/json] are allowed`
      return fault(c, { status: 415, code: 415, message })
    }
    const text = await c.req.text()
    if (text.trim() === '') return fault(c, { status: 422, code: 602, message: 'alerts in body is required' })
    const parsed = parseAlerts(text)
    if (!parsed.ok) return fault(c, parsed.fault)

    const answer = await desk(c).ingest({
      source: 'alertmanager',
      key: integrationKeyOf(c.req.raw) ?? '',
      alerts: parsed.alerts,
    })
    if (!answer.ok) return unauthorised(c)
    // The valid ones are stored all the same, as Alertmanager does it.
    if (answer.turnedAway > 0) return c.json('too many alerts are firing; new ones are not taken', 503, NO_STORE)
    if (answer.invalid.length > 0) return c.json([...new Set(answer.invalid)].join('; '), 400, NO_STORE)
    return c.body(null, 200, NO_STORE)
  })

  .get('/api/v2/alerts', allow('integration'), async (c) => {
    const selected = await selectAlerts(c)
    return selected instanceof Response ? selected : c.json(selected.map(gettableAlert), 200, NO_STORE)
  })

  .get('/api/v2/alerts/groups', allow('integration'), async (c) => {
    const selected = await selectAlerts(c)
    if (selected instanceof Response) return selected
    const { groupBy } = await desk(c).stats()
    return c.json(alertGroups(selected, groupBy), 200, NO_STORE)
  })

  .get('/api/v2/status', allow('integration'), async (c) => {
    const refusal = await refuseUnknownKey(c)
    if (refusal !== null) return refusal
    const { groupBy, loadedAtMs } = await desk(c).stats()
    return c.json(statusOf(groupBy, loadedAtMs), 200, NO_STORE)
  })

  .get('/api/v2/receivers', allow('integration'), async (c) => {
    return (await refuseUnknownKey(c)) ?? c.json([{ name: RECEIVER }], 200, NO_STORE)
  })

  .get('/api/v2/silences', allow('integration'), async (c) => {
    return (await refuseUnknownKey(c)) ?? c.json([], 200, NO_STORE)
  })

  .all('*', allow('integration'), async (c) => {
    const refusal = await refuseUnknownKey(c)
    if (refusal !== null) return refusal
    const path = new URL(c.req.url).pathname
    const methods = METHODS[path.replace(/^.*(?=\/api\/v2\/)/, '')]
    if (methods === undefined) return c.json({ code: 404, message: `path ${path} was not found` }, 404, NO_STORE)
    const message = `method ${c.req.method} is not allowed, but [${methods}] are`
    return c.json({ code: 405, message }, 405, { ...NO_STORE, Allow: methods })
  })

// Senders try again after a 503; a 500 or 4xx would tell them that the alert is to blame.
alertmanager.onError((error, c) => {
  console.error('alert intake failed', { path: c.req.path, error: String(error) })
  return c.json('alerts cannot be stored at the moment', 503, { ...NO_STORE, 'Retry-After': '5' })
})

const NO_STORE = { 'Cache-Control': 'no-store' }

const METHODS: Readonly<Record<string, string>> = {
  '/api/v2/alerts': 'GET,POST',
  '/api/v2/alerts/groups': 'GET',
  '/api/v2/status': 'GET',
  '/api/v2/receivers': 'GET',
  '/api/v2/silences': 'GET',
}

function desk(c: Context<HttpEnv>) {
  return c.env.ALERT_DESK.getByName('main')
}

function fault(c: Context<HttpEnv>, { status, code, message }: RequestFault): Response {
  return c.json({ code, message }, status, NO_STORE)
}

async function refuseUnknownKey(c: Context<HttpEnv>): Promise<Response | null> {
  const key = integrationKeyOf(c.req.raw)
  return key !== null && (await desk(c).checkKey('alertmanager', key)) ? null : unauthorised(c)
}

function unauthorised(c: Context<HttpEnv>): Response {
  const headers = { ...NO_STORE, 'WWW-Authenticate': 'Basic realm="allclear"' }
  return c.json({ code: 401, message: 'send the integration key as the password of Basic, or as Bearer' }, 401, headers)
}

/** What the query asks for, sorted by fingerprint. Nothing is silenced or inhibited here, so those flags only take away. */
async function selectAlerts(c: Context<HttpEnv>): Promise<Alert[] | Response> {
  const refusal = await refuseUnknownKey(c)
  if (refusal !== null) return refusal
  const tests: ((labels: Labels) => boolean)[] = []
  for (const filter of c.req.queries('filter') ?? []) {
    const parsed = parseMatcher(filter)
    if (!parsed.ok) return c.json(parsed.reason, 400, NO_STORE)
    try {
      tests.push(compileMatcher(parsed.matcher, compileLinearRegex))
    } catch (error) {
      return c.json(error instanceof Error ? error.message : 'invalid regular expression', 400, NO_STORE)
    }
  }
  const receiver = c.req.query('receiver') ?? ''
  try {
    if (receiver !== '' && !compileLinearRegex(receiver)(RECEIVER)) return []
  } catch (error) {
    const why = error instanceof Error ? error.message : 'invalid regular expression'
    return c.json(`failed to parse receiver param: ${why}`, 400, NO_STORE)
  }
  if (!isTrue(c.req.query('active'))) return []
  const active = await desk(c).activeAlerts()
  return active
    .map(({ alert }) => alert)
    .filter(({ labels }) => tests.every((test) => test(labels)))
    .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
}

/** Absent means true; the words are those of Alertmanager's decoder. */
function isTrue(value: string | undefined): boolean {
  return (
    value === undefined ||
    ['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled'].includes(value.toLowerCase())
  )
}
