CREATE TABLE post_mortems (
  id TEXT PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  action_items TEXT NOT NULL,
  services TEXT NOT NULL,
  fixed_by TEXT NOT NULL,
  started_at_ms INTEGER NOT NULL,
  resolved_at_ms INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  published_at_ms INTEGER,
  published_version INTEGER
);

-- What the next incident is compared with. Kept in step by the triggers below.
CREATE VIRTUAL TABLE post_mortem_search USING fts5 (id UNINDEXED, title, body, services, tokenize = 'porter unicode61');
CREATE TRIGGER post_mortem_search_add AFTER INSERT ON post_mortems
BEGIN
  INSERT INTO post_mortem_search (id, title, body, services) VALUES (new.id, new.title, new.body, new.services);
END;
CREATE TRIGGER post_mortem_search_change AFTER UPDATE OF title, body, services ON post_mortems
BEGIN
  DELETE FROM post_mortem_search WHERE id = old.id;
  INSERT INTO post_mortem_search (id, title, body, services) VALUES (new.id, new.title, new.body, new.services);
END;
