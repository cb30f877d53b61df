#include "actors/work_queue.hpp"

#include <algorithm>

namespace duroxide::internal {

void work_queue::push(work item) {
  {
    std::lock_guard lock(mutex_);
    known_.insert_or_assign(item.key, item.cancelled);
    queue_.push_back(std::move(item));
  }
  available_.notify_one();
  if (pushed_) pushed_();
}

std::optional<work> work_queue::pop() {
  std::unique_lock lock(mutex_);
  available_.wait(lock, [this] { return closed_ || !queue_.empty(); });
  return take();
}

std::optional<work> work_queue::try_pop() {
  std::lock_guard lock(mutex_);
  return take();
}

// Under the lock.
std::optional<work> work_queue::take() {
  if (closed_ || queue_.empty()) return std::nullopt;
  work item = std::move(queue_.front());
  queue_.pop_front();
  ++running_;
  return item;
}

void work_queue::finished(const activity_key& key) {
  std::lock_guard lock(mutex_);
  known_.erase(key);
  if (--running_ == 0) idle_.notify_all();
}

work_queue::presence work_queue::find(const activity_key& key) const {
  std::lock_guard lock(mutex_);
  auto at = known_.find(key);
  if (at == known_.end()) return presence::none;
  return at->second.stop_requested() ? presence::cancelled : presence::present;
}

std::vector<activity_key> work_queue::keys() const {
  std::lock_guard lock(mutex_);
  std::vector<activity_key> all;
  all.reserve(known_.size());
  for (const auto& [key, cancelled] : known_) all.push_back(key);
  return all;
}

std::size_t work_queue::waiting() const {
  std::lock_guard lock(mutex_);
  return queue_.size();
}

std::size_t work_queue::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

bool work_queue::cancel(const activity_key& key) {
  std::stop_source running;
  {
    std::lock_guard lock(mutex_);
    auto at = known_.find(key);
    if (at == known_.end()) return false;
    running = at->second;
    auto queued = std::ranges::find(queue_, key, &work::key);
    if (queued != queue_.end()) {
      queue_.erase(queued);
      known_.erase(at);
      return false;
    }
  }
  running.request_stop();  // outside the lock: it runs callbacks
  return true;
}

bool work_queue::contains(const activity_key& key) const {
  std::lock_guard lock(mutex_);
  return known_.contains(key);
}

void work_queue::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& item : queue_) known_.erase(item.key);
    queue_.clear();
  }
  available_.notify_all();
}

bool work_queue::wait_until_idle(duration limit) const {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, limit, [this] { return running_ == 0; });
}

bool work_queue::abandoned() const {
  std::lock_guard lock(mutex_);
  return abandoned_;
}

void work_queue::abandon_running() {
  std::vector<std::stop_source> running;
  {
    std::lock_guard lock(mutex_);
    abandoned_ = true;
    for (const auto& [key, cancelled] : known_) running.push_back(cancelled);
  }
  for (auto& each : running) each.request_stop();
}

}  // namespace duroxide::internal
