import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { HEARTBEAT_STATES } from '../domain/heartbeatWatch.ts'
import { Slug } from '../domain/identifiers.ts'
import { Severity } from '../domain/severity.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** How heartbeats are, and their keys. What they are is part of the configuration. */

const Time = z.iso.datetime({ offset: true })

const ShownHeartbeat = z.object({
  id: Slug,
  name: z.string(),
  service: z.string().nullable(),
  severity: Severity,
  state: z.enum(HEARTBEAT_STATES),
  lastPingAt: Time.nullable(),
  nextDueAt: Time.nullable(),
  silentAt: Time.nullable(),
  alertsSince: Time.nullable(),
  badgeUrl: z.url(),
})
const Pings = z.array(
  z.object({ at: Time, sign: z.enum(['ok', 'fail']), detail: z.string(), keyId: z.string().nullable() }),
)
const Keys = z.array(z.object({ id: z.string(), createdAt: Time, lastUsedAt: Time.nullable() }))
const ShownInFull = ShownHeartbeat.extend({ pings: Pings.readonly(), keys: Keys.readonly() })

const READ = { role: 'viewer', scope: 'incidents:read' } as const
const CONFIGURE = { role: 'admin', scope: 'config:write' } as const
const UNKNOWN = { 404: { description: 'There is no heartbeat with this id' } }
const ById = z.object({ id: Slug })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/heartbeats',
  summary: 'How the heartbeats are',
  description:
    'In the order of the configuration. `new` waits for its first ping; `late` is due and within its grace; an alert fires while it is `silent` or `failed`.',
  tags: ['Heartbeats'],
  middleware: [allow(READ)] as const,
  responses: {
    200: {
      description: 'As of now',
      content: { 'application/json': { schema: z.object({ heartbeats: z.array(ShownHeartbeat) }) } },
    },
  },
})

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/heartbeats/{id}',
  summary: 'One heartbeat, with its last twenty pings and its keys',
  tags: ['Heartbeats'],
  middleware: [allow(READ)] as const,
  request: { params: ById },
  responses: {
    200: { description: 'As of now', content: { 'application/json': { schema: ShownInFull } } },
    ...UNKNOWN,
  },
})

const createKeyRoute = createRoute({
  method: 'post',
  path: '/api/v1/heartbeats/{id}/keys',
  summary: 'Make a key for a heartbeat, its first or the next',
  description:
    'The key is in this answer and nowhere else: only its hash is kept. The key before goes on working until it is revoked or a third one is made.',
  tags: ['Heartbeats'],
  middleware: [allow(CONFIGURE)] as const,
  request: { params: ById },
  responses: {
    201: {
      description: 'The key, and the address to report to',
      content: { 'application/json': { schema: z.object({ id: z.string(), key: z.string(), pingUrl: z.url() }) } },
    },
    ...UNKNOWN,
  },
})

const revokeKeyRoute = createRoute({
  method: 'delete',
  path: '/api/v1/heartbeats/{id}/keys/{keyId}',
  summary: 'Revoke a key of a heartbeat',
  description: 'It stops working at once.',
  tags: ['Heartbeats'],
  middleware: [allow(CONFIGURE)] as const,
  request: { params: ById.extend({ keyId: z.string().max(64) }) },
  responses: { 204: { description: 'Revoked' }, 404: { description: 'There is no such key' } },
})

export const heartbeatRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const listed = await desk(c.env).list()
    return c.json({ heartbeats: listed.map((status) => shown(status, c.env)) }, 200)
  })
  .openapi(readRoute, async (c) => {
    const found = await desk(c.env).find(c.req.valid('param').id)
    if (found === null) return unknown(c)
    const keys = found.keys.map(({ id, createdAtMs, usedAtMs }) => ({
      id,
      createdAt: iso(createdAtMs),
      lastUsedAt: isoOrNull(usedAtMs),
    }))
    const pings = found.pings.map(({ atMs, sign, detail, keyId }) => ({ at: iso(atMs), sign, detail, keyId }))
    return c.json({ ...shown(found, c.env), keys, pings }, 200)
  })
  .openapi(createKeyRoute, async (c) => {
    const made = await desk(c.env).createKey(c.req.valid('param').id)
    if (made === null) return unknown(c)
    const { keyId: id, key } = made
    return c.json({ id, key, pingUrl: pingUrl(c.env, key) }, 201, { 'Cache-Control': 'no-store' })
  })
  .openapi(revokeKeyRoute, async (c) => {
    const { id, keyId } = c.req.valid('param')
    if (await desk(c.env).revokeKey(id, keyId)) return c.body(null, 204)
    return problem(c, 404, 'unknown_key', 'The heartbeat has no such key, or it was revoked before.')
  })

export function pingUrl({ PUBLIC_URL }: Pick<Env, 'PUBLIC_URL'>, key: string): string {
  return new URL(`/heartbeats/${key}`, PUBLIC_URL).href
}

export function badgeUrl({ PUBLIC_URL }: Pick<Env, 'PUBLIC_URL'>, badgeToken: string): string {
  return new URL(`/badges/heartbeats/${badgeToken}.svg`, PUBLIC_URL).href
}

function desk(env: Env) {
  return env.HEARTBEAT_DESK.getByName('main')
}

type Status = Awaited<ReturnType<ReturnType<typeof desk>['list']>>[number]

function shown(
  { heartbeat, state, lastPingAtMs, dueAtMs, silentAtMs, alertsSinceMs, badgeToken }: Status,
  env: Env,
): z.infer<typeof ShownHeartbeat> {
  const { id, name, service = null, severity } = heartbeat
  return {
    id,
    name,
    service,
    severity,
    state,
    lastPingAt: isoOrNull(lastPingAtMs),
    nextDueAt: isoOrNull(dueAtMs),
    silentAt: isoOrNull(silentAtMs),
    alertsSince: isoOrNull(alertsSinceMs),
    badgeUrl: badgeUrl(env, badgeToken),
  }
}

function unknown(c: Parameters<typeof problem>[0]) {
  return problem(
    c,
    404,
    'unknown_heartbeat',
    'There is no heartbeat with this id. The configuration says which there are.',
  )
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : iso(atMs)
}
