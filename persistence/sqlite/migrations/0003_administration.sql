-- What operators look for. Most instances have completed, and are found by their creation.
CREATE INDEX instances_by_orchestration ON instances (orchestration, key);
CREATE INDEX instances_not_completed ON instances (status, key) WHERE status <> 'completed';
