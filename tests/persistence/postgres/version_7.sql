-- What a node of schema version 7 commits by, as that build has made it; see upgrading.cpp.
-- With a parent: `root`, the life of the root of its tree; 0: that is `created` `starter`, or, if that is 0 too, the
-- parent. `actor`: it is a durable actor, which has no execution row.
create type new_instance_v7 as (
  turn integer, id text, shard integer, orchestration text, version text, status text, execution bigint,
  next_event_id bigint, parent_instance text, parent_execution bigint, parent_event_id bigint,
  history_format integer, created_at bigint, custom_status_version bigint, labels text, custom_status text,
  first_execution bigint, input text, root bigint, starter integer, depth integer, actor boolean
);
-- Every turn has one. `life` 0: whichever the id has. `creates`: position in `created` of its instance, which is put
-- on `shard`, and of which nothing is to be changed; 0: it exists. Unless `changes`, the row
-- stays as it is: that of a durable actor, by most of its turns.
create type changed_instance_v7 as (
  creates integer, shard integer, id text, life bigint, execution bigint, status text, at bigint, first_event_id bigint,
  next_event_id bigint, next_execution bigint, history_format integer, version text, sets_custom_status boolean,
  custom_status text, changes boolean
);
-- An instance that must not change while the batch is written: the receiver of a message, or one whose turn ends it.
-- `destroyed`: its turn destroys it; messages for it go to its next life. `creates`, not NULL: if there is no such
-- instance, and something of the batch that is written sends it a message, it is made, as a durable actor of this
-- orchestration.
create type target_v7 as (
  id text, ends boolean, destroyed boolean, creates text, shard integer, history_format integer, created_at bigint
);
create type new_history_v7 as (turn integer, execution bigint, first_event_id bigint, count integer, packed text);
create type new_execution_v7 as (turn integer, execution bigint, at bigint, input text);
create type changed_execution_v7 as (
  turn integer, execution bigint, status text, ended_at bigint, event_count bigint, output text, error text
);
create type taken_message_v7 as (turn integer, id bigint);
create type activity_of_turn_v7 as (turn integer, execution bigint, event_id bigint);
create type new_activity_v7 as (
  turn integer, instance text, execution bigint, event_id bigint, shared boolean, attempts integer,
  attempt integer, retry_of bigint, visible_at bigint, due bigint, name text, tag text, session text, input text
);
-- value NULL: the key goes. key NULL: all keys go.
create type kv_write_v7 as (turn integer, key text, updated_at bigint, value text);
-- Of a durable actor.
create type new_state_v7 as (turn integer, instance text, version text, state text, answers_since bigint, at bigint);
create type new_answer_v7 as (turn integer, instance text, command_id text, made_at bigint, answer text, error text);
-- `history_format`: of its next life.
create type destroyed_actor_v7 as (turn integer, at bigint, history_format integer);
-- For `target` n; 0: for the instance of its turn, or for `created` n > 0 if `if_created` says so.
-- `if_created`: n > 0, for `created` n, if that row was inserted; n < 0, only if it was not. `if_accepted`: only if
-- `outcomes` row n was accepted.
create type new_message_v7 as (
  turn integer, target integer, instance text, shard integer, kind text, execution bigint, source bigint,
  delivered_under bigint, sent_at bigint, visible_at bigint, place bigint, if_created integer, if_accepted integer,
  name text, error text, data text
);
-- `target`: of its instance. `life` 0: whichever the id has.
create type reported_activity_v7 as (
  target integer, instance text, life bigint, execution bigint, event_id bigint, at bigint, details text
);

