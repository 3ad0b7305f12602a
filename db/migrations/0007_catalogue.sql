-- JSON of db/schema.ts AlertingColumn: routing rules, grouping, environments, teams, heartbeats.
ALTER TABLE status_pages ADD COLUMN alerting TEXT NOT NULL DEFAULT '{}';
-- JSON of db/schema.ts CatalogueColumn: owner, dependencies, links of a service.
ALTER TABLE services ADD COLUMN catalogue TEXT NOT NULL DEFAULT '{}';
