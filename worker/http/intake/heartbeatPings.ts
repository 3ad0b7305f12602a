import type { Context } from 'hono'
import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import { refuseForNow } from './hook.ts'

/**
 * `/heartbeats/:key`: a sign of life. A GET changes something here on purpose: whatever can fetch an address can report,
 * from curl in a crontab to a router. No rule against cross-site requests applies, because no cookie is looked at: the
 * key in the address is all there is, and a site that knows it could as well call from its own server.
 */

const DETAIL_LENGTH_MAX = 2_000

export const heartbeatPings = new Hono<HttpEnv>()
  // Hono answers HEAD by the handler of GET.
  .on(['GET', 'POST'], '/:key', allow('integration'), (c) => ping(c, c.req.query('status') === 'fail' ? 'fail' : 'ok'))
  .on(['GET', 'POST'], '/:key/fail', allow('integration'), (c) => ping(c, 'fail'))
  // The exit code of a job, as a shell has it in $?.
  .on(['GET', 'POST'], '/:key/:code{[0-9]{1,3}}', allow('integration'), (c) =>
    ping(c, Number(c.req.param('code')) === 0 ? 'ok' : 'fail'),
  )
  .all('/:key', allow('integration'), (c) => {
    c.header('Allow', 'GET, HEAD, POST')
    return problem(c, 405, 'method_not_allowed', 'Report by GET, HEAD or POST.')
  })
  .all('/:key/*', allow('integration'), (c) =>
    problem(c, 404, 'not_found', 'A job reports to its address, or to that with /fail or its exit code behind it.'),
  )

// Whoever reports tries again after a 503.
heartbeatPings.onError(refuseForNow)

async function ping(c: Context<HttpEnv>, sign: 'ok' | 'fail'): Promise<Response> {
  const detail = endOf(await c.req.text(), DETAIL_LENGTH_MAX)
  const status = await c.env.HEARTBEAT_DESK.getByName('main').ping(c.req.param('key') ?? '', { sign, detail })
  if (status === null) return problem(c, 404, 'unknown_key', 'No heartbeat has this key, or it was revoked.')
  const { heartbeat, state, dueAtMs } = status
  const next = dueAtMs === null ? null : new Date(dueAtMs).toISOString()
  return c.json({ heartbeat: heartbeat.id, state, nextDueAt: next }, 200, { 'Cache-Control': 'no-store' })
}

/** The last words of a job's output say most about why it failed. */
function endOf(text: string, lengthMax: number): string {
  const trimmed = text.trim()
  return trimmed.length <= lengthMax ? trimmed : `…${trimmed.slice(1 - lengthMax)}`
}
