#include "actors/client/store_waits.hpp"

#include "actors/clock.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace duroxide::internal {

namespace {

// Nobody can lose a wake-up while the watch works; this bounds the harm where it does not (network file
// systems).
constexpr duration safety_net = std::chrono::seconds(5);

// For each millisecond of looking, so many of rest.
constexpr int rest_of_time = 3;

error_details stopped() {
  return {error_category::infrastructure,
          error_kind::runtime_stopped,
          "the client that waited is gone; the instance goes on",
          {}};
}

}  // namespace

std::optional<store_error> store_waits::add(wait_request what, reply<instance_status> done) {
  auto status = store_->status(what.instance);
  if (!status) return status.error();
  const detail::lock_guard lock(mutex_);
  if (!watch_) {
    auto watch = store_->watch(watch_scope::everything);
    if (!watch) return watch.error();
    watch_ = *std::move(watch);
    thread_ = std::thread([self = shared_from_this(), served = watch_.get()] { self->serve(*served); });
  }
  // The list answers under the lock; the caller is told after it.
  auto later = [this, done = std::move(done)](result<instance_status, error_details> outcome)
                   DUROXIDE_REQUIRES(mutex_) -> void {
    answers_.push_back([done, outcome = std::move(outcome)] { done(outcome); });
  };
  const auto waiter = waiters_.add(std::move(what), std::move(later));
  waiters_.look_found(waiter, *status, false);
  waiters_.on_taking_back(waiter, [this, waiter, watch = watch_.get()] {
    const detail::lock_guard taking(taking_back_);
    taken_back_.push_back(waiter);
    watch->interrupt();
  });
  watch_->interrupt();  // to look again, and to know the new deadline
  return std::nullopt;
}

void store_waits::stop() {
  std::thread serving;
  {
    const detail::lock_guard lock(mutex_);
    stopping_ = true;
    stopped_.notify_all();
    if (watch_) watch_->interrupt();
    serving.swap(thread_);
  }
  if (!serving.joinable()) return;
  serving.get_id() == std::this_thread::get_id() ? serving.detach() : serving.join();
}

void store_waits::serve(change_watch& watch) {
  while (true) {
    const auto began = steady_now();
    look();
    answer();
    std::optional<duration> at_most = until_next_deadline();
    {
      // A store in which much happens is not looked at all the time.
      const steady_time now = steady_now();
      const steady_time rested = now + rest_of_time * (now - began);
      detail::unique_lock lock(mutex_);
      while (!stopping_ && stopped_.wait_until(lock, rested)) continue;
      if (stopping_) break;
    }
    watch.wait(at_most);
  }
  {
    const detail::lock_guard lock(mutex_);
    waiters_.fail_all(stopped());
  }
  answer();
}

void store_waits::answer() {
  std::vector<std::function<void()>> due;
  {
    const detail::lock_guard lock(mutex_);
    due = std::exchange(answers_, {});
  }
  for (const auto& each : due) each();
}

std::optional<duration> store_waits::until_next_deadline() {
  const detail::lock_guard lock(mutex_);
  auto next = waiters_.next_deadline();
  if (!next) return std::nullopt;
  auto left = std::chrono::ceil<duration>(*next - steady_now());
  return std::clamp<duration>(left, duration(0), safety_net);
}

// If the store cannot be asked, it is looked at again with the next change, or at the latest by the safety net.
void store_waits::look() {
  forget_taken_back();
  waiter_list::waits for_start;
  waiter_list::waits others;
  {
    const detail::lock_guard lock(mutex_);
    for_start = waiters_.for_start();
    others = waiters_.all_others();
  }
  std::optional<store_error> failure = look_for_others(std::move(others));
  if (!failure) failure = look_for_starts(for_start);
  const detail::lock_guard lock(mutex_);
  if (failure && failure->kind == error_kind::store_gone) waiters_.fail_all(failure->details());
  waiters_.expire(steady_now());
}

// One question for all whose instances are not there yet.
std::optional<store_error> store_waits::look_for_starts(const waiter_list::waits& all) {
  if (all.empty()) return std::nullopt;
  std::vector<std::string> instances;
  instances.reserve(all.size());
  for (const auto& [number, what] : all) instances.push_back(what.instance);
  const auto lives = store_->lives(instances);
  if (!lives) return lives.error();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (lives->at(i) != 0) look_at(all[i].first, all[i].second);
  return std::nullopt;
}

// One question for all others, and another one for each that need not wait any longer. In the meantime the
// instance may have been deleted, and its id used again; its life tells.
std::optional<store_error> store_waits::look_for_others(waiter_list::waits all) {
  if (all.empty()) return std::nullopt;
  std::vector<waiter_list::number> numbers;
  std::vector<awaited_instance> waits;
  for (auto& [number, what] : all) {
    numbers.push_back(number);
    waits.push_back(std::move(what));
  }
  const auto found = store_->satisfied_waits(waits);
  if (!found) return found.error();
  for (const std::size_t index : *found) look_at(numbers[index], waits[index]);
  return std::nullopt;
}

void store_waits::look_at(waiter_list::number waiter, const awaited_instance& what) {
  auto status = store_->status(what.instance);
  if (!status) return;
  bool has_key = false;
  if (what.kv_key) {
    auto entries = store_->kv(what.instance, what.kv_key);
    if (!entries) return;
    has_key = !entries->empty();
  }
  const detail::lock_guard lock(mutex_);
  waiters_.look_found(waiter, *status, has_key);
}

void store_waits::forget_taken_back() {
  std::vector<waiter_list::number> numbers;
  {
    const detail::lock_guard taking(taking_back_);
    numbers = std::exchange(taken_back_, {});
  }
  const detail::lock_guard lock(mutex_);
  for (const waiter_list::number each : numbers) waiters_.taken_back(each);
}

}  // namespace duroxide::internal
