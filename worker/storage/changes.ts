import { and, desc, eq, gte, inArray, lt, lte, or, sql } from 'drizzle-orm'
import { changes } from '../../db/schema.ts'
import type { Change } from '../domain/change.ts'
import { LOOK_BACK_MS } from '../domain/changeScore.ts'
import type { Database } from './database.ts'

/** What was changed where. Its truth is here: without D1 a sender is told to try again. */

/** D1 takes 100 parameters a statement. */
const ROWS_A_STATEMENT = Math.floor(100 / 11)

/**
 * All or nothing. A change that is known moves on only when this is news of it: what comes twice, late or out of order
 * writes no row. How many rows it wrote.
 */
export async function saveChanges(db: Database, arrived: readonly Change[]): Promise<number> {
  const statements = []
  for (let from = 0; from < arrived.length; from += ROWS_A_STATEMENT)
    statements.push(
      db
        .insert(changes)
        .values(
          arrived.slice(from, from + ROWS_A_STATEMENT).map(({ services, ...change }) => ({
            ...change,
            services: ` ${services.join(' ')} `,
          })),
        )
        .onConflictDoUpdate({
          target: changes.id,
          set: {
            title: sql`excluded.title`,
            environment: sql`excluded.environment`,
            url: sql`excluded.url`,
            by: sql`excluded.by`,
            atMs: sql`min(${changes.atMs}, excluded.at_ms)`,
            updatedAtMs: sql`excluded.updated_at_ms`,
            outcome: sql`excluded.outcome`,
          },
          // Senders count in seconds: of two states in the same second the final one is the later.
          setWhere: sql`${changes.updatedAtMs} < excluded.updated_at_ms OR (${changes.updatedAtMs} = excluded.updated_at_ms
            AND ${changes.outcome} = 'in_progress' AND excluded.outcome <> 'in_progress')`,
        }),
    )
  const [first, ...others] = statements
  if (first === undefined) return 0
  const results = await db.batch([first, ...others])
  return results.reduce((sum, { meta }) => sum + meta.changes, 0)
}

export interface ChangeFilter {
  readonly service?: string | undefined
  readonly environment?: string | undefined
  /** The `next` of the page before. */
  readonly after?: { readonly updatedAtMs: number; readonly id: string } | undefined
  readonly limit: number
}

/** Newest first. */
export async function listChanges(db: Database, filter: ChangeFilter): Promise<Change[]> {
  const { service, environment, after, limit } = filter
  const rows = await db
    .select()
    .from(changes)
    .where(
      and(
        service === undefined ? undefined : sql`instr(${changes.services}, ${` ${service} `}) > 0`,
        environment === undefined ? undefined : eq(changes.environment, environment),
        after === undefined
          ? undefined
          : or(
              lt(changes.updatedAtMs, after.updatedAtMs),
              and(eq(changes.updatedAtMs, after.updatedAtMs), lt(changes.id, after.id)),
            ),
      ),
    )
    .orderBy(desc(changes.updatedAtMs), desc(changes.id))
    .limit(limit)
  return rows.map(changeOf)
}

const LOOKED_AT_MAX = 200

/** What may have to do with something that started then. */
export async function changesAround(db: Database, startedAtMs: number): Promise<Change[]> {
  const rows = await db
    .select()
    .from(changes)
    .where(and(gte(changes.updatedAtMs, startedAtMs - LOOK_BACK_MS), lte(changes.atMs, startedAtMs + AFTERWARDS_MS)))
    // The nearest first, when there are too many to look at.
    .orderBy(sql`abs(${changes.updatedAtMs} - ${startedAtMs})`, desc(changes.id))
    .limit(LOOKED_AT_MAX)
  return rows.map(changeOf)
}

/** Two clocks may disagree; what really came later is left out by the score. */
const AFTERWARDS_MS = 10 * 60_000

const KEPT_MS = 90 * 24 * 3_600_000
const FORGOTTEN_A_SWEEP_MAX = 1000

export async function forgetChanges(db: Database, nowMs: number): Promise<void> {
  const old = db
    .select({ id: changes.id })
    .from(changes)
    .where(lt(changes.updatedAtMs, nowMs - KEPT_MS))
    .limit(FORGOTTEN_A_SWEEP_MAX)
  await db.delete(changes).where(inArray(changes.id, old))
}

function changeOf({ services, ...row }: typeof changes.$inferSelect): Change {
  return { ...row, services: services.split(' ').filter((service) => service !== '') }
}
