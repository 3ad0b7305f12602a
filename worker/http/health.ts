import { Hono } from 'hono'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'

/** Liveness: this Worker answers. What stands behind it shows in /metrics. */
export const health = new Hono<HttpEnv>().get('/healthz', allow('public'), (c) =>
  c.text('ok', 200, { 'Cache-Control': 'no-store' }),
)
