import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { HttpEnv } from '../env.ts'
import { handleError, problem } from '../problem.ts'

/** What the hooks under `/hooks/<source>/:key` have in common: one address a key, and problems for answers. */

export function desk(c: Context<HttpEnv>) {
  return c.env.ALERT_DESK.getByName('main')
}

export function unknownKey(c: Context<HttpEnv>): Response {
  return problem(c, 401, 'unknown_key', 'No integration has this key, or it was revoked.')
}

/** Senders try again after a 503; a 500 or 4xx would tell them that the message is to blame. */
export const refuseForNow: ErrorHandler<HttpEnv> = (error, c) => {
  if (error instanceof HTTPException) return handleError(error, c)
  console.error('intake failed', { path: c.req.routePath, error: String(error) })
  return problem(c, 503, 'storage_unavailable', 'This cannot be stored at the moment. Send it again shortly.')
}

export type Ingested = Awaited<ReturnType<ReturnType<typeof desk>['ingest']>>

/** `extra` goes into an answer that says yes. */
export function answerIngested(c: Context<HttpEnv>, answer: Ingested, extra: Record<string, unknown> = {}): Response {
  if (!answer.ok) return unknownKey(c)
  const { accepted, incidentIds: incidents } = answer
  if (answer.turnedAway > 0)
    return problem(c, 503, 'too_many_alerts', 'Too many alerts are firing; new ones are not taken.')
  if (answer.invalid.length > 0)
    return problem(c, 422, 'invalid', [...new Set(answer.invalid)].join('; '), { accepted })
  return c.json({ accepted, incidents, ...extra }, 202, { 'Cache-Control': 'no-store' })
}

/** A sender that repeats an alert rarely says itself when it is over; this long it fires without a word. */
export const FIRES_FOR_MS = 7 * 24 * 3_600_000
