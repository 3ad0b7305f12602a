import { applyD1Migrations, listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import { emptyFolder } from '../worker/coordination/ownPlace.ts'

// Before each file that looks at all there is: the workerd that files share is emptied.

/** All there are, whatever they are called. */
function isNamespace(binding: unknown): binding is DurableObjectNamespace {
  return typeof binding === 'object' && binding !== null && binding.constructor.name === 'DurableObjectNamespace'
}

async function emptyObjects(): Promise<void> {
  for (const namespace of Object.values(env).filter(isNamespace)) {
    const ids = await listDurableObjectIds(namespace)
    await Promise.all(ids.map((id) => empty(namespace.get(id))))
  }
}

async function empty(object: DurableObjectStub): Promise<void> {
  // The abort, by which it forgets what it has in memory, is what ends the call.
  await runInDurableObject(object, async (_, state) => {
    await state.storage.deleteAlarm()
    await state.storage.deleteAll()
    state.abort('emptied for the next file')
  }).catch(() => undefined)
}

async function dropTables(): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' AND type IN ('trigger', 'view', 'table')",
  ).all<{ type: string; name: string; sql: string }>()
  const virtual = results.filter(({ sql }) => /^CREATE VIRTUAL/i.test(sql)).map(({ name }) => name)
  const ofVirtual = (name: string) => virtual.some((one) => name.startsWith(`${one}_`))
  const order = ['trigger', 'view', 'virtual', 'table']
  const kindOf = (row: { type: string; name: string }) => (virtual.includes(row.name) ? 'virtual' : row.type)
  const drops = results
    .filter(({ type, name }) => type === 'trigger' || !ofVirtual(name))
    .toSorted((a, b) => order.indexOf(kindOf(a)) - order.indexOf(kindOf(b)))
    .map(({ type, name }) => env.DB.prepare(`DROP ${type} IF EXISTS "${name}"`))
  if (drops.length > 0) await env.DB.batch([env.DB.prepare('PRAGMA defer_foreign_keys = on'), ...drops])
}

vi.useRealTimers()
vi.restoreAllMocks()
vi.unstubAllGlobals()
await emptyObjects()
await emptyFolder(env.PUBLIC_FILES, '')
await dropTables()
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
