/** Runs a statement of an object's own tables and counts the rows it writes. */
export type Write = (statement: string, ...bindings: (string | number | null)[]) => void

/** The tables of an object that an earlier version made lack the columns that came later. */
export function addColumns(
  sql: SqlStorage,
  write: Write,
  table: string,
  columns: Readonly<Record<string, string>>,
): void {
  const rows = sql.exec<{ name: string }>(`PRAGMA table_info(${table})`).toArray()
  const known = new Set(rows.map(({ name }) => name))
  for (const [name, type] of Object.entries(columns))
    if (!known.has(name)) write(`ALTER TABLE ${table} ADD COLUMN ${name} ${type}`)
}

/** Forgets all that the object's own tables hold, but for one of them. */
export function emptyTables(sql: SqlStorage, kept?: string): void {
  const tables = sql.exec<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  )
  for (const { name } of tables.toArray()) if (name !== kept) sql.exec(`DELETE FROM "${name}"`)
}
