-- The statements that must not be torn apart by a round trip: one call is one transaction, and holds nothing while
-- its caller is slow, or gone. Their names carry the schema version, so that nodes of an older build go on with
-- their own set until the last of them has left.
--
-- How rows are locked, so that nothing races and nobody waits in a circle: rows of `instances` come first, in the
-- order of their ids, and only then what belongs to them. A statement that ends, deletes or relocates an instance
-- locks it FOR UPDATE; one that sends it a message locks it FOR KEY SHARE, which disturbs neither its turns nor other
-- senders. Rows of `sessions` are locked in the order of their ids, or not waited for. What is left of circles (an
-- activity that is cancelled while the node that has it is expired) PostgreSQL breaks; a statement that has been
-- broken off is run again.

-- The hot path: one call is one transaction, one round trip, and one fence. Rows come as arrays of the types
-- below. `turn` is the position (from 1) of the turn in the batch that a row belongs to; 0: it belongs to none.

-- With a parent: `root`, the life of the root of its tree; 0: that is `created` `starter`, or, if that is 0 too, the
-- parent. `labels`: [[name, type, text, number], ...]. `actor`: it is a durable actor, which has no execution row.
create type new_instance_v9 as (
  turn integer, id text, shard integer, orchestration text, version text, status text, execution bigint,
  next_event_id bigint, parent_instance text, parent_execution bigint, parent_event_id bigint,
  history_format integer, created_at bigint, custom_status_version bigint, labels text, custom_status text,
  first_execution bigint, input text, root bigint, starter integer, depth integer, actor boolean
);
-- Every turn has one. `life` 0: whichever the id has. `creates`: position in `created` of its instance, which is put
-- on `shard`, and of which nothing is to be changed; 0: it exists. Unless `changes`, the row
-- stays as it is: that of a durable actor, by most of its turns.
create type changed_instance_v9 as (
  creates integer, shard integer, id text, life bigint, execution bigint, status text, at bigint, first_event_id bigint,
  next_event_id bigint, next_execution bigint, history_format integer, version text, sets_custom_status boolean,
  custom_status text, changes boolean
);
-- An instance that must not change while the batch is written: the receiver of a message, or one whose turn ends it.
-- `destroyed`: its turn destroys it; messages for it go to its next life. `creates`, not NULL: if there is no such
-- instance, and something of the batch that is written sends it a message, it is made, as a durable actor of this
-- orchestration.
create type target_v9 as (
  id text, ends boolean, destroyed boolean, creates text, shard integer, history_format integer, created_at bigint
);
create type new_history_v9 as (turn integer, execution bigint, first_event_id bigint, count integer, packed text);
create type new_execution_v9 as (turn integer, execution bigint, at bigint, input text);
create type changed_execution_v9 as (
  turn integer, execution bigint, status text, ended_at bigint, event_count bigint, output text, error text
);
create type taken_message_v9 as (turn integer, id bigint);
create type activity_of_turn_v9 as (turn integer, execution bigint, event_id bigint);
create type new_activity_v9 as (
  turn integer, instance text, execution bigint, event_id bigint, shared boolean, attempts integer,
  attempt integer, retry_of bigint, visible_at bigint, due bigint, name text, tag text, session text, input text
);
-- value NULL: the key goes. key NULL: all keys go.
create type kv_write_v9 as (turn integer, key text, updated_at bigint, value text);
-- Of a durable actor.
create type new_state_v9 as (turn integer, instance text, version text, state text, answers_since bigint, at bigint);
create type new_answer_v9 as (turn integer, instance text, command_id text, made_at bigint, answer text, error text);
-- `history_format`: of its next life.
create type destroyed_actor_v9 as (turn integer, at bigint, history_format integer);
-- For `target` n; 0: for the instance of its turn, or for `created` n > 0 if `if_created` says so.
-- `if_created`: n > 0, for `created` n, if that row was inserted; n < 0, only if it was not. `if_accepted`: only if
-- `outcomes` row n was accepted.
create type new_message_v9 as (
  turn integer, target integer, instance text, shard integer, kind text, execution bigint, source bigint,
  delivered_under bigint, sent_at bigint, visible_at bigint, place bigint, if_created integer, if_accepted integer,
  name text, error text, data text
);
-- `target`: of its instance. `life` 0: whichever the id has.
create type reported_activity_v9 as (
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
-- `label_changes`: [[turn, name, type, text, number], ...], type NULL: the label goes; empty: there are none.
-- Gives: the lives of the turns' instances (0: its instance existed, nothing of the turn was written) and of
-- `created` (0: existed), ids of the messages (0: not written; -1: its instance has ended), the nodes that
-- have to look, and whether all have to.
create function commit_batch_v9(
  by_node integer, fence_lane integer, fence_epoch bigint, fence_seq bigint,
  existing integer, without_life boolean, created new_instance_v9[], roots bigint[], targets target_v9[],
  turns changed_instance_v9[], events new_history_v9[], begun new_execution_v9[],
  ended changed_execution_v9[], consumed taken_message_v9[], finished_ones activity_of_turn_v9[],
  cancelled activity_of_turn_v9[], timers activity_of_turn_v9[], scheduled new_activity_v9[], kv_writes kv_write_v9[],
  outcomes reported_activity_v9[], messages new_message_v9[], discarded bigint[], said reported_activity_v9[],
  begun_trials bigint[], ended_trials text[], states new_state_v9[], answered new_answer_v9[],
  journals activity_of_turn_v9[], destroyed destroyed_actor_v9[], label_changes text,
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
        custom_status_version, custom_status, root, depth) overriding system value
      select created_lives[c.ordinality], c.id, c.shard, c.orchestration, c.version, c.status, c.execution,
        c.next_event_id, c.parent_instance, c.parent_execution, c.parent_event_id, c.history_format,
        c.created_at, c.created_at, c.custom_status_version, c.custom_status,
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
    if exists (select 1 from unnest(created) c where c.labels is not null) then
      insert into labels (instance_key, name, type, text, number)
        select created_lives[c.ordinality], l.value ->> 0, l.value ->> 1, l.value ->> 2,
          (l.value ->> 3)::double precision
        from unnest(created) with ordinality c, json_array_elements(c.labels::json) l
        where c.labels is not null and created_lives[c.ordinality] > 0;
    end if;
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
                 t.custom_status, t.changes)::changed_instance_v9
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
  if label_changes <> '' then
    delete from labels l using json_array_elements(label_changes::json) c
      where l.instance_key = turn_lives[(c.value ->> 0)::integer] and l.name = c.value ->> 1
        and c.value ->> 2 is null;
    insert into labels (instance_key, name, type, text, number)
      select turn_lives[(c.value ->> 0)::integer], c.value ->> 1, c.value ->> 2, c.value ->> 3,
        (c.value ->> 4)::double precision
      from json_array_elements(label_changes::json) c
      where c.value ->> 2 is not null and turn_lives[(c.value ->> 0)::integer] > 0
      on conflict (instance_key, name) do update
        set type = excluded.type, text = excluded.text, number = excluded.number;
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
    delete from labels where instance_key = any (closing);
    delete from actor_states where instance_key = any (closing);
    delete from problems where instance_key = any (closing);
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

