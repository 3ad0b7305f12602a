import { forgetIdempotencyKeys } from './http/idempotency.ts'
import { pushOrganisation } from './http/configuration.ts'
import { republishPostMortems } from './http/publishPostMortem.ts'
import { forgetChanges } from './storage/changes.ts'
import { database } from './storage/database.ts'
import { incidentsToSweep } from './storage/incidents.ts'
import { furtherPages } from './storage/statusPages.ts'

const RESOLVED_LATELY_MS = 24 * 3600 * 1000
const ROOMS_A_SWEEP_MAX = 200

/**
 * Once a minute, from outside the objects: finds what their own alarms should have done and did not. Each part is
 * tried by itself, so that one that fails does not keep the others from running.
 */
export async function sweepEverything(env: Env, nowMs: number): Promise<void> {
  const parts: Record<string, () => Promise<unknown>> = {
    configuration: () => pushOrganisation(env),
    alerts: async () => env.ALERT_DESK.getByName('main').sweep(nowMs),
    heartbeats: async () => env.HEARTBEAT_DESK.getByName('main').sweep(),
    maintenance: async () => env.MAINTENANCE_DESK.getByName('main').sweep(nowMs),
    components: async () => env.COMPONENT_DESK.getByName('main').sweep(nowMs),
    metrics: async () => env.METRIC_DESK.getByName('main').sweep(nowMs),
    'status page': () => env.STATUS_PUBLISHER.getByName('main').heartbeat(nowMs),
    subscribers: async () => env.SUBSCRIBER_DESK.getByName('main').sweep(nowMs),
    'subscribers of other pages': () => sweepFurtherDesks(env, nowMs),
    'post-mortems': () => republishPostMortems(env),
    rooms: () => sweepRooms(env, nowMs),
    changes: () => forgetChanges(database(env.DB), nowMs),
    'idempotency keys': () => forgetIdempotencyKeys(env.DB, nowMs),
  }
  const failures: string[] = []
  for (const [name, part] of Object.entries(parts)) {
    try {
      await part()
    } catch (error) {
      console.error(`the sweep of ${name} failed`, error)
      failures.push(name)
    }
  }
  // The trigger shows as failed where operators look for failed triggers.
  if (failures.length > 0) throw new Error(`the sweep failed for: ${failures.join(', ')}`)
}

/** Each of them, whatever becomes of another. */
async function sweepFurtherDesks(env: Env, nowMs: number): Promise<void> {
  const pages = await furtherPages(env.PUBLIC_FILES)
  const swept = await Promise.allSettled(pages.map(async ({ id }) => env.SUBSCRIBER_DESK.getByName(id).sweep(nowMs)))
  const failed = swept.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw new Error('A subscriber desk was not swept', { cause: failed.reason })
}

async function sweepRooms(env: Env, nowMs: number): Promise<void> {
  const ids = await incidentsToSweep(database(env.DB), nowMs - RESOLVED_LATELY_MS, ROOMS_A_SWEEP_MAX)
  for (const id of ids) await env.INCIDENT_ROOM.getByName(id).sweep()
}
