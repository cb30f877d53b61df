-- Several members of one store, labels, and what a row of work in progress needs for both.

-- Ownership ------------------------------------------------------------------------------------------------

-- However many nodes there have been.
CREATE INDEX nodes_alive ON nodes (id) WHERE state = 'alive';

-- Instances ------------------------------------------------------------------------------------------------

ALTER TABLE instances ADD COLUMN labels;             -- JSON {name: value, ...} by name; NULL: none
-- The sub-orchestrations of an instance that is replaced.
CREATE INDEX instances_by_parent ON instances (parent_instance) WHERE parent_instance IS NOT NULL;

-- Activities -----------------------------------------------------------------------------------------------

-- Made anew, so that no small column stands behind a large input.
ALTER TABLE activities RENAME TO activities_before;
CREATE TABLE activities (
  instance    TEXT NOT NULL,
  execution   INTEGER NOT NULL,
  event_id    INTEGER NOT NULL,
  shard       INTEGER NOT NULL,
  owner       INTEGER,                               -- the node that has it in its hands
  shared      INTEGER NOT NULL,                      -- 1: for whichever node claims it
  finished    INTEGER NOT NULL,                      -- 1: its outcome is in the inbox, nobody owns it
  attempts    INTEGER NOT NULL,                      -- times that its owner died
  attempt     INTEGER NOT NULL,                      -- of the orchestration's retry policy
  retry_of    INTEGER NOT NULL,                      -- event id of the first attempt; 0: this is it
  visible_at  INTEGER NOT NULL,
  name        TEXT NOT NULL,
  tag         TEXT,
  session     TEXT,
  progress_at INTEGER,
  progress,                                          -- what its owner said last
  input,
  PRIMARY KEY (instance, execution, event_id)
) WITHOUT ROWID;
INSERT INTO activities (instance, execution, event_id, shard, owner, shared, finished, attempts, attempt,
                        retry_of, visible_at, name, tag, session, input)
  SELECT instance, execution, event_id, shard, owner, 0, 0, attempts, 1,
         0, visible_at, name, tag, session, input
  FROM activities_before;
DROP TABLE activities_before;

-- What can be claimed, in the order in which it is claimed. Ordinary activities are never in here.
CREATE INDEX activities_to_claim ON activities (instance, execution, event_id, name, tag, session)
  WHERE shared = 1 AND owner IS NULL AND finished = 0;
-- The sessions that a node is busy with.
CREATE INDEX activities_on_session ON activities (owner, session)
  WHERE session IS NOT NULL AND owner IS NOT NULL;

-- Sessions -------------------------------------------------------------------------------------------------

-- A session belongs to `node`, which claimed it last, until it is idle: none of its activities is in that
-- node's hands, and it was last used (claimed, or one of its activities finished) longer than the idle
-- timeout ago. When the node dies or leaves, a session without a `session_owner` is free and its row goes.
-- One with a `session_owner` stays, with node NULL, for nodes of the same session_owner alone, until the
-- lock timeout has passed since its last use. A session without a row is free. Both timeouts are those of
-- the node that claims.
ALTER TABLE sessions ADD COLUMN session_owner TEXT;  -- a name that outlives its process; NULL: none
CREATE INDEX sessions_by_use ON sessions (node, last_used_at);
