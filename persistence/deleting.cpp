#include "persistence/deleting.hpp"

#include <algorithm>
#include <vector>

namespace duroxide::persistence {

namespace {

struct member {
  std::int64_t key = 0;
  std::string id;
  bool ended = false;
};

std::vector<member> family_of(admin_session& db, const std::string& root) {
  std::vector<member> family;
  auto rows = db.rows("with recursive family (key) as (select key from instances where id = $1 "
                      "union select i.key from family f join instances p on p.key = f.key "
                      "join instances i on i.parent_instance = p.id) "
                      "select i.key, i.id, case when i.status in ('completed', 'failed', 'cancelled') "
                      "then 1 else 0 end as ended from family f join instances i on i.key = f.key "
                      "order by i.key",
                      {root});
  for (const sql_row& row : rows)
    family.push_back(
        {static_cast<std::int64_t>(row.number("key")), row.text("id"), row.number("ended") == 1});
  return family;
}

bool has_parent(admin_session& db, const std::string& instance) {
  return !db.rows("select 1 from instances i join instances p on p.id = i.parent_instance where i.id = $1",
                  {instance})
              .empty();
}

// `choice`: which rows of history.
std::uint64_t count_events(admin_session& db, const std::string& choice,
                           const std::vector<sql_value>& values) {
  return db.rows("select coalesce(sum(count), 0) as events from history" + choice, values)
      .at(0)
      .number("events");
}

void delete_all_of(admin_session& db, const member& each, deletion& deleted) {
  deleted.events += count_events(db, " where instance_key = $1", {each.key});
  db.change("delete from history where instance_key = $1", {each.key});
  db.change("delete from kv where instance_key = $1", {each.key});
  db.change("delete from labels where instance_key = $1", {each.key});
  db.change("delete from actor_states where instance_key = $1", {each.key});
  db.change("delete from problems where instance_key = $1", {each.key});
  db.change("delete from answers where instance = $1", {each.id});
  deleted.executions += db.change("delete from executions where instance_key = $1", {each.key});
  deleted.messages += db.change("delete from inbox where instance_key = $1", {each.key});
  deleted.activities += db.change("delete from activities where instance_key = $1", {each.key});
  db.change("delete from trials where instance = $1", {each.id});
  deleted.instances += db.change("delete from instances where key = $1", {each.key});
}

}  // namespace

deletion_outcome remove_instance(admin_session& db, const std::string& instance, bool force) {
  db.begin();
  const std::vector<member> family = family_of(db, instance);
  if (family.empty()) return {deletion_refusal::not_found, instance, {}};
  if (has_parent(db, instance)) return {deletion_refusal::has_parent, instance, {}};
  const auto running = std::ranges::find(family, false, &member::ended);
  if (!force && running != family.end()) return {deletion_refusal::still_running, running->id, {}};
  deletion_outcome outcome;
  for (const member& each : family) delete_all_of(db, each, outcome.deleted);
  // For the nodes that have them in memory.
  if (running != family.end())
    db.change("insert into meta (name, value) values ('deletions', 1) "
              "on conflict (name) do update set value = value + 1");
  db.commit();
  return outcome;
}

std::optional<deletion> prune_executions(admin_session& db, const std::string& instance,
                                         const prune_options& options) {
  db.begin();
  auto rows = db.rows("select key, execution from instances where id = $1", {instance});
  if (rows.empty()) return std::nullopt;
  const auto key = static_cast<std::int64_t>(rows.front().number("key"));
  const auto current = rows.front().number("execution");
  const std::uint64_t kept = std::max<std::uint64_t>(options.keep_last, 1);
  std::vector<sql_value> values{key, static_cast<std::int64_t>(current > kept ? current - kept : 0)};
  std::string old = " where instance_key = $1 and execution <= $2";
  if (options.ended_before) {
    values.push_back(to_sql(*options.ended_before));
    old = " where instance_key = $1 and execution in (select execution from executions where instance_key = "
          "$1 and execution <= $2 and ended_at < $3)";
  }
  deletion deleted;
  deleted.events = count_events(db, old, values);
  db.change("delete from history" + old, values);
  deleted.executions = db.change("delete from executions" + old, values);
  db.commit();
  return deleted;
}

}  // namespace duroxide::persistence
