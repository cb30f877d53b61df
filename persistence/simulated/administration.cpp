#include "persistence/simulated/administration.hpp"

#include "persistence/simulated/explaining.hpp"
#include "persistence/simulated/finding.hpp"
#include "persistence/simulated/listing.hpp"
#include "persistence/simulated/problem_listing.hpp"
#include "persistence/simulated/sending.hpp"
#include "persistence/simulated/transfer.hpp"
#include "persistence/simulated/verifying.hpp"
#include "persistence/transfer_check.hpp"

#include <algorithm>

namespace duroxide::internal::simulated {

namespace {

std::uint64_t events_in(const std::vector<history_row>& rows) {
  std::uint64_t events = 0;
  for (const history_row& row : rows) events += row.count;
  return events;
}

std::uint64_t events_of(const instance_row& row) {
  std::uint64_t events = 0;
  for (const auto& [execution, rows] : row.history) events += events_in(rows);
  return events;
}

std::optional<instance_info> read_info(const tables& rows, const std::string& instance) {
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return std::nullopt;
  instance_info found;
  found.summary = summary_of(*row);
  found.parent = row->parent;
  found.custom_status = row->custom_status;
  found.history_format = row->history_format;
  if (const auto current = row->executions.find(row->execution); current != row->executions.end()) {
    found.input = current->second.input;
    found.output = current->second.output;
    found.error = current->second.error;
  }
  return found;
}

std::vector<execution_info> read_executions(const tables& rows, const std::string& instance,
                                            std::uint64_t execution) {
  std::vector<execution_info> found;
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return found;
  for (const auto& [number, each] : row->executions) {
    if (execution != 0 && number != execution) continue;
    const std::uint64_t events = each.event_count.value_or(row->next_event(number) - 1);
    found.push_back(
        {number, each.status, each.started_at, each.ended_at, events, each.input, each.output, each.error});
  }
  return found;
}

system_metrics read_metrics(const tables& rows) {
  system_metrics found;
  for (const auto& [id, row] : rows.instances.by_id()) {
    ++found.instances;
    found.executions += row.executions.size();
    found.events += events_of(row);
    switch (row.status) {
    case runtime_status::pending: ++found.pending; break;
    case runtime_status::running: ++found.running; break;
    case runtime_status::completed: ++found.completed; break;
    case runtime_status::failed: ++found.failed; break;
    case runtime_status::cancelled: ++found.cancelled; break;
    default: break;
    }
  }
  return found;
}

queue_depths read_depths(const tables& rows, timestamp now) {
  queue_depths found;
  for (const shard_row& shard : rows.cluster.shards) {
    for (const auto& [time, each] : shard.by_time) {
      const bool is_timer = each->content.kind == message_kind::timer_due;
      ++(is_timer ? found.timers : time.first <= now ? found.messages : found.later_messages);
    }
  }
  for (const instance_row* row : rows.activities.instances())
    for (const auto& [number, each] : row->activities)
      if (!each.finished) ++(each.owner == nobody ? found.activities_waiting : found.activities_taken);
  return found;
}

std::optional<instance_statistics> read_statistics(const tables& rows, const std::string& instance) {
  const instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return std::nullopt;
  instance_statistics found;
  found.history_events = row->next_event(row->execution) - 1;
  if (const auto current = row->history.find(row->execution); current != row->history.end())
    for (const history_row& each : current->second) found.history_bytes += each.packed.size();
  for (const auto& [number, each] : row->inbox) {
    const message_kind kind = each.content.kind;
    if (kind == message_kind::timer_due) continue;
    ++(kind == message_kind::enqueued ? found.queued_messages : found.inbox_messages);
  }
  found.kv_keys = row->kv.size();
  for (const auto& [key, entry] : row->kv) found.kv_bytes += entry.value.size();
  return found;
}

deletion_outcome remove_instance(tables& rows, news& concerned, const std::string& instance, bool force) {
  instance_row* root = rows.instances.find(instance);
  if (root == nullptr) return {deletion_refusal::not_found, instance, {}};
  if (root->parent && rows.instances.find(root->parent->instance) != nullptr)
    return {deletion_refusal::has_parent, instance, {}};
  auto family = rows.instances.family_of(*root);
  std::ranges::sort(family, {}, [](const auto& each) { return each.first->key; });
  const auto running =
      std::ranges::find_if(family, [](const auto& each) { return each.first->is_running(); });
  if (!force && running != family.end()) return {deletion_refusal::still_running, running->first->id, {}};
  if (running != family.end()) {
    ++rows.deletions;
    concerned.all = true;
  }
  deletion_outcome outcome;
  deletion& deleted = outcome.deleted;
  for (const auto& [row, depth] : family) {
    ++deleted.instances;
    deleted.executions += row->executions.size();
    deleted.events += events_of(*row);
    deleted.messages += row->inbox.size();
    deleted.activities += row->activities.size();
    rows.answers.erase(row->id);
    rows.erase(*row);
  }
  return outcome;
}

std::optional<deletion> prune_executions(tables& rows, const std::string& instance,
                                         const prune_options& options) {
  instance_row* row = rows.instances.find(instance);
  if (row == nullptr) return std::nullopt;
  const std::uint64_t kept = std::max<std::uint64_t>(options.keep_last, 1);
  const std::uint64_t last = row->execution > kept ? row->execution - kept : 0;
  deletion deleted;
  std::vector<std::uint64_t> old;
  for (const auto& [number, each] : row->executions) {
    const bool ended_before =
        !options.ended_before || (each.ended_at && *each.ended_at < *options.ended_before);
    if (number <= last && ended_before) old.push_back(number);
  }
  for (const std::uint64_t number : old) {
    deleted.events += events_in(row->history[number]);
    row->history.erase(number);
    row->executions.erase(number);
    ++deleted.executions;
  }
  return deleted;
}

bool is_as_planned(const tables& rows, const planned_rewind& what) {
  const instance_row* row = rows.instances.find(what.instance);
  return row != nullptr && row->key == what.life && row->execution == what.event.execution &&
         row->is_running() == !what.has_ended && row->next_event(row->execution) == what.event.first_event_id;
}

// Its parent must not take it any more.
void forget_outcome(tables& rows, const instance_row& child) {
  if (!child.parent) return;
  instance_row* parent = rows.instances.find(child.parent->instance);
  if (parent == nullptr) return;
  std::vector<std::uint64_t> found;
  for (const auto& [id, each] : parent->inbox)
    if (each.content.kind == message_kind::child_done && each.content.source == child.parent->event_id &&
        each.content.execution == child.parent->execution)
      found.push_back(id);
  for (const std::uint64_t id : found) rows.messages.erase(*parent, id);
}

void rewind_instance(tables& rows, news& concerned, const planned_rewind& what, timestamp now) {
  if (what.event.count == 0) return;
  instance_row& row = *rows.instances.find(what.instance);
  if (what.has_ended) forget_outcome(rows, row);
  row.status = runtime_status::running;
  row.updated_at = now;
  row.history_format = limits::history_format;
  row.history[row.execution].push_back(what.event);
  execution_row& current = row.executions.at(row.execution);
  current.status = runtime_status::running;
  current.ended_at.reset();
  current.event_count.reset();
  current.output.reset();
  current.error.reset();
  if (what.input) current.input = *what.input;
  for (const message& each : what.messages) {
    message due = each;
    due.instance = what.instance;
    due.visible_at = now;
    post_message(rows, {nobody, concerned}, {std::move(due)}, now);
  }
}

bool rewind_instances(tables& rows, news& concerned, const std::vector<planned_rewind>& what, timestamp now) {
  const auto is_right = [&rows](const planned_rewind& each) { return is_as_planned(rows, each); };
  if (!std::ranges::all_of(what, is_right)) return false;
  for (const planned_rewind& each : what) rewind_instance(rows, concerned, each, now);
  return true;
}

std::vector<node_info> read_nodes(const tables& rows, std::size_t ended) {
  std::map<std::uint64_t, std::vector<std::uint32_t>> shards;
  for (std::uint32_t shard = 0; shard < rows.cluster.shard_count(); ++shard)
    shards[rows.cluster.shards[shard].node].push_back(shard);
  std::vector<node_info> living;
  std::vector<node_info> gone;
  for (auto next = rows.cluster.nodes.rbegin(); next != rows.cluster.nodes.rend(); ++next) {
    const auto& [id, each] = *next;
    if (!each.is_alive() && gone.size() == ended) continue;
    (each.is_alive() ? living : gone)
        .push_back({id, each.offer.name, each.state, each.started_at, each.last_seen_at,
                    each.offer.orchestrations, each.offer.activities, shards[id],
                    each.load.resident_instances, each.load.queued_activities, each.load.running_activities});
  }
  living.insert(living.end(), gone.begin(), gone.end());
  return living;
}

class administration_in_memory final : public store_administration {
public:
  explicit administration_in_memory(std::shared_ptr<core> store) : store_(std::move(store)) {}

