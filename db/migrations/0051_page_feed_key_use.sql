-- When a key by which programs read a private page was used last; null: never.
ALTER TABLE page_feed_keys ADD COLUMN last_used_at_ms INTEGER;
