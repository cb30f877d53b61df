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
    select n, lane, 1, 0, 0, now() from generate_series(1, 3) n, generate_series(0, 3) lane;
  insert into instances (key, id, shard, orchestration, version, status, execution, next_event_id,
      parent_instance, parent_execution, parent_event_id, history_format, created_at, updated_at,
      custom_status_version) overriding system value
    values (1, 'parent', 20, 'Hello', '1.0.0', state, 1, 3, null, null, null, 1, 0, 0, 0),
           (2, 'it', 10, 'Hello', '1.0.0', state, 1, 9, 'parent', 1, 2, 1, 0, 0, 0),
           (3, 'child', 30, 'Hello', '1.0.0', state, 1, 2, 'it', 1, 5, 1, 0, 0, 0);
  if situation in ('alone', 'single') then
    delete from instances where id = 'parent' or (id = 'child' and situation = 'single');
    update instances set parent_instance = null, parent_execution = null, parent_event_id = null
      where id = 'it';
  end if;
  insert into executions (instance_key, execution, status, started_at, input)
    select key, 1, state, 0, '' from instances;
  insert into history (instance_key, execution, first_event_id, count, packed)
    select key, 1, 1, next_event_id - 1, '' from instances;
  if state = 'running' then
    insert into inbox (id, shard, instance, kind, execution, source, sent_at, visible_at, name, data)
      overriding system value values (1, 10, 'it', 'event_raised', 1, 0, 0, 0, 'first', '');
    -- One in the hands of the owner, one for whoever claims it, one that node 3 has claimed.
    insert into activities (instance, execution, event_id, shard, owner, shared, finished, attempts, attempt,
        retry_of, visible_at, name, input)
      values ('it', 1, 2, 10, 1, false, false, 0, 1, 0, 0, 'greet', ''),
             ('it', 1, 3, 10, null, true, false, 0, 1, 0, 0, 'greet', ''),
             ('it', 1, 4, 10, 3, true, false, 0, 1, 0, 0, 'greet', '');
  end if;
end
$$;
-- The ids of the rows above are never drawn.
select setval('instances_key_seq', 1000), setval('inbox_id_seq', 1000), setval('nodes_id_seq', 1000);

-- Rows ------------------------------------------------------------------------------------------------------

create function a_turn(id text, status text, first_event bigint, next_event bigint,
  next_execution bigint default null, creates boolean default false) returns changed_instance
language sql as $$
  select row(creates, id, 1, status, 1, first_event, next_event, next_execution, null, false,
             null)::changed_instance
$$;

create function an_instance(turn integer, id text, shard integer, status text, execution bigint,
  next_event bigint, parent text default null, parent_event bigint default null) returns new_instance
language sql as $$
  select row(turn, id, shard, 'Hello', '1.0.0', status, execution, next_event, parent,
             case when parent is not null then 1 end, parent_event, 1, 1, 0, null, null, '')::new_instance
$$;

create function a_message(turn integer, instance text, kind text, source bigint default 0,
  execution bigint default 1, if_started integer default 0, if_accepted integer default 0) returns new_message
language sql as $$
  select row(turn, instance, kind, execution, source, 0, 1, 1, if_started, if_accepted, '', null,
             '')::new_message
$$;

-- The one call of commit_batch. `lane` NULL: a client writes. Says who was sent what with which id, who was
-- born with which key, and who has ended.
create function a_batch(by_node integer, lane integer,
  turns changed_instance[] default '{}', created new_instance[] default '{}',
  events new_history[] default '{}', begun new_execution[] default '{}',
  ended changed_execution[] default '{}',
  consumed taken_message[] default '{}', finished activity_of_turn[] default '{}',
  cancelled activity_of_turn[] default '{}', scheduled new_activity[] default '{}',
  started new_instance[] default '{}', outcomes reported_activity[] default '{}',
  messages new_message[] default '{}') returns jsonb language plpgsql as $$
declare
  answer record;
begin
  select * into answer from commit_batch(
    by_node, coalesce(lane, 0), case when lane is null then 0 else 1 end, 0, turns, created,
    events, begun, ended, consumed, finished, cancelled, '{}', scheduled, '{}', started, outcomes, messages,
    '{}', '{}', '{}', '{}');
  if answer.fenced then
    raise exception 'fenced' using errcode = 'DX002';
  end if;
  return jsonb_build_object(
    'sent', (select jsonb_agg(jsonb_build_object('to', m.instance, 'id', answer.message_ids[m.ordinality],
                                                 'always', m.if_started = 0 and m.if_accepted = 0))
             from unnest(messages) with ordinality m),
    'born', (select jsonb_agg(jsonb_build_object('id', b.id, 'key', b.key))
             from (select s.id, answer.started_keys[s.ordinality] from unnest(started) with ordinality s
                   union all
                   select c.id, answer.turn_keys[c.turn] from unnest(created) c) b (id, key) where b.key > 0),
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
    events => array[row(1, 1, 9, 2, '')::new_history],
    consumed => array[row(1, 'it', 1)::taken_message],
    finished => array[row(1, 'it', 1, 2)::activity_of_turn],
    cancelled => array[row(1, 'it', 1, 3)::activity_of_turn, row(1, 'it', 1, 4)::activity_of_turn],
    scheduled => array[row(1, 'it', 1, 9, false, 0, 1, 0, 1, 'greet', null, null, '')::new_activity,
                       row(1, 'it', 1, 10, true, 0, 1, 0, 1, 'greet', null, null, '')::new_activity]);
