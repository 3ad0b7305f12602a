-- How the operator wants the status page, as one document.
ALTER TABLE status_pages ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