-- What waits for an instance, but for the messages of its queues, which the index is led past, however many they are.
create function inbox_without_queues_v9(life bigint)
returns table (id bigint, kind text, instance text, execution bigint, source bigint, name text, data text, error text,
  visible_at bigint, shard integer, instance_key bigint)
language sql stable
set search_path from current
set enable_seqscan = off
set enable_indexscan = off
set enable_indexonlyscan = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
  select m.id, m.kind, m.instance, m.execution, m.source, m.name, m.data, m.error, m.visible_at, m.shard, m.instance_key
    from inbox m where m.instance_key = life and m.source > 0
  union all
  select m.id, m.kind, m.instance, m.execution, m.source, m.name, m.data, m.error, m.visible_at, m.shard, m.instance_key
    from inbox m where m.instance_key = life and m.source = 0 and m.kind < 'enqueued'
  union all
  select m.id, m.kind, m.instance, m.execution, m.source, m.name, m.data, m.error, m.visible_at, m.shard, m.instance_key
    from inbox m where m.instance_key = life and m.source = 0 and m.kind > 'enqueued'
$$;

-- The first messages of a queue: at most `most`, and not much more than `most_bytes` of payloads, whose length is
-- known without reading them. `bytes`: of all up to this one. The planner is left one way: along the index, from the
-- front.
create function front_of_queue_v9(life bigint, queue text, most bigint, most_bytes bigint)
returns table (id bigint, kind text, instance text, execution bigint, source bigint, name text, data text, error text,
  visible_at bigint, shard integer, instance_key bigint, bytes bigint)
