-- Times are milliseconds since the Unix epoch. A column without a type holds a payload: TEXT if it is UTF-8
-- without NUL, so that people can read it, else BLOB.

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value
) WITHOUT ROWID;
INSERT INTO meta (name, value) VALUES ('shard_count', 16);

-- Ownership ------------------------------------------------------------------------------------------------

CREATE TABLE nodes (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,  -- the incarnation, never used again
  name           TEXT NOT NULL,
  state          TEXT NOT NULL,                      -- alive, left, dead
  started_at     INTEGER NOT NULL,
  last_seen_at   INTEGER NOT NULL,
  orchestrations TEXT NOT NULL,                      -- JSON array of names
  activities     TEXT NOT NULL                       -- JSON array of names
);

CREATE TABLE writers (
  node       INTEGER NOT NULL,
  lane       INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  commit_seq INTEGER NOT NULL,
  PRIMARY KEY (node, lane)
) WITHOUT ROWID;

CREATE TABLE shards (
  shard INTEGER PRIMARY KEY,
  node  INTEGER                                      -- NULL: nobody owns it
);
INSERT INTO shards (shard)
  WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < 15)
  SELECT n FROM counted;

-- Instances ------------------------------------------------------------------------------------------------

-- `key` is what the lasting rows of an instance are clustered by: it grows, so that what is being worked on
-- lies together at the end of each table, whatever the ids look like.
CREATE TABLE instances (
  key                   INTEGER PRIMARY KEY,
  id                    TEXT NOT NULL UNIQUE,
  shard                 INTEGER NOT NULL,
  orchestration         TEXT NOT NULL,
  version               TEXT NOT NULL,
  status                TEXT NOT NULL,               -- pending, running, completed, failed, cancelled
  execution             INTEGER NOT NULL,            -- the current one; its row holds output and error
  parent_instance       TEXT,
  parent_execution      INTEGER,
  parent_event_id       INTEGER,
  history_format        INTEGER NOT NULL,
  created_at            INTEGER NOT NULL,
  updated_at            INTEGER NOT NULL,
  custom_status_version INTEGER NOT NULL,
  custom_status
);

CREATE TABLE executions (
  instance_key INTEGER NOT NULL,
  execution    INTEGER NOT NULL,
  status       TEXT NOT NULL,                        -- running, completed, failed, cancelled, continued_as_new
  started_at   INTEGER NOT NULL,
  ended_at     INTEGER,
  event_count  INTEGER,                              -- once it has ended
  error,                                             -- JSON {category, kind, message, source}
  output,                                            -- continued_as_new: the next input
  input,
  PRIMARY KEY (instance_key, execution)
) WITHOUT ROWID;

-- One turn's events. Event ids of an execution are 1..n without gaps.
CREATE TABLE history (
  instance_key   INTEGER NOT NULL,
  execution      INTEGER NOT NULL,
  first_event_id INTEGER NOT NULL,
  count          INTEGER NOT NULL,
  packed         TEXT NOT NULL,                      -- JSON {build, at, events: [...]}
  PRIMARY KEY (instance_key, execution, first_event_id)
) WITHOUT ROWID;

CREATE TABLE kv (
  instance_key INTEGER NOT NULL,
  key          TEXT NOT NULL,
  updated_at   INTEGER NOT NULL,
  value,
  PRIMARY KEY (instance_key, key)
) WITHOUT ROWID;

-- Work in progress: rows come and go ------------------------------------------------------------------------

-- Ids are never used again: a reader that has seen id n finds everything newer above n.
CREATE TABLE inbox (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  shard        INTEGER NOT NULL,
  instance     TEXT NOT NULL,
  kind         TEXT NOT NULL,                        -- start, activity_done, timer_due, event_raised, ...
  execution    INTEGER NOT NULL,
  source       INTEGER NOT NULL,
  delivered_to INTEGER,                              -- the node that has it in memory; of no account once dead
  attempts     INTEGER NOT NULL DEFAULT 0,
  sent_at      INTEGER NOT NULL,
  visible_at   INTEGER NOT NULL,
  name         TEXT NOT NULL,
  error,                                             -- JSON, as in executions
  data
);
-- With `source`, so that a cancelled timer is found at once in a long inbox.
CREATE INDEX inbox_by_instance ON inbox (instance, source);
CREATE INDEX inbox_by_time ON inbox (visible_at);

-- Scheduled and not finished.
CREATE TABLE activities (
  instance   TEXT NOT NULL,
  execution  INTEGER NOT NULL,
  event_id   INTEGER NOT NULL,
  shard      INTEGER NOT NULL,
  owner      INTEGER,                                -- the node that has it in its hands
  attempts   INTEGER NOT NULL,                       -- times that its owner died
  visible_at INTEGER NOT NULL,
  name       TEXT NOT NULL,
  tag        TEXT,
  session    TEXT,
  input,
  PRIMARY KEY (instance, execution, event_id)
) WITHOUT ROWID;

CREATE TABLE sessions (
  id           TEXT PRIMARY KEY,
  node         INTEGER,
  last_used_at INTEGER NOT NULL
) WITHOUT ROWID;

-- For people -----------------------------------------------------------------------------------------------

CREATE VIEW instance_overview AS
  SELECT i.id, i.orchestration, i.version, i.status, i.execution,
         datetime(i.created_at / 1000, 'unixepoch') AS created,
         datetime(i.updated_at / 1000, 'unixepoch') AS updated,
         i.custom_status, e.input, e.output, e.error, i.parent_instance
  FROM instances i LEFT JOIN executions e ON e.instance_key = i.key AND e.execution = i.execution;

-- One row per event. `event` is all of it as JSON.
CREATE VIEW history_events AS
  SELECT i.id AS instance, h.execution, h.first_event_id + e.key AS event_id,
         datetime(json_extract(h.packed, '$.at') / 1000, 'unixepoch') AS recorded_at,
         json_extract(e.value, '$.kind') AS kind,
         json_extract(e.value, '$.source') AS source,
         json_extract(e.value, '$.name') AS name,
         json_extract(e.value, '$.data') AS data,
         json_extract(e.value, '$.text') AS text,
         json_extract(e.value, '$.error') AS error,
         json_extract(h.packed, '$.build') AS build,
         e.value AS event
  FROM history h JOIN instances i ON i.key = h.instance_key, json_each(h.packed, '$.events') e;
