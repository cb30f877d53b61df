-- The last node of schema version 7 has left: what was kept for it goes.

lock table instances in access exclusive mode;

drop trigger take_labels_before_version_9 on instances;
drop trigger show_labels_before_version_9 on labels;
drop trigger delete_rows_before_version_9 on instances;
drop function take_labels_before_version_9;
drop function show_labels_before_version_9;
drop function delete_rows_before_version_9;
drop function add_labels_before_version_9;
drop function labels_before_version_9;
alter table instances drop column labels;

-- Where a build has never worked with its own set, there is none.
do $$
declare
  it record;
begin
  for it in
    select p.oid::regprocedure as name from pg_proc p
      where p.pronamespace = current_schema()::regnamespace and right(p.proname, 3) = '_v7'
  loop
    execute 'drop function ' || it.name;
  end loop;
  for it in
    select t.oid::regtype as name from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
      where t.typnamespace = current_schema()::regnamespace and right(t.typname, 3) = '_v7'
  loop
    execute 'drop type ' || it.name;
  end loop;
end
$$;