language sql stable
set search_path from current
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
  select p.* from (
    select m.id, m.kind, m.instance, m.execution, m.source, m.name, m.data, m.error, m.visible_at, m.shard,
        m.instance_key,
        sum(coalesce(octet_length(m.data), 0)) over (order by m.place, m.id rows unbounded preceding) as bytes
      from inbox m
      where m.instance_key = life and m.source = 0 and m.kind = 'enqueued' and m.name = queue
      order by m.place, m.id limit most) p
    where p.bytes - coalesce(octet_length(p.data), 0) < most_bytes
$$;

-- Whether a node is alive and runs what is needed. No version has an @ in it.
create function offers_v9(node nodes, needed text, needed_version text, needed_format integer) returns boolean
language sql stable
as $$
  select node.state = 'alive' and node.runs_orchestrations and needed_format = any (node.history_formats)
    and exists (select 1 from unnest(node.orchestrations) o
                where o = needed || '@' || needed_version
                  or (needed_version = '' and starts_with(o, needed || '@')
                      and strpos(substr(o, length(needed) + 2), '@') = 0))
$$;

-- Whether an instance that `by_node` cannot run would find another node by `relocate`.
create function is_offered_elsewhere_v9(by_node integer, needed text, needed_version text, needed_format integer)
returns boolean
language sql stable
set search_path from current
as $$
  select exists (select 1 from nodes n join shards s on s.node = n.id
                 where n.id <> by_node and offers_v9(n, needed, needed_version, needed_format))
$$;

-- Relocation: moves an instance of `by_node`'s shards to a shard of another living node that offers what it needs:
-- any of them, so that many instances spread. Gives the shard and its owner; NULL: there is none, or the instance is
-- not this node's any more.
--
-- The owner's tenure of the new shard has nothing to do with that of the old one, and what the owner has looked
-- through does not hold these messages: they come as if they had been written now.
create function relocate_v9(
  by_node integer, instance_id text, needed text, needed_version text, needed_format integer,
  out new_shard integer, out new_owner integer)
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
declare
  life bigint;
begin
  select i.key into life from instances i join shards s on s.shard = i.shard and s.node = by_node
    where i.id = instance_id for update of i for share of s;
  if not found then
    return;
  end if;
  select s.shard, n.id into new_shard, new_owner
    from nodes n join shards s on s.node = n.id
    where n.id <> by_node and offers_v9(n, needed, needed_version, needed_format) order by random() limit 1;
  if not found then
    return;
  end if;
  update instances set shard = new_shard where key = life;
  update inbox set shard = new_shard, delivered_under = null, written_by = pg_current_xact_id()
    where id in (select m.id from inbox m where m.instance_key = life order by m.id for update);
  update activities set shard = new_shard, shared = true where instance_key = life;
end
$$;

-- How far the log of the server went when its present run began, that is, how much of an older history it goes on from;
-- NULL: that cannot be told any more.
create function log_began_at_v9() returns bigint
language plpgsql
set search_path from current
as $$
begin
  -- Where a recovery, or a promotion, has ended; else where a shutdown has, which is known until the next checkpoint.
  return coalesce(pg_last_wal_replay_lsn(), (
    select c.checkpoint_lsn from pg_control_checkpoint() c where c.redo_lsn = c.checkpoint_lsn)) - '0/0'::pg_lsn;
exception when insufficient_privilege or undefined_function or feature_not_supported then
  return null;
end
$$;

create function place_v9() returns text
language plpgsql
set search_path from current
as $$
declare
  cluster text := '';
begin
  begin
    select c.system_identifier into cluster from pg_control_system() c;
  exception when insufficient_privilege or undefined_function or feature_not_supported then
    null;
  end;
  return cluster || ' ' || 'server_runs'::regclass::oid;
end
$$;

-- The run of the server that a session is in, by its mark, and whether the server still has what the caller knows to
-- be committed: the run `known` (empty: nothing), the log up to `seen` in it, and what its lanes have written. NULL: it
-- is a standby. Transaction ids, and ids of rows, prove nothing: a history that went back gives them again.
create function enter_run_v9(
  known text, seen bigint, its_nodes bigint[], its_lanes bigint[], its_seqs bigint[],
  out run text, out goes_on boolean)
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
declare
  here text;
