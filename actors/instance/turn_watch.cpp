#include "actors/instance/turn_watch.hpp"

#include "duroxide/detail/platform.hpp"
#include "actors/log.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

using clock = std::chrono::steady_clock;

}  // namespace

turn_watch::running_turn::running_turn(turn_watch& watch, const std::string& instance,
                                       const std::string& orchestration, const std::string& version,
                                       const duroxide::detail::code_position& position)
    : watch_(watch), instance_(instance), orchestration_(orchestration), version_(version),
      position_(position) {
  began_ = clock::now();
  bool was_idle = false;
  {
    const detail::lock_guard lock(watch_.mutex_);
    before_ = watch_.last_;
    (before_ ? before_->after_ : watch_.first_) = this;
    watch_.last_ = this;
    was_idle = std::exchange(watch_.is_idle_, false);
  }
  if (was_idle) watch_.changed_.notify_one();
}

turn_watch::running_turn::~running_turn() {
  const detail::lock_guard lock(watch_.mutex_);
  (before_ ? before_->after_ : watch_.first_) = after_;
  (after_ ? after_->before_ : watch_.last_) = before_;
}

turn_watch::turn_watch(std::shared_ptr<metrics> counters, duration limit)
    : counters_(std::move(counters)), limit_(std::min(limit, duroxide::detail::longest_delay)) {
  if (!duroxide::detail::simulated()) thread_ = std::thread([this] { look(); });
}

turn_watch::~turn_watch() {
  {
    const detail::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

turn_watch::running_turn* turn_watch::oldest_untold() const {
  running_turn* oldest = first_;
  while (oldest && oldest->is_told_) oldest = oldest->after_;
  return oldest;
}

// It wakes once in a limit while turns are made, and not for each of them.
void turn_watch::look() {
  detail::unique_lock lock(mutex_);
  while (!stopping_) {
    running_turn* oldest = oldest_untold();
    if (!oldest) {
      is_idle_ = true;
      while (!stopping_ && is_idle_) changed_.wait(lock);
      continue;
    }
    const auto due = oldest->began_ + limit_;
    if (clock::now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    oldest->is_told_ = true;
    counters_->count_orchestration(oldest->orchestration_, oldest->version_,
                                   [](orchestration_metrics& counted) { ++counted.long_turns; });
    // Once the lock is released, the turn may end at any time.
    const std::string turn = described(*oldest);
    const std::string instance = oldest->instance_;
    const std::string orchestration = oldest->orchestration_;
    const std::string version = oldest->version_;
    const std::string position = oldest->position_.text();
    lock.unlock();
    log_warning(
        "duroxide: a turn of {} has not ended after {} ms; code of an orchestration must not block, because "
        "other instances wait meanwhile",
        field("turn", turn), field("limit_ms", std::chrono::duration_cast<duration>(limit_).count()),
        field("instance", instance), field("orchestration", orchestration), field("version", version),
        field("position", position));
    lock.lock();
  }
}

std::string turn_watch::described(const running_turn& turn) {
  const std::string position = turn.position_.text();
  return "instance '" + turn.instance_ + "' of orchestration '" + turn.orchestration_ + "'" +
         (position.empty() ? " (it has asked for nothing yet)" : " (after " + position + ")");
}

std::vector<std::string> turn_watch::running(duration at_least) const {
  const detail::lock_guard lock(mutex_);
  std::vector<std::string> found;
  const auto until = clock::now() - at_least;
  for (const running_turn* turn = first_; turn && turn->began_ <= until; turn = turn->after_)
    found.push_back(described(*turn));
  return found;
}

}  // namespace duroxide::internal
