-- The inbox lists alerts that ended, the latest first.
CREATE INDEX alerts_ended ON alerts (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