begin
  if pg_is_in_recovery() then
    return;
  end if;
  here := place_v9();
  select r.mark into run from server_runs r where r.begun = pg_postmaster_start_time() and r.place = here;
  if run is null then
    insert into server_runs (begun, place, came_to) values (pg_postmaster_start_time(), here, log_began_at_v9())
      on conflict (begun, place) do nothing;
    select r.mark into run from server_runs r where r.begun = pg_postmaster_start_time() and r.place = here;
  end if;
  if known = '' then
    goes_on := true;
    return;
  end if;
  goes_on := pg_current_wal_flush_lsn() - '0/0'::pg_lsn >= seen
    and exists (
      select 1 from server_runs k where k.mark = known and k.place = here and not exists (
        select 1 from server_runs r
          where r.number > k.number and (r.place <> here or r.came_to is null or r.came_to < seen)))
    and not exists (
      select 1 from unnest(its_nodes, its_lanes, its_seqs) l (node, lane, seq)
        left join writers w on w.node = l.node and w.lane = l.lane
        where w.commit_seq is null or w.commit_seq < l.seq);
end
$$;

-- What a deletion has removed.
create type deleted_v9 as (instances bigint, executions bigint, events bigint, messages bigint, activities bigint);

-- Deletes an instance with its descendants if all of them have ended; else it gives one that runs, and nothing is
-- deleted. Who has ended can have no more children, so what was found ended stays all that there is.
create function delete_ended_v9(root_life bigint, out running text, out last_execution bigint, out deleted deleted_v9)
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
declare
  lives bigint[];
  locked bigint;
begin
  last_execution := 0;
  with recursive family (key, id, ended) as (
    select i.key, i.id, i.status not in ('pending', 'running') from instances i where i.key = root_life
    union
    select i.key, i.id, i.status not in ('pending', 'running')
      from family f join instances i on i.parent_instance = f.id)
    select array_agg(f.key), (array_agg(f.id) filter (where not f.ended))[1] into lives, running from family f;
  if lives is null or running is not null then
    return;
  end if;
  select count(*) into locked
    from (select 1 from instances i where i.key = any (lives) order by i.id for update) l;
  if locked < cardinality(lives) then
    return;  -- somebody else is deleting it
  end if;
  select execution into last_execution from instances where key = root_life;
  deleted := (0, 0, 0, 0, 0);
  with gone as (delete from history where instance_key = any (lives) returning count)
    select coalesce(sum(count), 0) into deleted.events from gone;
  delete from kv where instance_key = any (lives);
  delete from labels where instance_key = any (lives);
  delete from actor_states where instance_key = any (lives);
  delete from problems where instance_key = any (lives);
  delete from answers k using instances i where i.key = any (lives) and k.instance = i.id;
  delete from executions where instance_key = any (lives);
  get diagnostics locked = row_count;
  deleted.executions := locked;
  delete from trials t using instances i where i.key = any (lives) and t.instance = i.id;
  delete from instances where key = any (lives);
  get diagnostics locked = row_count;
  deleted.instances := locked;
end
$$;

-- Ends an instance and all its descendants as cancelled, without a turn of theirs, as the first part of a deletion by
-- force: to be called again until it gives 0. It follows what they begin meanwhile, from the ones that it has just
-- ended to their children, which is faster than they can go on; who has been ended begins nothing more. Rows that
-- somebody is just writing are passed by, and looked at again soon. It waits for a row only while it holds no other,
-- since a family has its own order, and commits have another one. Gives how many it has ended, what went with them,
-- and whose activities went.
create function close_family_v9(
  root_life bigint, at bigint, out closed bigint, out messages bigint, out activities bigint, out owners integer[])
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
declare
  members bigint[];  -- that may be running
  lives bigint[];
  step record;
  looks integer := 0;
