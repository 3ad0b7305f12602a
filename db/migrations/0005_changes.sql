-- What was changed where: deployments, workflow runs, pushes. Kept for 90 days.
CREATE TABLE changes (
  id TEXT PRIMARY KEY NOT NULL,
  source TEXT NOT NULL,
  services TEXT NOT NULL,
  environment TEXT,
  title TEXT NOT NULL,
  ref TEXT,
  url TEXT,
  by TEXT,
  at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL
);
CREATE INDEX changes_updated ON changes (updated_at_ms);
