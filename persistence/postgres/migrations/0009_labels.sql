-- Labels as rows, so that instances are found by them, and by their order; and what keeps instances from going on.
--
-- Nodes of schema version 7 may be running. They write and read the column `labels`; the triggers below keep it and the
-- rows the same, and delete the rows of an instance that such a node deletes. 0010 removes them, and the column, once
-- the last of these nodes has left.

lock table instances in access exclusive mode;

create table labels (
  instance_key bigint not null,
  name         text collate "C" not null,
  type         text collate "C" not null,            -- text, number, bool, time
  text         text collate "C" not null,            -- the value, whatever its type
  number       double precision,                     -- of a text NULL; false 0, true 1; a time in milliseconds
  primary key (instance_key, name)
);
create index labels_by_text on labels (name, text, instance_key) where number is null;
create index labels_by_number on labels (name, type, number, instance_key) where number is not null;

create index instances_by_creation on instances (created_at, key);

-- A column that is not UTF-8 was written as hexadecimal digits: each of its bytes is read as a character. What no text
-- can have is replaced.
create function labels_before_version_9(stored text) returns json
language sql immutable
as $$
  select (case when left(stored, 2) = '\x' then convert_from(decode(substr(stored, 3), 'hex'), 'LATIN1')
          else regexp_replace(stored, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') end)::json
$$;

-- Labels that cannot be read (somebody has changed them) are not taken along.
create function add_labels_before_version_9(life bigint, stored text) returns void
language plpgsql
set search_path from current
as $$
begin
  insert into labels (instance_key, name, type, text)
    select life, l.key, 'text', l.value from json_each_text(labels_before_version_9(stored)) l
    on conflict do nothing;
exception when others then
  return;
end
$$;

do $$
begin
  insert into labels (instance_key, name, type, text)
    select i.key, l.key, 'text', l.value
      from instances i, json_each_text(labels_before_version_9(i.labels)) l where i.labels is not null
    on conflict do nothing;
exception when others then
  perform add_labels_before_version_9(i.key, i.labels) from instances i where i.labels is not null;
end
$$;

create function take_labels_before_version_9() returns trigger
language plpgsql
set search_path from current
as $$
begin
  perform add_labels_before_version_9(new.key, new.labels);
  return null;
end
$$;
create trigger take_labels_before_version_9 after insert on instances
  for each row when (new.labels is not null) execute function take_labels_before_version_9();

create function show_labels_before_version_9() returns trigger
language plpgsql
set search_path from current
as $$
begin
  update instances i
    set labels = (select json_object_agg(l.name, l.text)::text from labels l where l.instance_key = i.key)
    where i.key in (select a.instance_key from added a) and i.labels is null;
  return null;
end
$$;
create trigger show_labels_before_version_9 after insert on labels
  referencing new table as added for each statement execute function show_labels_before_version_9();

-- Instances that are tried again and again, and why they do not go on.
create table problems (
  instance_key bigint primary key,
  kind         text collate "C" not null,
  since        bigint not null,                      -- of problems of this kind
  detail       text not null                         -- a text, as a payload
);
create index problems_by_kind on problems (kind, since);
create index problems_by_kind_and_key on problems (kind, instance_key);
create index problems_by_time on problems (since, instance_key);

create view problem_overview as
  select i.id, i.orchestration, i.version, p.kind, to_timestamp(p.since / 1000.0) as since, p.detail
  from problems p join instances i on i.key = p.instance_key
  where i.status in ('pending', 'running');

create function delete_rows_before_version_9() returns trigger
language plpgsql
set search_path from current
as $$
begin
  delete from labels where instance_key = old.key;
  delete from problems where instance_key = old.key;
  return null;
end
$$;
create trigger delete_rows_before_version_9 after delete on instances
  for each row execute function delete_rows_before_version_9();