begin
  closed := 0;
  messages := 0;
  activities := 0;
  owners := '{}';
  -- The root alone comes first: once that is written its tree is closed, and nothing more is started in it. One that
  -- has no children is done at once, so that who waits for it sees its end for no longer than he must.
  lives := array(
    select i.key from instances i where i.key = root_life and i.status in ('pending', 'running') and exists (
        select 1 from instances c where c.parent_instance = i.id and c.status in ('pending', 'running'))
      for update);
  if cardinality(lives) > 0 then
    closed := 1;
    select * into step from close_instances_v9(lives, at);
    messages := step.messages;
    activities := step.activities;
    owners := step.owners;
    return;
  end if;
  with recursive family (key, id) as (
    select i.key, i.id from instances i where i.key = root_life
    union
    select i.key, i.id from family f join instances i on i.parent_instance = f.id)
    select array_agg(f.key) into members from family f;
  loop
    lives := array(select i.key from instances i where i.key = any (members) and i.status in ('pending', 'running')
                   order by i.id for update skip locked);
    if cardinality(lives) = 0 then
      looks := looks + 1;
      if looks > 20 and closed = 0 then
        lives := array(select i.key from instances i where i.key = any (members) and i.status in ('pending', 'running')
                       order by i.id limit 1 for update);
      end if;
      exit when looks > 20 and cardinality(lives) = 0;
    end if;
    if cardinality(lives) > 0 then
      select * into step from close_instances_v9(lives, at);
      closed := closed + cardinality(lives);
      messages := messages + step.messages;
      activities := activities + step.activities;
      owners := owners || step.owners;
    end if;
    -- Those that were passed by, and the children of all.
    members := array(
      select i.key from instances i where i.key = any (members) and i.status in ('pending', 'running')
      union
      select c.key from instances p join instances c on c.parent_instance = p.id
        where p.key = any (members) and c.status in ('pending', 'running'));
    exit when cardinality(members) = 0;
    if cardinality(lives) = 0 then
      perform pg_sleep(0.0005);
    end if;
  end loop;
end
$$;

-- Sends a cancel message to members of a closed tree, among the next `most` instances, of whatever tree, that have this
-- status and come after a life. Gives the last one that was looked at, and the nodes that have to look. Who is just
-- being ended is passed by.
create function cancel_tree_v9(
  root_life bigint, in_status text, after_life bigint, at bigint, reason text, most bigint,
  out closed boolean, out last_life bigint, out wake integer[])
language plpgsql
set search_path from current
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  members bigint[];
  sent_to integer[];
begin
  perform 1 from instances i where i.key = root_life and i.status || '' in ('pending', 'running');
  closed := not found;
  if not closed then
    return;
  end if;
  select max(i.key), array_agg(i.key) filter (where i.root = root_life) into last_life, members
    from (select n.key, n.root from instances n
            where n.status = in_status and n.status <> 'completed' and n.key > after_life order by n.key limit most) i;
  with addressed as (
    select i.key, i.id, i.shard from instances i
      where i.key = any (members) and i.status || '' in ('pending', 'running') and not exists (
        select 1 from inbox m where m.instance_key = i.key and m.source = 0 and m.kind = 'cancel')
      order by i.id for key share skip locked),
  written as (
    insert into inbox (instance_key, shard, instance, kind, execution, source, sent_at, visible_at, name, data)
      select a.key, a.shard, a.id, 'cancel', 0, 0, at, at, '', reason from addressed a returning shard)
    select array_agg(distinct shard) into sent_to from written;
  wake := array(select distinct s.node from shards s where s.shard = any (sent_to) and s.node is not null);
end
$$;

-- Ends these instances, which the caller has locked, and whose rows nobody will take any more.
create function close_instances_v9(
  lives bigint[], ended_at bigint, out messages bigint, out activities bigint, out owners integer[])
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
#variable_conflict use_column
begin
  update instances i set status = 'cancelled', updated_at = close_instances_v9.ended_at where i.key = any (lives);
  update executions e
    set status = 'cancelled', ended_at = close_instances_v9.ended_at, event_count = (
      select coalesce(max(h.first_event_id + h.count) - 1, 0) from history h
        where h.instance_key = e.instance_key and h.execution = e.execution)
    from instances i
    where i.key = any (lives) and e.instance_key = i.key and e.execution = i.execution;
  delete from inbox m where m.instance_key = any (lives);
  get diagnostics messages = row_count;
  with gone as (delete from activities a where a.instance_key = any (lives) returning a.owner)
    select count(*), coalesce(array_agg(distinct owner) filter (where owner is not null), '{}')
    into activities, owners from gone;
  delete from trials t using instances i where i.key = any (lives) and t.instance = i.id;
  delete from problems where instance_key = any (lives);
end
$$;

-- Starts an instance, in one transaction with the deletion of an ended one of its id. Its executions are counted on.
-- `created` and `messages` (the start message) have one row each.
create function replace_ended_v9(created new_instance_v9[], messages new_message_v9[],
  out fenced boolean, out turn_lives bigint[], out created_lives bigint[], out message_ids bigint[],
  out wake integer[], out wake_all boolean)
