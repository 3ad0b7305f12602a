-- Which secrets of a status page make "am I affected" links that hold. The secrets themselves are derived and kept nowhere.
CREATE TABLE page_links (
  page_id TEXT PRIMARY KEY,
  current INTEGER NOT NULL,
  previous INTEGER
);
