import { and, asc, eq, isNull, lt } from 'drizzle-orm'
import { passkeys, responders, spentChallenges } from '../../db/signIn.ts'
import type { Database } from './database.ts'
import { hashKey } from './masterKey.ts'

export interface Passkey {
  readonly id: string
  readonly responderId: string
  /** COSE, base64url. */
  readonly publicKey: string
  readonly counter: number
}

interface ListedPasskey {
  readonly id: string
  readonly name: string
  readonly createdAtMs: number
  readonly lastUsedAtMs: number | null
}

/** The passkey, unless its person was removed. */
export async function findPasskey(db: Database, id: string): Promise<Passkey | null> {
  const [row] = await db
    .select({
      id: passkeys.id,
      responderId: passkeys.responderId,
      publicKey: passkeys.publicKey,
      counter: passkeys.counter,
    })
    .from(passkeys)
    .innerJoin(responders, eq(responders.id, passkeys.responderId))
    .where(and(eq(passkeys.id, id), isNull(responders.removedAtMs)))
  return row ?? null
}

export async function listPasskeys(db: Database, responderId: string): Promise<ListedPasskey[]> {
  return db
    .select({
      id: passkeys.id,
      name: passkeys.name,
      createdAtMs: passkeys.createdAtMs,
      lastUsedAtMs: passkeys.lastUsedAtMs,
    })
    .from(passkeys)
    .where(eq(passkeys.responderId, responderId))
    .orderBy(asc(passkeys.createdAtMs))
}

/** False when an authenticator offers a credential that is known already. */
export async function addPasskey(db: Database, passkey: Passkey & { name: string }, nowMs: number): Promise<boolean> {
  const added = await db
    .insert(passkeys)
    .values({ ...passkey, createdAtMs: nowMs })
    .onConflictDoNothing()
    .returning({ id: passkeys.id })
  return added.length === 1
}

export async function markPasskeyUsed(db: Database, id: string, counter: number, nowMs: number): Promise<void> {
  await db.update(passkeys).set({ counter, lastUsedAtMs: nowMs }).where(eq(passkeys.id, id))
}

export async function removePasskey(db: Database, responderId: string, id: string): Promise<boolean> {
  const removed = await db
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.responderId, responderId)))
    .returning({ id: passkeys.id })
  return removed.length === 1
}

/** True the first time: an answer to a challenge is taken once. */
export async function spendChallenge(
  db: Database,
  challenge: string,
  expiresAtMs: number,
  nowMs: number,
): Promise<boolean> {
  const [, spent] = await db.batch([
    db.delete(spentChallenges).where(lt(spentChallenges.expiresAtMs, nowMs)),
    db
      .insert(spentChallenges)
      .values({ id: await hashKey(challenge), expiresAtMs })
      .onConflictDoNothing()
      .returning({ id: spentChallenges.id }),
  ])
  return spent.length === 1
}
