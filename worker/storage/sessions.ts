import { and, eq, gt, isNull, lt, or } from 'drizzle-orm'
import { responders, sessions } from '../../db/signIn.ts'
import type { AccessRole } from '../domain/actor.ts'
import type { Database } from './database.ts'
import { hashKey, newKey } from './masterKey.ts'

export const SESSION_IDLE_MS_MAX = 12 * 3600_000
export const SESSION_AGE_MS_MAX = 7 * 24 * 3600_000

/** A session is marked as seen at most this often, so that reading the console writes next to nothing. */
const SEEN_EVERY_MS = 10 * 60_000

export interface Session {
  readonly id: string
  readonly createdAtMs: number
  readonly responder: { readonly id: string; readonly name: string; readonly email: string; readonly role: AccessRole }
}

/** A new session's token for the cookie, and the row to store with it. */
export async function newSession(responderId: string, userAgent: string, nowMs: number) {
  const token = newKey('')
  const row: typeof sessions.$inferInsert = {
    id: await hashKey(token),
    responderId,
    createdAtMs: nowMs,
    lastSeenAtMs: nowMs,
    userAgent: userAgent.slice(0, 300),
  }
  return { token, row }
}

/** Opens a session and clears away those of the same person that are over. */
export async function openSession(
  db: Database,
  responderId: string,
  userAgent: string,
  nowMs: number,
): Promise<string> {
  const { token, row } = await newSession(responderId, userAgent, nowMs)
  await db.batch([
    db.delete(sessions).where(and(eq(sessions.responderId, responderId), isOver(nowMs))),
    db.insert(sessions).values(row),
  ])
  return token
}

/** The session of a token while it lasts: seen within 12 hours, opened within 7 days, its person not removed. */
export async function findSession(db: Database, token: string, nowMs: number): Promise<Session | null> {
  const id = await hashKey(token)
  const [row] = await db
    .select({
      createdAtMs: sessions.createdAtMs,
      lastSeenAtMs: sessions.lastSeenAtMs,
      responder: { id: responders.id, name: responders.name, email: responders.email, role: responders.role },
    })
    .from(sessions)
    .innerJoin(responders, eq(responders.id, sessions.responderId))
    .where(
      and(
        eq(sessions.id, id),
        gt(sessions.lastSeenAtMs, nowMs - SESSION_IDLE_MS_MAX),
        gt(sessions.createdAtMs, nowMs - SESSION_AGE_MS_MAX),
        isNull(responders.removedAtMs),
      ),
    )
  if (row === undefined) return null
  if (row.lastSeenAtMs <= nowMs - SEEN_EVERY_MS) {
    await db.update(sessions).set({ lastSeenAtMs: nowMs }).where(eq(sessions.id, id))
  }
  return { id, createdAtMs: row.createdAtMs, responder: row.responder }
}

/** How many sessions of a person are open. */
export async function countSessions(db: Database, responderId: string, nowMs: number): Promise<number> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.responderId, responderId),
        gt(sessions.lastSeenAtMs, nowMs - SESSION_IDLE_MS_MAX),
        gt(sessions.createdAtMs, nowMs - SESSION_AGE_MS_MAX),
      ),
    )
  return rows.length
}

export async function closeSession(db: Database, token: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.id, await hashKey(token)))
}

/** Signs a person out everywhere. */
export async function closeSessionsOf(db: Database, responderId: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.responderId, responderId))
}

function isOver(nowMs: number) {
  return or(
    lt(sessions.lastSeenAtMs, nowMs - SESSION_IDLE_MS_MAX),
    lt(sessions.createdAtMs, nowMs - SESSION_AGE_MS_MAX),
  )
}
