#include "actors/durable_actor/answer_waits.hpp"

#include "actors/durable_actor/appending.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace duroxide::internal {

namespace {

// Nobody can lose a wake-up while the watch works; this bounds the harm where it does not.
constexpr duration look_again_after = std::chrono::seconds(5);

error_details client_is_gone() {
  return {error_category::infrastructure,
          error_kind::runtime_stopped,
          "the client that waited is gone; the command may be applied all the same",
          {}};
}

}  // namespace

std::optional<store_error> answer_waits::add(const command_request& command, const reply<std::string>& done) {
  const detail::lock_guard lock(mutex_);
  if (!watch_) {
    auto watch = store_->watch(watch_scope::everything);
    if (!watch) return watch.error();
    watch_ = *std::move(watch);
    thread_ = std::thread([self = shared_from_this(), served = watch_.get()] { self->serve(*served); });
  }
  waits_.add(command, done, [watch = watch_.get()] { watch->interrupt(); });
  watch_->interrupt();  // to look at once, and to know the new deadline
  return std::nullopt;
}

void answer_waits::stop() {
  std::thread serving;
  {
    const detail::lock_guard lock(mutex_);
    stopping_ = true;
    if (watch_) watch_->interrupt();
    serving.swap(thread_);
  }
  if (!serving.joinable()) return;
  serving.get_id() == std::this_thread::get_id() ? serving.detach() : serving.join();
}

void answer_waits::serve(change_watch& watch) {
  while (true) {
    look();
    {
      const detail::lock_guard lock(mutex_);
      if (stopping_) break;
    }
    watch.wait(until_next_deadline());
  }
  std::vector<answer_list::call> calls;
  {
    const detail::lock_guard lock(mutex_);
    calls = waits_.fail_all(client_is_gone());
  }
  for (const auto& tell : calls) tell();
}

void answer_waits::look() {
  std::vector<std::pair<answer_list::number, awaited_instance>> waits;
  {
    const detail::lock_guard lock(mutex_);
    waits = waits_.all();
  }
  const auto found = answers_in(*store_, waits);
  std::vector<answer_list::call> calls;
  {
    const detail::lock_guard lock(mutex_);
    for (const auto& [which, answer] : found) calls.push_back(waits_.answered(which, answer));
    append(calls, waits_.over(steady_now()));
  }
  for (const auto& tell : calls) tell();
}

std::optional<duration> answer_waits::until_next_deadline() {
  const detail::lock_guard lock(mutex_);
  const std::optional<steady_time> next = waits_.next_deadline();
  if (!next) return std::nullopt;
  return std::clamp<duration>(std::chrono::ceil<duration>(*next - steady_now()), duration(0),
                              look_again_after);
}

}  // namespace duroxide::internal
