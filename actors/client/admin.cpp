#include "duroxide/admin.hpp"

#include "duroxide/client.hpp"
#include "duroxide/detail/actor_threads.hpp"
#include "duroxide/detail/answers.hpp"
#include "duroxide/detail/client_requests.hpp"
#include "duroxide/detail/running_code.hpp"
#include "duroxide/names.hpp"
#include "runtime/history_codec.hpp"
#include "actors/client/invalid_request.hpp"
#include "actors/client/read_events.hpp"
#include "actors/client/store_client.hpp"
#include "actors/clock.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace duroxide {

using internal::throw_invalid;

namespace {

constexpr std::size_t largest_page = 10'000;
constexpr std::size_t page_of_bulk = 100;

[[noreturn]] void throw_unknown(const std::string& instance) {
  throw instance_error(error_kind::instance_not_found, "there is no instance '" + instance + "'");
}

template <class T> T value_of(stored<T> answer) {
  if (!answer && answer.error().kind == error_kind::invalid_argument) throw_invalid(answer.error().message);
  return std::move(answer).value();
}

void require_limit(std::size_t limit, std::size_t most) {
  if (limit == 0 || limit > most)
    throw_invalid("the limit is " + std::to_string(limit) + "; it is 1 to " + std::to_string(most));
}

void require_legal(const instance_filter& filter) {
  if (filter.orchestration) require_valid_id("orchestration name", *filter.orchestration);
  if (filter.id_prefix) require_id_prefix("prefix of instance ids", *filter.id_prefix);
  if (filter.ids)
    for (const std::string& each : *filter.ids) require_stored_id("instance id in the list of ids", each);
  if (filter.parent) require_stored_id("instance id of the parent", *filter.parent);
  for (const runtime_status each : filter.statuses)
    if (each == runtime_status::not_found || each == runtime_status::continued_as_new)
      throw_invalid("no instance has the status " + std::string(to_string(each)));
}

deletion deleted_by(const deletion_outcome& outcome, const std::string& root) {
  switch (outcome.refusal) {
  case deletion_refusal::none: break;
  case deletion_refusal::not_found: throw_unknown(root);
  case deletion_refusal::has_parent:
    throw instance_error(error_kind::invalid_argument,
                         "instance '" + root +
                             "' is a sub-orchestration; delete its root, with all below it");
  case deletion_refusal::still_running:
    throw instance_error(error_kind::instance_running,
                         "instance '" + outcome.instance +
                             "' still runs, so nothing was deleted; cancel it first, or delete with force");
  }
  return outcome.deleted;
}

// Cancels the root, which takes its descendants with it, and waits until none of them runs, or for
// `patience`.
void cancel_and_wait(provider& store, const std::string& root, duration patience) {
  message cancel;
  cancel.kind = message_kind::cancel;
  cancel.instance = root;
  cancel.data = "it is being deleted";
  cancel.visible_at = internal::wall_clock_now();
  auto watch = store.watch(watch_scope::everything);
  if (store.post(cancel).value() != post_outcome::accepted || !watch) return;
  const auto has_ended = [&] {
    return std::ranges::all_of(store.administration().tree(root).value(),
                               [](const instance_in_tree& each) { return is_terminal(each.summary.status); });
  };
  if (auto* simulation = detail::simulated()) return simulation->run_until(has_ended, patience);
  const auto deadline = internal::steady_in(patience);
  while (!has_ended()) {
    const auto left = std::chrono::duration_cast<duration>(deadline - internal::steady_now());
    if (left <= duration::zero()) return;
    (*watch)->wait(left);
  }
}

// Calls `use` for every instance that the filter lets through, the oldest first, until it has said `limit`
// times that it did something.
template <class Use>
void for_each_instance(store_administration& store, instance_filter filter, std::size_t limit, Use use) {
  instance_query query;
  query.filter = std::move(filter);
  query.descending = false;
  query.limit = page_of_bulk;
  std::size_t done = 0;
  do {
    instance_page page = value_of(store.list(query));
    for (const instance_summary& each : page.instances) {
      if (done == limit) return;
      if (use(each)) ++done;
    }
    query.cursor = std::move(page.cursor);
  } while (!query.cursor.empty());
}

// Stores write an empty one, or none.
bool has_no_output(runtime_status status) {
  return status == runtime_status::failed || status == runtime_status::cancelled;
}

}  // namespace

deletion& deletion::operator+=(const deletion& more) {
  instances += more.instances;
  executions += more.executions;
  events += more.events;
  messages += more.messages;
  activities += more.activities;
  return *this;
}

admin client::admin() const {
  detail::require_outside_orchestrations("an admin");
  auto store = connection_.port->store();
  if (!store)
    throw infrastructure_error(error_kind::runtime_stopped,
                               "the runtime is stopped; make an admin of the store");
  return duroxide::admin(std::move(store));
}

provider& admin::checked_store() const {
  detail::require_outside_orchestrations("an admin");
  detail::require_may_block("an admin");
  return *store_;
}

instance_page admin::list_instances(const instance_query& what) const {
  require_limit(what.limit, largest_page);
  require_legal(what.filter);
  return value_of(checked_store().administration().list(what));
}

instance_page admin::list(const filter& what, const page_request& page) const {
  require_limit(page.limit, largest_page);
  require_valid_filter(what);
  return value_of(checked_store().administration().find(what, page));
}

instance_page admin::list(std::string_view what, const page_request& page) const {
  return list(parse_filter(what, internal::wall_clock_now()), page);
}

std::vector<group_count> admin::count(const filter& what, const std::optional<filter_term>& group) const {
  require_valid_filter(what);
  return value_of(checked_store().administration().count(what, group));
}

