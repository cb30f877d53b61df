// Notices at once that another member's process has died, without asking again and again.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "persistence/postgres/connection.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

namespace duroxide::persistence::postgres {

// Waits, on a thread and a session of its own, for the advisory lock that a member's process holds as long as it
// lives: the lock is got when that process has died. While a statement waits, the server keeps the old versions
// of all rows that change, so each wait has a time limit, and the next one begins after it. `gone` is a hint:
// the node that gets it reads from the store who is alive. Any thread may call.
class peer_death_watcher {
public:
  using session_maker = std::function<std::unique_ptr<connection>()>;

  // `gone`: called on the watcher's thread, about once a second as long as the member is watched over and
  // nobody holds its lock.
  peer_death_watcher(session_maker connect, std::int32_t lock_class, std::function<void()> gone);
  peer_death_watcher(const peer_death_watcher&) = delete;
  peer_death_watcher& operator=(const peer_death_watcher&) = delete;
  ~peer_death_watcher();

  // Watches over this member from now on, and over no other.
  void watch(std::uint64_t node);

private:
  void run() DUROXIDE_EXCLUDES(mutex_);
  bool wait_for_lock(std::uint64_t node) DUROXIDE_EXCLUDES(mutex_);
  std::shared_ptr<connection> connect(std::uint64_t node) DUROXIDE_EXCLUDES(mutex_);
  void interrupt() DUROXIDE_REQUIRES(mutex_);

  const session_maker connect_;
  const std::int32_t lock_class_;
  const std::function<void()> gone_;
  detail::mutex mutex_;
  detail::condition_variable changed_;
  std::uint64_t node_ DUROXIDE_GUARDED_BY(mutex_) = 0;  // 0: nobody yet
  bool stopping_ DUROXIDE_GUARDED_BY(mutex_) = false;
  bool waiting_ DUROXIDE_GUARDED_BY(mutex_) = false;  // on the session
  // Shared, so that it can be used without the mutex. Only the thread changes which it is.
  std::shared_ptr<connection> session_ DUROXIDE_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace duroxide::persistence::postgres
