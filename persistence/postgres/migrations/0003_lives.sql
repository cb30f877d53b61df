-- A message, and an activity, is for one life of an instance: its `key`, which is never used again. An instance of
-- the same id that comes later is another life, and gets nothing of what was for the one before.
--
-- Nodes of schema version 2 may be running. They go on by their own functions; the triggers below fill in what
-- those do not know of. 0004 removes both once the last of these nodes has left.

lock table instances, inbox, activities, nodes in access exclusive mode;

alter table nodes add column schema_version integer not null default 2;

-- What nobody can take any more: its instance is gone, has ended, or began after it was sent (by more than clocks
-- of two machines may differ).
delete from inbox m where not exists (
  select 1 from instances i
    where i.id = m.instance and i.status in ('pending', 'running') and i.created_at <= m.sent_at + 10000);
delete from activities a where not exists (
  select 1 from instances i where i.id = a.instance and i.status in ('pending', 'running'));

alter table inbox add column instance_key bigint;
update inbox m set instance_key = i.key, shard = i.shard from instances i where i.id = m.instance;
alter table inbox alter column instance_key set not null;
-- Orders the messages of a queue, before their ids: 0, but below 0 for those that continue-as-new gave back.
alter table inbox add column place bigint not null default 0;
-- So that a cancelled timer, and the front of a queue, is found at once in a long inbox.
create index inbox_of_instance on inbox (instance_key, source, kind, name, place, id);

alter table activities add column instance_key bigint;
update activities a set instance_key = i.key, shard = i.shard from instances i where i.id = a.instance;
alter table activities alter column instance_key set not null;
-- Which claim of its owner took it (writers.commit_seq of lane -1).
alter table activities add column claim bigint;
create unique index activities_of_instance on activities (instance_key, execution, event_id);
-- Who waits for a worker goes by this time, the earliest first.
alter table activities add column due bigint;
update activities set due = visible_at;
alter table activities alter column due set not null;
-- What can be claimed, in the order in which it is claimed. Ordinary activities are never in here.
create index activities_claimable on activities (due, instance_key, execution, event_id)
  where shared and owner is null and not finished;
create index activities_claimable_on_session on activities (due, instance_key, execution, event_id)
  where shared and owner is null and not finished and session is not null;

-- The receiver is locked, as by the functions of this version, and a message for nobody is refused.
create function add_life_before_version_3() returns trigger
language plpgsql
set search_path from current
as $$
begin
  select key, shard into new.instance_key, new.shard from instances
    where id = new.instance and status in ('pending', 'running') for key share;
  if not found then
    return null;
  end if;
  return new;
end
$$;
create function add_due_before_version_3() returns trigger
language plpgsql
as $$
begin
  new.due := new.visible_at;
  return new;
end
$$;
create trigger add_life_before_version_3 before insert on inbox
  for each row when (new.instance_key is null) execute function add_life_before_version_3();
create trigger add_life_before_version_3 before insert on activities
  for each row when (new.instance_key is null) execute function add_life_before_version_3();
create trigger add_due_before_version_3 before insert on activities
  for each row when (new.due is null) execute function add_due_before_version_3();

-- The runs of the server in which this schema was used. A node knows by them whether a server that it meets again has
-- all that it had before: another one may have taken its place, or an older copy of its files.
create table server_runs (
  number  bigint generated always as identity primary key,
  begun   timestamptz not null,                       -- when the server was started
  place   text not null,                              -- the cluster of databases, and this table in it
  mark    text not null default gen_random_uuid(),    -- which no other history has
  came_to bigint,                                     -- how far its log went when the run began; NULL: nobody knows
  unique (begun, place)
);

-- PostgreSQL's JSON functions refuse a document with U+0000 in it, so people see U+FFFD in its place; the packed row
-- itself has all of it. An escape counts if an even number of backslashes stands before it.
create or replace view history_events as
  select i.id as instance, h.execution, h.first_event_id + e.number - 1 as event_id,
         to_timestamp((h.readable ->> 'at')::bigint / 1000.0) as recorded_at,
         e.event ->> 'kind' as kind, e.event ->> 'source' as source, e.event ->> 'name' as name,
         e.event -> 'data' as data, e.event -> 'text' as text, e.event -> 'error' as error,
         h.readable ->> 'build' as build, e.event
  from (select instance_key, execution, first_event_id,
               regexp_replace(packed, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')::json as readable
        from history) h
  join instances i on i.key = h.instance_key
  cross join json_array_elements(h.readable -> 'events') with ordinality as e (event, number);
