-- What is done to the instance 'it', each operation as one function that says what it has done. The
-- parameters are what the C++ would send, and where the C++ makes several round trips, the function has a
-- statement for each: every statement of a function sees what was committed before it began, as a statement
-- that a client sends does. This is the only file that knows the functions and composite types of the schema.
--
-- An operation that is refused raises DX001, DX002 or a violation of a constraint, and is rolled back.

-- The situation that operations find ------------------------------------------------------------------------

-- 'running': parent (node 2), it and child (node 1), all of them running. 'alone': it has no parent;
-- 'single': nor a child. 'ended': all three have ended.
create function stage_set(situation text) returns void language plpgsql as $$
declare
  state text := case situation when 'ended' then 'completed' else 'running' end;
begin
  delete from instances; delete from executions; delete from history; delete from kv; delete from inbox;
  delete from activities; delete from sessions; delete from trials; delete from writers; delete from nodes;
  delete from shards;
  insert into shards (shard, node, tenure) values (10, 1, 1), (30, 1, 2), (20, 2, 3), (40, null, 0);
  insert into nodes (id, name, state, started_at, last_seen_at, runs_orchestrations, orchestrations,
      activities, history_formats) overriding system value
    select n, 'n' || n, 'alive', 0, 0, n < 3, '{Hello@1.0.0}', '{greet}', '{1}' from generate_series(1, 3) n;
  -- Each kind of turn has a lane, so that no two of them wait for one another at the fence.
  insert into writers (node, lane, epoch, commit_seq, session, session_begun)
    select n, lane, 1, 0, 0, now() from generate_series(1, 3) n, generate_series(-1, 3) lane;
  insert into instances (key, id, shard, orchestration, version, status, execution, next_event_id,
      parent_instance, parent_execution, parent_event_id, history_format, created_at, updated_at,
      custom_status_version, root, depth) overriding system value
    values (1, 'parent', 20, 'Hello', '1.0.0', state, 1, 3, null, null, null, 1, 0, 0, 0, null, 0),
           (2, 'it', 10, 'Hello', '1.0.0', state, 1, 9, 'parent', 1, 2, 1, 0, 0, 0, 1, 1),
           (3, 'child', 30, 'Hello', '1.0.0', state, 1, 2, 'it', 1, 5, 1, 0, 0, 0, 1, 2);
  if situation in ('alone', 'single') then
    delete from instances where id = 'parent' or (id = 'child' and situation = 'single');
    update instances set parent_instance = null, parent_execution = null, parent_event_id = null, root = null,
        depth = 0 where id = 'it';
    update instances set root = 2, depth = 1 where id = 'child';
  end if;
  insert into executions (instance_key, execution, status, started_at, input)
    select key, 1, state, 0, '' from instances;
  insert into history (instance_key, execution, first_event_id, count, packed)
    select key, 1, 1, next_event_id - 1, '' from instances;
  if state = 'running' then
    insert into inbox (id, instance_key, shard, instance, kind, execution, source, sent_at, visible_at, name, data)
      overriding system value values (1, 2, 10, 'it', 'event_raised', 1, 0, 0, 0, 'first', '');
    -- One held by the owner, one for whoever claims it, one that node 3 has claimed.
    insert into activities (instance_key, instance, execution, event_id, shard, owner, shared, finished, attempts,
        attempt, retry_of, visible_at, due, name, input)
      values (2, 'it', 1, 2, 10, 1, false, false, 0, 1, 0, 0, 0, 'greet', ''),
             (2, 'it', 1, 3, 10, null, true, false, 0, 1, 0, 0, 0, 'greet', ''),
             (2, 'it', 1, 4, 10, 3, true, false, 0, 1, 0, 0, 0, 'greet', '');
  end if;
end
$$;
-- The ids of the rows above are never drawn.
select setval('instances_key_seq', 1000), setval('inbox_id_seq', 1000), setval('nodes_id_seq', 1000);

-- Rows ------------------------------------------------------------------------------------------------------

-- `creates`: that its instance is the first of `created`.
create function a_turn(id text, status text, first_event bigint, next_event bigint,
  next_execution bigint default null, creates boolean default false) returns changed_instance_v9
language sql as $$
  select row(creates::integer, 10, id, case id when 'parent' then 1 when 'it' then 2 when 'child' then 3 end, 1,
             status, 1, first_event, next_event, next_execution, null, null, false, null, true)::changed_instance_v9
$$;