language plpgsql
set search_path from current
set enable_seqscan = off
set jit = off
as $$
declare
  last bigint := 0;
begin
  select d.last_execution into last from instances i cross join lateral delete_ended_v9(i.key) d
    where i.id = (created[1]).id;
  created[1].execution := coalesce(last, 0) + 1;
  created[1].first_execution := coalesce(last, 0) + 1;
  messages[1].execution := coalesce(last, 0) + 1;
  select c.fenced, c.turn_lives, c.created_lives, c.message_ids, c.wake, c.wake_all
    into fenced, turn_lives, created_lives, message_ids, wake, wake_all
    from commit_batch_v9(0, 0, 0, 0, 0, false, created, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
      '{}', '{}', '{}', messages, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '') c;
end
$$;

-- Claiming: makes `by_node` the owner of claimable activities that fit, and gives their keys. What they are, and in which
-- order they are to be run, is read afterwards: an answer that is too long for a slow reader would keep its locks.
-- A claim has a number (writers.commit_seq of lane -1, the fence of claims), so that after a lost answer one knows
-- whether it was made, and what it took. The rules of sessions stand in 0001_initial.sql.
--
-- Who goes first: activities on sessions, whose number is limited by that of the sessions; then all others as they are
-- due, of each instance at most `share` while others wait. What is left of `most` goes to the first of them.
create function claim_activities_v9(
  by_node integer, claim_epoch bigint, claim_seq bigint, names text[], untagged boolean, any_tag boolean,
  tags text[], most bigint, share bigint, max_sessions bigint, as_session_owner text, idle_timeout bigint,
  reserved_for bigint, at bigint, most_bytes bigint,
  out fenced boolean, out moved boolean, out lives bigint[], out executions bigint[], out event_ids bigint[])
language plpgsql
set search_path from current
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
#variable_conflict use_column
declare
  candidate record;
  held record;
  busy text[];
  refused text[] := '{}';
  room bigint := most;
  bytes_left bigint := most_bytes;  -- of inputs, whose length is known without reading them
  found_rows bigint;
  found_bytes bigint;
