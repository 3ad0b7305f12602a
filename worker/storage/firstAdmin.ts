import { sql } from 'drizzle-orm'
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
    db.all<{ id: string }>(sql`
      INSERT INTO api_tokens (id, name, sha256, role, scopes, created_at_ms, created_by)
      SELECT ${apiTokenId}, 'Set-up', ${await hashKey(apiToken)}, 'admin', '["*"]', ${nowMs}, ${admin.id}
      WHERE NOT EXISTS (SELECT 1 FROM responders WHERE role = 'admin' AND removed_at_ms IS NULL)
      RETURNING id`),
    db.run(sql`
      INSERT INTO responders (id, name, email, role, password_hash, created_at_ms, updated_at_ms)
      SELECT ${admin.id}, ${admin.name}, ${admin.email.toLowerCase()}, 'admin', ${admin.passwordHash}, ${nowMs}, ${nowMs}
      WHERE ${won}`),
    db.run(sql`
      INSERT INTO set_up_links (id, responder_id, expires_at_ms)
      SELECT ${await hashKey(setUpToken)}, ${admin.id}, ${nowMs + SET_UP_LINK_MS} WHERE ${won}`),
  ])
  return tokens.length === 1 ? { apiToken, setUpToken } : null
}
