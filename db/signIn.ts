import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { ACCESS_ROLES } from '../worker/domain/actor.ts'

/* Who may come in. Of everything that opens a door only a hash is kept. */

export const responders = sqliteTable('responders', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** Lower case. */
  email: text('email').notNull().unique(),
  role: text('role', { enum: ACCESS_ROLES }).notNull(),
  webhookUrl: text('webhook_url'),
  /** scrypt with its parameters and salt; null: signs in with a passkey, or has not been set up yet. */
  passwordHash: text('password_hash'),
  createdAtMs: integer('created_at_ms').notNull(),
  updatedAtMs: integer('updated_at_ms').notNull(),
  /** Set when somebody leaves: the name stays in the log, the doors close. */
  removedAtMs: integer('removed_at_ms'),
})

export const sessions = sqliteTable(
  'sessions',
  {
    /** SHA-256 (hex) of the token in the cookie. */
    id: text('id').primaryKey(),
    responderId: text('responder_id').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    lastSeenAtMs: integer('last_seen_at_ms').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (t) => [index('sessions_responder').on(t.responderId)],
)

export const passkeys = sqliteTable(
  'passkeys',
  {
    /** The credential's id in base64url, as the authenticator made it. */
    id: text('id').primaryKey(),
    responderId: text('responder_id').notNull(),
    name: text('name').notNull(),
    /** COSE, base64url. */
    publicKey: text('public_key').notNull(),
    counter: integer('counter').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    lastUsedAtMs: integer('last_used_at_ms'),
  },
  (t) => [index('passkeys_responder').on(t.responderId)],
)

/** Challenges that were answered: an answer is taken once. */
export const spentChallenges = sqliteTable('spent_challenges', {
  id: text('id').primaryKey(),
  expiresAtMs: integer('expires_at_ms').notNull(),
})

export const setUpLinks = sqliteTable('set_up_links', {
  /** SHA-256 (hex) of the token in the link. */
  id: text('id').primaryKey(),
  responderId: text('responder_id').notNull(),
  expiresAtMs: integer('expires_at_ms').notNull(),
  /** The session that came of it: a link is used once. */
  usedBy: text('used_by'),
})

export const signInAttempts = sqliteTable(
  'sign_in_attempts',
  {
    /** SHA-256 (hex) of the account or the address. */
    id: text('id').primaryKey(),
    attempts: integer('attempts').notNull(),
    startedAtMs: integer('started_at_ms').notNull(),
  },
  (t) => [index('sign_in_attempts_age').on(t.startedAtMs)],
)

export const apiTokens = sqliteTable('api_tokens', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  sha256: text('sha256').notNull().unique(),
  role: text('role', { enum: ACCESS_ROLES }).notNull(),
  scopes: text('scopes', { mode: 'json' }).$type<string[]>().notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  createdBy: text('created_by').notNull(),
  lastUsedAtMs: integer('last_used_at_ms'),
  revokedAtMs: integer('revoked_at_ms'),
})
