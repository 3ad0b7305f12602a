import { Buffer } from 'node:buffer'
import { eq, sql } from 'drizzle-orm'
import { pageLinks } from '../../db/pageLinks.ts'
import { FIRST_SECRET, readAffectedToken, writeAffectedClaims } from '../domain/affectedLink.ts'
import type { AffectedClaims, LiveSecrets } from '../domain/affectedLink.ts'
import type { Database } from './database.ts'
import { deriveSecret } from './masterKey.ts'

/** The secrets that "am I affected" links are signed with: one a page and number, derived, so that none is kept. */

export async function liveSecrets(db: Database): Promise<Readonly<Record<string, LiveSecrets>>> {
  const rows = await db.select().from(pageLinks)
  return Object.fromEntries(rows.map(({ pageId, current, previous }) => [pageId, { current, previous }]))
}

export async function liveSecretsOf(db: Database, pageId: string): Promise<LiveSecrets> {
  const [row] = await db.select().from(pageLinks).where(eq(pageLinks.pageId, pageId))
  return row === undefined ? FIRST_SECRET : { current: row.current, previous: row.previous }
}

/** A new secret; the one before goes on to hold, and the one before that no longer does. */
export async function rotateSecret(db: Database, pageId: string): Promise<void> {
  const { current } = FIRST_SECRET
  await db
    .insert(pageLinks)
    .values({ pageId, current: current + 1, previous: current })
    .onConflictDoUpdate({
      target: pageLinks.pageId,
      set: { previous: sql`${pageLinks.current}`, current: sql`${pageLinks.current} + 1` },
    })
}

/** Only the present secret holds from now on. */
export async function endPreviousSecret(db: Database, pageId: string): Promise<void> {
  await db.update(pageLinks).set({ previous: null }).where(eq(pageLinks.pageId, pageId))
}

export async function affectedSecret(masterKey: string, pageId: string, number: number): Promise<string> {
  const hex = await deriveSecret(masterKey, `affected links of ${pageId}, ${number}`)
  return `affected_${Buffer.from(hex, 'hex').toString('base64url')}`
}

export async function affectedToken(secret: string, claims: AffectedClaims): Promise<string> {
  const { signed } = writeAffectedClaims(claims, (text) => Buffer.from(text).toString('base64url'))
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), new TextEncoder().encode(signed))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}

export type TokenReading =
  | { readonly ok: true; readonly claims: AffectedClaims }
  | { readonly ok: false; readonly reason: 'wrong' | 'expired' }

/** Whether one of the page's live secrets has signed it, and what it says. */
export async function readToken(
  token: string,
  pageId: string,
  { current, previous }: LiveSecrets,
  masterKey: string,
  nowMs: number,
): Promise<TokenReading> {
  const read = readAffectedToken(token, (text) => Buffer.from(text, 'base64url').toString())
  if (!read.ok) return { ok: false, reason: 'wrong' }
  for (const number of [current, ...(previous === null ? [] : [previous])]) {
    const key = await keyOf(await affectedSecret(masterKey, pageId, number))
    // `verify` compares in constant time.
    const bytes = Buffer.from(read.signature, 'base64url')
    if (!(await crypto.subtle.verify('HMAC', key, bytes, new TextEncoder().encode(read.signed)))) continue
    return nowMs < read.claims.exp * 1000 ? { ok: true, claims: read.claims } : { ok: false, reason: 'expired' }
  }
  return { ok: false, reason: 'wrong' }
}

function keyOf(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['sign', 'verify'])
}
