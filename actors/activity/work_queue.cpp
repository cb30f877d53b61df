#include "actors/activity/work_queue.hpp"

#include "duroxide/detail/ensure.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace duroxide::internal {

namespace {

// A node with this value, to be put into a map of that type.
template <class Map>
typename Map::node_type make_node(typename Map::key_type key, typename Map::mapped_type value) {
  Map only;
  only.emplace(std::move(key), std::move(value));
  return only.extract(only.begin());
}

template <class Node> std::optional<work> content_of(Node& node) {
  if (!node) return std::nullopt;
  return std::move(node.mapped());
}

}  // namespace

std::size_t work_queue::running_counts::count_of(std::uint64_t life) const {
  const auto found = std::ranges::find(counts_, life, &count::life);
  return found == counts_.end() ? 0 : found->running;
}

void work_queue::running_counts::add(std::uint64_t life) {
  const auto found = std::ranges::find(counts_, life, &count::life);
  if (found == counts_.end())
    counts_.push_back({life, 1});
  else
    ++found->running;
}

void work_queue::running_counts::remove(std::uint64_t life) {
  const auto found = std::ranges::find(counts_, life, &count::life);
  if (found == counts_.end() || --found->running != 0) return;
  *found = counts_.back();
  counts_.pop_back();
}

void work_queue::push(work item) {
  auto described = make_node<known>(item.key, {item.cancelled, item.due});
  const std::size_t bytes = item.input.size();
  auto queued = make_node<line>(place::with(item.due, item.key), std::move(item));
  {
    const detail::lock_guard lock(mutex_);
    detail::ensure(known_.insert(std::move(described)).inserted && line_.insert(std::move(queued)).inserted,
                   "an activity is queued once");
    ++waiting_;
    waiting_bytes_ += bytes;
  }
  available_.notify_one();
  if (pushed_) pushed_();
}

std::optional<work> work_queue::pop() {
  line::node_type next;
  {
    detail::unique_lock lock(mutex_);
    while (!closed_ && waiting_ == 0) available_.wait(lock);
    next = take();
  }
  return content_of(next);
}

std::optional<work> work_queue::try_pop() {
  line::node_type next;
  {
    const detail::lock_guard lock(mutex_);
    next = take();
  }
  return content_of(next);
}

std::optional<work> work_queue::pop_after(const activity_key& finished) {
  {
    known::node_type done;
    line::node_type next;
    {
      const detail::lock_guard lock(mutex_);
      done = finish(finished);
      next = take();
    }
    if (next) return content_of(next);
  }
  return pop();
}

void work_queue::finished(const activity_key& key) {
  known::node_type done;
  const detail::lock_guard lock(mutex_);
  done = finish(key);
}

// The first instance that has not its share yet; else the first. No more instances are passed over than there
// are workers, but one has a place for each time at which something of it is due.
// REQUIRES: something waits.
work_queue::line::iterator work_queue::next() {
  constexpr auto last = std::numeric_limits<std::uint64_t>::max();
  for (auto waiting = line_.begin(); waiting != line_.end();) {
    const place& first = waiting->first;
    if (running_of_life_.count_of(first.life) < share_) return waiting;
    waiting = line_.upper_bound({first.due, first.life, last, last});
  }
  return line_.begin();
}

work_queue::line::node_type work_queue::take() {
  if (closed_ || waiting_ == 0) return {};
  line::node_type taken = remove(next());
  const activity_key& key = taken.mapped().key;
  known_work& now = known_.at(key);
  now.is_queued = false;
  now.began = steady_now();
  running_of_life_.add(key.life);
  ++running_;
  return taken;
}

work_queue::line::node_type work_queue::remove(line::iterator waiting) {
  --waiting_;
  waiting_bytes_ -= waiting->second.input.size();
  return line_.extract(waiting);
}

work_queue::known::node_type work_queue::finish(const activity_key& key) {
  known::node_type done = known_.extract(key);
  if (done) {
    ++so_far_.finished;
    so_far_.busy += steady_now() - done.mapped().began;
  }
  running_of_life_.remove(key.life);
  if (--running_ == 0) idle_.notify_all();
  return done;
}

work_queue::presence work_queue::find(const activity_key& key) const {
  const detail::lock_guard lock(mutex_);
  auto found = known_.find(key);
  if (found == known_.end()) return presence::none;
  return found->second.cancelled.stop_requested() ? presence::cancelled : presence::present;
}

std::vector<activity_key> work_queue::keys() const {
  const detail::lock_guard lock(mutex_);
  std::vector<activity_key> all;
  all.reserve(known_.size());
  for (const auto& [key, what] : known_) all.push_back(key);
  return all;
}

std::vector<activity_key> work_queue::running_keys() const {
  const detail::lock_guard lock(mutex_);
  std::vector<activity_key> all;
  for (const auto& [key, what] : known_)
    if (!what.is_queued) all.push_back(key);
  return all;
}

work_queue::pace work_queue::so_far() const {
  const detail::lock_guard lock(mutex_);
  return so_far_;
}

std::vector<activity_key> work_queue::take_back(std::size_t keep,
                                                const std::function<bool(const work&)>& may_go) {
  std::vector<line::node_type> taken;
  std::vector<known::node_type> forgotten;
  {
    const detail::lock_guard lock(mutex_);
    for (auto behind = line_.end(); waiting_ > keep && behind != line_.begin();) {
      const auto last = std::prev(behind);
      if (!may_go(last->second)) {
        behind = last;
        continue;
      }
      forgotten.push_back(known_.extract(last->second.key));
      taken.push_back(remove(last));
    }
  }
  std::vector<activity_key> keys;
  for (const auto& each : taken) keys.push_back(each.mapped().key);
  return keys;
}

bool work_queue::cancel(const activity_key& key) {
  known::node_type forgotten;
  line::node_type taken;
  std::stop_source running;
  {
    const detail::lock_guard lock(mutex_);
    const auto found = known_.find(key);
    if (found == known_.end()) return false;
    if (found->second.is_queued) {
      taken = remove(line_.find(place::with(found->second.due, key)));
      forgotten = known_.extract(found);
      return false;
    }
    running = found->second.cancelled;
  }
  running.request_stop();  // outside the lock: it runs callbacks
  return true;
}

void work_queue::close() {
  line dropped;
  {
    const detail::lock_guard lock(mutex_);
    closed_ = true;
    std::erase_if(known_, [](const auto& each) { return each.second.is_queued; });
    dropped.swap(line_);
    waiting_ = 0;
    waiting_bytes_ = 0;
  }
  available_.notify_all();
}

bool work_queue::wait_until_idle(duration limit) const {
  const steady_time deadline = steady_in(limit);
  detail::unique_lock lock(mutex_);
  while (running_ != 0 && idle_.wait_until(lock, deadline)) continue;
  return running_ == 0;
}

void work_queue::abandon_running() {
  std::vector<std::stop_source> running;
  {
    const detail::lock_guard lock(mutex_);
    abandoned_ = true;
    for (const auto& [key, what] : known_) running.push_back(what.cancelled);
  }
  for (auto& each : running) each.request_stop();
}

}  // namespace duroxide::internal