end
$$;

-- Tells its parent, and its child that nobody waits for it any more.
create function op_turn_ends() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'completed', 9, 10)],
    events => array[row(1, 1, 9, 1, '')::new_history],
    ended => array[row(1, 1, 'completed', 1, 9, '', null)::changed_execution],
    consumed => array[row(1, 'it', 1)::taken_message],
    messages => array[a_message(1, 'parent', 'child_done', 2), a_message(1, 'child', 'cancel')]);
end
$$;

create function op_turn_continues() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'running', 9, 1, 2)],
    events => array[row(1, 1, 9, 1, '')::new_history], begun => array[row(1, 2, 1, '')::new_execution],
    ended => array[row(1, 1, 'continued_as_new', 1, 9, '', null)::changed_execution],
    consumed => array[row(1, 'it', 1)::taken_message],
    finished => array[row(1, 'it', 1, 2)::activity_of_turn],
    cancelled => array[row(1, 'it', 1, 3)::activity_of_turn, row(1, 'it', 1, 4)::activity_of_turn],
    messages => array[a_message(1, 'it', 'start', 0, 2)]);
end
$$;

create function op_turn_begets() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'running', 9, 10)],
    events => array[row(1, 1, 9, 1, '')::new_history],
    started => array[an_instance(1, 'newborn', 30, 'pending', 1, 1, 'it', 9)],
    messages => array[a_message(1, 'newborn', 'start', 0, 1, 1), a_message(1, 'it', 'child_done', 9, 1, -1)]);
end
$$;

-- A start by a client in the owner's process, with the first turn.
create function op_first_turn() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 0, turns => array[a_turn('it', 'running', 1, 2, null, true)],
    created => array[an_instance(1, 'it', 10, 'running', 1, 2)],
    events => array[row(1, 1, 1, 1, '')::new_history]);
end
$$;

create function op_child_ends() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 1, turns => array[a_turn('child', 'completed', 2, 3)],
    events => array[row(1, 1, 2, 1, '')::new_history],
    ended => array[row(1, 1, 'completed', 1, 2, '', null)::changed_execution],
    messages => array[a_message(1, 'it', 'child_done', 5)]);
end
$$;

create function op_parent_cancels() returns jsonb language plpgsql as $$
begin
  return a_batch(2, 0, turns => array[a_turn('parent', 'running', 3, 4)],
    events => array[row(1, 1, 3, 1, '')::new_history], messages => array[a_message(1, 'it', 'cancel')]);
end
$$;

create function op_parent_ends() returns jsonb language plpgsql as $$
begin
  return a_batch(2, 0, turns => array[a_turn('parent', 'completed', 3, 4)],
    events => array[row(1, 1, 3, 1, '')::new_history],
    ended => array[row(1, 1, 'completed', 1, 3, '', null)::changed_execution],
    messages => array[a_message(1, 'it', 'cancel')]);
end
$$;

