#include "persistence/simulated/administration.hpp"

#include "persistence/simulated/listing.hpp"
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

std::uint64_t events_of(const instance_row& it) {
  std::uint64_t events = 0;
  for (const auto& [execution, rows] : it.history) events += events_in(rows);
  return events;
}

std::optional<instance_info> read_info(const tables& in, const std::string& instance) {
  const instance_row* it = in.find(instance);
  if (it == nullptr) return std::nullopt;
  instance_info found;
  found.summary = summary_of(*it);
  found.parent = it->parent;
  found.custom_status = it->custom_status;
  found.history_format = it->history_format;
  if (const auto current = it->executions.find(it->execution); current != it->executions.end()) {
    found.input = current->second.input;
    found.output = current->second.output;
    found.error = current->second.error;
  }
  return found;
}

std::vector<execution_info> read_executions(const tables& in, const std::string& instance,
                                            std::uint64_t execution) {
  std::vector<execution_info> found;
  const instance_row* it = in.find(instance);
  if (it == nullptr) return found;
  for (const auto& [number, each] : it->executions) {
    if (execution != 0 && number != execution) continue;
    const std::uint64_t events = each.event_count.value_or(it->next_event(number) - 1);
    found.push_back(
        {number, each.status, each.started_at, each.ended_at, events, each.input, each.output, each.error});
  }
  return found;
}

system_metrics read_metrics(const tables& in) {
  system_metrics found;
  for (const auto& [id, it] : in.instances()) {
    ++found.instances;
    found.executions += it.executions.size();
    found.events += events_of(it);
    switch (it.status) {
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

queue_depths read_depths(const tables& in, timestamp now) {
  queue_depths found;
  for (const shard_row& shard : in.shards) {
    for (const auto& [time, each] : shard.by_time) {
      const bool is_timer = each->content.kind == message_kind::timer_due;
      ++(is_timer ? found.timers : time.first <= now ? found.messages : found.later_messages);
    }
  }
  for (const instance_row* it : in.with_activities())
    for (const auto& [number, each] : it->activities)
      if (!each.finished) ++(each.owner == nobody ? found.activities_waiting : found.activities_taken);
  return found;
}

deletion_outcome remove_instance(tables& in, news& whom, const std::string& instance, bool force) {
  instance_row* root = in.find(instance);
  if (root == nullptr) return {deletion_refusal::not_found, instance, {}};
  if (root->parent && in.find(root->parent->instance) != nullptr)
    return {deletion_refusal::has_parent, instance, {}};
  auto family = in.family_of(*root);
  std::ranges::sort(family, {}, [](const auto& each) { return each.first->key; });
  const auto running =
      std::ranges::find_if(family, [](const auto& each) { return each.first->is_running(); });
  if (!force && running != family.end()) return {deletion_refusal::still_running, running->first->id, {}};
  if (running != family.end()) {
    ++in.deletions;
    whom.all = true;
  }
  deletion_outcome outcome;
  deletion& deleted = outcome.deleted;
  for (const auto& [it, depth] : family) {
    ++deleted.instances;
    deleted.executions += it->executions.size();
    deleted.events += events_of(*it);
    deleted.messages += it->inbox.size();
    deleted.activities += it->activities.size();
    in.erase(*it);
  }
  return outcome;
}

std::optional<deletion> prune_executions(tables& in, const std::string& instance,
                                         const prune_options& options) {
  instance_row* it = in.find(instance);
  if (it == nullptr) return std::nullopt;
  const std::uint64_t kept = std::max<std::uint64_t>(options.keep_last, 1);
  const std::uint64_t last = it->execution > kept ? it->execution - kept : 0;
  deletion deleted;
  std::vector<std::uint64_t> old;
  for (const auto& [number, each] : it->executions) {
    const bool ended_before =
        !options.ended_before || (each.ended_at && *each.ended_at < *options.ended_before);
    if (number <= last && ended_before) old.push_back(number);
  }
  for (const std::uint64_t number : old) {
    deleted.events += events_in(it->history[number]);
    it->history.erase(number);
    it->executions.erase(number);
    ++deleted.executions;
  }
  return deleted;
}

std::vector<node_info> read_nodes(const tables& in, std::size_t ended) {
  std::map<std::uint64_t, std::vector<std::uint32_t>> shards;
  for (std::uint32_t shard = 0; shard < in.shard_count(); ++shard)
    shards[in.shards[shard].node].push_back(shard);
  std::vector<node_info> living;
  std::vector<node_info> gone;
  for (auto at = in.nodes.rbegin(); at != in.nodes.rend(); ++at) {
    const auto& [id, each] = *at;
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
  explicit administration_in_memory(std::shared_ptr<core> of) : in_(std::move(of)) {}

  stored<instance_page> list(const instance_query& what) override {
    return in_->read("list_instances", [&](const tables& rows) { return list_instances(rows, what); });
  }
  stored<std::optional<instance_info>> info(const std::string& instance) override {
    return in_->read("get_instance_info", [&](const tables& rows) { return read_info(rows, instance); });
  }
  stored<std::vector<instance_in_tree>> tree(const std::string& instance) override {
    return in_->read("get_instance_tree", [&](const tables& rows) {
      std::vector<instance_in_tree> found;
      if (const instance_row* root = rows.find(instance); root != nullptr)
        for (const auto& [it, depth] : rows.family_of(*root)) found.push_back({summary_of(*it), depth});
      return found;
    });
  }
  stored<std::vector<execution_info>> executions(const std::string& instance,
                                                 std::uint64_t execution) override {
    return in_->read("list_executions",
                     [&](const tables& rows) { return read_executions(rows, instance, execution); });
  }
  stored<system_metrics> metrics() override { return in_->read("get_system_metrics", read_metrics); }
  stored<queue_depths> depths(timestamp now) override {
    return in_->read("get_queue_depths", [&](const tables& rows) { return read_depths(rows, now); });
  }
  stored<deletion_outcome> remove(const std::string& instance, bool force) override {
    return in_->write("delete_instance", [&](tables& rows, news& whom) {
      whom.written = true;
      return remove_instance(rows, whom, instance, force);
    });
  }
  stored<std::optional<deletion>> prune(const std::string& instance, const prune_options& options) override {
    return in_->write("prune_executions",
                      [&](tables& rows, news&) { return prune_executions(rows, instance, options); });
  }
  stored<std::vector<node_info>> nodes(std::size_t ended) override {
    return in_->read("list_nodes", [&](const tables& rows) { return read_nodes(rows, ended); });
  }
  stored<transfer> write_to(std::ostream& to, const std::optional<std::string>& root) override {
    return in_->read("export_instances",
                     [&](const tables& rows) { return export_instances(rows, to, root); });
  }
  stored<transfer> read_from(std::istream& from, const history_reader& read) override {
    return in_->write("import_instances", [&](tables& rows, news& whom) {
      persistence::check_transfer(from, read);
      whom.written = true;
      return import_instances(rows, from);
    });
  }
  stored<std::vector<inconsistency>> compare_with(std::istream& from, std::size_t limit) override {
    return in_->read("compare_instances",
                     [&](const tables& rows) { return compare_instances(rows, from, limit); });
  }
  stored<verification> verify(const history_reader& read) override {
    return in_->read("verify", [&](const tables& rows) { return verify_rows(rows, read); });
  }

private:
  const std::shared_ptr<core> in_;
};

}  // namespace

std::unique_ptr<store_administration> make_administration(std::shared_ptr<core> of) {
  return std::make_unique<administration_in_memory>(std::move(of));
}

}  // namespace duroxide::internal::simulated
