#include "persistence/sqlite/loading.hpp"

#include "duroxide/detail/rewind_signal.hpp"
#include "duroxide/limits.hpp"
#include "persistence/inbox_rows.hpp"
#include "persistence/instance_rows.hpp"
#include "persistence/sqlite/activities.hpp"
#include "persistence/sqlite/inbox.hpp"
#include "persistence/sqlite/transaction.hpp"

#include <algorithm>

namespace duroxide::persistence::sqlite {

namespace {

// The statement is over when this returns: one that still runs makes those that follow slower.
std::optional<loaded_instance> read_instance(database& db, const std::string& instance) {
  auto row = db.rows(
      "select i.id, i.key, i.shard, i.orchestration, i.version, i.status, i.execution, i.custom_status, "
      "i.custom_status_version, i.created_at, i.updated_at, i.history_format, (select "
      "json_group_object(l.name, json(case l.type when 'text' then "
      "json_quote(cast(l.text as text)) else json_object(l.type, cast(l.text as text)) end)) "
      "from labels l where l.instance_key = i.key) as labels, i.parent_instance, "
      "i.parent_execution, i.parent_event_id, i.root, i.depth, e.input, e.output, e.error, t.attempts, "
      "t.failures, s.version as state_version, s.state, s.answers_since, q.kind as problem, q.since as "
      "problem_since, q.detail as problem_detail from "
      "instances i "
      "left join executions e on e.instance_key = i.key and e.execution = i.execution "
      "left join trials t on t.instance = i.id "
      "left join actor_states s on s.instance_key = i.key "
      "left join problems q on q.instance_key = i.key where i.id = ?",
      instance);
  if (!row.next()) return std::nullopt;
  return loaded_instance_from(row);
}

void read_answered_activities(database& db, loaded_instance& loaded) {
  auto row =
      db.rows("select source from inbox where instance_key = ? and execution = ? and kind = 'activity_done'",
              loaded.life, loaded.status.execution);
  while (row.next()) row.read("source", loaded.answered_activities.emplace_back());
}

}  // namespace

std::optional<loaded_instance> load_instance(database& db, const std::string& instance) {
  const transaction snapshot(db, access::read);
  auto loaded = read_instance(db, instance);
  if (!loaded) return loaded;
  loaded->history = read_history(db, instance, loaded->status.execution);
  queue_page inbox =
      loaded->pause
          ? read_signals(db, loaded->life)
          : read_inbox(db, {loaded->life, 0, limits::records_queues_on_arrival(loaded->history_format)});
  if (inbox.more) append_signals_behind(inbox, read_signals(db, loaded->life));
  loaded->inbox = std::move(inbox.messages);
  loaded->more_in_inbox = inbox.more;
  loaded->activities = read_activities_of(db, loaded->life);
  if (std::ranges::any_of(loaded->inbox, detail::is_rewind_signal)) read_answered_activities(db, *loaded);
  auto child = db.rows(
      "select id from instances where parent_instance = ? and status in ('pending', 'running')", instance);
  while (child.next()) child.read("id", loaded->children.emplace_back());
  return loaded;
}

queue_page fetch_inbox(database& db, const std::string& instance, std::uint64_t life, std::uint64_t after) {
  const transaction snapshot(db, access::read);
  const int format = db.value<int>(
      "select coalesce(max(history_format), 0) from instances where id = ? and key = ?", instance, life);
  if (format == 0) return {};
  return read_inbox(db, {life, after, limits::records_queues_on_arrival(format)});
}

instance_status read_status(database& db, const std::string& instance) {
  auto row = db.rows(
      "select i.key, i.orchestration, i.version, i.status, i.execution, i.custom_status, "
      "i.custom_status_version, i.created_at, i.updated_at, (select json_group_object(l.name, json(case "
      "l.type when 'text' then "
      "json_quote(cast(l.text as text)) else json_object(l.type, cast(l.text as text)) end)) "
      "from labels l where l.instance_key = i.key) as labels, e.output, e.error "
      "from instances i left join executions e on e.instance_key = i.key and e.execution = i.execution "
      "where i.id = ?",
      instance);
  return row.next() ? instance_status_from(row, instance) : instance_status();
}

std::vector<history_row> read_history(database& db, const std::string& instance, std::uint64_t execution) {
  auto rows =
      db.rows("select h.execution, h.first_event_id, h.count, h.packed from instances i "
              "join history h on h.instance_key = i.key and h.execution = iif(?2 = 0, i.execution, ?2) "
              "where i.id = ?1 order by h.first_event_id",
              instance, execution);
  return history_from(rows);
}

namespace {

bool is_answered(database& db, const std::string& instance, const std::string& command_id) {
  return db.value<int>("select exists (select 1 from answers where instance = ? and command_id = ?)",
                       instance, command_id) != 0;
}

}  // namespace

std::vector<std::size_t> satisfied_waits(database& db, const std::vector<awaited_instance>& waits) {
  const transaction snapshot(db, access::read);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    const awaited_instance& each = waits[i];
    if (each.command_id) {
      if (is_answered(db, each.instance, *each.command_id)) found.push_back(i);
      continue;
    }
    const bool goes_on = db.value<int>(
        "select count(*) from instances i where i.id = ?1 and ?2 in (0, i.key) "
        "and i.status in ('pending', 'running') and i.custom_status_version <= ?3 "
        "and not exists (select 1 from kv where kv.instance_key = i.key and kv.key = ?4)",
        each.instance, each.life, each.after_custom_status.value_or(std::numeric_limits<std::int64_t>::max()),
        each.kv_key);
    if (!goes_on) found.push_back(i);
  }
  return found;
}

std::vector<std::uint64_t> read_lives(database& db, const std::vector<std::string>& instances) {
  const transaction snapshot(db, access::read);
  std::vector<std::uint64_t> found;
  for (const std::string& each : instances)
    found.push_back(
        db.value<std::uint64_t>("select coalesce(max(key), 0) from instances where id = ?", each));
  return found;
}

}  // namespace duroxide::persistence::sqlite
