#include "persistence/sqlite/activities.hpp"

#include <limits>

namespace duroxide::persistence::sqlite {

namespace {

std::vector<stored_activity> read_all(row_cursor row, std::size_t limit) {
  std::vector<stored_activity> found;
  while (found.size() < limit && row.next()) {
    stored_activity& it = found.emplace_back();
    row.into(it.key.instance, it.key.execution, it.key.event_id, it.name, it.input, it.tag, it.session,
             it.attempts);
  }
  return found;
}

}  // namespace

std::vector<stored_activity> read_activities(database& db, const activity_query& query) {
  // No instance has the empty id, so the empty key is before all others.
  const activity_key after = query.after.value_or(activity_key{});
  return read_all(
      db.rows(
          "select instance, execution, event_id, name, input, tag, session, attempts from activities "
          "where (instance, execution, event_id) > (?2, ?3, ?4) "
          "and shard in (select shard from shards where node = ?1) order by instance, execution, event_id",
          query.node, after.instance, after.execution, after.event_id),
      query.limit);
}

std::vector<stored_activity> read_activities_of(database& db, const std::string& instance) {
  return read_all(
      db.rows("select instance, execution, event_id, name, input, tag, session, attempts from activities "
              "where instance = ? order by execution, event_id",
              instance),
      std::numeric_limits<std::size_t>::max());
}

}  // namespace duroxide::persistence::sqlite
