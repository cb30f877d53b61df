-- The hot path: one call is one transaction, one round trip, and one fence. Rows come as arrays of the types
-- below. `turn` is the position (from 1) of the turn in the batch that a row belongs to; 0: it belongs to none.

create type new_instance as (
  turn integer, id text, shard integer, orchestration text, version text, status text, execution bigint,
  next_event_id bigint, parent_instance text, parent_execution bigint, parent_event_id bigint,
  history_format integer, created_at bigint, custom_status_version bigint, labels text, custom_status text,
  input text
);
-- Every turn has one. `creates`: its instance is in `created`, and there is nothing to be changed.
create type changed_instance as (
  creates boolean, id text, execution bigint, status text, at bigint, first_event_id bigint,
  next_event_id bigint, next_execution bigint, version text, sets_custom_status boolean, custom_status text
);
create type new_history as (turn integer, execution bigint, first_event_id bigint, count integer, packed text);
create type new_execution as (turn integer, execution bigint, at bigint, input text);
create type changed_execution as (
  turn integer, execution bigint, status text, ended_at bigint, event_count bigint, output text, error text
);
create type taken_message as (turn integer, instance text, id bigint);
create type activity_of_turn as (turn integer, instance text, execution bigint, event_id bigint);
create type new_activity as (
  turn integer, instance text, execution bigint, event_id bigint, shared boolean, attempts integer,
  attempt integer, retry_of bigint, visible_at bigint, name text, tag text, session text, input text
);
-- value NULL: the key goes. key NULL: all keys go.
create type kv_write as (turn integer, key text, updated_at bigint, value text);
-- `if_started`: n > 0, only if `started` row n was; n < 0, only if it was not. `if_accepted`: only if
-- `outcomes` row n was accepted.
create type new_message as (
  turn integer, instance text, kind text, execution bigint, source bigint, delivered_under bigint, sent_at bigint,
  visible_at bigint, if_started integer, if_accepted integer, name text, error text, data text
);
create type reported_activity as (instance text, execution bigint, event_id bigint, at bigint, details text);

-- Writes a batch, or nothing. `fence_epoch` 0: the fence was passed before, in this transaction, or a client
-- writes (by_node 0), who needs none.
-- Raises DX001 (or 23505) if a row that a turn needs is not there (or one that it adds is): the caller writes
-- the batch again, turn by turn, to find out which.
-- Gives: keys of the turns' instances (0: its instance existed, nothing of the turn was written) and of
-- `started` (0: existed), ids of the messages (0: not written; -1: its instance has ended), the nodes that
-- have to look, and whether all have to.
create function commit_batch(
  by_node integer, fence_lane integer, fence_epoch bigint, fence_seq bigint,
  turns changed_instance[], created new_instance[], events new_history[], begun new_execution[],
  ended changed_execution[], consumed taken_message[], finished_ones activity_of_turn[],
  cancelled activity_of_turn[], timers activity_of_turn[], scheduled new_activity[], kv_writes kv_write[],
  started new_instance[], outcomes reported_activity[], messages new_message[], discarded bigint[],
  said reported_activity[], begun_trials text[], ended_trials text[],
  out fenced boolean, out turn_keys bigint[], out started_keys bigint[], out message_ids bigint[],
  out wake integer[], out wake_all boolean)
language plpgsql
set search_path from current
-- Plans are made once, perhaps while tables are empty; none may depend on that.
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
#variable_conflict use_column
declare
  expected bigint;
  found_rows bigint;
  positions bigint[];
  keys bigint[];
  touched text[];
  accepted boolean[];
  sent_to integer[];
  undelivered integer[];
  owners integer[];