-- Two turns in one batch: what is locked for one is kept until the other is written.
create function op_two_turns() returns jsonb language plpgsql as $$
begin
  return a_batch(1, 2, turns => array[a_turn('child', 'running', 2, 3), a_turn('parent', 'running', 3, 4)],
    events => array[row(1, 1, 2, 1, '')::new_history, row(2, 1, 3, 1, '')::new_history],
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
  return a_batch(0, null, started => array[an_instance(0, 'it', 10, 'pending', 1, 1)],
    messages => array[a_message(0, 'it', 'start', 0, 1, 1)]);
end
$$;

create function op_replace() returns jsonb language plpgsql as $$
declare
  last bigint;
  answer jsonb;
begin
  last := delete_ended('it');
  answer := a_batch(0, null, started => array[an_instance(0, 'it', 10, 'pending', last + 1, 1)],
    messages => array[a_message(0, 'it', 'start', 0, last + 1, 1)]);
  return answer || jsonb_build_object('gone',
    case when last > 0 then '["it", "child", "newborn"]' else '[]' end::jsonb);
end
$$;

create function delete_tree(force boolean) returns jsonb language plpgsql as $$
declare
  root text := coalesce((select parent_instance from instances where id = 'it'), 'it');
  keys bigint[];
  ids text[];
  all_ended boolean;
begin
  perform key from instances where id = root for update;
  with recursive family (key) as (
    select key from instances where id = root
    union
    select i.key from family f join instances p on p.key = f.key join instances i on i.parent_instance = p.id)
    select array_agg(i.key order by i.key), array_agg(i.id order by i.key),
      bool_and(i.status not in ('pending', 'running'))
    into keys, ids, all_ended from family f join instances i on i.key = f.key;
  if keys is null or not (force or all_ended) then
    perform refuse();
  end if;
  perform 1 from instances i join instances p on p.id = i.parent_instance where i.id = root;
  if found then
    perform refuse();
  end if;
  for n in 1 .. cardinality(keys) loop
    delete from history where instance_key = keys[n];
    delete from kv where instance_key = keys[n];
    delete from executions where instance_key = keys[n];
    delete from inbox where instance = ids[n];
    delete from activities where instance = ids[n];
    delete from trials where instance = ids[n];
    delete from instances where key = keys[n];
  end loop;
  return jsonb_build_object('gone', ids);
end
$$;
create function op_delete() returns jsonb language plpgsql as $$
begin
  return delete_tree(false);
end
$$;
create function op_delete_by_force() returns jsonb language plpgsql as $$
begin
  return delete_tree(true);
end
$$;

-- Members ---------------------------------------------------------------------------------------------------

create function op_rehome() returns jsonb language plpgsql as $$
declare
  target integer;
begin
  perform 1 from instances i join shards s on s.shard = i.shard where i.id = 'it' and s.node = 1
    for update of i;
  if not found then
    perform refuse();
  end if;
  select s.shard into target from nodes n join shards s on s.node = n.id
    where n.state = 'alive' and n.runs_orchestrations and n.id <> 1 order by s.shard limit 1;
  if not found then
    perform refuse();
  end if;
  update instances set shard = target where id = 'it';
  update inbox set shard = target, delivered_under = null, written_by = pg_current_xact_id()
    where instance = 'it';
  update activities set shard = target, shared = true where instance = 'it';
  return '{}';
end
$$;

create function op_claim() returns jsonb language plpgsql as $$
begin
  perform claim_activities(3, '{greet}', true, true, '{}', 10, 10, '', 1000, 1000, 1);
  return '{}';
end
$$;

create function op_outcome() returns jsonb language plpgsql as $$
begin
  return a_batch(3, 0, outcomes => array[row('it', 1, 4, 1, null)::reported_activity],
    messages => array[a_message(0, 'it', 'activity_done', 4, 1, 0, 1)]);
end
$$;

create function require_member(node integer) returns void language plpgsql as $$
begin
  perform 1 from nodes where id = node and state = 'alive' for share;
  if not found then
    raise exception 'fenced' using errcode = 'DX002';
  end if;
end
$$;

create function take_free_shards(by_node integer) returns void language plpgsql as $$
begin
  update shards set node = by_node, tenure = (select nextval('tenures')) where shard in
    (select shard from shards where node is null order by shard limit 100 for update skip locked);
  update activities set owner = by_node where owner is null and not shared and not finished
    and shard in (select shard from shards where node = by_node);
end
$$;

create function op_join() returns jsonb language plpgsql as $$
declare
  made integer;
begin
  insert into nodes (name, state, started_at, last_seen_at, runs_orchestrations, orchestrations, activities,
      history_formats) values ('n', 'alive', 0, 0, true, '{Hello@1.0.0}', '{greet}', '{1}')
    returning id into made;
  update nodes set last_seen_at = 1 where id = made and state = 'alive';
  perform take_free_shards(made);
  update inbox set written_by = pg_current_xact_id()
    where written_by >= pg_snapshot_xmax(pg_current_snapshot());
  return '{}';
end
$$;

create function bury(dead integer) returns jsonb language plpgsql as $$
begin
  perform require_member(2);
  perform 1 from nodes where id = dead and state = 'alive' for update skip locked;
  if found then
    update nodes set state = 'dead', last_seen_at = 1 where id = dead and state = 'alive';
    update writers set epoch = epoch + 1 where node = dead;
    update shards set node = null, after_crash = true where node = dead;
    update sessions set node = null where node = dead and session_owner is not null;
    delete from sessions where node = dead;
    update activities set attempts = attempts + 1, failures = failures || 'died', owner = null
      where owner = dead;
    update trials set attempts = attempts + 1, failures = failures || 'died', node = null where node = dead;
  end if;
  perform take_free_shards(2);
  return '{}';
end
$$;
create function op_bury_owner() returns jsonb language plpgsql as $$ begin return bury(1); end $$;
create function op_bury_claimer() returns jsonb language plpgsql as $$ begin return bury(3); end $$;

create function op_release() returns jsonb language plpgsql as $$
begin
  perform require_member(1);
  update activities set shared = true where owner = 1 and not shared and not finished
    and shard = any ('{10}'::bigint[]);
  update shards set node = null, after_crash = false where node = 1 and shard = any ('{10}'::bigint[]);
  return '{}';
end
$$;