create function an_instance(turn integer, id text, shard integer, status text, execution bigint,
  next_event bigint, parent text default null, parent_event bigint default null) returns new_instance_v9
language sql as $$
  select row(turn, id, shard, 'Hello', '1.0.0', status, execution, next_event, parent,
             case when parent is not null then 1 end, parent_event, 1, 1, 0, null, null, 1, '',
             coalesce((select coalesce(i.root, i.key) from instances i where i.id = parent), 0), 0,
             case when parent is not null then 2 else 0 end, false)::new_instance_v9
$$;

-- Its target is filled in by a_batch.
create function a_message(turn integer, instance text, kind text, source bigint default 0,
  execution bigint default 1, if_created integer default 0, if_accepted integer default 0) returns new_message_v9
language sql as $$
  select row(turn, 0, instance, case instance when 'it' then 10 else 30 end, kind, execution, source, 0, 1, 1, 0, if_created, if_accepted, '', null,
             '')::new_message_v9
$$;

-- The one call of commit_batch. `lane` NULL: a client writes. Says who was sent what with which id, who was
-- born with which life, and who has ended. Targets are those whose turn ends them, and the receivers of messages, but
-- for what is sent to an instance by its own turn or by its start.
create function a_batch(by_node integer, lane integer,
  turns changed_instance_v9[] default '{}', created new_instance_v9[] default '{}',
  events new_history_v9[] default '{}', begun new_execution_v9[] default '{}',
  ended changed_execution_v9[] default '{}',
  consumed taken_message_v9[] default '{}', finished activity_of_turn_v9[] default '{}',
  cancelled activity_of_turn_v9[] default '{}', scheduled new_activity_v9[] default '{}',
  outcomes reported_activity_v9[] default '{}',
  messages new_message_v9[] default '{}') returns jsonb language plpgsql as $$
declare
  answer record;
  targets target_v9[];
begin
  targets := array(
    select row(t.id, bool_or(t.ends), false, null, 0, 1, 0)::target_v9 from (
      select u.id, true as ends from unnest(turns) u
        where u.creates = 0 and u.status not in ('pending', 'running')
      union all
      select m.instance, false from unnest(messages) m
        where m.if_created <= 0 and not exists (
          select 1 from unnest(turns) with ordinality u
            where u.ordinality = m.turn and u.id = m.instance and u.status in ('pending', 'running'))) t
      group by t.id order by t.id);
  messages := array(
    select row(m.turn, coalesce(t.ordinality::integer, 0), m.instance, m.shard, m.kind, m.execution, m.source,
               m.delivered_under, m.sent_at, m.visible_at, m.place, m.if_created, m.if_accepted, m.name, m.error,
               m.data)::new_message_v9
      from unnest(messages) with ordinality m
      left join unnest(targets) with ordinality t on t.id = m.instance and m.if_created <= 0 and not exists (
        select 1 from unnest(turns) with ordinality u
          where u.ordinality = m.turn and u.id = m.instance and u.status in ('pending', 'running'))
      order by m.ordinality);
  outcomes := array(
    select row(t.ordinality::integer, o.instance, o.life, o.execution, o.event_id, o.at,
               o.details)::reported_activity_v9
      from unnest(outcomes) with ordinality o join unnest(targets) with ordinality t on t.id = o.instance
      order by o.ordinality);
  select * into answer from commit_batch_v9(
    by_node, coalesce(lane, 0), case when lane is null then 0 else 1 end, 0,
    (select count(*)::integer from unnest(turns) t where t.creates = 0), false, created,
    array(select distinct c.root from unnest(created) c where c.root > 0 and c.root <> (turns[c.turn]).life),
    targets, turns,
    events, begun, ended, consumed, finished, cancelled, '{}', scheduled, '{}', outcomes, messages,
    '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '');
  if answer.fenced then
    raise exception 'fenced' using errcode = 'DX002';
  end if;
  return jsonb_build_object(
    'sent', (select jsonb_agg(jsonb_build_object('to', m.instance, 'id', answer.message_ids[m.ordinality],
                                                 'always', m.if_created = 0 and m.if_accepted = 0))
             from unnest(messages) with ordinality m),
    'born', (select jsonb_agg(jsonb_build_object('id', c.id, 'key', answer.created_lives[c.ordinality]))
             from unnest(created) with ordinality c where answer.created_lives[c.ordinality] > 0),
    'gone', (select jsonb_agg(t.id) from unnest(turns) t where t.status not in ('pending', 'running')));
end
$$;

create function refuse() returns void language plpgsql as $$
begin
  raise exception 'refused' using errcode = 'DX001';
end
$$;

-- Turns -----------------------------------------------------------------------------------------------------

-- Takes a message and an outcome, cancels two activities that others may have, and schedules two.
create function op_turn_goes_on() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'running', 9, 11)],
    events => array[row(1, 1, 9, 2, '')::new_history_v9],
    consumed => array[row(1, 1)::taken_message_v9],
    finished => array[row(1, 1, 2)::activity_of_turn_v9],
    cancelled => array[row(1, 1, 3)::activity_of_turn_v9, row(1, 1, 4)::activity_of_turn_v9],
    scheduled => array[row(1, 'it', 1, 9, false, 0, 1, 0, 1, 0, 'greet', null, null, '')::new_activity_v9,
                       row(1, 'it', 1, 10, true, 0, 1, 0, 1, 0, 'greet', null, null, '')::new_activity_v9]);
