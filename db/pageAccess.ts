import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/* What opens private status pages. Of every secret only a hash is kept. */

export const pageAccess = sqliteTable('page_access', {
  pageId: text('page_id').primaryKey(),
  /** scrypt with its parameters and salt; null: none was set, and nobody gets in by one. */
  passwordHash: text('password_hash'),
  /** Grows when everyone who signed in has to do so again; the row stays when the page goes. */
  generation: integer('generation').notNull().default(0),
})

export const pageFeedKeys = sqliteTable(
  'page_feed_keys',
  {
    /** SHA-256 (hex) of the key in the address. */
    id: text('id').primaryKey(),
    pageId: text('page_id').notNull(),
    name: text('name').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    lastUsedAtMs: integer('last_used_at_ms'),
  },
  (t) => [index('page_feed_keys_page').on(t.pageId)],
)

export const pageSignInLinks = sqliteTable('page_sign_in_links', {
  /** SHA-256 (hex) of the token in the link; the row goes when it is used. */
  id: text('id').primaryKey(),
  pageId: text('page_id').notNull(),
  email: text('email').notNull(),
  expiresAtMs: integer('expires_at_ms').notNull(),
})