std::vector<group_count> admin::count(std::string_view what, std::string_view group) const {
  const auto counted = group.empty() ? std::nullopt : std::optional(parse_group(group));
  return count(parse_filter(what, internal::wall_clock_now()), counted);
}

instance_info admin::get_instance_info(const std::string& instance) const {
  require_stored_id("instance id", instance);
  auto found = value_of(checked_store().administration().info(instance));
  if (!found) throw_unknown(instance);
  if (has_no_output(found->summary.status)) found->output.reset();
  return *std::move(found);
}

problem_page admin::list_problems(const problem_query& what) const {
  require_limit(what.limit, largest_page);
  if (what.instance) require_stored_id("instance id", *what.instance);
  return value_of(checked_store().administration().problems(what));
}

explanation admin::explain(const std::string& instance) const {
  require_stored_id("instance id", instance);
  auto found = value_of(
      checked_store().administration().explain(instance, internal::wall_clock_now(), internal::read_events));
  if (!found) throw_unknown(instance);
  return *std::move(found);
}

std::vector<instance_in_tree> admin::get_instance_tree(const std::string& instance) const {
  require_stored_id("instance id", instance);
  auto found = value_of(checked_store().administration().tree(instance));
  if (found.empty()) throw_unknown(instance);
  return found;
}

std::vector<execution_info> admin::list_executions(const std::string& instance) const {
  require_stored_id("instance id", instance);
  auto found = value_of(checked_store().administration().executions(instance, 0));
  if (found.empty()) throw_unknown(instance);
  for (execution_info& each : found)
    if (has_no_output(each.status)) each.output.reset();
  return found;
}

execution_info admin::get_execution_info(const std::string& instance, std::uint64_t execution) const {
  require_stored_id("instance id", instance);
  if (execution == 0) throw_invalid("executions are counted from 1");
  auto found = value_of(checked_store().administration().executions(instance, execution));
  if (found.empty())
    throw instance_error(error_kind::instance_not_found, "there is no execution " +
                                                             std::to_string(execution) + " of instance '" +
                                                             instance + "'");
  if (has_no_output(found.front().status)) found.front().output.reset();
  return std::move(found.front());
}

std::vector<history_event> admin::read_history(const std::string& instance, std::uint64_t execution) const {
  require_stored_id("instance id", instance);
  if (value_of(checked_store().administration().executions(instance, execution)).empty()) {
    if (execution == 0) throw_unknown(instance);
    get_execution_info(instance, execution);
  }
  std::vector<history_event> all;
  for (const history_row& row : value_of(checked_store().history(instance, execution))) {
    auto events = internal::unpack_events(row.first_event_id, row.packed);
    if (!events)
      throw infrastructure_error(error_kind::corrupted_history,
                                 "the history of instance '" + instance + "', execution " +
                                     std::to_string(row.execution) + ", events from " +
                                     std::to_string(row.first_event_id) + ": " + events.error());
    all.insert(all.end(), std::make_move_iterator(events->begin()), std::make_move_iterator(events->end()));
  }
  return all;
}

system_metrics admin::get_system_metrics() const {
  return value_of(checked_store().administration().metrics());
}

queue_depths admin::get_queue_depths() const {
  return value_of(checked_store().administration().depths(internal::wall_clock_now()));
}

std::optional<duroxide::instance_statistics> admin::instance_statistics(const std::string& instance) const {
  require_stored_id("instance id", instance);
  return value_of(checked_store().administration().statistics(instance));
}

std::vector<node_info> admin::list_nodes(std::size_t ended) const {
  return value_of(checked_store().administration().nodes(ended));
}

void admin::change_label(const std::string& instance, const label_change& what) const {
  auto posted = internal::post_in(checked_store(), detail::signal_label(instance, what));
  if (!posted) std::rethrow_exception(detail::exception_for(posted.error()));
}

deletion admin::delete_instance(const std::string& instance, bool force, duration patience) const {
  require_stored_id("instance id", instance);
  patience = detail::checked_limit("the patience of a deletion", patience);
  store_administration& store = checked_store().administration();
  const deletion_outcome outcome = value_of(store.remove(instance, false));
  if (!force || outcome.refusal != deletion_refusal::still_running) return deleted_by(outcome, instance);
  cancel_and_wait(checked_store(), instance, patience);
  return deleted_by(value_of(store.remove(instance, true)), instance);
}

deletion admin::delete_instances(instance_filter filter, std::size_t limit) const {
  require_legal(filter);
  if (std::ranges::any_of(filter.statuses, [](runtime_status each) { return !is_terminal(each); }))
    throw_invalid("only instances that have ended are deleted together; ask for no other status");
  if (filter.statuses.empty())
    filter.statuses = {runtime_status::completed, runtime_status::failed, runtime_status::cancelled};
  filter.roots_only = true;
  store_administration& store = checked_store().administration();
  deletion all;
  for_each_instance(store, std::move(filter), limit, [&](const instance_summary& each) {
    const deletion_outcome outcome = value_of(store.remove(each.instance, false));
    all += outcome.deleted;
    return outcome.refusal == deletion_refusal::none;
  });
  return all;
}

deletion admin::prune_executions(const std::string& instance, const prune_options& options) const {
  require_stored_id("instance id", instance);
  auto pruned = value_of(checked_store().administration().prune(instance, options));
  if (!pruned) throw_unknown(instance);
  return *std::move(pruned);
}

deletion admin::prune_executions(instance_filter filter, const prune_options& options,
                                 std::size_t limit) const {
  require_legal(filter);
  store_administration& store = checked_store().administration();
  deletion all;
  for_each_instance(store, std::move(filter), limit, [&](const instance_summary& each) {
    if (auto pruned = value_of(store.prune(each.instance, options))) all += *pruned;
    return true;
  });
  return all;
}

}  // namespace duroxide
