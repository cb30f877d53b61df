-- Times are milliseconds since the Unix epoch. Payloads (input, output, data, value, custom_status, details)
-- are text as it is. Bytes that PostgreSQL cannot keep as text (U+0000, invalid UTF-8) are stored as '\x' and
-- their hexadecimal digits, and so is the rare text that begins with '\x' itself.

create table meta (
  name  text primary key,
  value text not null
);
insert into meta (name, value) values ('shard_count', '256');

-- Ownership ------------------------------------------------------------------------------------------------

create table nodes (
  id             integer generated always as identity primary key,  -- the incarnation, never used again
  name           text not null,
  state          text not null,                      -- alive, left, dead
  started_at     bigint not null,
  last_seen_at   bigint not null,                    -- by the clock of the database, as started_at
  runs_orchestrations boolean not null,              -- and so has a share of the shards
  orchestrations text[] not null,                    -- 'Name@1.2.3', one for each version
  activities     text[] not null,
  history_formats    integer[] not null,             -- that it can read
  resident_instances bigint not null default 0,      -- as of last_seen_at, and so are the next two
  queued_activities  bigint not null default 0,
  running_activities bigint not null default 0
);
-- However many nodes there have been.
create index nodes_alive on nodes (id) where state = 'alive';

-- One row is changed by every commit: room on its page keeps all its versions there, without a new index
-- entry.
create table writers (
  node       integer not null,
  lane       integer not null,
  epoch      bigint not null,
  commit_seq bigint not null,
  session    integer not null,                       -- process id of its session with the server,
  session_begun timestamptz not null,                -- and when that began: process ids are used again
  primary key (node, lane)
) with (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);

create table shards (
  shard  integer primary key,
  node   integer,                                    -- NULL: nobody owns it
  tenure bigint not null default 0,                  -- another one whenever it gets an owner
  after_crash boolean not null default false         -- the last owner died, and did not leave
);
create sequence tenures;
insert into shards (shard) select generate_series(0, 255);

-- Instances ------------------------------------------------------------------------------------------------

