-- What must hold once all have finished, for either kind of store: rows of a kind and of what does not. It goes
-- behind the beginning of a WITH that knows what the operations said which were committed, each with its place
-- in the order of their commits, from 1: `sent` (at, "to", id, always), `born` (at, id, key), `gone` (at, id).
-- The view stage_questions asks all that a verification asks.
living (id, key, execution, shard) as materialized (
  select id, key, execution, shard from instances where status in ('pending', 'running'))

-- Nobody will take it.
select 'orphan', 'a message (' || m.kind || ') lies there for ' || m.instance || ', which ' ||
       case when exists (select 1 from instances i where i.id = m.instance) then 'has ended'
            else 'does not exist' end
  from inbox m where not exists (select 1 from living l where l.id = m.instance)
union all
select 'orphan', 'activity ' || a.event_id || ' is there for ' || a.instance || ', which ' ||
       case when exists (select 1 from instances i where i.id = a.instance) then 'has ended'
            else 'does not exist' end
  from activities a where not exists (select 1 from living l where l.id = a.instance)

-- The instance of that id came to life after the row was written.
union all
select 'older', 'a message (' || m.kind || ') is of another life than ' || m.instance
  from inbox m join living l on l.id = m.instance where m.instance_key <> l.key
union all
select 'older', 'a message (' || m.kind || ') is older than ' || m.instance
  from inbox m join living l on l.id = m.instance join born b on b.key = l.key
  where coalesce((select s.at from sent s where s.id = m.id), 0) < b.at
union all
select 'older', 'activity ' || a.event_id || ' is of another life than ' || a.instance
  from activities a join living l on l.id = a.instance where a.instance_key <> l.key
union all
-- No operation gives birth to an instance and activities at once.
select 'older', 'activity ' || a.event_id || ' is older than ' || a.instance
  from activities a join living l on l.id = a.instance join born b on b.key = l.key

union all
select 'shard',
       'a message (' || m.kind || ') lies on shard ' || m.shard || ', ' || l.id || ' on ' || l.shard
  from inbox m join living l on l.id = m.instance where m.shard <> l.shard
union all
select 'shard',
       'activity ' || a.event_id || ' lies on shard ' || a.shard || ', ' || l.id || ' on ' || l.shard
  from activities a join living l on l.id = a.instance where a.shard <> l.shard

-- No operation consumes what another one has sent: it is there, unless its instance has gone since.
union all
select 'lost', 'message ' || s.id || ' was accepted for ' || s."to" || ', and is not there'
  from sent s where s.id > 0 and not exists (select 1 from inbox m where m.id = s.id)
    and not exists (select 1 from gone g where g.id = s."to" and g.at > s.at)
union all
select 'refused', 'a message for ' || s."to" || ' was refused, which lived all the time'
  from sent s where s.always and s.id <= 0 and exists (select 1 from living l where l.id = s."to")
    and not exists (select 1 from gone g where g.id = s."to")
    and not exists (select 1 from born b where b.id = s."to")
union all
select 'lost',
       'activity ' || a.event_id || ' of ' || a.instance || ' has finished, and its outcome is not there'
  from activities a where a.finished and not exists (
    select 1 from inbox m
      where m.instance = a.instance and m.source = a.event_id and m.kind = 'activity_done')

-- Nobody expires the dead twice.
union all
select 'stranded', 'activity ' || a.event_id || ' is in the hands of node ' || a.owner || ', which is dead'
  from activities a where a.owner is not null
    and not exists (select 1 from nodes n where n.id = a.owner and n.state = 'alive')

union all
select 'unsound', q.instance || ': ' || q.what from stage_questions q
