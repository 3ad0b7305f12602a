-- What began lately is replayed against other rules.
CREATE INDEX alerts_started ON alerts (starts_at_ms);
