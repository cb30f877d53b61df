-- It has no parent.
delete from executions where instance_key = 1;
delete from history where instance_key = 1;
delete from instances where key = 1;
update instances set parent_instance = null, parent_execution = null, parent_event_id = null where key = 2;
