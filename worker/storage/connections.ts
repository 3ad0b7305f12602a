import { and, eq, inArray, sql } from 'drizzle-orm'
import { connections } from '../../db/schema.ts'
import type { Connection } from '../domain/organisation.ts'
import type { Database } from './database.ts'
import { open, seal } from './masterKey.ts'

/** Playbooks act on connections. Their tokens are sealed at rest and opened only to be sent. */

const PURPOSE = 'connection-token'

export interface OpenConnection {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly bearerToken: string | null
}

/** A connection with its token in the clear; null when it is not configured. */
export async function openConnection(db: Database, masterKey: string, id: string): Promise<OpenConnection | null> {
  const [row] = await db.select().from(connections).where(eq(connections.id, id))
  if (row === undefined) return null
  const bearerToken = row.sealedToken === null ? null : await open(masterKey, PURPOSE, row.sealedToken)
  return { id: row.id, name: row.name, url: row.url, bearerToken }
}

/** Of these connections the addresses of those that have a token. */
export async function addressesWithToken(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
  const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`
  const rows = await db
    .select({ id: connections.id, url: connections.url, sealedToken: connections.sealedToken })
    .from(connections)
    .where(inArray(connections.id, wanted))
  return new Map(rows.filter(({ sealedToken }) => sealedToken !== null).map(({ id, url }) => [id, url]))
}

/** The sealed tokens of those that bring one; null where the token is to be forgotten. */
export async function sealTokens(masterKey: string, list: readonly Connection[]): Promise<Map<string, string | null>> {
  const sealed = await Promise.all(
    list.flatMap(({ id, bearerToken }) => (bearerToken === undefined ? [] : [sealToken(masterKey, id, bearerToken)])),
  )
  return new Map(sealed)
}

async function sealToken(masterKey: string, id: string, token: string): Promise<[string, string | null]> {
  return [id, token === '' ? null : await seal(masterKey, PURPOSE, token)]
}

/**
 * The tokens alone. No version locks these: one whose connection has been removed or leads elsewhere by now is dropped,
 * and nothing else is touched.
 */
export function tokenStatements(db: Database, list: readonly Connection[], sealed: Map<string, string | null>) {
  return list.flatMap(({ id, url }) => {
    const sealedToken = sealed.get(id)
    if (sealedToken === undefined) return []
    const isSame = and(eq(connections.id, id), eq(connections.url, url))
    return [db.update(connections).set({ sealedToken }).where(isSame)]
  })
}

/** A statement for a batch. A connection without a token among `sealed` keeps the one it has. */
export function upsertConnection(
  db: Database,
  { id, name, url }: Connection,
  position: number,
  sealed: Map<string, string | null>,
) {
  const sealedToken = sealed.get(id)
  return db
    .insert(connections)
    .values({ id, name, url, position, sealedToken: sealedToken ?? null })
    .onConflictDoUpdate({
      target: connections.id,
      set: { name, url, position, ...(sealedToken === undefined ? {} : { sealedToken }) },
    })
}
