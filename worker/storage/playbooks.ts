import { asc, eq } from 'drizzle-orm'
import { playbooks } from '../../db/schema.ts'
import type { Database } from './database.ts'

export interface StoredPlaybook {
  readonly id: string
  readonly yaml: string
}

export async function listPlaybooks(db: Database): Promise<StoredPlaybook[]> {
  return db.select().from(playbooks).orderBy(asc(playbooks.id))
}

export async function findPlaybook(db: Database, id: string): Promise<StoredPlaybook | null> {
  const [found] = await db.select().from(playbooks).where(eq(playbooks.id, id))
  return found ?? null
}

/** A statement for a batch: adds it, or replaces what has this id. */
export function upsertPlaybook(db: Database, playbook: StoredPlaybook) {
  return db
    .insert(playbooks)
    .values(playbook)
    .onConflictDoUpdate({ target: playbooks.id, set: { yaml: playbook.yaml } })
}
