import { Hono } from 'hono'
import { heartbeatBadge } from '../publishing/heartbeatBadge.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem } from './problem.ts'

/** `/badges/heartbeats/:token.svg`: a heartbeat's state as a picture. The token shows it and can do nothing else. */

const FRESH_SECONDS = 30

const HEADERS = {
  'Content-Type': 'image/svg+xml; charset=utf-8',
  // A README's proxy may ask as often as it likes; a picture of half a minute ago beats none.
  'Cache-Control': `public, max-age=${FRESH_SECONDS}, stale-if-error=600`,
  'Content-Security-Policy': "default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
}

export const heartbeatBadges = new Hono<HttpEnv>().get(
  '/badges/heartbeats/:file{[a-z0-9]+\\.svg}',
  allow('signed_link'),
  async (c) => {
    const token = c.req.param('file').replace(/\.svg$/, '')
    const shown = await c.env.HEARTBEAT_DESK.getByName('main').badge(token)
    if (shown === null) return problem(c, 404, 'unknown_badge', 'There is no badge at this address.')
    return c.body(heartbeatBadge(shown.name, shown.state), 200, HEADERS)
  },
)