end
$$;

-- Tells its parent, and its child that nobody waits for it any more.
create function op_turn_ends() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'completed', 9, 10)],
    events => array[row(1, 1, 9, 1, '')::new_history_v9],
    ended => array[row(1, 1, 'completed', 1, 9, '', null)::changed_execution_v9],
    consumed => array[row(1, 1)::taken_message_v9],
    messages => array[a_message(1, 'parent', 'child_done', 2), a_message(1, 'child', 'cancel')]);
end
$$;

create function op_turn_continues() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'running', 9, 1, 2)],
    events => array[row(1, 1, 9, 1, '')::new_history_v9], begun => array[row(1, 2, 1, '')::new_execution_v9],
    ended => array[row(1, 1, 'continued_as_new', 1, 9, '', null)::changed_execution_v9],
    consumed => array[row(1, 1)::taken_message_v9],
    finished => array[row(1, 1, 2)::activity_of_turn_v9],
    cancelled => array[row(1, 1, 3)::activity_of_turn_v9, row(1, 1, 4)::activity_of_turn_v9],
    messages => array[a_message(1, 'it', 'start', 0, 2)]);
end
$$;

create function op_turn_begets() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'running', 9, 10)],
    events => array[row(1, 1, 9, 1, '')::new_history_v9],
    created => array[an_instance(1, 'next_child', 30, 'pending', 1, 1, 'it', 9)],
    messages => array[a_message(1, 'next_child', 'start', 0, 1, 1), a_message(1, 'it', 'child_done', 9, 1, -1)]);
end
$$;

-- A start by a client in the owner's process, with the first turn.
create function op_first_turn() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'running', 1, 2, null, true)],
    created => array[an_instance(1, 'it', 10, 'running', 1, 2)],
    events => array[row(1, 1, 1, 1, '')::new_history_v9]);
end
$$;

create function op_child_ends() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 1, turns => array[a_turn('child', 'completed', 2, 3)],
    events => array[row(1, 1, 2, 1, '')::new_history_v9],
    ended => array[row(1, 1, 'completed', 1, 2, '', null)::changed_execution_v9],
    messages => array[a_message(1, 'it', 'child_done', 5)]);
end
$$;

create function op_parent_cancels() returns jsonb language plpgsql as $$
begin
  return a_batch(2, 0, turns => array[a_turn('parent', 'running', 3, 4)],
    events => array[row(1, 1, 3, 1, '')::new_history_v9], messages => array[a_message(1, 'it', 'cancel')]);
end
$$;

create function op_parent_ends() returns jsonb language plpgsql as $$
begin
  return a_batch(2, 0, turns => array[a_turn('parent', 'completed', 3, 4)],
    events => array[row(1, 1, 3, 1, '')::new_history_v9],
    ended => array[row(1, 1, 'completed', 1, 3, '', null)::changed_execution_v9],
    messages => array[a_message(1, 'it', 'cancel')]);
end
$$;

-- Two turns in one batch: what is locked for one is kept until the other is written.
create function op_two_turns() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 2, turns => array[a_turn('child', 'running', 2, 3), a_turn('parent', 'running', 3, 4)],
    events => array[row(1, 1, 2, 1, '')::new_history_v9, row(2, 1, 3, 1, '')::new_history_v9],
    messages => array[a_message(1, 'it', 'event_raised'), a_message(2, 'it', 'cancel')]);
end
$$;

-- Clients and administrators --------------------------------------------------------------------------------

create function op_post() returns jsonb language plpgsql as $$
begin
  return a_batch(0, null, messages => array[a_message(0, 'it', 'event_raised')]);
