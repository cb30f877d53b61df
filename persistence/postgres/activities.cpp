#include "persistence/postgres/activities.hpp"

namespace duroxide::persistence::postgres {

namespace {

std::vector<stored_activity> read_all(row_cursor row) {
  std::vector<stored_activity> found;
  while (row.next()) {
    stored_activity& it = found.emplace_back();
    row.into(it.key.instance, it.key.execution, it.key.event_id, it.orchestration, it.version, it.name,
             payload_into{it.input}, it.tag, it.session, it.attempt, it.retry_of, it.attempts, it.failures,
             it.shared);
  }
  return found;
}

}  // namespace

std::vector<stored_activity> read_activities(connection& on, const activity_query& query) {
  // No instance has the empty id, so the empty key is before all others.
  const activity_key after = query.after.value_or(activity_key{});
  return read_all(on.run(
      "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.input, a.tag, "
      "a.session, a.attempt, a.retry_of, a.attempts, a.failures, a.shared from activities a join instances i "
      "on "
      "i.id = a.instance where ((a.owner = $1 and not a.shared) or (a.shared and a.owner is null)) "
      "and not a.finished and (a.instance, a.execution, a.event_id) > ($2, $3, $4) "
      "and a.shard in (select shard from shards where node = $1 and shard = any ($6::bigint[])) "
      "order by a.instance, a.execution, a.event_id limit $5",
      static_cast<std::int32_t>(query.node), after.instance, after.execution, after.event_id,
      static_cast<std::uint64_t>(query.limit),
      std::vector<std::uint64_t>(query.shards.begin(), query.shards.end())));
}

std::vector<stored_activity> read_activities_of(connection& on, const std::string& instance) {
  return read_all(on.run(
      "select a.instance, a.execution, a.event_id, i.orchestration, i.version, a.name, a.input, a.tag, "
      "a.session, a.attempt, a.retry_of, a.attempts, a.failures, a.shared from activities a join instances i "
      "on "
      "i.id = a.instance where a.instance = $1 and not a.finished order by a.execution, a.event_id",
      instance));
}

std::vector<activity_state> read_activity_states(connection& on, const std::string& instance) {
  std::vector<activity_state> found;
  auto row =
      on.run("select instance, execution, event_id, name, tag, session, attempt, progress, progress_at "
             "from activities where instance = $1 and not finished order by execution, event_id",
             instance);
  while (row.next()) {
    activity_state& it = found.emplace_back();
    row.into(it.key.instance, it.key.execution, it.key.event_id, it.name, it.tag, it.session, it.attempt,
             optional_payload_into{it.progress}, it.progress_at);
  }
  return found;
}

}  // namespace duroxide::persistence::postgres