begin
  fenced := false;
  wake := '{}';
  wake_all := false;
  if fence_epoch > 0 then
    update writers set commit_seq = commit_seq + 1
      where node = by_node and lane = fence_lane and epoch = fence_epoch and commit_seq = fence_seq;
    if not found then
      fenced := true;
      return;
    end if;
  end if;

  -- Instances, and the keys that everything else hangs on.
  turn_keys := array_fill(0::bigint, array[cardinality(turns)]);
  if cardinality(created) > 0 then
    select array_agg(case when t.creates then nextval('instances_key_seq') else 0 end order by t.ordinality)
      into turn_keys from unnest(turns) with ordinality t;
    insert into instances (key, id, shard, orchestration, version, status, execution, next_event_id,
        parent_instance, parent_execution, parent_event_id, history_format, created_at, updated_at,
        custom_status_version, labels, custom_status) overriding system value
      select turn_keys[c.turn], c.id, c.shard, c.orchestration, c.version, c.status, c.execution,
        c.next_event_id, c.parent_instance, c.parent_execution, c.parent_event_id, c.history_format,
        c.created_at, c.created_at, c.custom_status_version, c.labels, c.custom_status
      from unnest(created) c on conflict (id) do nothing;
    get diagnostics found_rows = row_count;
    if found_rows < cardinality(created) then
      select array_agg(case when i.key = turn_keys[t.ordinality] then i.key else 0 end order by t.ordinality)
        into turn_keys from unnest(turns) with ordinality t left join instances i on i.id = t.id;
    end if;
    insert into executions (instance_key, execution, status, started_at, input)
      select turn_keys[c.turn], (turns[c.turn]).execution, 'running', c.created_at, c.input
      from unnest(created) c where turn_keys[c.turn] > 0;
  end if;
  expected := cardinality(turns) - cardinality(created);
  if expected > 0 then
    with changed as (
      update instances i
        set status = t.status, updated_at = t.at, execution = coalesce(t.next_execution, i.execution),
          next_event_id = coalesce(t.next_event_id, i.next_event_id), version = coalesce(t.version, i.version),
          custom_status = case when t.sets_custom_status then t.custom_status else i.custom_status end,
          custom_status_version = i.custom_status_version + t.sets_custom_status::integer
        from unnest(turns) with ordinality t
        where not t.creates and i.id = t.id and i.execution = t.execution
          and i.status in ('pending', 'running')
          and i.next_event_id = coalesce(t.first_event_id, i.next_event_id)
        returning t.ordinality, i.key)
      select array_agg(ordinality), array_agg(key) into positions, keys from changed;
    if coalesce(cardinality(keys), 0) < expected then
      raise exception 'a turn was computed from what is no longer true' using errcode = 'DX001';
    end if;
    for n in 1 .. expected loop
      turn_keys[positions[n]] := keys[n];
    end loop;
  end if;

  -- What the turns are made of.
  if cardinality(events) > 0 then
    insert into history (instance_key, execution, first_event_id, count, packed)
      select turn_keys[e.turn], e.execution, e.first_event_id, e.count, e.packed
      from unnest(events) e where turn_keys[e.turn] > 0;
  end if;
  if cardinality(begun) > 0 then
    insert into executions (instance_key, execution, status, started_at, input)
      select turn_keys[b.turn], b.execution, 'running', b.at, b.input
      from unnest(begun) b where turn_keys[b.turn] > 0;
  end if;
  if cardinality(ended) > 0 then
    update executions x
      set status = coalesce(e.status, x.status), ended_at = coalesce(e.ended_at, x.ended_at),
        event_count = coalesce(e.event_count, x.event_count), output = coalesce(e.output, x.output),
        error = coalesce(e.error, x.error)
      from unnest(ended) e
      where turn_keys[e.turn] > 0 and x.instance_key = turn_keys[e.turn] and x.execution = e.execution;
  end if;
  if cardinality(consumed) > 0 then
    delete from inbox m using unnest(consumed) c
      where turn_keys[c.turn] > 0 and m.id = c.id and m.instance = c.instance;
    get diagnostics found_rows = row_count;
    select count(*) into expected from unnest(consumed) c where turn_keys[c.turn] > 0;
    if found_rows < expected then
      raise exception 'a message has been consumed before' using errcode = 'DX001';
    end if;
  end if;
  if cardinality(finished_ones) > 0 then
    with gone as (
      delete from activities a using unnest(finished_ones) f
        where turn_keys[f.turn] > 0 and a.instance = f.instance and a.execution = f.execution
          and a.event_id = f.event_id
        returning a.session)
      select count(*), array_agg(session) filter (where session is not null)
      into found_rows, touched from gone;
    select count(*) into expected from unnest(finished_ones) f where turn_keys[f.turn] > 0;
    if found_rows < expected then
      raise exception 'an activity has finished before' using errcode = 'DX001';
    end if;
    if touched is not null then
      update sessions s set last_used_at = greatest(s.last_used_at, (select max(t.at) from unnest(turns) t))
        where s.id = any (touched);
      wake_all := true;  -- its node may have room for another session now
    end if;
  end if;
  if cardinality(scheduled) > 0 then
    insert into activities (instance, execution, event_id, shard, owner, shared, finished, attempts, attempt,
        retry_of, visible_at, name, tag, session, input)
      select s.instance, s.execution, s.event_id, i.shard, case when s.shared then null else by_node end,
        s.shared, false, s.attempts, s.attempt, s.retry_of, s.visible_at, s.name, s.tag, s.session, s.input
      from unnest(scheduled) s join instances i on i.key = turn_keys[s.turn] where turn_keys[s.turn] > 0;
    wake_all := wake_all or (select bool_or(s.shared) from unnest(scheduled) s);
  end if;
  if cardinality(kv_writes) > 0 then
    delete from kv using unnest(kv_writes) w
      where kv.instance_key = turn_keys[w.turn]
        and (w.key is null or (w.value is null and kv.key = w.key));
    insert into kv (instance_key, key, updated_at, value)
      select turn_keys[w.turn], w.key, w.updated_at, w.value
      from unnest(kv_writes) w where turn_keys[w.turn] > 0 and w.value is not null
      on conflict (instance_key, key) do update
        set updated_at = excluded.updated_at, value = excluded.value;
  end if;
  if cardinality(cancelled) > 0 then
    with gone as (
      delete from activities a using unnest(cancelled) c
        where turn_keys[c.turn] > 0 and a.instance = c.instance and a.execution = c.execution
          and a.event_id = c.event_id
        returning a.owner)
      select wake || array_agg(owner) filter (where owner <> by_node) into wake from gone;
  end if;
  if cardinality(timers) > 0 then
    delete from inbox m using unnest(timers) t
      where turn_keys[t.turn] > 0 and m.instance = t.instance and m.source = t.event_id
        and m.execution = t.execution and m.kind = 'timer_due';
  end if;

  -- Instances that turns and clients start.
  started_keys := '{}';
  if cardinality(started) > 0 then
    select array_agg(case when s.turn = 0 or turn_keys[s.turn] > 0 then nextval('instances_key_seq') else 0 end
                     order by s.ordinality)
      into started_keys from unnest(started) with ordinality s;
    insert into instances (key, id, shard, orchestration, version, status, execution, next_event_id,
        parent_instance, parent_execution, parent_event_id, history_format, created_at, updated_at,
        custom_status_version, labels, custom_status) overriding system value
      select started_keys[s.ordinality], s.id, s.shard, s.orchestration, s.version, s.status, s.execution,
        s.next_event_id, s.parent_instance, s.parent_execution, s.parent_event_id, s.history_format,
        s.created_at, s.created_at, s.custom_status_version, s.labels, s.custom_status
      from unnest(started) with ordinality s where started_keys[s.ordinality] > 0
      on conflict (id) do nothing;
    select array_agg(case when i.key = started_keys[s.ordinality] then i.key else 0 end order by s.ordinality)
      into started_keys from unnest(started) with ordinality s left join instances i on i.id = s.id;
    insert into executions (instance_key, execution, status, started_at, input)
      select started_keys[s.ordinality], s.execution, 'running', s.created_at, s.input
      from unnest(started) with ordinality s where started_keys[s.ordinality] > 0;
  end if;

  -- Outcomes of activities that this node had claimed for instances of others.
  accepted := array_fill(false, array[cardinality(outcomes)]);
  if cardinality(outcomes) > 0 then
    with taken as (
      update activities a set finished = true, owner = null
        from unnest(outcomes) with ordinality o
        where a.instance = o.instance and a.execution = o.execution and a.event_id = o.event_id
          and a.owner = by_node
        returning o.ordinality, a.session)
      select array_agg(ordinality), array_agg(session) filter (where session is not null)
      into positions, touched from taken;
    for n in 1 .. coalesce(cardinality(positions), 0) loop
      accepted[positions[n]] := true;
    end loop;
    if touched is not null then
      update sessions s
        set last_used_at = greatest(s.last_used_at, (select max(o.at) from unnest(outcomes) o))
        where s.id = any (touched);
      wake_all := true;
    end if;
  end if;

  message_ids := '{}';
  if cardinality(messages) > 0 then
    with addressed as materialized (
      select m.*, i.shard,
        case when i.key is null then 0
             when m.turn > 0 and turn_keys[m.turn] = 0 then 0
             when m.if_started > 0 and started_keys[m.if_started] = 0 then 0
             when m.if_started < 0 and started_keys[-m.if_started] > 0 then 0
             when m.if_accepted > 0 and not accepted[m.if_accepted] then 0
             when i.status in ('pending', 'running') then nextval('inbox_id_seq')
             else -1 end as id
      from (select * from unnest(messages) with ordinality order by ordinality) m
      left join instances i on i.id = m.instance),
    written as (
      insert into inbox (id, shard, delivered_under, instance, kind, execution, source, sent_at, visible_at,
          name, error, data) overriding system value
        select a.id, a.shard, nullif(a.delivered_under, 0), a.instance, a.kind, a.execution,
          a.source, a.sent_at, a.visible_at, a.name, a.error, a.data
        from addressed a where a.id > 0)
    select array_agg(id order by ordinality), array_agg(distinct shard) filter (where id > 0),
      array_agg(distinct shard) filter (where id > 0 and delivered_under = 0)
      into message_ids, sent_to, undelivered from addressed;
    if sent_to is not null then
      wake := wake || array(
        select distinct s.node from shards s
          where s.shard = any (sent_to) and s.node is not null
            and (s.node is distinct from by_node or s.shard = any (undelivered)));
    end if;
  end if;

  -- Nothing runs any more that could take what an ended instance leaves behind.
  if cardinality(ended) > 0 then
    delete from inbox m using unnest(turns) with ordinality t
      where t.status not in ('pending', 'running') and turn_keys[t.ordinality] > 0 and m.instance = t.id;
    with gone as (
      delete from activities a using unnest(turns) with ordinality t
        where t.status not in ('pending', 'running') and turn_keys[t.ordinality] > 0 and a.instance = t.id
        returning a.owner)
      select array_agg(distinct owner) filter (where owner <> by_node) into owners from gone;
    wake := wake || coalesce(owners, '{}');
  end if;
  if cardinality(discarded) > 0 then
    delete from inbox where id = any (discarded);
  end if;
  if cardinality(said) > 0 then
    update activities a set progress = p.details, progress_at = p.at
      from unnest(said) p
      where a.instance = p.instance and a.execution = p.execution and a.event_id = p.event_id
        and a.owner = by_node;
  end if;
  if cardinality(begun_trials) > 0 then
    insert into trials (instance, node) select distinct id, by_node from unnest(begun_trials) id
      on conflict (instance) do update set node = excluded.node;
  end if;
  if cardinality(ended_trials) > 0 then
    delete from trials where instance = any (ended_trials);
  end if;
