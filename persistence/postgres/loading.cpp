#include "persistence/postgres/loading.hpp"

#include "duroxide/limits.hpp"
#include "persistence/decoding.hpp"
#include "persistence/label_json.hpp"
#include "persistence/postgres/activities.hpp"
#include "persistence/postgres/inbox.hpp"

#include <limits>

namespace duroxide::persistence::postgres {

namespace {

// The columns of instances, and those of its current execution. Without inbox, history and activities.
std::optional<loaded_instance> read_instance(connection& on, const std::string& instance) {
  auto row = on.run(
      "select i.id, i.key, i.shard, i.orchestration, i.version, i.status, i.execution, i.custom_status, "
      "i.custom_status_version, i.created_at, i.updated_at, i.history_format, i.labels, i.parent_instance, "
      "i.parent_execution, i.parent_event_id, i.root, i.depth, e.input, e.output, e.error, t.attempts, "
      "t.failures "
      "from instances i left join executions e on e.instance_key = i.key and e.execution = i.execution "
      "left join trials t on t.instance = i.id where i.id = $1",
      instance);
  if (!row.next()) return std::nullopt;

  loaded_instance it;
  instance_status& is = it.status;
  std::string status;
  std::optional<std::string> error;
  std::optional<std::string> labels;
  std::optional<std::string> parent;
  parent_link link;
  row.into(it.instance, it.life, it.shard, is.orchestration, is.version, status, is.execution,
           optional_payload_into{is.custom_status}, is.custom_status_version, is.created_at, is.updated_at,
           it.history_format, optional_payload_into{labels}, parent, link.execution, link.event_id, it.root,
           it.depth, payload_into{it.input}, payload_into{is.output}, optional_payload_into{error},
           it.probation.crash_count, it.probation.failures);
  decoded("instances", "'" + instance + "'", [&] {
    is.status = runtime_status_from(status);
    is.error = error_from_column(error);
    is.labels = labels_from_json(labels);
  });
  is.life = it.life;
  if (parent) {
    link.instance = std::move(*parent);
    it.parent = std::move(link);
  }
  return it;
}

}  // namespace

// Without a transaction around it: only the owner of the instance's shard loads it to run it, and nobody else
// writes what matters to it. A message that comes meanwhile is one that came before.
std::optional<loaded_instance> load_instance(connection& on, lineage& in, const std::string& instance) {
  auto it = read_instance(on, instance);
  if (!it) {
    if (on.run_of_server()) in.look(on);
    return it;
  }
  it->history = read_history(on, instance, it->status.execution);
  queue_page inbox = read_inbox(on, {it->life, 0, limits::records_queues_on_arrival(it->history_format)});
  it->inbox = std::move(inbox.messages);
  it->more_in_inbox = inbox.more;
  it->activities = read_activities_of(on, it->life);
  auto row = on.run("select c.id, case when not pg_is_in_recovery() then pg_current_wal_flush_lsn() - "
                    "'0/0'::pg_lsn end from (select 1) one left join instances c on c.parent_instance = $1 "
                    "and c.status in ('pending', 'running')",
                    instance);
  std::optional<std::string> child;
  std::uint64_t log_position = 0;
  while (row.next()) {
    row.into(child, log_position);
    if (child) it->children.push_back(*child);
  }
  in.saw(on, log_position);
  return it;
}

queue_page fetch_inbox(connection& on, const std::string& instance, std::uint64_t life, std::uint64_t after) {
  const int format =
      on.value<int>("select history_format from instances where id = $1 and key = $2", instance, life);
  if (format == 0) return {};
  return read_inbox(on, {life, after, limits::records_queues_on_arrival(format)});
}

instance_status read_status(connection& on, const std::string& instance) {
  auto row = on.run(
      "select i.key, i.orchestration, i.version, i.status, i.execution, i.custom_status, "
      "i.custom_status_version, i.created_at, i.updated_at, i.labels, e.output, e.error "
      "from instances i left join executions e on e.instance_key = i.key and e.execution = i.execution "
      "where i.id = $1",
      instance);
  instance_status is;
  if (!row.next()) return is;
  std::string status;
  std::optional<std::string> labels;
  std::optional<std::string> error;
  row.into(is.life, is.orchestration, is.version, status, is.execution,
           optional_payload_into{is.custom_status}, is.custom_status_version, is.created_at, is.updated_at,
           optional_payload_into{labels}, payload_into{is.output}, optional_payload_into{error});
  decoded("instances", "'" + instance + "'", [&] {
    is.status = runtime_status_from(status);
    is.error = error_from_column(error);
    is.labels = labels_from_json(labels);
  });
  return is;
}

std::vector<std::size_t> satisfied_waits(connection& on, const std::vector<awaited_instance>& waits) {
  std::vector<std::string> instances;
  std::vector<std::uint64_t> lives;
  std::vector<std::uint64_t> versions;
  std::vector<std::string> keys;  // no key is empty
  for (const awaited_instance& each : waits) {
    instances.push_back(each.instance);
    lives.push_back(each.life);
    versions.push_back(each.after_custom_status.value_or(std::numeric_limits<std::uint64_t>::max()));
    keys.push_back(each.kv_key.value_or(std::string()));
  }
  auto row = on.run(
      "select w.number - 1 from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) with ordinality "
      "w (instance, life, version, key, number) left join instances i on i.id = w.instance "
      "where i.key is null or (w.life <> 0 and w.life <> i.key) "
      "or i.status not in ('pending', 'running') or i.custom_status_version > w.version "
      "or (w.key <> '' and exists (select 1 from kv where kv.instance_key = i.key and kv.key = w.key))",
      instances, lives, versions, keys);
  std::vector<std::size_t> found;
  while (row.next()) row.into(found.emplace_back());
  return found;
}

std::vector<std::uint64_t> read_lives(connection& on, const std::vector<std::string>& instances) {
  std::vector<std::uint64_t> found;
  auto row = on.run("select coalesce(i.key, 0) from unnest($1::text[]) with ordinality w (instance, number) "
                    "left join instances i on i.id = w.instance order by w.number",
                    instances);
  while (row.next()) row.into(found.emplace_back());
  return found;
}

std::vector<history_row> read_history(connection& on, const std::string& instance, std::uint64_t execution) {
  std::vector<history_row> found;
  auto row = on.run("select h.execution, h.first_event_id, h.count, h.packed from instances i "
                    "join history h on h.instance_key = i.key "
                    "and h.execution = case when $2::bigint = 0 then i.execution else $2 end "
                    "where i.id = $1 order by h.first_event_id",
                    instance, execution);
  while (row.next()) {
    history_row& it = found.emplace_back();
    row.into(it.execution, it.first_event_id, it.count, it.packed);
  }
  return found;
}

std::vector<kv_entry> read_kv(connection& on, const std::string& instance,
                              const std::optional<std::string>& key) {
  auto row = key ? on.run("select k.key, k.value, k.updated_at from instances i "
                          "join kv k on k.instance_key = i.key where i.id = $1 and k.key = $2",
                          instance, *key)
                 : on.run("select k.key, k.value, k.updated_at from instances i "
                          "join kv k on k.instance_key = i.key where i.id = $1 order by k.key",
                          instance);
  std::vector<kv_entry> found;
  while (row.next()) {
    kv_entry& it = found.emplace_back();
    row.into(it.key, payload_into{it.value}, it.updated_at);
  }
  return found;
}

}  // namespace duroxide::persistence::postgres
