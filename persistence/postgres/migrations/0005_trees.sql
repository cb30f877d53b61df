-- Whoever starts others is the root of a tree. A tree whose root has ended, or is to be cancelled, is closed: nothing
-- more is started in it.
--
-- Nodes of schema version 3 may be running. They go on by their own functions, which close no tree; the trigger below
-- fills in what those do not know of. 0006 removes both once the last of these nodes has left.

lock table instances in access exclusive mode;

alter table instances add column root bigint;                       -- the key of it; NULL: this is one
alter table instances add column depth integer not null default 0;  -- below it

-- Only of what may still start something, so that it takes no longer for a store with millions that have ended. Where
-- a parent has ended, its children are about to be cancelled: it is the root of what is left of its tree.
with recursive tree (key, id, root, depth) as (
  select i.key, i.id, coalesce(p.key, i.key), (p.key is not null)::integer
    from instances i left join instances p on p.id = i.parent_instance
    where i.status in ('pending', 'running') and (p.key is null or p.status not in ('pending', 'running'))
  union all
  select c.key, c.id, t.root, t.depth + 1 from tree t
    join instances c on c.parent_instance = t.id and c.status in ('pending', 'running'))
update instances set root = t.root, depth = t.depth from tree t where instances.key = t.key and t.root <> t.key;

-- Of a child that comes before its parent, in the statement that creates both, the root stays unknown.
create function add_root_before_version_5() returns trigger
language plpgsql
set search_path from current
as $$
begin
  select coalesce(p.root, p.key), p.depth + 1 into new.root, new.depth
    from instances p where p.id = new.parent_instance;
  new.depth := coalesce(new.depth, 1);
  return new;
end
$$;
create trigger add_root_before_version_5 before insert on instances
  for each row when (new.parent_instance is not null and new.root is null)
  execute function add_root_before_version_5();
