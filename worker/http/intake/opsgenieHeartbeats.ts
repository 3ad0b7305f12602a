import type { Context } from 'hono'
import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { answer, integrationOf, refuse, refuseForNow, unauthorised, withSlash } from './opsgenie.ts'

/**
 * Opsgenie's Heartbeat API, mounted at /opsgenie: what pings api.opsgenie.com pings here instead. A heartbeat's name
 * there is its id here. What a heartbeat is belongs to the configuration, which the key of a sender cannot change.
 */

const PING_METHODS = ['GET', 'PUT', 'POST', 'PATCH']

export const opsgenieHeartbeats = new Hono<HttpEnv>()
  .on(PING_METHODS, withSlash('/v2/heartbeats/:name/ping'), allow('integration'), async (c) => {
    if ((await integrationOf(c)) === null) return unauthorised(c)
    const status = await desk(c).pingById(c.req.param('name') ?? '', { sign: 'ok', detail: '' })
    if (status === null) return refuse(c, 404, NO_SUCH_HEARTBEAT)
    return answer(c, 202, { result: 'PONG - Heartbeat received' })
  })

  .on('GET', withSlash('/v2/heartbeats'), allow('integration'), async (c) => {
    if ((await integrationOf(c)) === null) return unauthorised(c)
    const listed = await desk(c).list()
    return answer(c, 200, { data: { heartbeats: listed.map(shown) } })
  })

  .on('GET', withSlash('/v2/heartbeats/:name'), allow('integration'), async (c) => {
    if ((await integrationOf(c)) === null) return unauthorised(c)
    const found = await desk(c).find(c.req.param('name') ?? '')
    return found === null ? refuse(c, 404, NO_SUCH_HEARTBEAT) : answer(c, 200, { data: shown(found) })
  })

opsgenieHeartbeats.onError(refuseForNow)

const NO_SUCH_HEARTBEAT = 'Heartbeat does not exist'

function desk(c: Context<HttpEnv>) {
  return c.env.HEARTBEAT_DESK.getByName('main')
}

type Status = Awaited<ReturnType<ReturnType<typeof desk>['list']>>[number]

/** Opsgenie knows only intervals in minutes, hours and days; one by cron has none. */
function shown({ heartbeat, state, lastPingAtMs }: Status): Record<string, unknown> {
  const { id, name, everySeconds, paused } = heartbeat
  return {
    name: id,
    description: name,
    ...(everySeconds === undefined ? {} : { interval: Math.ceil(everySeconds / 60), intervalUnit: 'minutes' }),
    enabled: !paused,
    expired: state === 'silent' || state === 'failed',
    ...(lastPingAtMs === null ? {} : { lastPingTime: new Date(lastPingAtMs).toISOString() }),
  }
}