begin
  fenced := false;
  moved := false;  -- whether the fence was
  lives := '{}';
  executions := '{}';
  event_ids := '{}';
  perform 1 from activities a
    where a.shared and a.owner is null and not a.finished and a.name = any (names)
      and case when a.tag is null then untagged else any_tag or a.tag = any (tags) end
    limit 1;
  if not found or most <= 0 then
    return;
  end if;
  update writers set commit_seq = commit_seq + 1
    where node = by_node and lane = -1 and epoch = claim_epoch and commit_seq = claim_seq;
  if not found then
    fenced := true;
    return;
  end if;
  moved := true;

  perform 1 from activities a
    where a.shared and a.owner is null and not a.finished and a.session is not null limit 1;
  if found then
    -- One decides on sessions after the other.
    perform pg_advisory_xact_lock(hashtextextended('duroxide sessions of ' || current_schema(), 0));
    select coalesce(array_agg(distinct a.session), '{}') into busy
      from activities a where a.owner = by_node and a.session is not null;
    for candidate in
      select a.instance_key, a.execution, a.event_id, a.session, octet_length(a.input) as bytes from activities a
        where a.shared and a.owner is null and not a.finished and a.session is not null and a.name = any (names)
          and case when a.tag is null then untagged else any_tag or a.tag = any (tags) end
        order by a.due, a.instance_key, a.execution, a.event_id
    loop
      exit when room <= 0 or bytes_left <= 0;
      continue when candidate.session = any (refused);
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
      update activities a set owner = by_node, claim = claim_seq + 1
        where a.instance_key = candidate.instance_key and a.execution = candidate.execution
          and a.event_id = candidate.event_id and a.owner is null and not a.finished;
      continue when not found;  -- cancelled since
      room := room - 1;
      bytes_left := bytes_left - candidate.bytes;
      if not candidate.session = any (busy) then
        busy := busy || candidate.session;
      end if;
      insert into sessions as s (id, node, session_owner, last_used_at)
        values (candidate.session, by_node, nullif(as_session_owner, ''), at)
        on conflict (id) do update set node = excluded.node, session_owner = excluded.session_owner,
          last_used_at = greatest(s.last_used_at, excluded.last_used_at);
      lives := lives || candidate.instance_key;
      executions := executions || candidate.execution;
      event_ids := event_ids || candidate.event_id;
    end loop;
    -- A free session needs no row, so the table stays as small as what is in use.
    delete from sessions where id in (
      select s.id from sessions s
        where (s.node = by_node and s.last_used_at < at - idle_timeout
               and not exists (select 1 from activities a where a.owner = by_node and a.session = s.id))
          or (s.node is null and s.last_used_at <= at - reserved_for)
        for update skip locked);
  end if;

  -- The first time round each instance gets its share, the second time whatever is left. From one instance to the next
  -- the index is skipped, so that one which has very many waiting costs no more than others.
  for everything in 0 .. 1 loop
    exit when room <= 0 or bytes_left <= 0;
    with recursive waiting (due, life) as (
      (select a.due, a.instance_key from activities a
         where a.shared and a.owner is null and not a.finished order by a.due, a.instance_key limit 1)
      union all
      select n.due, n.life from waiting w cross join lateral (
        select a.due, a.instance_key as life from activities a
          where a.shared and a.owner is null and not a.finished and (a.due, a.instance_key) > (w.due, w.life)
          order by a.due, a.instance_key limit 1) n),
    chosen as materialized (
      select c.instance_key, c.execution, c.event_id, c.bytes
      from waiting w cross join lateral (
        select a.instance_key, a.execution, a.event_id, octet_length(a.input) as bytes from activities a
          where a.due = w.due and a.instance_key = w.life and a.shared and a.owner is null and not a.finished
            and a.session is null and a.name = any (names)
            and case when a.tag is null then untagged else any_tag or a.tag = any (tags) end
          order by a.due, a.instance_key, a.execution, a.event_id
          limit case when everything = 1 then room else greatest(share, 1) end
          for update skip locked) c
      limit room),
    fitting as (
      select s.instance_key, s.execution, s.event_id, s.bytes from (
        select c.*, sum(c.bytes) over (rows unbounded preceding) as bytes_so_far from chosen c) s
      where s.bytes_so_far - s.bytes < bytes_left),
    claimed as (
      update activities a set owner = by_node, claim = claim_seq + 1 from fitting c
        where a.instance_key = c.instance_key and a.execution = c.execution and a.event_id = c.event_id
        returning a.instance_key, a.execution, a.event_id, c.bytes)
    select count(*), coalesce(sum(c.bytes), 0), lives || array_agg(c.instance_key),
        executions || array_agg(c.execution),
        event_ids || array_agg(c.event_id)
      into found_rows, found_bytes, lives, executions, event_ids from claimed c;
    room := room - found_rows;
    bytes_left := bytes_left - found_bytes;
  end loop;
end
$$;

-- The end of a node: how is 'left' or 'dead'. Its writers are fenced before anything of it is given away; a commit on
-- its way ends before that, or is defeated. The node comes first: a writer that is about to take an epoch has locked
-- it. Messages need no change: `delivered_under` counts only under the tenure that it names. So taking over takes no
-- longer for a million of them.
create function end_node_v9(ended integer, how text) returns void
language plpgsql
set search_path from current
as $$
declare
  death text;
begin
  update nodes set state = how, last_seen_at = (extract(epoch from now()) * 1000)::bigint where id = ended;
  update writers set epoch = epoch + 1 where node = ended;
  update shards set node = null, after_crash = (how = 'dead') where node = ended;
  perform 1 from sessions where node = ended order by id for update;
  update sessions set node = null where node = ended and session_owner is not null;
  delete from sessions where node = ended;
  if how = 'left' then
    update activities set owner = null where owner = ended;
    update trials set node = null where node = ended;
    return;
  end if;
  -- A crash is counted for what it was running, with who it was.
  select 'node ' || id || ' (' || name || ') died; it was declared dead at ' ||
         to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' || chr(10)
    into death from nodes where id = ended;
  update activities set attempts = attempts + 1, failures = failures || death, owner = null where owner = ended;
  update trials set attempts = attempts + 1, failures = failures || death, node = null where node = ended;
end
$$;

-- Ends the sessions by which the dead are still seen, and by which they listen: one that hangs does not read what it is
-- told, and a server keeps what was notified, in a queue of the whole database, until every listener has read it; once
-- that is full, nobody can notify any more. A session that a living node has as well is left alone. Only a superuser, or
-- who has pg_signal_backend, may end a session of another role.
create function end_listeners_v9(dead integer[], lock_class bigint) returns void
language plpgsql
set search_path from current
as $$
declare
  one record;
