#include "actors/work_queue.hpp"

#include <algorithm>

namespace duroxide::internal {

void work_queue::push(work item) {
  {
    std::lock_guard lock(mutex_);
    known_.insert_or_assign(item.key, known_work{item.cancelled, item.due});
    waiting_work& of_instance = line_[{item.due, item.key.life}];
    ++waiting_;
    waiting_bytes_ += item.input.size();
    of_instance.insert_or_assign(std::pair(item.key.execution, item.key.event_id), std::move(item));
  }
  available_.notify_one();
  if (pushed_) pushed_();
}

std::optional<work> work_queue::pop() {
  std::unique_lock lock(mutex_);
  available_.wait(lock, [this] { return closed_ || waiting_ != 0; });
  return take();
}

std::optional<work> work_queue::try_pop() {
  std::lock_guard lock(mutex_);
  return take();
}

// The first instance that has not its share yet; else the first. No more instances are passed over than there
// are workers, but one has a place for each time at which something of it is due.
// REQUIRES: the lock, and that something waits.
work_queue::line::iterator work_queue::next() {
  const auto has_its_share = [this](const auto& each) {
    const auto at = running_of_.find(each.first.life);
    return at != running_of_.end() && at->second >= share_;
  };
  const auto found = std::ranges::find_if_not(line_, has_its_share);
  return found == line_.end() ? line_.begin() : found;
}

// REQUIRES: the lock.
std::optional<work> work_queue::take() {
  if (closed_ || waiting_ == 0) return std::nullopt;
  const auto at = next();
  work item = std::move(at->second.begin()->second);
  at->second.erase(at->second.begin());
  if (at->second.empty()) line_.erase(at);
  forget_waiting(item);
  known_work& taken = known_.at(item.key);
  taken.is_queued = false;
  taken.began = steady_now();
  ++running_of_[item.key.life];
  ++running_;
  return item;
}

// REQUIRES: the lock.
void work_queue::forget_waiting(const work& item) {
  --waiting_;
  waiting_bytes_ -= item.input.size();
}

void work_queue::finished(const activity_key& key) {
  std::lock_guard lock(mutex_);
  if (const auto at = known_.find(key); at != known_.end()) {
    ++so_far_.finished;
    so_far_.busy += steady_now() - at->second.began;
    known_.erase(at);
  }
  if (const auto at = running_of_.find(key.life); at != running_of_.end() && --at->second == 0)
    running_of_.erase(at);
  if (--running_ == 0) idle_.notify_all();
}

work_queue::presence work_queue::find(const activity_key& key) const {
  std::lock_guard lock(mutex_);
  auto at = known_.find(key);
  if (at == known_.end()) return presence::none;
  return at->second.cancelled.stop_requested() ? presence::cancelled : presence::present;
}

std::vector<activity_key> work_queue::keys() const {
  std::lock_guard lock(mutex_);
  std::vector<activity_key> all;
  all.reserve(known_.size());
  for (const auto& [key, what] : known_) all.push_back(key);
  return all;
}

std::size_t work_queue::waiting() const {
  std::lock_guard lock(mutex_);
  return waiting_;
}

std::size_t work_queue::waiting_bytes() const {
  std::lock_guard lock(mutex_);
  return waiting_bytes_;
}

work_queue::pace work_queue::so_far() const {
  std::lock_guard lock(mutex_);
  return so_far_;
}

std::vector<activity_key> work_queue::take_back(std::size_t keep,
                                                const std::function<bool(const work&)>& may_go) {
  std::lock_guard lock(mutex_);
  std::vector<activity_key> taken;
  for (auto group = line_.end(); waiting_ > keep && group != line_.begin();) {
    --group;
    waiting_work& of_instance = group->second;
    for (auto last = of_instance.end(); waiting_ > keep && last != of_instance.begin();) {
      --last;
      if (!may_go(last->second)) continue;
      taken.push_back(last->second.key);
      known_.erase(last->second.key);
      forget_waiting(last->second);
      last = of_instance.erase(last);
    }
    if (of_instance.empty()) group = line_.erase(group);
  }
  return taken;
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
    if (at->second.is_queued) {
      const auto of_instance = line_.find({at->second.due, key.life});
      const auto item = of_instance->second.find({key.execution, key.event_id});
      forget_waiting(item->second);
      of_instance->second.erase(item);
      if (of_instance->second.empty()) line_.erase(of_instance);
      known_.erase(at);
      return false;
    }
    running = at->second.cancelled;
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
    std::erase_if(known_, [](const auto& each) { return each.second.is_queued; });
    line_.clear();
    waiting_ = 0;
    waiting_bytes_ = 0;
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
    for (const auto& [key, what] : known_) running.push_back(what.cancelled);
  }
  for (auto& each : running) each.request_stop();
}

}  // namespace duroxide::internal
