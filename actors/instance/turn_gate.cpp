#include "actors/instance/turn_gate.hpp"

#include <caf/send.hpp>

namespace duroxide::internal {

namespace {

// So much in a turn may well be what it was given.
constexpr std::size_t much = std::size_t{64} << 10;
constexpr std::size_t copies_of_what_arrived = 8;

}  // namespace

bool turn_gate::enter(const std::string& orchestration, std::size_t arrived, const instance_actor& instance) {
  {
    const detail::lock_guard lock(mutex_);
    const std::size_t bytes = bytes_;
    const bool may_be_large = arrived >= much || large_.contains(orchestration);
    if (bytes < (may_be_large ? most_bytes : 2 * most_bytes) && (waiting_.empty() || !may_be_large))
      return true;
    waiting_.emplace_back(instance);
    waiting_count_ = waiting_.size();
  }
  // Turns that were written since it looked have seen nobody wait.
  let_in();
  return false;
}

void turn_gate::made_large(const std::string& orchestration, std::size_t bytes, std::size_t arrived) {
  if (bytes < copies_of_what_arrived * arrived) return;
  const detail::lock_guard lock(mutex_);
  large_.insert(orchestration);
}

void turn_gate::written(std::size_t bytes) {
  bytes_ -= bytes;
  if (waiting_count_ != 0) let_in();
}

void turn_gate::come_back() {
  {
    const detail::lock_guard lock(mutex_);
    --let_in_;
  }
  let_in();
}

// Without the lock: a message to an instance that is dying is gone at once, with the pass.
void turn_gate::let_in() {
  for (const instance_actor& each : next_ones())
    caf::anon_send(each, internal::let_in{std::make_shared<pass>(weak_from_this())});
}

std::vector<instance_actor> turn_gate::next_ones() {
  const detail::lock_guard lock(mutex_);
  std::vector<instance_actor> next;
  for (; !waiting_.empty() && let_in_ < let_in_at_once && bytes_ < most_bytes; waiting_.pop_front()) {
    auto first = waiting_.front().lock();
    if (!first) continue;
    ++let_in_;
    next.push_back(std::move(first));
  }
  waiting_count_ = waiting_.size();
  return next;
}

}  // namespace duroxide::internal