begin
  for one in
    with seen as materialized (
      select l.pid, l.objid::bigint as node from pg_locks l
        where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and l.mode = 'ExclusiveLock'
          and l.classid = lock_class::oid and l.pid <> pg_backend_pid()
          and l.database = (select oid from pg_database where datname = current_database()))
    select s.pid, min(s.node) as node from seen s
      where s.node = any (dead) and not exists (
        select 1 from seen o join nodes n on n.id = o.node
          where o.pid = s.pid and n.state = 'alive' and not n.id = any (dead))
      group by s.pid
  loop
    begin
      perform pg_terminate_backend(one.pid);
    exception when insufficient_privilege then
      raise warning 'duroxide: session % of node %, which hangs, cannot be ended by %, and may keep notifications from '
          'being forgotten', one.pid, one.node, current_user
        using hint = format('End it as its own user or as a superuser, by select pg_terminate_backend(%s), or grant '
                            'pg_signal_backend to %I.', one.pid, current_user);
    end;
  end loop;
end
$$;

-- Ends those of `dead` that nobody has ended before, and makes `by_node` the owner of free shards until it has
-- `share`. Gives who was ended. Raises DX002 if the node is not a member any more. All nodes concerned are locked in
-- the order of their ids, since two may take one another for dead.
create function take_shards_v9(by_node integer, dead integer[], share bigint) returns integer[]
language plpgsql
set search_path from current
as $$
declare
  alive integer[];
  ended integer;
begin
  -- A session that hangs in a commit would keep what it has locked.
  perform pg_terminate_backend(w.session) from writers w
    join pg_stat_activity a on a.pid = w.session and a.backend_start = w.session_begun where w.node = any (dead);
  alive := array(select id from nodes where id = any (dead || by_node) and state = 'alive' order by id for update);
  if not by_node = any (alive) then
    raise exception 'node % is not a member of the store any more: it has left, or was found dead. Join again.',
      by_node using errcode = 'DX002';
  end if;
  alive := array_remove(alive, by_node);
  foreach ended in array alive loop
    perform end_node_v9(ended, 'dead');
  end loop;
  update shards set node = by_node, tenure = (select nextval('tenures')) where shard in (
    select shard from shards where node is null order by shard
      limit greatest(share - (select count(*) from shards where node = by_node), 0) for update skip locked);
  update activities set owner = by_node where owner is null and not shared and not finished
    and shard in (select shard from shards where node = by_node);
  return alive;
end
$$;

-- Makes `joining`, a number drawn from the sequence of nodes, a member, which takes shards as above.
create function join_v9(
  joining integer, its_name text, runs boolean, its_orchestrations text[], its_activities text[],
  formats integer[], dead integer[], share bigint) returns void
language plpgsql
set search_path from current
as $$
declare
  current_ms bigint := (extract(epoch from now()) * 1000)::bigint;
begin
  insert into nodes (id, name, state, started_at, last_seen_at, runs_orchestrations, orchestrations, activities,
      history_formats, schema_version) overriding system value
    values (joining, its_name, 'alive', current_ms, current_ms, runs, its_orchestrations, its_activities, formats, 9);
  perform take_shards_v9(joining, dead, share);
  -- Rows of a dump that was restored name transactions that this server has not had yet.
  update inbox set written_by = pg_current_xact_id() where written_by >= pg_snapshot_xmax(pg_current_snapshot());
end
$$;

-- Gives shards up. What runs of their activities stays behind as claimed. Raises DX002 as above.
create function release_shards_v9(by_node integer, given_up bigint[]) returns void
language plpgsql
set search_path from current
as $$
begin
  perform 1 from nodes where id = by_node and state = 'alive' for share;
  if not found then
    raise exception 'node % is not a member of the store any more: it has left, or was found dead. Join again.',
      by_node using errcode = 'DX002';
  end if;
  -- Whether they came from a dead node stays known: what killed that one may not have been run since.
  update shards set node = null where node = by_node and shard = any (given_up);
  update activities set shared = true
    where owner = by_node and not shared and not finished and shard = any (given_up);
end
$$;

create function leave_v9(leaving integer) returns void
language plpgsql
set search_path from current
as $$
begin
  perform 1 from nodes where id = leaving and state = 'alive' for update;
  if found then
    perform end_node_v9(leaving, 'left');
  end if;
end
$$;
