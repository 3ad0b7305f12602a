-- What was merged is part of another incident, and no past one of its own.
ALTER TABLE incidents ADD COLUMN merged_into TEXT;
UPDATE incidents SET merged_into = (
  SELECT json_extract(event, '$.into.id') FROM incident_events WHERE incident_id = incidents.id AND type = 'merged'
) WHERE resolved_at_ms IS NOT NULL;
