#include "persistence/administration.hpp"

#include "persistence/decoding.hpp"
#include "persistence/deleting.hpp"
#include "persistence/error_json.hpp"
#include "persistence/explanation_rows.hpp"
#include "persistence/exporting.hpp"
#include "persistence/finding.hpp"
#include "persistence/importing.hpp"
#include "persistence/listing.hpp"
#include "persistence/problem_listing.hpp"
#include "persistence/rewinding.hpp"
#include "persistence/store_failure.hpp"
#include "persistence/transfer_check.hpp"
#include "persistence/verifying.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <map>

namespace duroxide::persistence {

namespace {

std::optional<std::string> optional_payload(const admin_session& db, sql_row& row, std::string_view column) {
  auto stored = row.take(column);
  if (!stored) return std::nullopt;
  return db.payload(*std::move(stored));
}

std::optional<instance_info> read_info(admin_session& db, const std::string& instance) {
  auto rows =
      db.rows("select " + summary_columns(db) +
                  ", i.parent_execution, i.parent_event_id, i.history_format, i.custom_status, e.input, "
                  "e.output, e.error from instances i left join executions e "
                  "on e.instance_key = i.key and e.execution = i.execution where i.id = $1",
              {instance});
  if (rows.empty()) return std::nullopt;
  sql_row& row = rows.front();
  instance_info info;
  info.summary = read_summary(db, row);
  const auto read = [&](const char* column, auto body) {
    read_or_note(info.summary.unreadable, column, body);
  };
  parent_link link;
  read("parent_execution", [&](auto column) { link.execution = row.number(column); });
  read("parent_event_id", [&](auto column) { link.event_id = row.number(column); });
  if (info.summary.parent) {
    link.instance = *info.summary.parent;
    info.parent = link;
  }
  read("history_format", [&](auto column) { info.history_format = static_cast<int>(row.number(column)); });
  info.custom_status = optional_payload(db, row, "custom_status");
  info.input = optional_payload(db, row, "input").value_or(std::string());
  info.output = optional_payload(db, row, "output");
  read("error", [&](auto column) { info.error = error_from_column(optional_payload(db, row, column)); });
  return info;
}

// How far each is below the first one, through those in between; the others are in no order.
void set_depths(std::vector<instance_in_tree>& tree, const std::string& root) {
  std::map<std::string, std::vector<instance_in_tree*>> children;
  for (instance_in_tree& each : tree)
    if (each.summary.parent && each.summary.instance != root) children[*each.summary.parent].push_back(&each);
  std::vector<std::string> level{root};
  for (std::uint32_t depth = 1; !level.empty(); ++depth) {
    std::vector<std::string> below;
    for (const std::string& parent : level)
      for (instance_in_tree* child : children[parent]) {
        child->depth = depth;
        below.push_back(child->summary.instance);
      }
    level = std::move(below);
  }
}

// Each member once, so that a parent that is its own descendant keeps nobody waiting.
std::vector<instance_in_tree> read_tree(admin_session& db, const std::string& instance) {
  auto rows =
      db.rows("with recursive family (key) as (select key from instances where id = $1 union "
              "select i.key from family f join instances p on p.key = f.key "
              "join instances i on i.parent_instance = p.id) select " +
                  summary_columns(db) + " from family f join instances i on i.key = f.key order by i.key",
              {instance});
  std::vector<instance_in_tree> tree;
  for (sql_row& row : rows) tree.emplace_back().summary = read_summary(db, row);
  set_depths(tree, instance);
  std::ranges::stable_sort(tree, {}, &instance_in_tree::depth);
  return tree;
}

std::vector<execution_info> read_executions(admin_session& db, const std::string& instance,
                                            std::uint64_t execution) {
  std::vector<sql_value> values{instance};
  std::string only;
  if (execution != 0) {
    values.emplace_back(static_cast<std::int64_t>(execution));
    only = " and e.execution = $2";
  }
  auto rows =
      db.rows("select e.execution, e.status, e.started_at, e.ended_at, coalesce(e.event_count, "
              "(select max(h.first_event_id + h.count) - 1 from history h where h.instance_key = "
              "e.instance_key and h.execution = e.execution)) as event_count, e.input, e.output, e.error "
              "from instances i join executions e on e.instance_key = i.key where i.id = $1" +
                  only + " order by e.execution",
              values);
  std::vector<execution_info> found;
  for (sql_row& row : rows) {
    execution_info& info = found.emplace_back();
    const auto read = [&](const char* column, auto body) { read_or_note(info.unreadable, column, body); };
    read("execution", [&](auto column) { info.execution = row.number(column); });
    read("status", [&](auto column) { info.status = runtime_status_from(row.text(column)); });
    read("started_at", [&](auto column) { info.started_at = row.time(column); });
    read("ended_at", [&](auto column) { info.ended_at = row.optional_time(column); });
    read("event_count", [&](auto column) { info.event_count = row.number(column); });
    info.input = optional_payload(db, row, "input").value_or(std::string());
    info.output = optional_payload(db, row, "output");
    read("error", [&](auto column) { info.error = error_from_column(optional_payload(db, row, column)); });
  }
  return found;
}

system_metrics read_metrics(admin_session& db) {
  system_metrics found;
  for (const sql_row& row : db.rows("select status, count(*) as instances from instances group by status")) {
    const std::string status = row.text("status");
    const std::uint64_t count = row.number("instances");
    const auto counts = [&status](runtime_status each) { return status == to_string(each); };
    found.instances += count;
    std::uint64_t& sum = counts(runtime_status::pending)     ? found.pending
                         : counts(runtime_status::running)   ? found.running
                         : counts(runtime_status::completed) ? found.completed
                         : counts(runtime_status::failed)    ? found.failed
                         : counts(runtime_status::cancelled) ? found.cancelled
                                                             : found.unreadable;
    sum += count;
  }
  const auto totals = db.rows("select (select count(*) from executions) as executions, "
                              "(select coalesce(sum(count), 0) from history) as events");
  found.executions = totals.at(0).number("executions");
  found.events = totals.at(0).number("events");
  return found;
}

queue_depths read_depths(admin_session& db, timestamp now) {
  queue_depths found;
  const auto inbox =
      db.rows("select sum(case when kind <> 'timer_due' and visible_at <= $1 then 1 else 0 end) as now, "
              "sum(case when kind <> 'timer_due' and visible_at > $1 then 1 else 0 end) as later, "
              "sum(case when kind = 'timer_due' then 1 else 0 end) as timers from inbox",
              {to_sql(now)});
  found.messages = inbox.at(0).number("now");
  found.later_messages = inbox.at(0).number("later");
  found.timers = inbox.at(0).number("timers");
  const auto activities = db.rows("select sum(case when owner is null then 1 else 0 end) as waiting, "
                                  "sum(case when owner is null then 0 else 1 end) as taken "
                                  "from activities where finished = " +
                                  db.false_literal());
  found.activities_waiting = activities.at(0).number("waiting");
  found.activities_taken = activities.at(0).number("taken");
  return found;
}

std::optional<instance_statistics> read_statistics(admin_session& db, const std::string& instance) {
  const std::string history = " from history h where h.instance_key = i.key and h.execution = i.execution";
  const std::string inbox = "(select count(*) from inbox m where m.instance_key = i.key and m.kind ";
  const std::string kv = " from kv v where v.instance_key = i.key)";
  // Event ids have no gaps, so the last row tells their number.
  const auto rows = db.rows("select (select h.first_event_id + h.count - 1" + history +
                                " order by h.first_event_id desc limit 1) as history_events, (select sum(" +
                                db.byte_count("h.packed") + ")" + history + ") as history_bytes, " + inbox +
                                "= 'enqueued') as queued_messages, " + inbox +
                                "not in ('enqueued', 'timer_due')) as inbox_messages, (select count(*)" + kv +
                                " as kv_keys, (select sum(" + db.byte_count("v.value") + ")" + kv +
                                " as kv_bytes from instances i where i.id = $1",
                            {instance});
  if (rows.empty()) return std::nullopt;
  const sql_row& row = rows.front();
  instance_statistics found;
  found.history_events = row.number("history_events");
  found.history_bytes = row.number("history_bytes");
  found.queued_messages = row.number("queued_messages");
  found.inbox_messages = row.number("inbox_messages");
  found.kv_keys = row.number("kv_keys");
  found.kv_bytes = row.number("kv_bytes");
  return found;
}

std::vector<node_info> read_nodes(admin_session& db, std::size_t ended) {
  std::map<std::uint64_t, std::vector<std::uint32_t>> shards;
  for (const sql_row& row : db.rows("select node, shard from shards where node is not null order by shard"))
    shards[row.number("node")].push_back(static_cast<std::uint32_t>(row.number("shard")));
  const std::string columns =
      "select id, name, state, started_at, last_seen_at, " + db.names_as_json("orchestrations") +
      " as orchestrations, " + db.names_as_json("activities") +
      " as activities, resident_instances, queued_activities, running_activities from nodes "
      "where state ";
  std::vector<node_info> found;
  for (const std::string& state : std::initializer_list<std::string>{
           "= 'alive' order by id desc", "<> 'alive' order by id desc limit " + std::to_string(ended)}) {
    for (const sql_row& row : db.rows(columns + state)) {
      node_info& info = found.emplace_back();
      const auto read = [&](const char* column, auto body) { read_or_note(info.unreadable, column, body); };
      info.node = row.number("id");
      info.name = row.text("name");
      info.state = row.text("state");
      read("started_at", [&](auto column) { info.started_at = row.time(column); });
      read("last_seen_at", [&](auto column) { info.last_seen_at = row.time(column); });
      read("orchestrations", [&](auto column) { info.orchestrations = names_from_json(row.text(column)); });
      read("activities", [&](auto column) { info.activities = names_from_json(row.text(column)); });
      read("resident_instances", [&](auto column) { info.resident_instances = row.number(column); });
      read("queued_activities", [&](auto column) { info.queued_activities = row.number(column); });
      read("running_activities", [&](auto column) { info.running_activities = row.number(column); });
      info.shards = shards[info.node];
    }
  }
  return found;
}

// A row that cannot be read is the store's failure, not the program's.
template <class Body> auto guarded(const std::string& operation, Body body) {
  return attempt(operation, [&] {
    try {
      return body();
    } catch (const store_failure&) {
      throw;
    } catch (const detail::broken_invariant&) {
      throw;
    } catch (const std::exception& e) {
      throw store_failure(commit_certainty::broken, error_kind::corrupted_history,
                          std::string("a row cannot be read: ") + e.what());
    }
  });
}

class administration_in_sql final : public store_administration {
public:
  explicit administration_in_sql(admin_dialect dialect) : dialect_(std::move(dialect)) {}

