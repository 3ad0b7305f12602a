import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { D1Database } from '@cloudflare/workers-types'
import { PROJECT_ROOT } from './settings.ts'

const FOLDER = join(PROJECT_ROOT, 'db', 'migrations')

// The table that `wrangler d1 migrations apply` keeps, so that both agree on what has been applied.
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  name       TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

/** Applies what has not been applied yet, each file in one transaction; returns the names it applied. */
export async function applyMigrations(database: D1Database): Promise<string[]> {
  await database.prepare(CREATE_TABLE).run()
  const { results } = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map(({ name }) => name))
  const pending = globSync('*.sql', { cwd: FOLDER })
    .sort()
    .filter((name) => !applied.has(name))
  if (pending.length === 0) return []

  // Only here: wrangler takes most of a second to load.
  const { unstable_splitSqlQuery } = await import('wrangler')
  for (const name of pending) {
    const statements = unstable_splitSqlQuery(readFileSync(join(FOLDER, name), 'utf8'))
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ])
  }
  return pending
}
