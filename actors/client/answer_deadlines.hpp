// Deadlines of clients that wait, which hold whatever the actors do.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "actors/clock.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <utility>

namespace duroxide::internal {

// A wait is answered in time by an actor, on a thread that code of an orchestration may block. So each
// wait has a deadline here too, on a thread that does nothing else; it begins with the first one. Any thread
// may call.
class answer_deadlines : public std::enable_shared_from_this<answer_deadlines> {
public:
  answer_deadlines() = default;
  answer_deadlines(const answer_deadlines&) = delete;
  answer_deadlines& operator=(const answer_deadlines&) = delete;

  using key = std::pair<steady_time, std::uint64_t>;

  // `late` is called when it is `at`, on the thread of this, unless the deadline is taken away before.
  key add(steady_time moment, std::function<void()> late);
  void remove(const key& deadline) noexcept;
  // Ends the thread; from any thread, that one too. Nobody is late any more.
  void stop();

private:
  void serve() DUROXIDE_EXCLUDES(mutex_);

  detail::mutex mutex_;
  detail::condition_variable changed_;
  std::map<key, std::function<void()>> all_ DUROXIDE_GUARDED_BY(mutex_);
  std::uint64_t last_ DUROXIDE_GUARDED_BY(mutex_) = 0;
  // When the thread looks next by itself. Most deadlines are taken away long before they are due, so that it
  // sleeps on when the first of them goes.
  steady_time looks_at_ DUROXIDE_GUARDED_BY(mutex_) = steady_time::min();
  bool stopping_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::thread thread_ DUROXIDE_GUARDED_BY(mutex_);  // which shares this object
};

}  // namespace duroxide::internal