end
$$;

-- What came together in the journal of a node, in no order.
create function op_posts() returns jsonb language plpgsql as $$
begin
  return a_batch(2, 3, messages => array[a_message(0, 'parent', 'event_raised'),
                                         a_message(0, 'it', 'event_raised'),
                                         a_message(0, 'child', 'event_raised')]);
end
$$;

create function op_start() returns jsonb language plpgsql as $$
begin
  return a_batch(0, null, created => array[an_instance(0, 'it', 10, 'pending', 1, 1)],
    messages => array[a_message(0, 'it', 'start', 0, 1, 1)]);
end
$$;

create function op_replace() returns jsonb language plpgsql as $$
declare
  before bigint := (select key from instances where id = 'it');
  answer record;
begin
  select * into answer from replace_ended_v9(array[an_instance(0, 'it', 10, 'pending', 1, 1)],
                                             array[a_message(0, 'it', 'start', 0, 1, 1)]);
  if answer.created_lives[1] = 0 then
    return '{}';
  end if;
  return jsonb_build_object(
    'sent', jsonb_build_array(jsonb_build_object('to', 'it', 'id', answer.message_ids[1], 'always', false)),
    'born', jsonb_build_array(jsonb_build_object('id', 'it', 'key', answer.created_lives[1])),
    'gone', case when before is not null then '["it", "child", "next_child"]' else '[]' end::jsonb);
end
$$;

create function root_of_it() returns table (id text, key bigint) language sql as $$
  select r.id, r.key from instances i join instances r on r.id = coalesce(i.parent_instance, i.id)
    where i.id = 'it' and not exists (select 1 from instances p where p.id = r.parent_instance)
$$;

-- A deletion is this one call, and one by force calls the next one before it until nothing is left to be ended, each
-- of them in a transaction of its own (postgres/deleting.cpp).
create function op_delete() returns jsonb language plpgsql as $$
declare
  root record;
  ids text[];
  step record;
begin
  select * into root from root_of_it();
  with recursive family (id) as (
    select i.id from instances i where i.key = root.key
    union
    select i.id from family f join instances i on i.parent_instance = f.id)
    select array_agg(f.id) into ids from family f;
  select * into step from delete_ended_v9(root.key);
  if (step.deleted).instances is null then
    perform refuse();
  end if;
  return jsonb_build_object('gone', coalesce(ids, '{}'));
end
$$;

create function op_close() returns jsonb language plpgsql as $$
begin
  perform close_family_v9((select key from root_of_it()), 1);
  return jsonb_build_object('gone', (select jsonb_agg(id) from instances where status = 'cancelled'));
end
$$;

-- Members ---------------------------------------------------------------------------------------------------

-- What an instance of the tree does that was cancelled far below its root.
create function op_sweep() returns jsonb language plpgsql as $$
begin
  perform cancel_tree_v9(1, 'running', 1, 1, 'the root', 100);
  return '{}';
end
$$;

create function op_relocate() returns jsonb language plpgsql as $$
begin
  if (select new_shard from relocate_v9(1, 'it', 'Hello', '1.0.0', 1)) is null then
    perform refuse();
  end if;
  return '{}';
end
$$;

create function op_claim() returns jsonb language plpgsql as $$
begin
  perform claim_activities_v9(3, 1, 0, '{greet}', true, true, '{}', 10, 10, 10, '', 1000, 1000, 1, 1000000);
  return '{}';
end
$$;

create function op_outcome() returns jsonb language plpgsql as $$
begin
  return a_batch(3, 0, outcomes => array[row(0, 'it', 0, 1, 4, 1, null)::reported_activity_v9],
    messages => array[a_message(0, 'it', 'activity_done', 4, 1, 0, 1)]);
end
$$;

create function op_join() returns jsonb language plpgsql as $$
begin
  perform join_v9(nextval(pg_get_serial_sequence('nodes', 'id'))::integer, 'n', true, '{Hello@1.0.0}', '{greet}', '{1}',
                  '{}', 100);
  return '{}';
end
$$;

create function op_expire_owner() returns jsonb language plpgsql as $$
begin
  perform take_shards_v9(2, '{1}', 100);
  return '{}';
end
$$;
create function op_expire_claimer() returns jsonb language plpgsql as $$
begin
  perform take_shards_v9(2, '{3}', 100);
  return '{}';
end
$$;

create function op_release() returns jsonb language plpgsql as $$
begin
  perform release_shards_v9(1, '{10}');
  return '{}';
end
$$;
