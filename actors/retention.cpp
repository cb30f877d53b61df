#include "actors/retention.hpp"

#include "actors/clock.hpp"
#include "actors/log.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace duroxide::internal {

namespace {

constexpr std::size_t page = 100;

bool is_older(timestamp at, const std::optional<duration>& age, timestamp now) {
  return age && at < now - *age;
}

}  // namespace

retention::retention(peers_ptr all) : peers_(std::move(all)) {
  const runtime_options& options = peers_->options;
  if (options.delete_instances_after || options.delete_executions_after)
    thread_ = std::jthread([this](const std::stop_token& stopping) { run(stopping); });
}

void retention::run(const std::stop_token& stopping) const {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  while (!stopping.stop_requested()) {
    if (peers_->owned->contains(0)) sweep(stopping);
    stopped.wait_for(lock, stopping, peers_->options.retention_interval, [] { return false; });
  }
}

// Nothing can have ended before it was created, so it looks at the instances that are old enough, and no
// more: those that it deletes, and those that still run.
void retention::sweep(const std::stop_token& stopping) const {
  const runtime_options& options = peers_->options;
  const timestamp now = wall_clock_now();
  instance_query query;
  query.descending = false;
  query.limit = page;
  do {
    auto found = peers_->store->administration().list(query);
    if (!found) return log_warning("duroxide: old instances are deleted later: {}", found.error().message);
    for (const instance_summary& each : found->instances) {
      if (stopping.stop_requested()) return;
      if (!is_older(each.created_at, options.delete_instances_after, now) &&
          !is_older(each.created_at, options.delete_executions_after, now))
        return;
      treat(each);
    }
    query.cursor = std::move(found->cursor);
  } while (!query.cursor.empty());
}

// What cannot be deleted now is found again by the next sweep.
void retention::treat(const instance_summary& each) const {
  const runtime_options& options = peers_->options;
  store_administration& store = peers_->store->administration();
  const timestamp now = wall_clock_now();
  const auto failed = [&](const store_error& why) {
    log_warning("duroxide: instance '{}' is cleared away later: {}", each.instance, why.message);
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
