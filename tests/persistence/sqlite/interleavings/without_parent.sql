-- It has no parent.
delete from executions where instance_key = 1;
delete from history where instance_key = 1;
delete from instances where key = 1;
update instances set parent_instance = null, parent_execution = null, parent_event_id = null, root = null,
    depth = 0 where key = 2;
update instances set root = 2, depth = 1 where key = 3;
