// Waits for instances that run elsewhere, and the thread that serves them.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/provider.hpp"
#include "actors/shard/waiter_list.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace duroxide::internal {

// Replies are called without the lock: one may start the next wait, or hold the last reference to the client
// whose wait it was. The thread shares this object, so that the client may be gone by then.
class store_waits : public std::enable_shared_from_this<store_waits> {
public:
  explicit store_waits(std::shared_ptr<provider> store) : store_(std::move(store)) {}
  store_waits(const store_waits&) = delete;
  store_waits& operator=(const store_waits&) = delete;

  // Looks at once, so that the wait is for the life that is there now, if there is one. Runs the thread from
  // the first wait on. Fails if the store cannot be looked at or watched.
  std::optional<store_error> add(wait_request what, reply<instance_status> done);
  // Ends the thread; from any thread, that one too. Open waits fail with runtime_stopped.
  void stop();

private:
  void serve(change_watch& watch) DUROXIDE_EXCLUDES(mutex_);
  void look() DUROXIDE_EXCLUDES(mutex_);
  std::optional<store_error> look_for_starts(const waiter_list::waits& all) DUROXIDE_EXCLUDES(mutex_);
  std::optional<store_error> look_for_others(waiter_list::waits all) DUROXIDE_EXCLUDES(mutex_);
  void look_at(waiter_list::number waiter, const awaited_instance& what) DUROXIDE_EXCLUDES(mutex_);
  void forget_taken_back() DUROXIDE_EXCLUDES(mutex_);
  std::optional<duration> until_next_deadline() DUROXIDE_EXCLUDES(mutex_);
  void answer() DUROXIDE_EXCLUDES(mutex_);

  std::shared_ptr<provider> store_;

  // Their numbers; with a lock of its own, because a thread that takes a wait back may hold any other.
  detail::mutex taking_back_;
  std::vector<waiter_list::number> taken_back_ DUROXIDE_GUARDED_BY(taking_back_);

  detail::mutex mutex_;
  waiter_list waiters_ DUROXIDE_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> answers_ DUROXIDE_GUARDED_BY(mutex_);
  std::unique_ptr<change_watch> watch_ DUROXIDE_GUARDED_BY(mutex_);  // made with the first wait, and kept
  bool stopping_ DUROXIDE_GUARDED_BY(mutex_) = false;
  detail::condition_variable stopped_;
  std::thread thread_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::internal
