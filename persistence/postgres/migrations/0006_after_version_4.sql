-- The last node of schema version 3 has left: what was kept for it goes.

lock table instances in access exclusive mode;

drop trigger add_root_before_version_5 on instances;
drop function add_root_before_version_5;

-- Where a build has never worked with its own set, there is none.
do $$
declare
  it record;
begin
  for it in
    select p.oid::regprocedure as name from pg_proc p
      where p.pronamespace = current_schema()::regnamespace and right(p.proname, 3) = '_v3'
  loop
    execute 'drop function ' || it.name;
  end loop;
  for it in
    select t.oid::regtype as name from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
      where t.typnamespace = current_schema()::regnamespace and right(t.typname, 3) = '_v3'
  loop
    execute 'drop type ' || it.name;
  end loop;
end
$$;
