-- One sentence that sums an incident up, and what the next incident is compared with.
ALTER TABLE incidents ADD COLUMN headline TEXT NOT NULL DEFAULT '';
-- Alerts that joined since someone answered.
ALTER TABLE incidents ADD COLUMN alerts_fresh INTEGER NOT NULL DEFAULT 0;
-- Titles of its alerts, a bounded number.
ALTER TABLE incidents ADD COLUMN alert_titles TEXT NOT NULL DEFAULT '';
-- Space-separated with a space at both ends: the services of the change that the headline names.
ALTER TABLE incidents ADD COLUMN changed_services TEXT NOT NULL DEFAULT '';
-- What was said to have fixed it.
ALTER TABLE incidents ADD COLUMN fixed_by TEXT NOT NULL DEFAULT '';

-- Kept in step by the triggers below.
CREATE VIRTUAL TABLE incident_search USING fts5 (id UNINDEXED, title, summary, alert_titles, services, tokenize = 'porter unicode61');
INSERT INTO incident_search (id, title, summary, alert_titles, services) SELECT id, title, summary, '', services FROM incidents;
CREATE TRIGGER incident_search_add AFTER INSERT ON incidents
BEGIN
  INSERT INTO incident_search (id, title, summary, alert_titles, services)
  VALUES (new.id, new.title, new.summary, new.alert_titles, new.services);
END;
CREATE TRIGGER incident_search_change AFTER UPDATE OF title, summary, alert_titles, services ON incidents
WHEN old.title <> new.title OR old.summary <> new.summary OR old.alert_titles <> new.alert_titles OR old.services <> new.services
BEGIN
  DELETE FROM incident_search WHERE id = old.id;
  INSERT INTO incident_search (id, title, summary, alert_titles, services)
  VALUES (new.id, new.title, new.summary, new.alert_titles, new.services);
END;