-- `key` is what the lasting rows of an instance are clustered by: it grows, so that what is being worked on
-- lies together at the end of each table, whatever the ids look like.
create table instances (
  key                   bigint generated always as identity primary key,
  id                    text collate "C" not null unique,
  shard                 integer not null,
  orchestration         text collate "C" not null,
  version               text not null,
  status                text not null,               -- pending, running, completed, failed, cancelled
  execution             bigint not null,             -- the current one; its row holds output and error
  next_event_id         bigint not null,             -- of that execution; every turn checks and moves it (I6)
  parent_instance       text collate "C",
  parent_execution      bigint,
  parent_event_id       bigint,
  history_format        integer not null,
  created_at            bigint not null,
  updated_at            bigint not null,
  custom_status_version bigint not null,
  labels                text,                        -- JSON {name: value, ...} by name; NULL: none
  custom_status         text
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
-- What operators look for. Most instances have completed, and are found by their creation.
create index instances_by_orchestration on instances (orchestration, key);
create index instances_not_completed on instances (status, key) where status <> 'completed';
create index instances_by_parent on instances (parent_instance) where parent_instance is not null;

create table executions (
  instance_key bigint not null,
  execution    bigint not null,
  status       text not null,                        -- running, completed, failed, cancelled, continued_as_new
  started_at   bigint not null,
  ended_at     bigint,
  event_count  bigint,                               -- once it has ended
  error        text,                                 -- JSON {category, kind, message, source}
  output       text,                                 -- continued_as_new: the next input
  input        text not null,
  primary key (instance_key, execution)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- One turn's events. Event ids of an execution are 1..n without gaps.
create table history (
  instance_key   bigint not null,
  execution      bigint not null,
  first_event_id bigint not null,
  count          integer not null,
  packed         text not null,                      -- JSON {build, at, events: [...]}
  primary key (instance_key, execution, first_event_id)
);

create table kv (
  instance_key bigint not null,
  key          text collate "C" not null,
  updated_at   bigint not null,
  value        text not null,
  primary key (instance_key, key)
) with (fillfactor = 80);

-- Work in progress: rows come and go ------------------------------------------------------------------------

-- `written_by` is the transaction that wrote the row. Ids are drawn before their commit, so a reader that has
-- seen id n may yet find a smaller one; what it has not seen it knows by the transaction.
create table inbox (
  id           bigint generated always as identity primary key,
  shard        integer not null,
  delivered_under bigint,                            -- the tenure of its shard whose owner has it in memory
  instance     text collate "C" not null,
  kind         text not null,                        -- start, activity_done, timer_due, event_raised, ...
  execution    bigint not null,
  source       bigint not null,
  attempts     integer not null default 0,
  sent_at      bigint not null,
  visible_at   bigint not null,
  written_by   xid8 not null default pg_current_xact_id(),
  name         text not null,
  error        text,                                 -- JSON, as in executions
  data         text not null
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
-- With `source`, so that a cancelled timer is found at once in a long inbox.
create index inbox_by_instance on inbox (instance, source);
create index inbox_by_time on inbox (visible_at);
create index inbox_by_transaction on inbox (written_by);

-- Scheduled and not finished.
create table activities (
  instance    text collate "C" not null,
  execution   bigint not null,
  event_id    bigint not null,
  shard       integer not null,
  owner       integer,                               -- the node that has it in its hands
  shared      boolean not null,                      -- for whichever node claims it
  finished    boolean not null,                      -- its outcome is in the inbox, nobody owns it
  attempts    integer not null,                      -- times that its owner died
  failures    text not null default '',              -- which owners, a line each
  attempt     integer not null,                      -- of the orchestration's retry policy
  retry_of    bigint not null,                       -- event id of the first attempt; 0: this is it
  visible_at  bigint not null,
  name        text not null,
  tag         text,
  session     text,
  progress_at bigint,
  progress    text,                                  -- what its owner said last
  input       text not null,
  primary key (instance, execution, event_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
-- What can be claimed, in the order in which it is claimed. Ordinary activities are never in here.
create index activities_to_claim on activities (instance, execution, event_id)
  where shared and owner is null and not finished;
-- The sessions that a node is busy with.
create index activities_on_session on activities (owner, session)
  where session is not null and owner is not null;

-- What nobody has in his hands and only the owner of the shard may take: nearly always nothing.
create index activities_left on activities (shard) where owner is null and not shared and not finished;

-- A session belongs to `node`, which claimed it last, until it is idle: none of its activities is in that
-- node's hands, and it was last used (claimed, or one of its activities finished) longer than the idle
-- timeout ago. When the node dies or leaves, a session without a `session_owner` is free and its row goes.
-- One with a `session_owner` stays, with node NULL, for nodes of the same session_owner alone, until the
-- lock timeout has passed since its last use. A session without a row is free. Both timeouts are those of
-- the node that claims.
create table sessions (
  id            text primary key,
  node          integer,
  session_owner text,                                -- a name that outlives its process; NULL: none
  last_used_at  bigint not null
);
create index sessions_by_use on sessions (node, last_used_at);

-- Instances that are run although a process died while it may have run them: who tries them now, and what came
-- of it before.
create table trials (
  instance text collate "C" primary key,
  node     integer,                                  -- NULL: nobody
  attempts integer not null default 0,
  failures text not null default ''                  -- a line each
);
create index trials_by_node on trials (node) where node is not null;

-- For people -----------------------------------------------------------------------------------------------

create view instance_overview as
  select i.id, i.orchestration, i.version, i.status, i.execution,
         to_timestamp(i.created_at / 1000.0) as created, to_timestamp(i.updated_at / 1000.0) as updated,
         i.custom_status, e.input, e.output, e.error, i.parent_instance
  from instances i left join executions e on e.instance_key = i.key and e.execution = i.execution;

-- One row per event. `event` is all of it as JSON.
create view history_events as
  select i.id as instance, h.execution, h.first_event_id + e.number - 1 as event_id,
         to_timestamp((h.packed::json ->> 'at')::bigint / 1000.0) as recorded_at,
         e.event ->> 'kind' as kind, e.event ->> 'source' as source, e.event ->> 'name' as name,
         e.event -> 'data' as data, e.event -> 'text' as text, e.event -> 'error' as error,
         h.packed::json ->> 'build' as build, e.event
  from history h join instances i on i.key = h.instance_key
  cross join json_array_elements(h.packed::json -> 'events') with ordinality as e (event, number);
