-- Every state of the configuration since this came, newest last; a change writes its row in the batch that makes it.
CREATE TABLE config_versions (
  version INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  by TEXT NOT NULL,
  source TEXT NOT NULL,
  message TEXT,
  summary TEXT NOT NULL,
  hash TEXT NOT NULL,
  document TEXT NOT NULL
);
-- Connections keep their rows, for their tokens, so that the order they were written in needs a column.
ALTER TABLE connections ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
