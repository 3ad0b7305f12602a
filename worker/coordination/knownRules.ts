import type { Incident } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { NO_UPDATE_RULES } from '../domain/updateRules.ts'
import type { UpdateRules } from '../domain/updateRules.ts'

const KEY = 'updateRules'
const PATIENCE_MS = 1_000

const RULED: ReadonlySet<IncidentCommand['type']> = new Set<IncidentCommand['type']>([
  'post_update',
  'release_update',
  'edit_update',
  'resolve',
  'merge_into',
])

/** Whether what the status page asks of updates decides about it. */
export function fallsUnderRules({ type }: IncidentCommand): boolean {
  return RULED.has(type)
}

/** Whether the room may have something to say to customers by itself. */
export function mayBeTold({ phase, components, publicChangedAtMs, pendingUpdates }: Incident): boolean {
  if (pendingUpdates.length > 0) return true
  return phase !== 'resolved' && components.length > 0 && publicChangedAtMs === null
}

/** The status page's rules for updates, as a room last heard them. */
export class KnownRules {
  readonly #storage: DurableObjectStorage
  #known: UpdateRules | null = null
  #askedAtMs = 0

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
  }

  get known(): UpdateRules {
    this.#known ??= this.#storage.kv.get<UpdateRules>(KEY) ?? NO_UPDATE_RULES
    return this.#known
  }

  /** Asks, unless that was done within `ageMsMax`. Who does not answer in time is not waited for. */
  async learn(env: Env, ageMsMax: number): Promise<void> {
    const nowMs = Date.now()
    if (nowMs - this.#askedAtMs < ageMsMax) return
    this.#askedAtMs = nowMs
    const patience = new AbortController()
    try {
      const heard = await Promise.race([
        env.STATUS_PUBLISHER.getByName('main').updateRules(),
        scheduler.wait(PATIENCE_MS, { signal: patience.signal }).then(() => null),
      ])
      if (heard === null || JSON.stringify(heard) === JSON.stringify(this.known)) return
      this.#known = heard
      this.#storage.kv.put(KEY, heard)
    } catch (error) {
      console.error('The rules for updates are those known before', error)
    } finally {
      patience.abort()
    }
  }
}
