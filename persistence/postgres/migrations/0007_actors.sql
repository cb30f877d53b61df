-- Durable actors: instances that have a state, and no history but for a command that awaits something.
--
-- Nodes of schema version 5 may be running. They go on by their own functions, which know nothing of these tables; the
-- trigger below deletes what belongs to an instance that they delete. 0008 removes both once the last of these nodes
-- has left.

-- A state is written by every turn: room on its page keeps its versions there.
create table actor_states (
  instance_key  bigint primary key,
  answers_since bigint not null,                     -- older answers are not kept any more
  updated_at    bigint not null,
  version       text not null,                       -- of the state's type
  state         text not null                        -- JSON
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- Of commands that may be sent again, under the same id. They outlive their actor.
create table answers (
  instance   text collate "C" not null,              -- its id
  command_id text collate "C" not null,
  made_at    bigint not null,
  error      text,                                   -- JSON, as in executions
  answer     text not null,                          -- JSON; empty if it failed
  primary key (instance, command_id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
create index answers_by_time on answers (made_at);

create function delete_state_before_version_7() returns trigger
language plpgsql
set search_path from current
as $$
begin
  delete from actor_states where instance_key = old.key;
  return null;
end
$$;
create trigger delete_state_before_version_7 after delete on instances
  for each row execute function delete_state_before_version_7();

-- For people -------------------------------------------------------------------------------------------------------

create view actor_overview as
  select i.id, i.orchestration as type, s.version, s.state, to_timestamp(s.updated_at / 1000.0) as updated
  from actor_states s join instances i on i.key = s.instance_key;
