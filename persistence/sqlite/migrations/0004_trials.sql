-- What is needed to stop what kills its process, and what nodes say of themselves.

ALTER TABLE shards ADD COLUMN after_crash INTEGER NOT NULL DEFAULT 0;  -- 1: the last owner died, and did not leave

ALTER TABLE activities ADD COLUMN failures TEXT NOT NULL DEFAULT '';   -- which owners died, a line each

-- Instances that are run although a process died while it may have run them: who tries them now, and what came
-- of it before.
CREATE TABLE trials (
  instance TEXT PRIMARY KEY,
  node     INTEGER,                                  -- NULL: nobody
  attempts INTEGER NOT NULL DEFAULT 0,
  failures TEXT NOT NULL DEFAULT ''                  -- a line each
) WITHOUT ROWID;

-- As of last_seen_at.
ALTER TABLE nodes ADD COLUMN resident_instances INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN queued_activities INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN running_activities INTEGER NOT NULL DEFAULT 0;