-- Writes a batch, or nothing. `fence_epoch` 0: the fence was passed before, in this transaction, or a client
-- writes (by_node 0), who needs none. `existing`: how many turns create no instance; `without_life`: whether one of
-- them has life 0. No two `targets` have the same id.
-- `roots`: those of `created` that are not 0 and not the instance of the turn, each once. Nothing is created in a tree
-- whose root has ended, is gone, or is to be cancelled, and nothing is said of that. The root is not locked, since
-- all that is started in its tree would wait there: what is started just when it ends is started, and starts nothing.
-- Raises DX001 (or 23505) if a row that a turn needs is not there (or one that it adds is): the caller writes
-- the batch again, turn by turn, to find out which. Raises DX003 if one of `answered` has been answered before.
-- Gives: the lives of the turns' instances (0: its instance existed, nothing of the turn was written) and of
-- `created` (0: existed), ids of the messages (0: not written; -1: its instance has ended), the nodes that
-- have to look, and whether all have to.
create function commit_batch_v7(
  by_node integer, fence_lane integer, fence_epoch bigint, fence_seq bigint,
  existing integer, without_life boolean, created new_instance_v7[], roots bigint[], targets target_v7[],
  turns changed_instance_v7[], events new_history_v7[], begun new_execution_v7[],
  ended changed_execution_v7[], consumed taken_message_v7[], finished_ones activity_of_turn_v7[],
  cancelled activity_of_turn_v7[], timers activity_of_turn_v7[], scheduled new_activity_v7[], kv_writes kv_write_v7[],
  outcomes reported_activity_v7[], messages new_message_v7[], discarded bigint[], said reported_activity_v7[],
  begun_trials bigint[], ended_trials text[], states new_state_v7[], answered new_answer_v7[],
  journals activity_of_turn_v7[], destroyed destroyed_actor_v7[],
  out fenced boolean, out turn_lives bigint[], out created_lives bigint[], out message_ids bigint[],
  out wake integer[], out wake_all boolean)
