import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Labels } from '../../domain/alert.ts'
import type { CompileRegex } from '../../domain/matchers.ts'
import { compileMatcher, parseMatcher } from '../../domain/matchers.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import {
  desk,
  fault,
  isTrue,
  NO_STORE,
  refuseOtherThanJson,
  refuseUnknownKey,
  unauthorised,
} from './alertmanagerAnswers.ts'
import { alertmanagerSilences } from './alertmanagerSilences.ts'
import type { JudgedAlert } from './alertmanagerWire.ts'
import { alertGroups, gettableAlert, parseAlerts, RECEIVER, statusOf } from './alertmanagerWire.ts'
import { integrationKeyOf } from './integrationKey.ts'
import { receivedOf } from './parsed.ts'
import { linearRegexes } from '../../storage/linearRegex.ts'

/** Alertmanager's HTTP API v2, mounted at /alertmanager: Prometheus, amtool and Grafana take it for an Alertmanager. */

/** Well above a batch of Prometheus. */
const BODY_LENGTH_TRUSTED = 256 * 1024

export const alertmanager = new Hono<HttpEnv>()
  .get('/-/healthy', allow('public'), (c) => c.text('OK'))
  .get('/-/ready', allow('public'), (c) => c.text('OK'))

  .post('/api/v2/alerts', allow('integration'), async (c) => {
    // The desk checks the key as it takes the alerts; here only of whoever is refused for something else, or sends so much
    // that a stranger must not have it read.
    const key = integrationKeyOf(c.req.raw)
    if (key === null) return unauthorised(c)
    const otherThanJson = refuseOtherThanJson(c)
    if (otherThanJson !== null) return (await refuseUnknownKey(c)) ?? otherThanJson
    const received = await receivedOf(c)
    const stranger = received.body.length > BODY_LENGTH_TRUSTED ? await refuseUnknownKey(c) : null
    if (stranger !== null) return stranger
    const parsed = parseAlerts(received.body)
    const from = { source: 'alertmanager', key, received } as const
    if (!parsed.ok) {
      const refusal = await refuseUnknownKey(c)
      if (refusal !== null) return refusal
      await desk(c).keepMessage({ ...from, refused: parsed.fault.message })
      return fault(c, parsed.fault)
    }
    const answer = await desk(c).ingest({ ...from, alerts: parsed.alerts })
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

  .route('/', alertmanagerSilences)

  .all('*', allow('integration'), async (c) => {
    const refusal = await refuseUnknownKey(c)
    if (refusal !== null) return refusal
    const path = new URL(c.req.url).pathname
    const methods = METHODS[path.replace(/^.*(?=\/api\/v2\/)/, '').replace(/^(\/api\/v2\/silence\/)[^/]+$/, '$1')]
    if (methods === undefined) return c.json({ code: 404, message: `path ${path} was not found` }, 404, NO_STORE)
    const message = `method ${c.req.method} is not allowed, but [${methods}] are`
    return c.json({ code: 405, message }, 405, { ...NO_STORE, Allow: methods })
  })

// Senders try again after a 503; a 500 or 4xx would tell them that the alert is to blame.
alertmanager.onError((error, c) => {
  console.error('alert intake failed', { path: c.req.path, error: String(error) })
  return c.json('alerts cannot be stored at the moment', 503, { ...NO_STORE, 'Retry-After': '5' })
})

const METHODS: Readonly<Record<string, string>> = {
  '/api/v2/alerts': 'GET,POST',
  '/api/v2/alerts/groups': 'GET',
  '/api/v2/status': 'GET',
  '/api/v2/receivers': 'GET',
  '/api/v2/silences': 'GET,POST',
  '/api/v2/silence/': 'GET,DELETE',
}

/** Ours has none: since Alertmanager 0.32 receivers may have labels, and alerts can be asked for by them. */
const RECEIVER_LABELS: Labels = {}

function testsOf(
  c: Context<HttpEnv>,
  name: 'filter' | 'receiver_matchers',
  compileRegex: CompileRegex,
): ((labels: Labels) => boolean)[] | Response {
  const tests: ((labels: Labels) => boolean)[] = []
  for (const text of c.req.queries(name) ?? []) {
    const parsed = parseMatcher(text)
    if (!parsed.ok) return c.json(parsed.reason, 400, NO_STORE)
    try {
      tests.push(compileMatcher(parsed.matcher, compileRegex))
    } catch (error) {
      return c.json(error instanceof Error ? error.message : 'invalid regular expression', 400, NO_STORE)
    }
  }
  return tests
}

/** What the query asks for, sorted by fingerprint. Everything here has been processed, so that flag takes nothing away. */
async function selectAlerts(c: Context<HttpEnv>): Promise<JudgedAlert[] | Response> {
  const refusal = await refuseUnknownKey(c)
  if (refusal !== null) return refusal
  const compileRegex = linearRegexes()
  const tests = testsOf(c, 'filter', compileRegex)
  if (tests instanceof Response) return tests
  const ofReceiver = testsOf(c, 'receiver_matchers', compileRegex)
  if (ofReceiver instanceof Response) return ofReceiver
  if (!ofReceiver.every((test) => test(RECEIVER_LABELS))) return []
  const receiver = c.req.query('receiver') ?? ''
  try {
    if (receiver !== '' && !compileRegex(receiver)(RECEIVER)) return []
  } catch (error) {
    const why = error instanceof Error ? error.message : 'invalid regular expression'
    return c.json(`failed to parse receiver param: ${why}`, 400, NO_STORE)
  }
  const [active, silenced, inhibited] = (['active', 'silenced', 'inhibited'] as const).map((name) =>
    isTrue(c.req.query(name)),
  )
  return (await desk(c).activeAlerts())
    .filter(({ silencedBy, inhibitedBy }) => {
      if (silencedBy.length === 0 && inhibitedBy.length === 0) return active
      return (silenced || silencedBy.length === 0) && (inhibited || inhibitedBy.length === 0)
    })
    .filter(({ alert }) => tests.every((test) => test(alert.labels)))
    .toSorted((a, b) => (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1))
}
