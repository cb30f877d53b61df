-- Durable actors: instances that have a state, and no history but for a command that awaits something.

CREATE TABLE actor_states (
  instance_key  INTEGER PRIMARY KEY,
  answers_since INTEGER NOT NULL,                    -- older answers are not kept any more
  updated_at    INTEGER NOT NULL,
  version       TEXT NOT NULL,                       -- of the state's type
  state                                              -- JSON
);

-- Of commands that may be sent again, under the same id. They outlive their actor.
CREATE TABLE answers (
  instance   TEXT NOT NULL,                          -- its id
  command_id TEXT NOT NULL,
  made_at    INTEGER NOT NULL,
  error,                                             -- JSON, as in executions
  answer,                                            -- JSON; empty if it failed
  PRIMARY KEY (instance, command_id)
) WITHOUT ROWID;
CREATE INDEX answers_by_time ON answers (made_at);

-- For people -------------------------------------------------------------------------------------------------------

CREATE VIEW actor_overview AS
  SELECT i.id, i.orchestration AS type, s.version, s.state, datetime(s.updated_at / 1000, 'unixepoch') AS updated
  FROM actor_states s JOIN instances i ON i.key = s.instance_key;
