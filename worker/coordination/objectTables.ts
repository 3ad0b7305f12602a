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
