import { and, desc, eq, isNull } from 'drizzle-orm'
import { apiTokens } from '../../db/signIn.ts'
import type { AccessRole } from '../domain/actor.ts'
import { type Database, StorageUnavailable } from './database.ts'
import { hashKey, newKey } from './masterKey.ts'

export const API_TOKEN_PREFIX = 'alc_'

/** How long an isolate trusts what it read: a revoked token stops working everywhere within this time. */
const FRESH_MS = 10_000
/** While D1 does not answer, what was read before stays good this long. */
const OUTAGE_MS_MAX = 3600_000
const USED_EVERY_MS = 3600_000
const REMEMBERED_MAX = 1000

interface ApiToken {
  readonly id: string
  readonly name: string
  readonly role: AccessRole
  readonly scopes: readonly string[]
}

type ListedToken = ApiToken & {
  readonly createdAtMs: number
  readonly createdBy: string
  readonly lastUsedAtMs: number | null
}

const remembered = new Map<string, { readonly token: ApiToken; readonly readAtMs: number }>()

/** Makes a token. `secret` is shown once; only its hash is kept. */
export async function createApiToken(
  db: Database,
  token: { name: string; role: AccessRole; scopes: readonly string[]; createdBy: string },
  nowMs: number,
): Promise<{ id: string; secret: string }> {
  const secret = newKey(API_TOKEN_PREFIX)
  const id = crypto.randomUUID()
  await db.insert(apiTokens).values({
    id,
    name: token.name,
    sha256: await hashKey(secret),
    role: token.role,
    scopes: [...token.scopes],
    createdAtMs: nowMs,
    createdBy: token.createdBy,
  })
  return { id, secret }
}

/** Tokens that work, newest first. */
export async function listApiTokens(db: Database): Promise<ListedToken[]> {
  return db
    .select({
      id: apiTokens.id,
      name: apiTokens.name,
      role: apiTokens.role,
      scopes: apiTokens.scopes,
      createdAtMs: apiTokens.createdAtMs,
      createdBy: apiTokens.createdBy,
      lastUsedAtMs: apiTokens.lastUsedAtMs,
    })
    .from(apiTokens)
    .where(isNull(apiTokens.revokedAtMs))
    .orderBy(desc(apiTokens.createdAtMs))
    .limit(500)
}

/** False when there is no such token, or it was revoked before. */
export async function revokeApiToken(db: Database, id: string, nowMs: number): Promise<boolean> {
  const revoked = await db
    .update(apiTokens)
    .set({ revokedAtMs: nowMs })
    .where(and(eq(apiTokens.id, id), isNull(apiTokens.revokedAtMs)))
    .returning({ sha256: apiTokens.sha256 })
  for (const { sha256 } of revoked) remembered.delete(sha256)
  return revoked.length > 0
}

/** The token of this secret. Survives an outage of D1 for tokens that this isolate has seen. */
export async function findApiToken(db: Database, secret: string, nowMs: number): Promise<ApiToken | null> {
  if (!secret.startsWith(API_TOKEN_PREFIX)) return null
  const sha256 = await hashKey(secret)
  const known = remembered.get(sha256)
  if (known !== undefined && nowMs - known.readAtMs < FRESH_MS) return known.token

  try {
    const token = await readApiToken(db, sha256, nowMs)
    if (token === null) remembered.delete(sha256)
    else remember(sha256, token, nowMs)
    return token
  } catch (error) {
    const isOutage =
      error instanceof Error && (error instanceof StorageUnavailable || error.cause instanceof StorageUnavailable)
    if (isOutage && known !== undefined && nowMs - known.readAtMs < OUTAGE_MS_MAX) return known.token
    throw error
  }
}

async function readApiToken(db: Database, sha256: string, nowMs: number): Promise<ApiToken | null> {
  const [row] = await db
    .select()
    .from(apiTokens)
    .where(and(eq(apiTokens.sha256, sha256), isNull(apiTokens.revokedAtMs)))
  if (row === undefined) return null
  if ((row.lastUsedAtMs ?? 0) <= nowMs - USED_EVERY_MS) {
    await db.update(apiTokens).set({ lastUsedAtMs: nowMs }).where(eq(apiTokens.id, row.id))
  }
  return { id: row.id, name: row.name, role: row.role, scopes: row.scopes }
}

function remember(sha256: string, token: ApiToken, nowMs: number): void {
  if (remembered.size >= REMEMBERED_MAX) remembered.clear()
  remembered.set(sha256, { token, readAtMs: nowMs })
}
