import type { Context } from 'hono'
import type { HttpEnv } from './env.ts'
import { submitFor } from './room.ts'

export const INCIDENTS_AT_ONCE_MAX = 50
const PARALLEL = 6

export interface Acknowledged {
  /** Those that were acknowledged by this. */
  readonly acknowledged: readonly string[]
  /** Those that someone had acknowledged or resolved before. */
  readonly unchanged: readonly string[]
  readonly failed: readonly string[]
}

/** The incidents of alerts, a few at a time; one that fails leaves the others as they are. */
export async function acknowledgeAll(
  c: Context<HttpEnv>,
  incidentIds: readonly string[],
  via: 'console' | 'api',
): Promise<Acknowledged> {
  const outcome = { acknowledged: [] as string[], unchanged: [] as string[], failed: [] as string[] }
  const waiting = [...incidentIds]
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        const answer = await submitFor(c, id, { type: 'acknowledge', via }, undefined)
        outcome[answer.ok ? 'acknowledged' : 'unchanged'].push(id)
      } catch (error) {
        console.error('an incident could not be acknowledged', { id, error: String(error) })
        outcome.failed.push(id)
      }
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  return outcome
}