  stored<instance_page> list(const instance_query& what) override {
    return store_->read("list_instances", [&](const tables& rows) { return list_instances(rows, what); });
  }
  stored<instance_page> find(const filter& what, const page_request& page) override {
    return store_->read("list", [&](const tables& rows) { return find_instances(rows, what, page); });
  }
  stored<std::vector<group_count>> count(const filter& what,
                                         const std::optional<filter_term>& group) override {
    return store_->read("count", [&](const tables& rows) { return count_instances(rows, what, group); });
  }
  stored<std::optional<instance_info>> info(const std::string& instance) override {
    return store_->read("get_instance_info", [&](const tables& rows) { return read_info(rows, instance); });
  }
  stored<problem_page> problems(const problem_query& what) override {
    return store_->read("list_problems", [&](const tables& rows) { return list_problems(rows, what); });
  }
  stored<std::optional<explanation>> explain(const std::string& instance, timestamp now,
                                             const history_reader& read) override {
    return store_->read("explain",
                        [&](const tables& rows) { return explain_instance(rows, instance, now, read); });
  }
  stored<std::vector<instance_in_tree>> tree(const std::string& instance) override {
    return store_->read("get_instance_tree", [&](const tables& rows) {
      std::vector<instance_in_tree> found;
      if (const instance_row* root = rows.instances.find(instance); root != nullptr)
        for (const auto& [row, depth] : rows.instances.family_of(*root))
          found.push_back({summary_of(*row), depth});
      return found;
    });
  }
  stored<std::vector<execution_info>> executions(const std::string& instance,
                                                 std::uint64_t execution) override {
    return store_->read("list_executions",
                        [&](const tables& rows) { return read_executions(rows, instance, execution); });
  }
  stored<system_metrics> metrics() override { return store_->read("get_system_metrics", read_metrics); }
  stored<queue_depths> depths(timestamp now) override {
    return store_->read("get_queue_depths", [&](const tables& rows) { return read_depths(rows, now); });
  }
  stored<std::optional<instance_statistics>> statistics(const std::string& instance) override {
    return store_->read("instance_statistics",
                        [&](const tables& rows) { return read_statistics(rows, instance); });
  }
  stored<deletion_outcome> remove(const std::string& instance, bool force) override {
    return store_->write("delete_instance", [&](tables& rows, news& concerned) {
      concerned.written = true;
      return remove_instance(rows, concerned, instance, force);
    });
  }
  stored<std::optional<deletion>> prune(const std::string& instance, const prune_options& options) override {
    return store_->write("prune_executions",
                         [&](tables& rows, news&) { return prune_executions(rows, instance, options); });
  }
  stored<bool> rewind(const std::vector<planned_rewind>& what, timestamp now) override {
    return store_->write("rewind", [&](tables& rows, news& concerned) {
      concerned.written = true;
      return rewind_instances(rows, concerned, what, now);
    });
  }
  stored<std::vector<node_info>> nodes(std::size_t ended) override {
    return store_->read("list_nodes", [&](const tables& rows) { return read_nodes(rows, ended); });
  }
  stored<transfer> write_to(std::ostream& to, const std::optional<std::string>& root) override {
    return store_->read("export_instances",
                        [&](const tables& rows) { return export_instances(rows, to, root); });
  }
  stored<transfer> read_from(std::istream& from, const history_reader& read) override {
    return store_->write("import_instances", [&](tables& rows, news& concerned) {
      persistence::check_transfer(from, read);
      concerned.written = true;
      return import_instances(rows, from);
    });
  }
  stored<std::vector<inconsistency>> compare_with(std::istream& from, std::size_t limit) override {
    return store_->read("compare_instances",
                        [&](const tables& rows) { return compare_instances(rows, from, limit); });
  }
  stored<verification> verify(const history_reader& read) override {
    return store_->read("verify", [&](const tables& rows) { return verify_rows(rows, read); });
  }

private:
  const std::shared_ptr<core> store_;
};

}  // namespace

std::unique_ptr<store_administration> make_administration(std::shared_ptr<core> store) {
  return std::make_unique<administration_in_memory>(std::move(store));
}

}  // namespace duroxide::internal::simulated
