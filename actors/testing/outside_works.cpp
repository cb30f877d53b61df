#include "actors/testing/outside_works.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace duroxide::internal {

namespace {

// Of the real clock: the simulated one stands still.
std::chrono::steady_clock::time_point real_time_in(duration length) {
  const auto now = std::chrono::steady_clock::now();
  return now + std::min(length, duroxide::detail::longest_delay);
}

}  // namespace

class outside_works::work final : public duroxide::detail::outside_work {
public:
  work(std::shared_ptr<state> all, std::uint64_t number) : all_(std::move(all)), number_(number) {}
  ~work() override { all_->end(number_, nullptr); }

  void end(std::function<void()> then) override { all_->end(number_, std::move(then)); }

private:
  const std::shared_ptr<state> all_;
  const std::uint64_t number_;
};

outside_works::outside_works(duration patience) : patience_(patience) {}

std::shared_ptr<duroxide::detail::outside_work> outside_works::begin(std::uint64_t process) {
  const std::uint64_t number = ++last_;
  const detail::lock_guard lock(state_->mutex);
  state_->under_way.push_back({number, process, real_time_in(patience_)});
  return std::make_shared<work>(state_, number);
}

std::optional<outside_works::ended_work> outside_works::take() {
  if (!state_->has_ended) return std::nullopt;
  const detail::lock_guard lock(state_->mutex);
  if (state_->ended.empty()) return std::nullopt;
  ended_work next = std::move(state_->ended.front());
  state_->ended.pop_front();
  state_->has_ended = !state_->ended.empty();
  return next;
}

bool outside_works::wait() {
  detail::unique_lock lock(state_->mutex);
  while (state_->ended.empty()) {
    const auto now = std::chrono::steady_clock::now();
    const auto awaited = std::ranges::find_if(
        state_->under_way, [&](const state::running& each) { return each.deadline > now; });
    if (awaited == state_->under_way.end()) return false;
    const auto deadline = awaited->deadline;
    state_->changed.wait_until(lock, deadline);
  }
  return true;
}

void outside_works::forget(std::uint64_t process) {
  const auto deadline = real_time_in(patience_);
  std::vector<ended_work> forgotten;  // destroyed without the lock
  detail::unique_lock lock(state_->mutex);
  while (state_->runs_for(process) && std::chrono::steady_clock::now() < deadline)
    state_->changed.wait_until(lock, deadline);
  std::deque<ended_work> kept;
  for (ended_work& each : state_->ended) {
    if (each.process == process)
      forgotten.push_back(std::move(each));
    else
      kept.push_back(std::move(each));
  }
  state_->ended = std::move(kept);
  state_->has_ended = !state_->ended.empty();
  lock.unlock();
}

void outside_works::state::end(std::uint64_t number, std::function<void()> then) {
  const detail::lock_guard lock(mutex);
  const auto found = std::ranges::find(under_way, number, &running::number);
  if (found == under_way.end()) return;
  if (then) ended.push_back({found->process, std::move(then)});
  under_way.erase(found);
  has_ended = !ended.empty();
  changed.notify_all();
}

bool outside_works::state::runs_for(std::uint64_t process) const {
  return std::ranges::find(under_way, process, &running::process) != under_way.end();
}

}  // namespace duroxide::internal
