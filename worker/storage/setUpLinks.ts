import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { responders, sessions, setUpLinks } from '../../db/signIn.ts'
import type { Database } from './database.ts'
import { hashKey, newKey } from './masterKey.ts'
import { newSession } from './sessions.ts'

export const SET_UP_LINK_MS = 24 * 3600_000

/** A token that lets this person set themselves up once, within a day. Earlier links of theirs stop working. */
export async function createSetUpLink(db: Database, responderId: string, nowMs: number): Promise<string> {
  const token = newKey('')
  await db.batch([
    db.delete(setUpLinks).where(eq(setUpLinks.responderId, responderId)),
    db.delete(setUpLinks).where(lt(setUpLinks.expiresAtMs, nowMs)),
    db.insert(setUpLinks).values({ id: await hashKey(token), responderId, expiresAtMs: nowMs + SET_UP_LINK_MS }),
  ])
  return token
}

/** Whom an unused link is for. Looking changes nothing: mail programs and scanners follow links. */
export async function findSetUpLink(
  db: Database,
  token: string,
  nowMs: number,
): Promise<{ responderId: string; name: string; email: string } | null> {
  const [row] = await db
    .select({ responderId: setUpLinks.responderId, name: responders.name, email: responders.email })
    .from(setUpLinks)
    .innerJoin(responders, eq(responders.id, setUpLinks.responderId))
    .where(
      and(
        eq(setUpLinks.id, await hashKey(token)),
        isNull(setUpLinks.usedBy),
        gt(setUpLinks.expiresAtMs, nowMs),
        isNull(responders.removedAtMs),
      ),
    )
  return row ?? null
}

/**
 * Uses the link up: the name and password are stored, every other session of the person ends, a new one opens. Returns
 * its token; null when the link was used or expired meanwhile.
 */
export async function useSetUpLink(
  db: Database,
  link: { token: string; responderId: string },
  person: { name: string; passwordHash: string | null; userAgent: string },
  nowMs: number,
): Promise<string | null> {
  const id = await hashKey(link.token)
  const session = await newSession(link.responderId, person.userAgent, nowMs)
  const { row } = session
  // Only the request whose session the link was marked with changes anything.
  const wonLink = sql`EXISTS (SELECT 1 FROM set_up_links WHERE id = ${id} AND used_by = ${row.id})`
  const [used] = await db.batch([
    db
      .update(setUpLinks)
      .set({ usedBy: row.id })
      .where(and(eq(setUpLinks.id, id), isNull(setUpLinks.usedBy), gt(setUpLinks.expiresAtMs, nowMs)))
      .returning({ id: setUpLinks.id }),
    db
      .update(responders)
      .set({
        name: person.name,
        updatedAtMs: nowMs,
        ...(person.passwordHash === null ? {} : { passwordHash: person.passwordHash }),
      })
      .where(and(eq(responders.id, link.responderId), wonLink)),
    db.delete(sessions).where(and(eq(sessions.responderId, link.responderId), wonLink)),
    db
      .insert(sessions)
      .select(sql`SELECT ${row.id}, ${row.responderId}, ${nowMs}, ${nowMs}, ${row.userAgent} WHERE ${wonLink}`),
  ])
  return used.length === 1 ? session.token : null
}
