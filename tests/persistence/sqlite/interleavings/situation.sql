-- What operations find, as stage_set of PostgreSQL has it: parent, it and child, all of them STATE. Node 1 owns all
-- shards, node 2 stands by, node 3 runs activities.
delete from instances; delete from executions; delete from history; delete from kv; delete from inbox;
delete from activities; delete from sessions; delete from trials; delete from writers; delete from nodes;
update shards set node = 1, after_crash = 0;
insert into nodes (id, name, state, started_at, last_seen_at, orchestrations, activities)
  values (1, 'n1', 'alive', 0, 0, '["Hello@1.0.0"]', '["greet"]'),
         (2, 'n2', 'alive', 0, 0, '["Hello@1.0.0"]', '["greet"]'),
         (3, 'n3', 'alive', 0, 0, '[]', '["greet"]');
insert into instances (key, id, shard, orchestration, version, status, execution, parent_instance, parent_execution,
    parent_event_id, history_format, created_at, updated_at, custom_status_version, root, depth)
  values (1, 'parent', 5, 'Hello', '1.0.0', 'STATE', 1, null, null, null, 1, 0, 0, 0, null, 0),
         (2, 'it', 7, 'Hello', '1.0.0', 'STATE', 1, 'parent', 1, 2, 1, 0, 0, 0, 1, 1),
         (3, 'child', 9, 'Hello', '1.0.0', 'STATE', 1, 'it', 1, 5, 1, 0, 0, 0, 1, 2);
insert into executions (instance_key, execution, status, started_at, input)
  select key, 1, 'STATE', 0, '' from instances;
insert into history (instance_key, execution, first_event_id, count, packed)
  values (1, 1, 1, 2, ''), (2, 1, 1, 8, ''), (3, 1, 1, 1, '');
