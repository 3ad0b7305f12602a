import { lt, sql } from 'drizzle-orm'
import { signInAttempts } from '../../db/signIn.ts'
import type { Database } from './database.ts'
import { hashKey } from './masterKey.ts'

export const ATTEMPT_WINDOW_MS = 15 * 60_000
export const ATTEMPTS_PER_ACCOUNT_MAX = 10
/** An office shares an address. */
export const ATTEMPTS_PER_ADDRESS_MAX = 60

/**
 * Counts an attempt before it is tried, so that many at once cannot slip through, and says whether it may be. An
 * account that does not exist is counted like one that does. Without an address only the account counts: an address
 * that everyone shares would let anyone lock everyone out.
 */
export async function countAttempt(
  db: Database,
  email: string,
  address: string | null,
  nowMs: number,
  accountMax = ATTEMPTS_PER_ACCOUNT_MAX,
): Promise<boolean> {
  const increment = (id: string) =>
    db
      .insert(signInAttempts)
      .values({ id, attempts: 1, startedAtMs: nowMs })
      .onConflictDoUpdate({
        target: signInAttempts.id,
        set: {
          attempts: sql`CASE WHEN ${signInAttempts.startedAtMs} > ${nowMs - ATTEMPT_WINDOW_MS} THEN ${signInAttempts.attempts} + 1 ELSE 1 END`,
          startedAtMs: sql`CASE WHEN ${signInAttempts.startedAtMs} > ${nowMs - ATTEMPT_WINDOW_MS} THEN ${signInAttempts.startedAtMs} ELSE ${nowMs} END`,
        },
      })
      .returning({ attempts: signInAttempts.attempts })

  const [, ofAccount, ofAddress] = await db.batch([
    db.delete(signInAttempts).where(lt(signInAttempts.startedAtMs, nowMs - ATTEMPT_WINDOW_MS)),
    increment(await accountId(email)),
    ...(address === null ? [] : [increment(await hashKey(`address ${address}`))]),
  ])
  const accountAttempts = ofAccount[0]?.attempts ?? 0
  const addressAttempts = ofAddress?.[0]?.attempts ?? 0
  return accountAttempts <= accountMax && addressAttempts <= ATTEMPTS_PER_ADDRESS_MAX
}

/** After a success the account starts afresh; the address does not, or one good account would pay for many guesses. */
export async function forgetAttempts(db: Database, email: string): Promise<void> {
  await db.delete(signInAttempts).where(sql`${signInAttempts.id} = ${await accountId(email)}`)
}

function accountId(email: string): Promise<string> {
  return hashKey(`account ${email.toLowerCase()}`)
}
