#include "actors/store/retention.hpp"

#include "actors/clock.hpp"
#include "actors/cluster/owned_shards.hpp"
#include "actors/log.hpp"
#include "actors/messages.hpp"

#include <utility>

namespace duroxide::internal {

namespace {

constexpr std::size_t instances_a_page = 100;

bool is_older(timestamp moment, const std::optional<duration>& age, timestamp now) {
  return age && moment < now - *age;
}

}  // namespace

retention::retention(caf::actor_config& config, context_ptr context)
    : takes<sweep_atom>::base(config), context_(std::move(context)) {}

bool retention::is_wanted(const runtime_options& options) {
  return options.delete_instances_after || options.delete_executions_after;
}

retention::behavior_type retention::make_behavior() {
  send(this, sweep_atom::value);
  return {[this](sweep_atom) { sweep(); }};
}

// A page for each message, so that it can be stopped between two of them.
void retention::sweep() {
  if (context_->owned->contains(0) && sweep_page()) return send(this, sweep_atom::value);
  query_.cursor.clear();
  delayed_send(this, context_->options.retention_interval, sweep_atom::value);
}

// Nothing can have ended before it was created, so it looks at the instances that are old enough, and no
// more: those that it deletes, and those that still run. False when there are no more of them.
bool retention::sweep_page() {
  const runtime_options& options = context_->options;
  const timestamp now = wall_clock_now();
  query_.descending = false;
  query_.limit = instances_a_page;
  auto found = context_->store->administration().list(query_);
  if (!found) {
    log_warning("duroxide: retention skipped, will retry: {}", field("error", found.error().message));
    return false;
  }
  for (const instance_summary& each : found->instances) {
    if (!is_older(each.created_at, options.delete_instances_after, now) &&
        !is_older(each.created_at, options.delete_executions_after, now))
      return false;
    treat(each);
  }
  query_.cursor = std::move(found->cursor);
  return !query_.cursor.empty();
}

// What cannot be deleted now is found again by the next sweep.
void retention::treat(const instance_summary& each) const {
  const runtime_options& options = context_->options;
  store_administration& store = context_->store->administration();
  const timestamp now = wall_clock_now();
  const auto failed = [&](const store_error& why) {
    log_warning("duroxide: retention could not delete or prune instance '{}' now and tries again later: {}",
                field("instance", each.instance), field("error", why.message),
                field("orchestration", each.orchestration), field("version", each.version));
  };
  if (is_terminal(each.status) && is_older(each.updated_at, options.delete_instances_after, now)) {
    if (each.parent) return;  // it goes with its root
    if (const auto removed = store.remove(each.instance, false); !removed) failed(removed.error());
  } else if (each.execution > 1 && options.delete_executions_after) {
    const prune_options old{1, now - *options.delete_executions_after};
    if (const auto pruned = store.prune(each.instance, old); !pruned) failed(pruned.error());
  }
}

}  // namespace duroxide::internal
