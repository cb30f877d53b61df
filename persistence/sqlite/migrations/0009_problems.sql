-- Instances that are tried again and again, and why they do not go on.

CREATE TABLE problems (
  instance_key INTEGER PRIMARY KEY,
  kind         TEXT NOT NULL,
  since        INTEGER NOT NULL,                     -- of problems of this kind
  detail                                             -- a text, as a payload
);
CREATE INDEX problems_by_kind ON problems (kind, since);
CREATE INDEX problems_by_kind_and_key ON problems (kind, instance_key);
CREATE INDEX problems_by_time ON problems (since, instance_key);

-- For people -------------------------------------------------------------------------------------------------------

CREATE VIEW problem_overview AS
  SELECT i.id, i.orchestration, i.version, p.kind, datetime(p.since / 1000, 'unixepoch') AS since, p.detail
  FROM problems p JOIN instances i ON i.key = p.instance_key
  WHERE i.status IN ('pending', 'running');