  stored<instance_page> list(const instance_query& what) override {
    return guarded(operation("list_instances"), [&] { return list_instances(*dialect_.reading(), what); });
  }
  stored<instance_page> find(const filter& what, const page_request& page) override {
    return guarded(operation("list"), [&] { return find_instances(*dialect_.reading(), what, page); });
  }
  stored<std::vector<group_count>> count(const filter& what,
                                         const std::optional<filter_term>& group) override {
    return guarded(operation("count"), [&] { return count_instances(*dialect_.reading(), what, group); });
  }
  stored<std::optional<instance_info>> info(const std::string& instance) override {
    return guarded(operation("get_instance_info"), [&] { return read_info(*dialect_.reading(), instance); });
  }
  stored<problem_page> problems(const problem_query& what) override {
    return guarded(operation("list_problems"), [&] { return list_problems(*dialect_.reading(), what); });
  }
  stored<std::optional<explanation>> explain(const std::string& instance, timestamp now,
                                             const history_reader& read) override {
    return guarded(operation("explain"),
                   [&] { return explain_instance(*dialect_.reading(), instance, now, read); });
  }
  stored<std::vector<instance_in_tree>> tree(const std::string& instance) override {
    return guarded(operation("get_instance_tree"), [&] { return read_tree(*dialect_.reading(), instance); });
  }
  stored<std::vector<execution_info>> executions(const std::string& instance,
                                                 std::uint64_t execution) override {
    return guarded(operation("list_executions"),
                   [&] { return read_executions(*dialect_.reading(), instance, execution); });
  }
  stored<system_metrics> metrics() override {
    return guarded(operation("get_system_metrics"), [&] { return read_metrics(*dialect_.reading()); });
  }
  stored<queue_depths> depths(timestamp now) override {
    return guarded(operation("get_queue_depths"), [&] { return read_depths(*dialect_.reading(), now); });
  }
  stored<std::optional<instance_statistics>> statistics(const std::string& instance) override {
    return guarded(operation("instance_statistics"),
                   [&] { return read_statistics(*dialect_.reading(), instance); });
  }
  stored<deletion_outcome> remove(const std::string& instance, bool force) override {
    return guarded(operation("delete_instance"), [&] { return dialect_.remove(instance, force); });
  }
  stored<std::optional<deletion>> prune(const std::string& instance, const prune_options& options) override {
    return guarded(operation("prune_executions"),
                   [&] { return prune_executions(*dialect_.writing(), instance, options); });
  }
  stored<bool> rewind(const std::vector<planned_rewind>& what, timestamp now) override {
    return guarded(operation("rewind"), [&] {
      const auto owners = rewind_instances(*dialect_.writing(), what, now);
      if (owners) dialect_.tell(*owners);
      return owners.has_value();
    });
  }
  stored<std::vector<node_info>> nodes(std::size_t ended) override {
    return guarded(operation("list_nodes"), [&] { return read_nodes(*dialect_.reading(), ended); });
  }
  stored<transfer> write_to(std::ostream& file, const std::optional<std::string>& root) override {
    return guarded(operation("export_instances"),
                   [&] { return export_instances(*dialect_.reading(), file, root, dialect_.description); });
  }
  stored<transfer> read_from(std::istream& file, const history_reader& read) override {
    return guarded(operation("import_instances"), [&] {
      check_transfer(file, read);
      return import_instances(*dialect_.writing(), file);
    });
  }
  stored<std::vector<inconsistency>> compare_with(std::istream& file, std::size_t limit) override {
    return guarded(operation("compare_instances"),
                   [&] { return compare_instances(*dialect_.reading(), file, limit); });
  }
  stored<verification> verify(const history_reader& read) override {
    return guarded(operation("verify"), [&] { return verify_store(*dialect_.reading(), read); });
  }

private:
  std::string operation(const char* name) const { return std::string(name) + ": " + dialect_.description; }

  const admin_dialect dialect_;
};

}  // namespace

std::unique_ptr<store_administration> make_administration(admin_dialect dialect) {
  return std::make_unique<administration_in_sql>(std::move(dialect));
}

}  // namespace duroxide::persistence
