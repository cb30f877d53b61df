-- Of other programs that run on the same server nobody waits here. Immutable: a session has one schema.
create function stage_class() returns integer immutable language sql as $$
  select (hashtext(current_schema()) & 536870911) * 2
$$;

-- A stop is a lock that the controlling session holds. Each player has two gates, and comes to them in turn,
-- so that the next one can be closed before this one is opened. The notice says at once which stop it is. The
-- first stop of an operation is passed by: nothing has been done before it.
create function stage_stop(number integer) returns void language plpgsql as $$
declare
  player integer := nullif(current_setting('stage.player', true), '')::integer;
  visits integer;
begin
  if player is null then
    return;
  end if;
  visits := current_setting('stage.visits')::integer;
  perform set_config('stage.visits', (visits + 1)::text, true);
  if visits = 0 then
    return;
  end if;
  raise notice 'stop %', number;
  perform pg_advisory_lock(stage_class(), 2 * player + visits % 2);
  perform pg_advisory_unlock(stage_class(), 2 * player + visits % 2);
end
$$;
