-- The last node of schema version 2 has left: what was kept for it goes.

lock table instances, inbox, activities, nodes in access exclusive mode;

drop trigger add_life_before_version_3 on inbox;
drop trigger add_life_before_version_3 on activities;
drop trigger add_due_before_version_3 on activities;
drop function add_life_before_version_3;
drop function add_due_before_version_3;

drop function commit_batch;
drop function claim_activities;
drop function delete_ended;
drop type new_instance, changed_instance, new_history, new_execution, changed_execution, taken_message,
  activity_of_turn, new_activity, kv_write, new_message, reported_activity;

drop index inbox_by_instance;
drop index activities_to_claim;
alter table activities drop constraint activities_pkey;
alter table activities add constraint activities_pkey primary key using index activities_of_instance;
