import { eq, lt } from 'drizzle-orm'
import type { Context, MiddlewareHandler } from 'hono'
import { idempotencyKeys } from '../../db/schema.ts'
import { StorageUnavailable, database } from '../storage/database.ts'
import { hashKey, open, seal } from '../storage/masterKey.ts'
import { authenticate, hasSessionCookie, sessionToken } from './authenticate.ts'
import type { HttpEnv } from './env.ts'
import { problem } from './problem.ts'
import { bearerToken, sameText } from './secrets.ts'

const PURPOSE = 'idempotent-answer'
const KEY_LENGTH_MAX = 255
/** A first request that has not finished by then is taken to have died; the next one with its key goes ahead. */
const AT_WORK_MS_MAX = 10_000
const KEEP_MS = 24 * 3600 * 1000

/**
 * `Idempotency-Key` on POST: the first answer is kept for a day and given again (draft-ietf-httpapi-idempotency-key).
 * The same key with another body is refused. Rooms know the key too, so a crash between the deed and this table does
 * not do it twice.
 */
export const honourIdempotencyKey: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const key = c.req.header('Idempotency-Key')
  if (c.req.method !== 'POST' || key === undefined) return next()
  if (key === '' || key.length > KEY_LENGTH_MAX)
    return problem(c, 400, 'bad_idempotency_key', `Idempotency-Key takes 1 to ${KEY_LENGTH_MAX} characters.`)

  const caller = c.req.header('Authorization') ?? sessionToken(c) ?? ''
  const id = await hashKey(JSON.stringify([caller, c.req.path, key]))
  const bodyHash = await hashKey(await c.req.text())
  const db = database(c.env.DB)
  const nowMs = Date.now()
  try {
    const taken = await db
      .insert(idempotencyKeys)
      .values({ id, bodyHash, createdAtMs: nowMs })
      .onConflictDoNothing()
      .returning({ id: idempotencyKeys.id })
    if (taken.length === 0) {
      const [first] = await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id))
      if (first !== undefined) {
        if (first.bodyHash !== bodyHash)
          return problem(c, 422, 'idempotency_key_reused', 'This Idempotency-Key was used with another body.')
        if (first.status !== null && first.answer !== null && !(await mayStillAsk(c))) return next()
        if (first.status !== null && first.answer !== null)
          return new Response(await open(c.env.MASTER_KEY, PURPOSE, first.answer), {
            status: first.status,
            headers: {
              'Content-Type': 'application/json',
              'Idempotency-Replayed': 'true',
              'Cache-Control': 'no-store',
            },
          })
        if (nowMs - first.createdAtMs < AT_WORK_MS_MAX) return atWork(c)
      }
    }
  } catch (error) {
    // Without the table the room's own memory of keys still holds.
    if (!(error instanceof StorageUnavailable)) throw error
    return next()
  }

  await next()

  const { status } = c.res
  // What failed here may be tried again under the same key.
  const keep = status < 500 && status !== 401 && status !== 403 && status !== 409 && status !== 429
  // Sealed: some answers hold a secret that is shown once, and the table must not keep it in the clear.
  const answer = keep ? await seal(c.env.MASTER_KEY, PURPOSE, await c.res.clone().text()) : null
  await (
    keep
      ? db.update(idempotencyKeys).set({ status, answer }).where(eq(idempotencyKeys.id, id))
      : db.delete(idempotencyKeys).where(eq(idempotencyKeys.id, id))
  ).catch((error: unknown) => console.error('an idempotency key could not be kept', error))
}

/** Answers hold what their askers were allowed to see then: a token revoked since gets nothing again. */
async function mayStillAsk(c: Context<HttpEnv>): Promise<boolean> {
  const bearer = bearerToken(c.req.raw)
  if (bearer === null && !hasSessionCookie(c)) return true
  if (bearer !== null && sameText(bearer, c.env.SETUP_TOKEN)) return true
  return (await authenticate(c, { fresh: true })) !== null
}

function atWork(c: Context<HttpEnv>): Response {
  c.header('Retry-After', '2')
  return problem(c, 409, 'request_at_work', 'The first request with this key is still at work. Send it again shortly.')
}

/** From the cron. */
export async function forgetIdempotencyKeys(d1: D1Database, nowMs: number): Promise<void> {
  await database(d1)
    .delete(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAtMs, nowMs - KEEP_MS))
}
