-- What the build of 2026-11-29 left of instances that were running when its process died: one that waits for an
-- event, one for a timer, one for its second queue message, a parent and its child, one for an activity that no
-- worker could run, and one that had ended.
PRAGMA application_id = 1685418616;
PRAGMA user_version = 6;
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value
) WITHOUT ROWID;
INSERT INTO meta VALUES('shard_count',16);
CREATE TABLE nodes (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,  -- the incarnation, never used again
  name           TEXT NOT NULL,
  state          TEXT NOT NULL,                      -- alive, left, dead
  started_at     INTEGER NOT NULL,
  last_seen_at   INTEGER NOT NULL,
  orchestrations TEXT NOT NULL,                      -- JSON array of names
  activities     TEXT NOT NULL                       -- JSON array of names
, resident_instances INTEGER NOT NULL DEFAULT 0, queued_activities INTEGER NOT NULL DEFAULT 0, running_activities INTEGER NOT NULL DEFAULT 0);
INSERT INTO nodes VALUES(1,'old:1','alive',1795989852164,1795989852164,'["Ended@1.0.0","Parent@1.0.0","TakesNumbers@1.0.0","WaitsForActivity@1.0.0","WaitsForEvent@1.0.0","WaitsForTimer@1.0.0"]','["add_one"]',0,0,0);
CREATE TABLE writers (
  node       INTEGER NOT NULL,
  lane       INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  commit_seq INTEGER NOT NULL,
  PRIMARY KEY (node, lane)
) WITHOUT ROWID;
INSERT INTO writers VALUES(1,0,1,10);
CREATE TABLE shards (
  shard INTEGER PRIMARY KEY,
  node  INTEGER                                      -- NULL: nobody owns it
, after_crash INTEGER NOT NULL DEFAULT 0);
INSERT INTO shards VALUES(0,1,0);
INSERT INTO shards VALUES(1,1,0);
INSERT INTO shards VALUES(2,1,0);
INSERT INTO shards VALUES(3,1,0);
INSERT INTO shards VALUES(4,1,0);
INSERT INTO shards VALUES(5,1,0);
INSERT INTO shards VALUES(6,1,0);
INSERT INTO shards VALUES(7,1,0);
INSERT INTO shards VALUES(8,1,0);
INSERT INTO shards VALUES(9,1,0);
INSERT INTO shards VALUES(10,1,0);
INSERT INTO shards VALUES(11,1,0);
INSERT INTO shards VALUES(12,1,0);
INSERT INTO shards VALUES(13,1,0);
INSERT INTO shards VALUES(14,1,0);
INSERT INTO shards VALUES(15,1,0);
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
INSERT INTO executions VALUES(1,1,'running',1795989852176,NULL,NULL,NULL,NULL,'1');
INSERT INTO executions VALUES(2,1,'running',1795989852177,NULL,NULL,NULL,NULL,'2');
INSERT INTO executions VALUES(3,1,'running',1795989852178,NULL,NULL,NULL,NULL,'3');
INSERT INTO executions VALUES(4,1,'running',1795989852179,NULL,NULL,NULL,NULL,'4');
INSERT INTO executions VALUES(5,1,'running',1795989852179,NULL,NULL,NULL,NULL,'4');
INSERT INTO executions VALUES(6,1,'running',1795989852183,NULL,NULL,NULL,NULL,'5');
INSERT INTO executions VALUES(7,1,'completed',1795989852185,1795989852185,2,NULL,'6','6');
CREATE TABLE history (
  instance_key   INTEGER NOT NULL,
  execution      INTEGER NOT NULL,
  first_event_id INTEGER NOT NULL,
  count          INTEGER NOT NULL,
  packed         TEXT NOT NULL,                      -- JSON {build, at, events: [...]}
  PRIMARY KEY (instance_key, execution, first_event_id)
) WITHOUT ROWID;
INSERT INTO history VALUES(1,1,1,2,'{"build":"duroxide 0.1.0","at":1795989852176,"events":[{"kind":"orchestration_started","name":"WaitsForEvent","data":"1","version":"1.0.0"},{"kind":"activity_scheduled","name":"add_one","data":"1"}]}');
INSERT INTO history VALUES(1,1,3,4,'{"build":"duroxide 0.1.0","at":1795989852178,"events":[{"kind":"activity_completed","source":2,"data":"2"},{"kind":"custom_status_updated","text":"waiting"},{"kind":"kv_set","name":"seen","data":"2"},{"kind":"external_subscribed","name":"go"}]}');
INSERT INTO history VALUES(2,1,1,2,'{"build":"duroxide 0.1.0","at":1795989852177,"events":[{"kind":"orchestration_started","name":"WaitsForTimer","data":"2","version":"1.0.0"},{"kind":"timer_created","due":1795989872177}]}');
INSERT INTO history VALUES(3,1,1,2,'{"build":"duroxide 0.1.0","at":1795989852178,"events":[{"kind":"orchestration_started","name":"TakesNumbers","data":"3","version":"1.0.0"},{"kind":"queue_subscribed","name":"numbers"}]}');
INSERT INTO history VALUES(3,1,3,2,'{"build":"duroxide 0.1.0","at":1795989852190,"events":[{"kind":"queue_message","name":"numbers","data":"1"},{"kind":"external_subscribed","name":"go"}]}');
INSERT INTO history VALUES(4,1,1,2,'{"build":"duroxide 0.1.0","at":1795989852179,"events":[{"kind":"orchestration_started","name":"Parent","data":"4","version":"1.0.0"},{"kind":"sub_orchestration_scheduled","name":"WaitsForEvent","data":"4","instance":"parent::sub::2"}]}');
INSERT INTO history VALUES(5,1,1,2,'{"build":"duroxide 0.1.0","at":1795989852183,"events":[{"kind":"orchestration_started","name":"WaitsForEvent","data":"4","version":"1.0.0","parent":{"instance":"parent","execution":1,"event":2}},{"kind":"activity_scheduled","name":"add_one","data":"4"}]}');
INSERT INTO history VALUES(5,1,3,4,'{"build":"duroxide 0.1.0","at":1795989852185,"events":[{"kind":"activity_completed","source":2,"data":"5"},{"kind":"custom_status_updated","text":"waiting"},{"kind":"kv_set","name":"seen","data":"5"},{"kind":"external_subscribed","name":"go"}]}');
INSERT INTO history VALUES(6,1,1,2,'{"build":"duroxide 0.1.0","at":1795989852183,"events":[{"kind":"orchestration_started","name":"WaitsForActivity","data":"5","version":"1.0.0"},{"kind":"activity_scheduled","name":"later","data":"5"}]}');
INSERT INTO history VALUES(7,1,1,2,'{"build":"duroxide 0.1.0","at":1795989852185,"events":[{"kind":"orchestration_started","name":"Ended","data":"6","version":"1.0.0"},{"kind":"orchestration_completed","data":"6"}]}');
CREATE TABLE kv (
  instance_key INTEGER NOT NULL,
  key          TEXT NOT NULL,
  updated_at   INTEGER NOT NULL,
  value,
  PRIMARY KEY (instance_key, key)
) WITHOUT ROWID;
INSERT INTO kv VALUES(1,'seen',1795989852178,'2');
INSERT INTO kv VALUES(5,'seen',1795989852185,'5');
CREATE TABLE sessions (
  id           TEXT PRIMARY KEY,
  node         INTEGER,
  last_used_at INTEGER NOT NULL
, session_owner TEXT) WITHOUT ROWID;
CREATE TABLE trials (
  instance TEXT PRIMARY KEY,
  node     INTEGER,                                  -- NULL: nobody
  attempts INTEGER NOT NULL DEFAULT 0,
  failures TEXT NOT NULL DEFAULT ''                  -- a line each
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "instances" (
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
, root INTEGER, depth INTEGER NOT NULL DEFAULT 0);
INSERT INTO instances VALUES(1,'event',15,'WaitsForEvent','1.0.0','running',1,NULL,NULL,NULL,2,1795989852176,1795989852178,1,NULL,'waiting',NULL,0);
INSERT INTO instances VALUES(2,'timer',2,'WaitsForTimer','1.0.0','running',1,NULL,NULL,NULL,2,1795989852177,1795989852177,0,NULL,NULL,NULL,0);
INSERT INTO instances VALUES(3,'queue',8,'TakesNumbers','1.0.0','running',1,NULL,NULL,NULL,2,1795989852178,1795989852190,0,NULL,NULL,NULL,0);
INSERT INTO instances VALUES(4,'parent',13,'Parent','1.0.0','running',1,NULL,NULL,NULL,2,1795989852179,1795989852179,0,NULL,NULL,NULL,0);
INSERT INTO instances VALUES(5,'parent::sub::2',13,'WaitsForEvent','1.0.0','running',1,'parent',1,2,2,1795989852179,1795989852185,1,NULL,'waiting',4,1);
INSERT INTO instances VALUES(6,'activity',12,'WaitsForActivity','1.0.0','running',1,NULL,NULL,NULL,2,1795989852183,1795989852183,0,NULL,NULL,NULL,0);
INSERT INTO instances VALUES(7,'ended',11,'Ended','1.0.0','completed',1,NULL,NULL,NULL,2,1795989852185,1795989852185,0,NULL,NULL,NULL,0);
CREATE TABLE IF NOT EXISTS "inbox" (
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
INSERT INTO inbox VALUES(1,2,2,'timer','timer_due',1,2,1,0,1795989852177,1795989872177,'',0,NULL,'');
INSERT INTO inbox VALUES(4,3,8,'queue','enqueued',0,0,1,0,1795989852190,1795989852190,'numbers',0,NULL,'2');
CREATE TABLE IF NOT EXISTS "activities" (
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
INSERT INTO activities VALUES(6,1,2,12,NULL,1,0,0,1,0,1795989852183,1795989852183,'activity','later',NULL,NULL,'',NULL,NULL,'5');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('instances',7);
INSERT INTO sqlite_sequence VALUES('inbox',4);
INSERT INTO sqlite_sequence VALUES('nodes',1);
CREATE INDEX nodes_alive ON nodes (id) WHERE state = 'alive';
CREATE INDEX sessions_by_use ON sessions (node, last_used_at);
CREATE INDEX instances_by_parent ON instances (parent_instance) WHERE parent_instance IS NOT NULL;
CREATE INDEX instances_by_orchestration ON instances (orchestration, key);
CREATE INDEX instances_not_completed ON instances (status, key) WHERE status <> 'completed';
CREATE INDEX inbox_of_instance ON inbox (instance_key, source, kind, name, place);
CREATE INDEX inbox_by_time ON inbox (visible_at);
CREATE INDEX activities_to_claim ON activities (due, instance_key, execution, event_id, name, tag, session)
  WHERE shared = 1 AND owner IS NULL AND finished = 0;
CREATE INDEX activities_on_session ON activities (owner, session)
  WHERE session IS NOT NULL AND owner IS NOT NULL;
CREATE VIEW instance_overview AS
  SELECT i.id, i.orchestration, i.version, i.status, i.execution,
         datetime(i.created_at / 1000, 'unixepoch') AS created,
         datetime(i.updated_at / 1000, 'unixepoch') AS updated,
         i.custom_status, e.input, e.output, e.error, i.parent_instance
  FROM instances i LEFT JOIN executions e ON e.instance_key = i.key AND e.execution = i.execution;
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
