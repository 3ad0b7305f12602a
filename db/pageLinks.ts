import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Which secrets of a status page make links that hold, by number. It stays when the page goes: what was revoked stays so. */
export const pageLinks = sqliteTable('page_links', {
  pageId: text('page_id').primaryKey(),
  current: integer('current').notNull(),
  /** Null: only the present one. */
  previous: integer('previous'),
})
