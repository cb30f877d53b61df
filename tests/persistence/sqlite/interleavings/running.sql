-- A message, and an activity held by the owner, one for whoever claims it, one that node 3 has claimed.
insert into inbox (id, instance_key, shard, instance, kind, execution, source, sent_at, visible_at, name, data)
  values (1, 2, 7, 'it', 'event_raised', 1, 0, 0, 0, 'first', '');
insert into activities (instance_key, instance, execution, event_id, shard, owner, shared, finished, attempts, attempt,
    retry_of, visible_at, due, name, input)
  values (2, 'it', 1, 2, 7, 1, 0, 0, 0, 1, 0, 0, 0, 'greet', ''),
         (2, 'it', 1, 3, 7, null, 1, 0, 0, 1, 0, 0, 0, 'greet', ''),
         (2, 'it', 1, 4, 7, 3, 1, 0, 0, 1, 0, 0, 0, 'greet', '');
