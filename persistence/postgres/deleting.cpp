#include "persistence/postgres/deleting.hpp"

#include <chrono>
#include <optional>

namespace duroxide::persistence::postgres {

namespace {

struct found_root {
  std::uint64_t life = 0;
  bool has_parent = false;
};

std::optional<found_root> find_root(connection& db, const std::string& instance) {
  auto row = db.run("select i.key, p.key is not null as has_parent from instances i "
                    "left join instances p on p.id = i.parent_instance where i.id = $1",
                    instance);
  if (!row.next()) return std::nullopt;
  found_root root;
  row.read("key", root.life, "has_parent", root.has_parent);
  return root;
}

// False once nothing of it runs.
bool close_family(store& opened, std::uint64_t life, deletion& deleted) {
  std::uint64_t closed = 0;
  std::uint64_t messages = 0;
  std::uint64_t activities = 0;
  wake_list owners;
  const auto now = std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  opened.write_again([&](connection& db) {
    auto row = db.run(
        "select closed, messages, activities, coalesce(owners, '{}') as owners from close_family_v9($1, $2)",
        life, now);
    if (row.next())
      row.read("closed", closed, "messages", messages, "activities", activities, "owners",
               numbers_column{owners.nodes});
  });
  deleted.messages += messages;
  deleted.activities += activities;
  if (closed > 0) opened.tell({owners.nodes, true});
  return closed > 0;
}

struct last_step {
  std::optional<std::string> running;
  std::optional<std::uint64_t> instances;  // none: another one deletes it, or something of it runs
};

last_step delete_ended(store& opened, std::uint64_t life, deletion& deleted) {
  last_step done;
  opened.write_again([&](connection& db) {
    auto row = db.run("select running, (deleted).instances, (deleted).executions, (deleted).events "
                      "from delete_ended_v9($1)",
                      life);
    if (row.next())
      row.read("running", done.running, "instances", done.instances, "executions", deleted.executions,
               "events", deleted.events);
  });
  deleted.instances = done.instances.value_or(0);
  return done;
}

}  // namespace

deletion_outcome remove_instance(store& opened, const std::string& instance, bool force) {
  const auto root = opened.read([&](connection& db) { return find_root(db, instance); });
  if (!root) return {deletion_refusal::not_found, instance, {}};
  if (root->has_parent) return {deletion_refusal::has_parent, instance, {}};
  deletion_outcome outcome;
  bool ran = false;
  while (true) {
    while (force && close_family(opened, root->life, outcome.deleted)) ran = true;
    const last_step done = delete_ended(opened, root->life, outcome.deleted);
    if (done.instances) {
      opened.tell_of_deletion(ran);
      return outcome;
    }
    if (done.running && !force) return {deletion_refusal::still_running, *done.running, {}};
    const auto still = opened.read([&](connection& db) { return find_root(db, instance); });
    if (!still || still->life != root->life) return {deletion_refusal::not_found, instance, {}};
  }
}

}  // namespace duroxide::persistence::postgres
