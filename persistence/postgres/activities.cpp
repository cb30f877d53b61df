#include "persistence/postgres/activities.hpp"

#include "duroxide/detail/reserved_names.hpp"
#include "duroxide/limits.hpp"
#include "persistence/activity_rows.hpp"

namespace duroxide::persistence::postgres {

key_columns::key_columns(const std::vector<activity_key>& keys) {
  for (const activity_key& key : keys) {
    instances.push_back(key.instance);
    lives.push_back(key.life);
    executions.push_back(key.execution);
    event_ids.push_back(key.event_id);
  }
}

namespace {

std::vector<stored_activity> read_all(row_cursor row) {
  std::vector<stored_activity> found;
  while (row.next()) {
    stored_activity& activity = found.emplace_back();
    read_activity(row, activity, "input", payload_column{activity.input});
  }
  return found;
}

}  // namespace

std::vector<stored_activity> read_activities(connection& db, const activity_query& query) {
  // No life is 0, so the empty key is before all others.
  const activity_key after = query.after.value_or(activity_key{});
  // An input's length is known without reading it. Shards and instances are looked up row by row, whatever
  // the planner thinks of how many there are.
  return read_all(db.run(
      "select instance, execution, event_id, orchestration, version, name, tag, session, attempt, retry_of, "
      "attempts, failures, shared, instance_key, due, input from ("
      "select p.*, sum(octet_length(input)) over (order by instance_key, execution, event_id "
      "rows unbounded preceding) as bytes from ("
      "select a.*, i.orchestration, i.version "
      "from activities a cross join lateral (select orchestration, version from instances "
      "where key = a.instance_key offset 0) i "
      "where ((a.owner = $1 and not a.shared) or (a.shared and a.owner is null)) "
      "and not a.finished and (a.instance_key, a.execution, a.event_id) > ($2, $3, $4) "
      "and a.shard = any ($6::bigint[]) and (select s.node from shards s where s.shard = a.shard) = $1 "
      "order by a.instance_key, a.execution, a.event_id limit $5) p) page "
      "where bytes - octet_length(input) < $7 order by instance_key, execution, event_id",
      static_cast<std::int32_t>(query.node), after.life, after.execution, after.event_id,
      static_cast<std::uint64_t>(query.limit),
      std::vector<std::uint64_t>(query.shards.begin(), query.shards.end()),
      std::uint64_t{limits::batch_bytes}));
}

std::vector<stored_activity> read_activities_of(connection& db, std::uint64_t life) {
  // An input's length is known without reading it.
  auto row = db.run(
      "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.tag, a.session, "
      "a.attempt, a.retry_of, a.attempts, a.failures, a.shared, a.instance_key, a.due, "
      "case when a.bytes - octet_length(a.input) < $2 or starts_with(a.name, $3) then a.input end as input "
      "from (select *, sum(octet_length(input)) over (order by execution, event_id rows unbounded preceding) "
      "as bytes from activities where instance_key = $1 and not finished) a "
      "join instances i on i.key = a.instance_key order by a.execution, a.event_id",
      life, std::uint64_t{limits::batch_bytes}, std::string(duroxide::detail::reserved_name_prefix));
  std::vector<stored_activity> found;
  while (row.next()) {
    stored_activity& activity = found.emplace_back();
    std::optional<std::string> input;
    read_activity(row, activity, "input", optional_payload_column{input});
    activity.input_left = !input;
    if (input) activity.input = *std::move(input);
  }
  return found;
}

std::vector<stored_activity> read_activities(connection& db, const std::vector<activity_key>& keys) {
  const key_columns columns(keys);
  return read_all(db.run(
      "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.tag, a.session, "
      "a.attempt, a.retry_of, a.attempts, a.failures, a.shared, a.instance_key, a.due, a.input "
      "from unnest($1::bigint[], $2::bigint[], $3::bigint[]) with ordinality "
      "k (life, execution, event_id, number) "
      "join activities a on a.instance_key = k.life and a.execution = k.execution "
      "and a.event_id = k.event_id join instances i on i.key = a.instance_key order by k.number",
      columns.lives, columns.executions, columns.event_ids));
}

std::vector<activity_state> read_activity_states(connection& db, const std::string& instance) {
  auto rows =
      db.run("select a.instance, a.execution, a.event_id, a.name, a.tag, a.session, a.attempt, a.progress, "
             "a.progress_at, a.instance_key from instances i join activities a on a.instance_key = i.key "
             "where i.id = $1 and not a.finished order by a.execution, a.event_id",
             instance);
  return activity_states_from(rows);
}

}  // namespace duroxide::persistence::postgres
