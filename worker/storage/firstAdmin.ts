import { sql } from 'drizzle-orm'
import { apiTokens, responders, setUpLinks } from '../../db/signIn.ts'
import { API_TOKEN_PREFIX } from './apiTokens.ts'
import type { Database } from './database.ts'
import { hashKey, newKey } from './masterKey.ts'
import { SET_UP_LINK_MS } from './setUpLinks.ts'

/**
 * Stores the first admin with an API token and a set-up link, all or nothing. Null when there is an admin already: of
 * several that set up at once, one wins.
 */
export async function saveFirstAdmin(
  db: Database,
  admin: { id: string; email: string; name: string; passwordHash: string | null },
  nowMs: number,
): Promise<{ apiToken: string; setUpToken: string } | null> {
  const apiToken = newKey(API_TOKEN_PREFIX)
  const apiTokenId = crypto.randomUUID()
  const setUpToken = newKey('')
  const won = sql`EXISTS (SELECT 1 FROM api_tokens WHERE id = ${apiTokenId})`

  const [tokens] = await db.batch([
    db
      .insert(apiTokens)
      .select(
        sql`SELECT ${apiTokenId}, 'Set-up', ${await hashKey(apiToken)}, 'admin', '["*"]', ${nowMs}, ${admin.id}, NULL, NULL
          WHERE NOT EXISTS (SELECT 1 FROM responders WHERE role = 'admin' AND removed_at_ms IS NULL)`,
      )
      .returning({ id: apiTokens.id }),
    db.insert(responders).select(
      sql`SELECT ${admin.id}, ${admin.name}, ${admin.email.toLowerCase()}, 'admin', NULL, ${admin.passwordHash}, ${nowMs}, ${nowMs}, NULL
        WHERE ${won}`,
    ),
    db
      .insert(setUpLinks)
      .select(sql`SELECT ${await hashKey(setUpToken)}, ${admin.id}, ${nowMs + SET_UP_LINK_MS}, NULL WHERE ${won}`),
  ])
  return tokens.length === 1 ? { apiToken, setUpToken } : null
}
