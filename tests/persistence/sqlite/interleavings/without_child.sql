delete from executions where instance_key = 3;
delete from history where instance_key = 3;
delete from instances where key = 3;
