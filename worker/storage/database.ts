import { drizzle, type DrizzleD1Database } from 'drizzle-orm/d1'
import type { BatchItem } from 'drizzle-orm/batch'
import { count } from './counters.ts'

export type Database = DrizzleD1Database

/** One part of a batch. */
export type Statement = BatchItem<'sqlite'>

/** All of them or none. */
export async function runBatch(db: Database, statements: readonly Statement[]): Promise<void> {
  const [first, ...others] = statements
  if (first !== undefined) await db.batch([first, ...others])
}

/** D1 did not answer, or not in a way that says anything about the statement: trying again later may help. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
}

/** Drizzle over a D1 that counts the rows it reads and writes, and tells an outage from a refused statement. */
export function database(d1: D1Database): Database {
  return drizzle(countingD1(d1))
}

/** The binding itself, counted: for the statements that are plainer in SQL. */
export function countingD1(d1: D1Database): D1Database {
  return overriding(d1, {
    prepare: (query: string) => countingStatement(d1, query),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await answered(() => d1.batch(statements.map(withoutCounting)))
      for (const result of results) countRows(result.meta)
      return results
    },
    exec: (query: string) => answered(() => d1.exec(query)),
  })
}

const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>()

function countingStatement(d1: D1Database, query: string, parameters: readonly unknown[] = []): D1PreparedStatement {
  const prepare = (text: string) => {
    try {
      return parameters.length === 0 ? d1.prepare(text) : d1.prepare(text).bind(...parameters)
    } catch (error) {
      throw unavailableOr(error)
    }
  }
  const statement = prepare(query)
  const counting = overriding(statement, {
    bind: (...bound: unknown[]) => countingStatement(d1, query, bound),
    run: () => counted(() => statement.run()),
    all: () => counted(() => statement.all()),
    // D1 keeps the counts of `raw` and `first` to itself: both are answered from `all`.
    raw: async (options?: { columnNames?: boolean }) => {
      if (options?.columnNames === true) return answered(() => statement.raw({ columnNames: true }))
      const { results } = await counted(() => prepare(withDistinctColumns(query)).all())
      return results.map((row) => Object.values(row))
    },
    first: async (column?: string) => {
      const { results } = await counted(() => statement.all())
      const row = results[0] ?? null
      return column === undefined || row === null ? row : (row[column] ?? null)
    },
  })
  originals.set(counting, statement)
  return counting
}

/**
 * Two columns of one name, as joins have them, would fall together in the objects that `all` returns. SQLite gives the
 * columns of a subquery distinct names, and keeps its order.
 */
function withDistinctColumns(query: string): string {
  return /^\s*select\b/i.test(query) && /\bjoin\b/i.test(query) ? `SELECT * FROM (${query})` : query
}

/** D1 takes back only the statements that it made itself. */
function withoutCounting(statement: D1PreparedStatement): D1PreparedStatement {
  return originals.get(statement) ?? statement
}

async function counted<T>(run: () => Promise<D1Result<T>>): Promise<D1Result<T>> {
  const result = await answered(run)
  countRows(result.meta)
  return result
}

function countRows(meta: { rows_read?: number; rows_written?: number } | undefined): void {
  count('allclear_d1_queries_total')
  count('allclear_d1_rows_read_total', {}, meta?.rows_read ?? 0)
  count('allclear_d1_rows_written_total', {}, meta?.rows_written ?? 0)
}

async function answered<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw unavailableOr(error)
  }
}

function unavailableOr(error: unknown): unknown {
  return refusedByStatement(error) ? error : new StorageUnavailable('D1 did not answer', { cause: error })
}

/** SQLite's own refusals, and values that cannot be bound, are ours to handle; the rest is an outage. */
function refusedByStatement(error: unknown): boolean {
  return error instanceof Error && /SQLITE_(CONSTRAINT|ERROR|MISMATCH|TOOBIG|RANGE)|D1_TYPE_ERROR/.test(error.message)
}

/** `target` with some methods replaced; everything else reaches the original with its own `this`. */
function overriding<T extends object>(target: T, methods: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(target, {
    get(original, property) {
      if (property in methods) return Reflect.get(methods, property)
      const value: unknown = Reflect.get(original, property)
      return typeof value === 'function' ? value.bind(original) : value
    },
  })
}