end
$$;

-- Deletes an instance that has ended, with its sub-orchestrations, if all of them have, and gives its last
-- execution; 0 if there is no such instance or something of it still runs.
create function delete_ended(instance_id text) returns bigint
language plpgsql
set search_path from current
set enable_seqscan = off
as $$
declare
  last bigint;
  keys bigint[];
  all_ended boolean;
begin
  -- Children first: whoever starts one more finds its parent locked.
  perform 1 from instances where id = instance_id for update;
  with recursive family (key, id, ended) as (
    select i.key, i.id, i.status not in ('pending', 'running') from instances i where i.id = instance_id
    union
    select i.key, i.id, i.status not in ('pending', 'running')
      from family f join instances i on i.parent_instance = f.id)
    select array_agg(key), bool_and(ended) into keys, all_ended from family;
  if not coalesce(all_ended, false) then
    return 0;
  end if;
  select execution into last from instances where id = instance_id;
  -- There is nothing of theirs in the inbox or among the activities: it went when they ended.
  delete from history where instance_key = any (keys);
  delete from kv where instance_key = any (keys);
  delete from executions where instance_key = any (keys);
  delete from trials t using instances i where i.key = any (keys) and t.instance = i.id;
  delete from instances where key = any (keys);
  return last;
end
$$;

