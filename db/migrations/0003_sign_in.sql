CREATE TABLE responders (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'responder', 'manager', 'admin')),
  webhook_url TEXT,
  password_hash TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  removed_at_ms INTEGER
);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  responder_id TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER NOT NULL,
  user_agent TEXT NOT NULL
);
CREATE INDEX sessions_responder ON sessions (responder_id);

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  responder_id TEXT NOT NULL,
  name TEXT NOT NULL,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER
);
CREATE INDEX passkeys_responder ON passkeys (responder_id);

CREATE TABLE spent_challenges (
  id TEXT PRIMARY KEY,
  expires_at_ms INTEGER NOT NULL
);

CREATE TABLE set_up_links (
  id TEXT PRIMARY KEY,
  responder_id TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  used_by TEXT
);

CREATE TABLE sign_in_attempts (
  id TEXT PRIMARY KEY,
  attempts INTEGER NOT NULL,
  started_at_ms INTEGER NOT NULL
);
CREATE INDEX sign_in_attempts_age ON sign_in_attempts (started_at_ms);

CREATE TABLE api_tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'responder', 'manager', 'admin')),
  scopes TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  last_used_at_ms INTEGER,
  revoked_at_ms INTEGER
);
