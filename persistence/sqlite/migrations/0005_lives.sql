-- A message, and an activity, is for one life of an instance: its `key`, which is never used again. An instance of
-- the same id that comes later is another life, and gets nothing of what was for the one before.

-- What nobody can take any more: its instance is gone, or has ended.
DELETE FROM inbox WHERE NOT EXISTS (
  SELECT 1 FROM instances i WHERE i.id = inbox.instance AND i.status IN ('pending', 'running'));
DELETE FROM activities WHERE NOT EXISTS (
  SELECT 1 FROM instances i WHERE i.id = activities.instance AND i.status IN ('pending', 'running'));

-- Instances, made anew for AUTOINCREMENT ------------------------------------------------------------------------

DROP VIEW instance_overview;
DROP VIEW history_events;
CREATE TABLE instances_with_lives (
  key                   INTEGER PRIMARY KEY AUTOINCREMENT,  -- the life
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
  labels,                                            -- JSON {name: value, ...} by name; NULL: none
  custom_status
);
INSERT INTO instances_with_lives
  SELECT key, id, shard, orchestration, version, status, execution, parent_instance, parent_execution,
         parent_event_id, history_format, created_at, updated_at, custom_status_version, labels, custom_status
  FROM instances;
DROP TABLE instances;
ALTER TABLE instances_with_lives RENAME TO instances;
CREATE INDEX instances_by_parent ON instances (parent_instance) WHERE parent_instance IS NOT NULL;
CREATE INDEX instances_by_orchestration ON instances (orchestration, key);
CREATE INDEX instances_not_completed ON instances (status, key) WHERE status <> 'completed';

-- The inbox, and activities ----------------------------------------------------------------------------------------

-- Made anew, so that no small column stands behind a large payload.
CREATE TABLE inbox_with_lives (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  instance_key INTEGER NOT NULL,
  shard        INTEGER NOT NULL,
  instance     TEXT NOT NULL,                        -- its id
  kind         TEXT NOT NULL,                        -- start, activity_done, timer_due, event_raised, ...
  execution    INTEGER NOT NULL,
  source       INTEGER NOT NULL,
  delivered_to INTEGER,                              -- the node that has it in memory; of no account once dead
  attempts     INTEGER NOT NULL DEFAULT 0,
  sent_at      INTEGER NOT NULL,
  visible_at   INTEGER NOT NULL,
  name         TEXT NOT NULL,
  -- Orders the messages of a queue, before their ids: 0, but below 0 for those that continue-as-new gave back.
  place        INTEGER NOT NULL DEFAULT 0,
  error,                                             -- JSON, as in executions
  data
);
INSERT INTO sqlite_sequence (name, seq) SELECT 'inbox_with_lives', seq FROM sqlite_sequence WHERE name = 'inbox';
INSERT INTO inbox_with_lives
  SELECT m.id, i.key, i.shard, m.instance, m.kind, m.execution, m.source, m.delivered_to, m.attempts, m.sent_at,
         m.visible_at, m.name, 0, m.error, m.data
  FROM inbox m JOIN instances i ON i.id = m.instance;
DROP TABLE inbox;
ALTER TABLE inbox_with_lives RENAME TO inbox;
-- So that a cancelled timer, and the front of a queue, is found at once in a long inbox.
CREATE INDEX inbox_of_instance ON inbox (instance_key, source, kind, name, place);
CREATE INDEX inbox_by_time ON inbox (visible_at);

CREATE TABLE activities_with_lives (
  instance_key INTEGER NOT NULL,
  execution    INTEGER NOT NULL,
  event_id     INTEGER NOT NULL,
  shard        INTEGER NOT NULL,
  owner        INTEGER,                              -- the node that has it in its hands
  shared       INTEGER NOT NULL,                     -- 1: for whichever node claims it
  finished     INTEGER NOT NULL,                     -- 1: its outcome is in the inbox, nobody owns it
  attempts     INTEGER NOT NULL,                     -- times that its owner died
  attempt      INTEGER NOT NULL,                     -- of the orchestration's retry policy
  retry_of     INTEGER NOT NULL,                     -- event id of the first attempt; 0: this is it
  visible_at   INTEGER NOT NULL,
  due          INTEGER NOT NULL,                     -- who waits for a worker goes by it, the earliest first
  instance     TEXT NOT NULL,                        -- its id
  name         TEXT NOT NULL,
  tag          TEXT,
  session      TEXT,
  failures     TEXT NOT NULL DEFAULT '',             -- which owners died, a line each
  progress_at  INTEGER,
  progress,                                          -- what its owner said last
  input,
  PRIMARY KEY (instance_key, execution, event_id)
) WITHOUT ROWID;
INSERT INTO activities_with_lives
  SELECT i.key, a.execution, a.event_id, i.shard, a.owner, a.shared, a.finished, a.attempts, a.attempt, a.retry_of,
         a.visible_at, a.visible_at, a.instance, a.name, a.tag, a.session, a.failures, a.progress_at, a.progress, a.input
  FROM activities a JOIN instances i ON i.id = a.instance;
DROP TABLE activities;
ALTER TABLE activities_with_lives RENAME TO activities;
-- What can be claimed, in the order in which it is claimed. Ordinary activities are never in here.
CREATE INDEX activities_to_claim ON activities (due, instance_key, execution, event_id, name, tag, session)
  WHERE shared = 1 AND owner IS NULL AND finished = 0;
-- The sessions that a node is busy with.
CREATE INDEX activities_on_session ON activities (owner, session)
  WHERE session IS NOT NULL AND owner IS NOT NULL;

-- For people -------------------------------------------------------------------------------------------------------

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
