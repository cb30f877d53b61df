#include "actors/store_waits.hpp"

#include <algorithm>
#include <set>

namespace duroxide::internal {

namespace {

// Nobody can lose a wake-up while the watch works; this bounds the harm where it does not (network file
// systems).
constexpr duration safety_net = std::chrono::seconds(5);

error_details stopped() {
  return {error_category::infrastructure,
          error_kind::runtime_stopped,
          "the client that waited is gone; the instance goes on",
          {}};
}

}  // namespace

std::optional<store_error> store_waits::add(wait_request what, reply<instance_status> done) {
  std::lock_guard lock(mutex_);
  if (!watch_) {
    auto watch = store_->watch(watch_scope::everything);
    if (!watch) return watch.error();
    watch_ = *std::move(watch);
    thread_ = std::thread([self = shared_from_this()] { self->serve(); });
  }
  auto deadline = std::chrono::steady_clock::now() + what.timeout;
  // The list answers under the lock; the caller is told after it.
  auto later = [this, done = std::move(done)](result<instance_status, error_details> outcome) {
    answers_.push_back([done, outcome = std::move(outcome)] { done(outcome); });
  };
  waiters_.add(std::move(what), std::move(later), deadline);
  watch_->interrupt();  // to look now, and to know the new deadline
  return std::nullopt;
}

void store_waits::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    if (watch_) watch_->interrupt();
  }
  if (!thread_.joinable()) return;
  thread_.get_id() == std::this_thread::get_id() ? thread_.detach() : thread_.join();
}

void store_waits::serve() {
  while (true) {
    look();
    answer();
    std::optional<duration> at_most = until_next_deadline();
    {
      std::lock_guard lock(mutex_);
      if (stopping_) break;
    }
    watch_->wait(at_most);
  }
  {
    std::lock_guard lock(mutex_);
    waiters_.fail_all(stopped());
  }
  answer();
}

void store_waits::answer() {
  std::vector<std::function<void()>> due;
  {
    std::lock_guard lock(mutex_);
    due = std::exchange(answers_, {});
  }
  for (const auto& each : due) each();
}

std::optional<duration> store_waits::until_next_deadline() {
  std::lock_guard lock(mutex_);
  auto next = waiters_.next_deadline();
  if (!next) return std::nullopt;
  auto left = std::chrono::ceil<duration>(*next - std::chrono::steady_clock::now());
  return std::clamp<duration>(left, duration(0), safety_net);
}

void store_waits::look() {
  std::set<std::string> instances;
  {
    std::lock_guard lock(mutex_);
    instances = waiters_.instances();
  }
  for (const std::string& instance : instances) {
    auto status = store_->status(instance);
    if (!status) continue;  // looked at again with the next change, or at the latest by the safety net
    std::lock_guard lock(mutex_);
    waiters_.notify(instance, *status);
  }
  look_at_keys();
  std::lock_guard lock(mutex_);
  waiters_.expire(std::chrono::steady_clock::now());
}

void store_waits::look_at_keys() {
  std::vector<std::pair<std::string, std::string>> keys;
  {
    std::lock_guard lock(mutex_);
    keys = waiters_.awaited_keys();
  }
  for (const auto& [instance, key] : keys) {
    auto status = store_->status(instance);
    auto found = store_->kv(instance, key);
    if (!status || !found || found->empty()) continue;
    std::lock_guard lock(mutex_);
    waiters_.notify(instance, *status, {{key, found->front().value, found->front().updated_at}});
  }
}

}  // namespace duroxide::internal
