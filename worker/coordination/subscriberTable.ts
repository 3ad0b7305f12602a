import { readerFilter, writeFilter } from '../domain/readerFilter.ts'
import { addColumns } from './objectTables.ts'

/** The SubscriberDesk's table of people, and how one that an earlier version made becomes it. */

const TABLE = `
  CREATE TABLE IF NOT EXISTS subscribers (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, address TEXT NOT NULL, key TEXT NOT NULL UNIQUE, channel TEXT, lane TEXT NOT NULL,
    incident_id TEXT, incident_title TEXT,
    state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'unsubscribed', 'suppressed', 'ended')),
    note TEXT NOT NULL, filter TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL, confirmed_at_ms INTEGER, state_since_ms INTEGER NOT NULL,
    asked_at_ms INTEGER, asked_filter TEXT)`

const INDEXES = `
  CREATE INDEX IF NOT EXISTS subscribers_state ON subscribers (state, incident_id, filter);
  CREATE INDEX IF NOT EXISTS subscribers_created ON subscribers (created_at_ms);
  CREATE TABLE IF NOT EXISTS asks (bucket TEXT NOT NULL, at_ms INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS asks_bucket ON asks (bucket, at_ms)`

export function createSubscriberTable(sql: SqlStorage): void {
  const columns = sql.exec<{ name: string }>('PRAGMA table_info(subscribers)').toArray()
  const isOfMailOnly = columns.some(({ name }) => name === 'email')
  if (isOfMailOnly)
    sql.exec('DROP INDEX IF EXISTS subscribers_state; ALTER TABLE subscribers RENAME TO mail_subscribers')
  sql.exec(TABLE)
  if (isOfMailOnly) takeOver(sql)
  // The channel that holds once the request is confirmed: of a known webhook it has another secret.
  addColumns(sql, sql.exec.bind(sql), 'subscribers', { asked_channel: 'TEXT' })
  sql.exec(INDEXES)
}

/** Before there were channels and filters there were components and the wish for post-mortems. */
function takeOver(sql: SqlStorage): void {
  sql.exec(`
    INSERT INTO subscribers (id, kind, address, key, channel, lane, incident_id, incident_title, state, note, filter,
      created_at_ms, confirmed_at_ms, state_since_ms, asked_at_ms, asked_filter)
    SELECT id, 'email', email, 'email ' || email_key, NULL, 'email', NULL, NULL, state, '', '',
      created_at_ms, confirmed_at_ms, state_since_ms, asked_at_ms, NULL FROM mail_subscribers`)
  for (const [column, components, postMortems, where] of [
    ['filter', 'components', 'wants_post_mortems', 'TRUE'],
    ['asked_filter', 'asked_components', 'asked_post_mortems', 'asked_at_ms IS NOT NULL'],
  ]) {
    const chosen = sql
      .exec<{ ids: string | null; wanted: number | null }>(
        `SELECT DISTINCT ${components} AS ids, ${postMortems} AS wanted FROM mail_subscribers WHERE ${where}`,
      )
      .toArray()
    for (const { ids, wanted } of chosen)
      sql.exec(
        `UPDATE subscribers SET ${column} = ? WHERE id IN (
           SELECT id FROM mail_subscribers WHERE ${where} AND ${components} IS ? AND ${postMortems} IS ?)`,
        writeFilter(readerFilter({ components: idsIn(ids), postMortems: wanted === 1 })),
        ids,
        wanted,
      )
  }
  sql.exec('DROP TABLE mail_subscribers')
}

/** Only the earlier version wrote there. */
function idsIn(text: string | null): string[] {
  return text === null ? [] : (JSON.parse(text) as string[])
}
