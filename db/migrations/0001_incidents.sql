CREATE TABLE incidents (
  id TEXT PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  phase TEXT NOT NULL,
  severity TEXT NOT NULL,
  services TEXT NOT NULL,
  commander TEXT,
  alerts_firing INTEGER NOT NULL,
  started_at_ms INTEGER NOT NULL,
  detected_at_ms INTEGER NOT NULL,
  acknowledged_at_ms INTEGER,
  mitigated_at_ms INTEGER,
  resolved_at_ms INTEGER,
  next_update_at_ms INTEGER,
  is_public INTEGER NOT NULL,
  CONSTRAINT resolved_has_a_time CHECK ((phase = 'resolved') = (resolved_at_ms IS NOT NULL))
);
CREATE INDEX incidents_detected ON incidents (detected_at_ms);
CREATE INDEX incidents_open ON incidents (detected_at_ms) WHERE resolved_at_ms IS NULL;

CREATE TABLE incident_events (
  incident_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  audience TEXT NOT NULL,
  type TEXT NOT NULL,
  by TEXT NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (incident_id, sequence)
);
CREATE TRIGGER incident_events_keep BEFORE UPDATE ON incident_events
BEGIN SELECT RAISE(ABORT, 'incident events are append-only'); END;
CREATE TRIGGER incident_events_stay BEFORE DELETE ON incident_events
BEGIN SELECT RAISE(ABORT, 'incident events are append-only'); END;

CREATE TABLE alerts (
  fingerprint TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  source TEXT NOT NULL,
  labels TEXT NOT NULL,
  annotations TEXT NOT NULL,
  starts_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  generator_url TEXT NOT NULL,
  PRIMARY KEY (incident_id, fingerprint)
);
CREATE INDEX alerts_fingerprint ON alerts (fingerprint);

CREATE TABLE status_pages (
  id INTEGER PRIMARY KEY NOT NULL,
  public_id TEXT NOT NULL,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  support_url TEXT,
  group_by TEXT NOT NULL
);

CREATE TABLE components (
  id TEXT PRIMARY KEY NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  group_name TEXT,
  created_at_ms INTEGER NOT NULL
);

CREATE TABLE services (
  id TEXT PRIMARY KEY NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  tier INTEGER NOT NULL,
  components TEXT NOT NULL,
  escalation TEXT NOT NULL
);

CREATE TABLE schedules (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  rotation TEXT NOT NULL
);

CREATE TABLE overrides (
  id TEXT PRIMARY KEY NOT NULL,
  schedule_id TEXT NOT NULL,
  responder_id TEXT NOT NULL,
  starts_at_ms INTEGER NOT NULL,
  ends_at_ms INTEGER NOT NULL,
  CONSTRAINT ends_after_start CHECK (ends_at_ms > starts_at_ms)
);
CREATE INDEX overrides_schedule ON overrides (schedule_id, ends_at_ms);

CREATE TABLE escalation_policies (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  steps TEXT NOT NULL,
  repeats INTEGER NOT NULL
);

CREATE TABLE playbooks (
  id TEXT PRIMARY KEY NOT NULL,
  yaml TEXT NOT NULL
);

CREATE TABLE connections (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  sealed_token TEXT
);

CREATE TABLE idempotency_keys (
  id TEXT PRIMARY KEY NOT NULL,
  body_hash TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  status INTEGER,
  answer TEXT
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at_ms);
