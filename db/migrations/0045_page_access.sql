-- What opens private status pages. Of every secret only a hash is kept.
CREATE TABLE page_access (
  page_id TEXT PRIMARY KEY,
  password_hash TEXT,
  generation INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE page_feed_keys (
  id TEXT PRIMARY KEY,
  page_id TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
);
CREATE INDEX page_feed_keys_page ON page_feed_keys (page_id);
CREATE TABLE page_sign_in_links (
  id TEXT PRIMARY KEY,
  page_id TEXT NOT NULL,
  email TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL
);
