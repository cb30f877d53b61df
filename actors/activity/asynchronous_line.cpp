#include "actors/activity/asynchronous_line.hpp"

#include "duroxide/detail/ensure.hpp"

#include <iterator>
#include <limits>
#include <utility>

namespace duroxide::internal {

bool asynchronous_line::enter(const activity_key& key) {
  if (running_.size() >= places_ || !line_.empty()) return false;
  take_place(key);
  return true;
}

void asynchronous_line::push(stored_activity activity, bool claimed) {
  const activity_key key = activity.key;
  const std::size_t bytes = activity.input.size();
  const position where{activity.due, key.life, key.execution, key.event_id};
  const auto [queued, is_new] = line_.try_emplace(where, waiting_activity{std::move(activity), claimed});
  detail::ensure(is_new && known_.emplace(key, queued).second, "an activity waits once");
  waiting_bytes_ += bytes;
  ++counters_->asynchronous.waiting;
  counters_->asynchronous.waiting_bytes += static_cast<std::int64_t>(bytes);
}

std::optional<waiting_activity> asynchronous_line::next() {
  if (running_.size() >= places_ || line_.empty()) return std::nullopt;
  waiting_activity taken = remove(first_in_turn());
  take_place(taken.activity.key);
  return taken;
}

void asynchronous_line::forget(const activity_key& key) {
  if (const auto found = known_.find(key); found != known_.end()) remove(found->second);
}

std::vector<activity_key>
asynchronous_line::take_back(std::size_t keep, const std::function<bool(const waiting_activity&)>& may_go) {
  std::vector<activity_key> taken;
  for (auto behind = line_.end(); line_.size() > keep && behind != line_.begin();) {
    const auto last = std::prev(behind);
    if (may_go(last->second))
      taken.push_back(remove(last).activity.key);
    else
      behind = last;
  }
  return taken;
}

bool asynchronous_line::leave(const activity_key& key) {
  if (running_.erase(key) == 0) return false;
  const auto counted = running_of_life_.find(key.life);
  if (--counted->second == 0) running_of_life_.erase(counted);
  --counters_->asynchronous.running;
  ++left_;
  return true;
}

void asynchronous_line::note_cancelled(const activity_key& key) {
  if (const auto found = running_.find(key); found != running_.end()) found->second = true;
}

bool asynchronous_line::is_stopping(const activity_key& key) const {
  const auto found = running_.find(key);
  return found != running_.end() && found->second;
}

void asynchronous_line::drop_waiting() {
  while (!line_.empty()) remove(line_.begin());
}

void asynchronous_line::clear() {
  drop_waiting();
  counters_->asynchronous.running -= static_cast<std::int64_t>(running_.size());
  running_.clear();
  running_of_life_.clear();
}

void asynchronous_line::take_place(const activity_key& key) {
  detail::ensure(running_.emplace(key, false).second, "an activity has one place");
  ++running_of_life_[key.life];
  ++counters_->asynchronous.running;
}

// The first instance that has not its share yet; else the first.
// REQUIRES: something waits.
asynchronous_line::line::iterator asynchronous_line::first_in_turn() {
  constexpr auto last = std::numeric_limits<std::uint64_t>::max();
  for (auto waiting = line_.begin(); waiting != line_.end();) {
    const position& first = waiting->first;
    if (running_of(first.life) < share_) return waiting;
    waiting = line_.upper_bound({first.due, first.life, last, last});
  }
  return line_.begin();
}

waiting_activity asynchronous_line::remove(line::iterator waiting) {
  waiting_activity taken = std::move(line_.extract(waiting).mapped());
  known_.erase(taken.activity.key);
  const std::size_t bytes = taken.activity.input.size();
  waiting_bytes_ -= bytes;
  --counters_->asynchronous.waiting;
  counters_->asynchronous.waiting_bytes -= static_cast<std::int64_t>(bytes);
  return taken;
}

std::size_t asynchronous_line::running_of(std::uint64_t life) const {
  const auto found = running_of_life_.find(life);
  return found == running_of_life_.end() ? 0 : found->second;
}

}  // namespace duroxide::internal
