#include "persistence/postgres/loading.hpp"

#include "duroxide/detail/rewind_signal.hpp"
#include "duroxide/limits.hpp"
#include "persistence/inbox_rows.hpp"
#include "persistence/instance_rows.hpp"
#include "persistence/postgres/activities.hpp"
#include "persistence/postgres/inbox.hpp"

#include <algorithm>
#include <limits>

namespace duroxide::persistence::postgres {

namespace {

// With the children that have not ended comes how far the log has been written, in one round trip.
void read_children(connection& db, lineage& known, loaded_instance& loaded) {
  auto row = db.run("select c.id, case when not pg_is_in_recovery() then pg_current_wal_flush_lsn() - "
                    "'0/0'::pg_lsn end as log_position from (select 1) one left join instances c "
                    "on c.parent_instance = $1 and c.status in ('pending', 'running')",
                    loaded.instance);
  std::optional<std::string> child;
  std::uint64_t log_position = 0;
  while (row.next()) {
    row.read("id", child, "log_position", log_position);
    if (child) loaded.children.push_back(*child);
  }
  known.saw(db, log_position);
}

// After those that have not finished: one that finishes meanwhile is in one of the two lists, or in both.
void read_answered_activities(connection& db, loaded_instance& loaded) {
  auto row =
      db.run("select source from inbox where instance_key = $1 and execution = $2 and kind = 'activity_done'",
             loaded.life, loaded.status.execution);
  while (row.next()) row.read("source", loaded.answered_activities.emplace_back());
}

}  // namespace

// Without a transaction around it: only the owner of the instance's shard loads it to run it, and nobody else
// writes what matters to it. A message that comes meanwhile is one that came before.
std::optional<loaded_instance> load_instance(connection& db, lineage& known, const std::string& instance) {
  auto row = db.run(
      "select i.id, i.key, i.shard, i.orchestration, i.version, i.status, i.execution, i.custom_status, "
      "i.custom_status_version, i.created_at, i.updated_at, i.history_format, (select "
      "json_object_agg(l.name, case l.type when 'text' then to_json(l.text) "
      "else json_build_object(l.type, l.text) end)::text from labels l where l.instance_key = i.key) as "
      "labels, i.parent_instance, "
      "i.parent_execution, i.parent_event_id, i.root, i.depth, e.input, e.output, e.error, t.attempts, "
      "t.failures, s.version as state_version, s.state, s.answers_since, q.kind as problem, q.since as "
      "problem_since, q.detail as problem_detail from "
      "instances i "
      "left join executions e on e.instance_key = i.key and e.execution = i.execution "
      "left join trials t on t.instance = i.id "
      "left join actor_states s on s.instance_key = i.key "
      "left join problems q on q.instance_key = i.key where i.id = $1",
      instance);
  if (!row.next()) {
    if (db.run_of_server()) known.look(db);
    return std::nullopt;
  }
  loaded_instance loaded = loaded_instance_from(row);
  loaded.history = read_history(db, instance, loaded.status.execution);
  queue_page inbox =
      loaded.pause
          ? read_signals(db, loaded.life)
          : read_inbox(db, {loaded.life, 0, limits::records_queues_on_arrival(loaded.history_format)});
  if (inbox.more) append_signals_behind(inbox, read_signals(db, loaded.life));
  loaded.inbox = std::move(inbox.messages);
  loaded.more_in_inbox = inbox.more;
  loaded.activities = read_activities_of(db, loaded.life);
  if (std::ranges::any_of(loaded.inbox, detail::is_rewind_signal)) read_answered_activities(db, loaded);
  read_children(db, known, loaded);
  return loaded;
}

queue_page fetch_inbox(connection& db, const std::string& instance, std::uint64_t life, std::uint64_t after) {
  const int format =
      db.value<int>("select history_format from instances where id = $1 and key = $2", instance, life);
  if (format == 0) return {};
  return read_inbox(db, {life, after, limits::records_queues_on_arrival(format)});
}

instance_status read_status(connection& db, const std::string& instance) {
  auto row = db.run(
      "select i.key, i.orchestration, i.version, i.status, i.execution, i.custom_status, "
      "i.custom_status_version, i.created_at, i.updated_at, (select json_object_agg(l.name, case l.type when "
      "'text' then to_json(l.text) "
      "else json_build_object(l.type, l.text) end)::text from labels l where l.instance_key = i.key) as "
      "labels, e.output, e.error "
      "from instances i left join executions e on e.instance_key = i.key and e.execution = i.execution "
      "where i.id = $1",
      instance);
  return row.next() ? instance_status_from(row, instance) : instance_status();
}

std::vector<std::size_t> satisfied_waits(connection& db, const std::vector<awaited_instance>& waits) {
  std::vector<std::string> instances;
  std::vector<std::uint64_t> lives;
  std::vector<std::uint64_t> versions;
  std::vector<std::string> keys;  // no key is empty
  std::vector<std::string> commands;
  for (const awaited_instance& each : waits) {
    instances.push_back(each.instance);
    lives.push_back(each.life);
    versions.push_back(each.after_custom_status.value_or(std::numeric_limits<std::uint64_t>::max()));
    keys.push_back(each.kv_key.value_or(std::string()));
    commands.push_back(each.command_id.value_or(std::string()));
  }
  auto row = db.run(
      "select w.number - 1 as number from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], "
      "$5::text[]) with ordinality w (instance, life, version, key, command, number) "
      "left join instances i on i.id = w.instance "
      "where case when w.command <> '' then exists ("
      "select 1 from answers a where a.instance = w.instance and a.command_id = w.command) "
      "else i.key is null or (w.life <> 0 and w.life <> i.key) "
      "or i.status not in ('pending', 'running') or i.custom_status_version > w.version "
      "or (w.key <> '' and exists (select 1 from kv where kv.instance_key = i.key and kv.key = w.key)) end",
      instances, lives, versions, keys, commands);
  std::vector<std::size_t> found;
  while (row.next()) row.read("number", found.emplace_back());
  return found;
}

std::vector<std::uint64_t> read_lives(connection& db, const std::vector<std::string>& instances) {
  std::vector<std::uint64_t> found;
  auto row =
      db.run("select coalesce(i.key, 0) as life from unnest($1::text[]) with ordinality w (instance, number) "
             "left join instances i on i.id = w.instance order by w.number",
             instances);
  while (row.next()) row.read("life", found.emplace_back());
  return found;
}

std::vector<history_row> read_history(connection& db, const std::string& instance, std::uint64_t execution) {
  auto rows = db.run("select h.execution, h.first_event_id, h.count, h.packed from instances i "
                     "join history h on h.instance_key = i.key "
                     "and h.execution = case when $2::bigint = 0 then i.execution else $2 end "
                     "where i.id = $1 order by h.first_event_id",
                     instance, execution);
  return history_from(rows);
}

std::vector<kv_entry> read_kv(connection& db, const std::string& instance,
                              const std::optional<std::string>& key) {
  auto rows = key ? db.run("select k.key, k.value, k.updated_at from instances i "
                           "join kv k on k.instance_key = i.key where i.id = $1 and k.key = $2",
                           instance, *key)
                  : db.run("select k.key, k.value, k.updated_at from instances i "
                           "join kv k on k.instance_key = i.key where i.id = $1 order by k.key",
                           instance);
  return kv_entries_from(rows);
}

}  // namespace duroxide::persistence::postgres
