import { Hono } from 'hono'
import type { Matcher } from '../../domain/matchers.ts'
import { parseMatcher } from '../../domain/matchers.ts'
import { hasMatchers, inListOrder, silenceState } from '../../domain/silence.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { desk, fault, isTrue, NO_STORE, refuseOtherThanJson, refuseUnknownKey } from './alertmanagerAnswers.ts'
import { gettableSilence, parseSilence } from './alertmanagerSilenceWire.ts'

/** The silences of Alertmanager's HTTP API v2: amtool's and Grafana's. */
export const alertmanagerSilences = new Hono<HttpEnv>()
  .get('/api/v2/silences', allow('integration'), async (c) => {
    const refusal = await refuseUnknownKey(c)
    if (refusal !== null) return refusal
    const filters: Matcher[] = []
    for (const text of c.req.queries('filter') ?? []) {
      const parsed = parseMatcher(text)
      if (!parsed.ok) return c.json(parsed.reason, 400, NO_STORE)
      filters.push(parsed.matcher)
    }
    const nowMs = Date.now()
    const found = (await desk(c).silences()).filter(
      (silence) => hasMatchers(silence, filters) && isTrue(c.req.query(silenceState(silence, nowMs))),
    )
    const listed = inListOrder(found, nowMs).map((silence) => gettableSilence(silence, nowMs))
    return c.json(listed, 200, NO_STORE)
  })

  .post('/api/v2/silences', allow('integration'), async (c) => {
    const refusal = (await refuseUnknownKey(c)) ?? refuseOtherThanJson(c)
    if (refusal !== null) return refusal
    const parsed = parseSilence(await c.req.text())
    if (!parsed.ok) return fault(c, parsed.fault)
    const answer = await desk(c).putSilence(parsed.silence)
    if (answer.ok) return c.json({ silenceID: answer.id }, 200, NO_STORE)
    return c.json(answer.message, answer.reason === 'not_found' ? 404 : 400, NO_STORE)
  })

  .get('/api/v2/silence/:id', allow('integration'), async (c) => {
    const refusal = await refuseUnknownKey(c)
    if (refusal !== null) return refusal
    const id = c.req.param('id')
    if (!UUID.test(id)) return fault(c, noUuid(id))
    const silence = await desk(c).silence(id.toLowerCase())
    return silence === null ? c.body(null, 404, NO_STORE) : c.json(gettableSilence(silence, Date.now()), 200, NO_STORE)
  })

  .delete('/api/v2/silence/:id', allow('integration'), async (c) => {
    const refusal = await refuseUnknownKey(c)
    if (refusal !== null) return refusal
    const id = c.req.param('id')
    if (!UUID.test(id)) return fault(c, noUuid(id))
    return c.body(null, (await desk(c).expireSilence(id.toLowerCase())) ? 200 : 404, NO_STORE)
  })

const UUID = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i

function noUuid(id: string) {
  const message = `silenceID in path must be of type uuid: ${JSON.stringify(id.slice(0, 200))}`
  return { status: 422, code: 601, message } as const
}
