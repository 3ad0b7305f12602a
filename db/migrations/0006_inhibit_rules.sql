-- JSON of worker/domain/organisation.ts InhibitRule[].
ALTER TABLE status_pages ADD COLUMN inhibit_rules TEXT NOT NULL DEFAULT '[]';
