-- What an alert was judged to be when it began to fire.
ALTER TABLE alerts ADD COLUMN service_id TEXT;
ALTER TABLE alerts ADD COLUMN severity TEXT NOT NULL DEFAULT 'sev3';
