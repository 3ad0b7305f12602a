import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { beforeEach, describe, expect, it } from 'vitest'
import * as schema from '../../db/schema.ts'
import * as pageLinks from '../../db/pageLinks.ts'
import * as pageAccess from '../../db/pageAccess.ts'
import * as signIn from '../../db/signIn.ts'

const tables = [
  ...Object.values(schema),
  ...Object.values(signIn),
  ...Object.values(pageAccess),
  ...Object.values(pageLinks),
].filter((value) => value instanceof SQLiteTable)

async function dropEverything(): Promise<void> {
  const { results } = await env.DB.prepare(
    "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' AND type IN ('trigger', 'view', 'table')",
  ).all<{ type: string; name: string }>()
  // The shadow tables of a full-text index go with it.
  const virtual = results.filter(({ name }) => name === 'post_mortem_search' || name === 'incident_search')
  const plain = results.filter(
    ({ name }) => !/^(post_mortem|incident)_search_?/.test(name) || name.endsWith('_add') || name.endsWith('_change'),
  )
  const triggersFirst = plain.toSorted((a, b) => Number(b.type === 'trigger') - Number(a.type === 'trigger'))
  for (const { type, name } of [...triggersFirst, ...virtual])
    await env.DB.prepare(`DROP ${type} IF EXISTS "${name}"`).run()
}

/** Columns that take only certain values. */
const CONSTRAINED: Record<string, string | null> = {
  'incidents.resolved_at_ms': null,
  'responders.role': 'admin',
  'api_tokens.role': 'viewer',
}

/** A row for every table as it stood after the first `count` migrations: each column gets something of its type. */
async function populate(): Promise<Map<string, Record<string, unknown>>> {
  const rows = new Map<string, Record<string, unknown>>()
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%' AND name NOT LIKE 'd1_%' AND name NOT LIKE 'post_mortem_search%' AND name NOT LIKE 'incident_search%'",
  ).all<{ name: string }>()
  for (const { name } of results) {
    const columns = await columnsOf(name)
    const values = columns.map(({ name: column, type }, i) => {
      if (`${name}.${column}` in CONSTRAINED) return CONSTRAINED[`${name}.${column}`] ?? null
      return type === 'INTEGER' ? i + 1 : `{"${column}":${i}}`
    })
    const marks = columns.map(() => '?').join(', ')
    await env.DB.prepare(`INSERT INTO "${name}" (${columns.map((c) => `"${c.name}"`).join(', ')}) VALUES (${marks})`)
      .bind(...values)
      .run()
    rows.set(name, Object.fromEntries(columns.map(({ name: column }, i) => [column, values[i]])))
  }
  return rows
}

async function columnsOf(table: string) {
  const { results } = await env.DB.prepare(`SELECT name, type, "notnull" AS required, pk FROM pragma_table_info(?)`)
    .bind(table)
    .all<{ name: string; type: string; required: number; pk: number }>()
  return results
}

describe('migrations', () => {
  beforeEach(dropEverything)

  it.each(env.TEST_MIGRATIONS.map(({ name }, i) => [name, i] as const))(
    'keep every row that was there before %s',
    async (_name, index) => {
      await applyD1Migrations(env.DB, env.TEST_MIGRATIONS.slice(0, index))
      const before = await populate()
      await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
      for (const [table, row] of before) {
        const { results } = await env.DB.prepare(`SELECT * FROM "${table}"`).all()
        expect(results, table).toHaveLength(1)
        expect(results[0], table).toMatchObject(row)
      }
    },
  )

  it('make what the schema says, column by column', async () => {
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
    expect(tables.length).toBeGreaterThan(10)
    for (const table of tables) {
      const { name, columns } = getTableConfig(table)
      const made = await columnsOf(name)
      const found = made.map(({ name: column, type, required, pk }) => [column, type, required === 1 || pk > 0])
      const said = columns.map((column) => [
        column.name,
        column.getSQLType().toUpperCase(),
        column.notNull || column.primary,
      ])
      expect(new Set(found.map(String)), name).toEqual(new Set(said.map(String)))
    }
  })

  it('never delete rows of one table because another lost some', () => {
    for (const { name, queries } of env.TEST_MIGRATIONS)
      expect(queries.join('\n'), name).not.toMatch(/ON\s+DELETE\s+CASCADE|DROP\s+TABLE/i)
  })

  it('keep the log of incidents from being changed', async () => {
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
    await populate()
    await expect(env.DB.prepare("UPDATE incident_events SET type = 'x'").run()).rejects.toThrow('append-only')
    await expect(env.DB.prepare('DELETE FROM incident_events').run()).rejects.toThrow('append-only')
  })
})