language plpgsql
set search_path from current
-- Plans are made once, perhaps while tables are empty, or while all instances have completed; none may depend on
-- that. So the planner is left one way to a row: from what is written, by the row's key, through a bitmap of an index.
-- (A plain index scan can also walk through a whole table, which looks cheap while that is small.)
set enable_seqscan = off
set enable_indexscan = off
set enable_indexonlyscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
#variable_conflict use_column
declare
  expected bigint;
  found_rows bigint;
  positions bigint[];
  lives bigint[];
  shards_found integer[];
  turn_shards integer[];
  refused integer[];
  closed_roots bigint[] := '{}';
  target_lives bigint[];
  target_shards integer[];
  target_open boolean[];
  closing bigint[];
  wanted integer[];
  touched text[];
  accepted boolean[];
  sent_to integer[];
  undelivered integer[];
  owners integer[];
  over record;
  next_life bigint;
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

  -- Before all else that turns write, since it may refuse one that nothing else would.
  if cardinality(answered) > 0 then
    insert into answers (instance, command_id, made_at, answer, error)
      select a.instance, a.command_id, a.made_at, a.answer, a.error from unnest(answered) a
      order by a.instance collate "C", a.command_id collate "C"
      on conflict (instance, command_id) do nothing;
    get diagnostics found_rows = row_count;
    if found_rows < cardinality(answered) then
      raise exception 'a command has been answered before' using errcode = 'DX003';
    end if;
  end if;

  -- New instances, in the order of their ids: two that insert the same ones wait for one another at the first.
  created_lives := '{}';
  turn_lives := array_fill(0::bigint, array[cardinality(turns)]);
  turn_shards := array_fill(0, array[cardinality(turns)]);
  if cardinality(created) > 0 then
    if cardinality(roots) > 0 then
      closed_roots := array(
        select r.root from unnest(roots) r (root) where not exists (
          select 1 from instances i where i.key = r.root and i.status || '' in ('pending', 'running')
            and not exists (select 1 from inbox m where m.instance_key = r.root and m.source = 0 and m.kind = 'cancel'
                              and m.name = '')));
    end if;
    created_lives := array(select nextval('instances_key_seq') from generate_series(1, cardinality(created)));
    insert into instances (key, id, shard, orchestration, version, status, execution, next_event_id,
        parent_instance, parent_execution, parent_event_id, history_format, created_at, updated_at,
        custom_status_version, labels, custom_status, root, depth) overriding system value
      select created_lives[c.ordinality], c.id, c.shard, c.orchestration, c.version, c.status, c.execution,
        c.next_event_id, c.parent_instance, c.parent_execution, c.parent_event_id, c.history_format,
        c.created_at, c.created_at, c.custom_status_version, c.labels, c.custom_status,
        case when c.parent_instance is null then null
             when c.root > 0 then c.root
             when c.starter > 0 then created_lives[c.starter]
             else (select i.key from instances i where i.id = c.parent_instance) end, c.depth
      from unnest(created) with ordinality c
      where c.parent_instance is null or not c.root = any (closed_roots)
      order by c.id collate "C", c.ordinality
      on conflict (id) do nothing;
    get diagnostics found_rows = row_count;
    if found_rows < cardinality(created) then
      created_lives := array(
        select coalesce(i.key, 0) from unnest(created) with ordinality c
          left join instances i on i.key = created_lives[c.ordinality] order by c.ordinality);
      -- A turn whose instance exists writes nothing, and so starts nothing.
      refused := array(select t.ordinality from unnest(turns) with ordinality t
                       where t.creates > 0 and created_lives[t.creates] = 0);
      delete from answers k using unnest(answered) a
        where a.turn = any (refused) and k.instance = a.instance and k.command_id = a.command_id;
      delete from instances where key in (
        select created_lives[c.ordinality] from unnest(created) with ordinality c where c.turn = any (refused));
      created_lives := array(
        select case when c.turn = any (refused) then 0 else created_lives[c.ordinality] end
          from unnest(created) with ordinality c order by c.ordinality);
    end if;
    select array_agg(case when t.creates > 0 then created_lives[t.creates] else 0 end order by t.ordinality),
        array_agg(t.shard order by t.ordinality)
      into turn_lives, turn_shards from unnest(turns) with ordinality t;
    insert into executions (instance_key, execution, status, started_at, input)
      select created_lives[c.ordinality], c.first_execution, 'running', c.created_at, c.input
      from unnest(created) with ordinality c where created_lives[c.ordinality] > 0 and not c.actor;
  end if;

  -- Who is written to, or ended, stays what it is from here on.
  target_lives := '{}';
  if cardinality(targets) > 0 then
    loop
      select array_agg(coalesce(e.key, r.key, 0) order by t.ordinality),
          array_agg(coalesce(e.shard, r.shard) order by t.ordinality),
          array_agg(coalesce(coalesce(r.status, case when t.destroyed then e.status end)
                             in ('pending', 'running'), false) order by t.ordinality),
          array_agg(t.ordinality) filter (where t.creates is not null and e.key is null and r.key is null)
        into target_lives, target_shards, target_open, wanted
        from (select * from unnest(targets) with ordinality order by id collate "C") t
        left join lateral (
          select i.key, i.shard, i.status from instances i where i.id = t.id and t.ends for update) e on true
        left join lateral (
          select i.key, i.shard, i.status from instances i where i.id = t.id and not t.ends for key share) r on true;
      exit when wanted is null;
      -- Actors that nobody has written to before. Whoever is faster makes one, and the other one finds it. One whose
      -- sender writes nothing is not made.
      wanted := array(
        select distinct m.target from unnest(messages) m
          where m.target = any (wanted)
            and not coalesce(m.turn = any (refused), false));
      exit when cardinality(wanted) = 0;
      insert into instances (id, shard, orchestration, version, status, execution, next_event_id, history_format,
          created_at, updated_at, custom_status_version)
        select t.id, t.shard, t.creates, '', 'running', 1, 1, t.history_format, t.created_at, t.created_at, 0
        from unnest(targets) with ordinality t where t.ordinality = any (wanted)
        order by t.id collate "C"
        on conflict (id) do nothing;
    end loop;
  end if;

  if without_life then
    turns := array(
      select row(t.creates, t.shard, t.id, coalesce(nullif(t.life, 0), i.key), t.execution, t.status, t.at,
                 t.first_event_id, t.next_event_id, t.next_execution, t.history_format, t.version, t.sets_custom_status,
                 t.custom_status, t.changes)::changed_instance_v7
        from unnest(turns) with ordinality t left join instances i on i.id = t.id order by t.ordinality);
  end if;
  if existing > 0 then
    with changed as (
      update instances i
        set status = t.status, updated_at = case when t.changes then t.at else i.updated_at end,
          execution = coalesce(t.next_execution, i.execution), next_event_id = coalesce(t.next_event_id, i.next_event_id), version = coalesce(t.version, i.version),
          history_format = coalesce(t.history_format, i.history_format),
          custom_status = case when t.sets_custom_status then t.custom_status else i.custom_status end,
          custom_status_version = i.custom_status_version + t.sets_custom_status::integer
        from unnest(turns) with ordinality t
        where t.creates = 0 and i.key = t.life and i.id = t.id and i.execution = t.execution
          and i.status || '' in ('pending', 'running')  -- as an expression, no index of what runs serves it
          and i.next_event_id = coalesce(t.first_event_id, i.next_event_id)
        returning t.ordinality, i.key, i.shard)
      select array_agg(ordinality), array_agg(key), array_agg(shard) into positions, lives, shards_found
      from changed;
    if coalesce(cardinality(positions), 0) < existing then
      raise exception 'a turn was computed from what is no longer true' using errcode = 'DX001';
    end if;
    for n in 1 .. existing loop
      turn_lives[positions[n]] := lives[n];
      turn_shards[positions[n]] := shards_found[n];
    end loop;
  end if;

  -- What the turns are made of.
  if cardinality(events) > 0 then
    insert into history (instance_key, execution, first_event_id, count, packed)
      select turn_lives[e.turn], e.execution, e.first_event_id, e.count, e.packed
      from unnest(events) e where turn_lives[e.turn] > 0;
  end if;
  if cardinality(begun) > 0 then
    insert into executions (instance_key, execution, status, started_at, input)
      select turn_lives[b.turn], b.execution, 'running', b.at, b.input
      from unnest(begun) b where turn_lives[b.turn] > 0;
  end if;
  if cardinality(ended) > 0 then
    update executions x
      set status = coalesce(e.status, x.status), ended_at = coalesce(e.ended_at, x.ended_at),
        event_count = coalesce(e.event_count, x.event_count), output = coalesce(e.output, x.output),
        error = coalesce(e.error, x.error)
      from unnest(ended) e
      where turn_lives[e.turn] > 0 and x.instance_key = turn_lives[e.turn] and x.execution = e.execution;
  end if;
  if cardinality(consumed) > 0 then
    delete from inbox m using unnest(consumed) c
      where turn_lives[c.turn] > 0 and m.id = c.id and m.instance_key = turn_lives[c.turn];
    get diagnostics found_rows = row_count;
    select count(*) into expected from unnest(consumed) c where turn_lives[c.turn] > 0;
    if found_rows < expected then
      raise exception 'a message has been consumed before' using errcode = 'DX001';
    end if;
  end if;
  if cardinality(finished_ones) > 0 then
    with gone as (
      delete from activities a using unnest(finished_ones) f
        where turn_lives[f.turn] > 0 and a.instance_key = turn_lives[f.turn] and a.execution = f.execution
          and a.event_id = f.event_id
        returning a.session)
      select count(*), array_agg(session) filter (where session is not null)
      into found_rows, touched from gone;
    select count(*) into expected from unnest(finished_ones) f where turn_lives[f.turn] > 0;
    if found_rows < expected then
      raise exception 'an activity has finished before' using errcode = 'DX001';
    end if;
    if touched is not null then
      perform 1 from sessions s where s.id = any (touched) order by s.id for update;
      update sessions s set last_used_at = greatest(s.last_used_at, (select max(t.at) from unnest(turns) t))
        where s.id = any (touched);
      wake_all := true;  -- its node may have room for another session now
    end if;
  end if;
  if cardinality(scheduled) > 0 then
    insert into activities (instance_key, instance, execution, event_id, shard, owner, shared, finished, attempts,
        attempt, retry_of, visible_at, due, name, tag, session, input)
      select turn_lives[s.turn], s.instance, s.execution, s.event_id, s.shard,
        case when s.shared then null else by_node end, s.shared, false, s.attempts, s.attempt, s.retry_of,
        s.visible_at, s.due, s.name, s.tag, s.session, s.input
      from (select u.*, turn_shards[u.turn] as shard from unnest(scheduled) u) s where turn_lives[s.turn] > 0;
    wake_all := wake_all or (select bool_or(s.shared) from unnest(scheduled) s);
  end if;
  if cardinality(kv_writes) > 0 then
    delete from kv using unnest(kv_writes) w
      where kv.instance_key = turn_lives[w.turn]
        and (w.key is null or (w.value is null and kv.key = w.key));
    insert into kv (instance_key, key, updated_at, value)
      select turn_lives[w.turn], w.key, w.updated_at, w.value
      from unnest(kv_writes) w where turn_lives[w.turn] > 0 and w.value is not null
      on conflict (instance_key, key) do update
        set updated_at = excluded.updated_at, value = excluded.value;
  end if;
  if cardinality(states) > 0 then
    wanted := array(
      select n.ordinality from unnest(states) with ordinality n
        left join actor_states s on s.instance_key = turn_lives[n.turn]
        where turn_lives[n.turn] > 0 and n.answers_since > coalesce(s.answers_since, 0));
    if cardinality(wanted) > 0 then
      delete from answers k using unnest(states) with ordinality n
        where n.ordinality = any (wanted) and k.instance = n.instance
          and k.made_at + 0 < n.answers_since;  -- as an expression, no index of all answers serves it
    end if;
    insert into actor_states as s (instance_key, version, state, answers_since, updated_at)
      select turn_lives[n.turn], n.version, n.state, n.answers_since, n.at
      from unnest(states) n where turn_lives[n.turn] > 0
      on conflict (instance_key) do update
        set version = excluded.version, state = excluded.state, answers_since = excluded.answers_since,
          updated_at = excluded.updated_at;
  end if;
  if cardinality(journals) > 0 then
    delete from history h using unnest(journals) j
      where turn_lives[j.turn] > 0 and h.instance_key = turn_lives[j.turn] and h.execution = j.execution;
    delete from executions x using unnest(journals) j
      where turn_lives[j.turn] > 0 and x.instance_key = turn_lives[j.turn] and x.execution = j.execution;
  end if;
  if cardinality(cancelled) > 0 then
    with gone as (
      delete from activities a using unnest(cancelled) c
        where turn_lives[c.turn] > 0 and a.instance_key = turn_lives[c.turn] and a.execution = c.execution
          and a.event_id = c.event_id
        returning a.owner)
      select wake || array_agg(owner) filter (where owner <> by_node) into wake from gone;
  end if;
  if cardinality(timers) > 0 then
    delete from inbox m using unnest(timers) t
      where turn_lives[t.turn] > 0 and m.instance_key = turn_lives[t.turn] and m.source = t.event_id
        and m.execution = t.execution and m.kind || '' = 'timer_due';  -- no index is led by the kind alone
  end if;

  -- Outcomes of activities that this node had claimed for instances of others.
  accepted := array_fill(false, array[cardinality(outcomes)]);
  if cardinality(outcomes) > 0 then
    with taken as (
      update activities a set finished = true, owner = null
        from unnest(outcomes) with ordinality o
        where a.instance_key = target_lives[o.target] and o.life in (0, a.instance_key)
          and a.execution = o.execution and a.event_id = o.event_id and a.owner = by_node
        returning o.ordinality, a.session)
      select array_agg(ordinality), array_agg(session) filter (where session is not null)
      into positions, touched from taken;
    for n in 1 .. coalesce(cardinality(positions), 0) loop
      accepted[positions[n]] := true;
    end loop;
    if touched is not null then
      perform 1 from sessions s where s.id = any (touched) order by s.id for update;
      update sessions s
        set last_used_at = greatest(s.last_used_at, (select max(o.at) from unnest(outcomes) o))
        where s.id = any (touched);
      wake_all := true;
    end if;
  end if;

  message_ids := '{}';
  if cardinality(messages) > 0 then
    with addressed as materialized (
      select m.*,
        case when m.target > 0 then target_lives[m.target]
             when m.if_created > 0 then created_lives[m.if_created]
             else turn_lives[m.turn] end as life,
        case when m.target > 0 then target_shards[m.target]
             when m.if_created > 0 then m.shard
             else turn_shards[m.turn] end as for_shard,
        case when m.turn > 0 and turn_lives[m.turn] = 0 then 0
             when m.if_created > 0 and created_lives[m.if_created] = 0 then 0
             when m.if_created < 0 and created_lives[-m.if_created] > 0 then 0
             when m.if_created < 0 and created[-m.if_created].root = any (closed_roots) then 0
             when m.if_accepted > 0 and not accepted[m.if_accepted] then 0
             when m.target > 0 and target_lives[m.target] = 0 then 0
             when m.target > 0 and not target_open[m.target] then -1
             else nextval('inbox_id_seq') end as id
      from (select * from unnest(messages) with ordinality order by ordinality) m),
    written as (
      insert into inbox (id, instance_key, shard, delivered_under, instance, kind, execution, source, sent_at,
          visible_at, place, name, error, data) overriding system value
        select a.id, a.life, a.for_shard, nullif(a.delivered_under, 0), a.instance, a.kind, a.execution,
          a.source, a.sent_at, a.visible_at, a.place, a.name, a.error, a.data
        from addressed a where a.id > 0)
    select array_agg(id order by ordinality), array_agg(distinct for_shard) filter (where id > 0),
      array_agg(distinct for_shard) filter (where id > 0 and delivered_under = 0)
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
    closing := array(select turn_lives[t.ordinality] from unnest(turns) with ordinality t
                     where t.status not in ('pending', 'running') and turn_lives[t.ordinality] > 0);
    if cardinality(closing) > 0 then
      delete from inbox m where m.instance_key = any (closing);
      with gone as (delete from activities a where a.instance_key = any (closing) returning a.owner)
        select array_agg(distinct owner) filter (where owner <> by_node) into owners from gone;
      wake := wake || coalesce(owners, '{}');
    end if;
  end if;
  -- Actors that are destroyed: commands that wait begin the next life. They come as if they had been written now.
  if cardinality(destroyed) > 0 then
    closing := array(select turn_lives[d.turn] from unnest(destroyed) d where turn_lives[d.turn] > 0);
    delete from history where instance_key = any (closing);
    delete from kv where instance_key = any (closing);
    delete from executions where instance_key = any (closing);
    delete from actor_states where instance_key = any (closing);
    with gone as (delete from activities a where a.instance_key = any (closing) returning a.owner)
      select array_agg(distinct owner) filter (where owner <> by_node) into owners from gone;
    wake := wake || coalesce(owners, '{}');
    delete from inbox m where m.instance_key = any (closing)
      and not (m.source = 0 and m.kind = 'enqueued' and m.name = 'duroxide::commands');
    for over in
      select i.key, i.id, i.shard, i.orchestration, d.at, d.history_format
        from unnest(destroyed) d join instances i on i.key = turn_lives[d.turn] order by i.id
    loop
      delete from trials t where t.instance = over.id;
      delete from instances i where i.key = over.key;
      perform 1 from inbox m where m.instance_key = over.key limit 1;
      continue when not found;
      insert into instances (id, shard, orchestration, version, status, execution, next_event_id, history_format,
          created_at, updated_at, custom_status_version)
        values (over.id, over.shard, over.orchestration, '', 'running', 1, 1, over.history_format, over.at, over.at, 0)
        returning key into next_life;
      update inbox m set instance_key = next_life, shard = over.shard, delivered_under = null,
          written_by = pg_current_xact_id()
        where m.instance_key = over.key;
      wake := wake || array(select s.node from shards s where s.shard = over.shard and s.node is not null);
    end loop;
  end if;
  if cardinality(discarded) > 0 then
    delete from inbox where id in (select m.id from inbox m where m.id = any (discarded) order by m.id for update);
  end if;
  if cardinality(said) > 0 then
    update activities a set progress = p.details, progress_at = p.at
      from unnest(said) p
      where a.instance_key = coalesce(nullif(p.life, 0), (select i.key from instances i where i.id = p.instance))
        and a.execution = p.execution and a.event_id = p.event_id and a.owner = by_node;
  end if;
  if cardinality(begun_trials) > 0 then
    insert into trials (instance, node)
      select t.id, by_node from unnest(targets) with ordinality t
        where t.ordinality = any (begun_trials) and target_open[t.ordinality]
      on conflict (instance) do update set node = excluded.node;
  end if;
  if cardinality(ended_trials) > 0 then
    delete from trials where instance = any (ended_trials);
  end if;
end
$$;