-- Makes `by_node` the owner of shared activities that fit, in key order. The rules of sessions stand in
-- 0001_initial.sql. Raises DX002 if the node is not a member any more.
create function claim_activities(
  by_node integer, names text[], untagged boolean, any_tag boolean, tags text[], most bigint,
  max_sessions bigint, as_session_owner text, idle_timeout bigint, reserved_for bigint, at bigint)
returns table (
  instance text, execution bigint, event_id bigint, orchestration text, version text, name text, input text,
  tag text, session text, attempt integer, retry_of bigint, attempts integer, failures text)
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  candidate record;
  held record;
  busy text[];
  refused text[] := '{}';
  taken bigint := 0;
  class bigint := hashtextextended('duroxide sessions of ' || current_schema(), 0);
begin
  perform 1 from nodes where id = by_node and state = 'alive';
  if not found then
    raise exception 'node % is not a member of the store any more: it has left, or was found dead. Join again.',
      by_node using errcode = 'DX002';
  end if;
  perform 1 from activities a
    where a.shared and a.owner is null and not a.finished and a.name = any (names)
      and case when a.tag is null then untagged else any_tag or a.tag = any (tags) end
    limit 1;
  if not found or most <= 0 then
    return;
  end if;
  perform 1 from nodes where id = by_node and state = 'alive' for share;
  if not found then
    raise exception 'node % is not a member of the store any more: it has left, or was found dead. Join again.',
      by_node using errcode = 'DX002';
  end if;

  -- Without sessions many may claim at the same time; with them, one decides after the other.
  perform 1 from activities a
    where a.shared and a.owner is null and not a.finished and a.session is not null limit 1;
  if not found then
    perform pg_advisory_xact_lock_shared(class);
    return query
      with chosen as materialized (
        select a.instance, a.execution, a.event_id from activities a
        where a.shared and a.owner is null and not a.finished and a.session is null and a.name = any (names)
          and case when a.tag is null then untagged else any_tag or a.tag = any (tags) end
        order by a.instance, a.execution, a.event_id limit most for update skip locked),
      claimed as (
        update activities a set owner = by_node from chosen c
          where a.instance = c.instance and a.execution = c.execution and a.event_id = c.event_id
          returning a.*)
      select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.input, a.tag,
        a.session, a.attempt, a.retry_of, a.attempts, a.failures
      from claimed a join instances i on i.id = a.instance order by a.instance, a.execution, a.event_id;
    return;
  end if;

  perform pg_advisory_xact_lock(class);
  select coalesce(array_agg(distinct a.session), '{}') into busy
    from activities a where a.owner = by_node and a.session is not null;
  for candidate in
    select a.instance, a.execution, a.event_id, a.session, a.name from activities a
      where a.shared and a.owner is null and not a.finished and a.name = any (names)
        and case when a.tag is null then untagged else any_tag or a.tag = any (tags) end
      order by a.instance, a.execution, a.event_id
  loop
    exit when taken >= most;
    continue when candidate.session = any (refused);
    if candidate.session is not null then
      select s.node, s.last_used_at, s.session_owner into held from sessions s
        where s.id = candidate.session for update;
      if not (candidate.session = any (busy) or cardinality(busy) < max_sessions)
        or (found and held.node is null and held.session_owner is not null
            and held.session_owner <> as_session_owner and at - held.last_used_at < reserved_for)
        or (found and held.node <> by_node
            and (at - held.last_used_at <= idle_timeout
                 or exists (select 1 from activities o
                            where o.owner = held.node and o.session = candidate.session)))
      then
        refused := refused || candidate.session;
        continue;
      end if;
    end if;
    update activities a set owner = by_node
      where a.instance = candidate.instance and a.execution = candidate.execution
        and a.event_id = candidate.event_id and a.owner is null and not a.finished;
    continue when not found;  -- cancelled since
    taken := taken + 1;
    if candidate.session is not null then
      if not candidate.session = any (busy) then
        busy := busy || candidate.session;
      end if;
      insert into sessions as s (id, node, session_owner, last_used_at)
        values (candidate.session, by_node, nullif(as_session_owner, ''), at)
        on conflict (id) do update set node = excluded.node, session_owner = excluded.session_owner,
          last_used_at = greatest(s.last_used_at, excluded.last_used_at);
    end if;
    return query
      select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.input, a.tag,
        a.session, a.attempt, a.retry_of, a.attempts, a.failures
      from activities a join instances i on i.id = a.instance
      where a.instance = candidate.instance and a.execution = candidate.execution
        and a.event_id = candidate.event_id;
  end loop;

  -- A free session needs no row, so the table stays as small as what is in use.
  delete from sessions s
    where s.node = by_node and s.last_used_at < at - idle_timeout
      and not exists (select 1 from activities a where a.owner = by_node and a.session = s.id);
  delete from sessions s where s.node is null and s.last_used_at <= at - reserved_for;
end
$$;
