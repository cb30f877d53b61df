// The clients of this process that wait for answers of durable actors that come by way of the store.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "actors/durable_actor/answer_list.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace duroxide::internal {

// One thread serves them all: it looks when the store changes. It shares this object, so that the client may be gone
// by then. Replies are called without the lock.
class answer_waits : public std::enable_shared_from_this<answer_waits> {
public:
  explicit answer_waits(std::shared_ptr<provider> store) : store_(std::move(store)) {}
  answer_waits(const answer_waits&) = delete;
  answer_waits& operator=(const answer_waits&) = delete;

  // Runs the thread from the first wait on. Fails if the store cannot be watched.
  std::optional<store_error> add(const command_request& command, const reply<std::string>& done);
  // Ends the thread; from any thread, that one too. Open waits fail with runtime_stopped.
  void stop();

private:
  void serve(change_watch& watch) DUROXIDE_EXCLUDES(mutex_);
  void look() DUROXIDE_EXCLUDES(mutex_);
  std::optional<duration> until_next_deadline() DUROXIDE_EXCLUDES(mutex_);

  std::shared_ptr<provider> store_;
  detail::mutex mutex_;
  answer_list waits_ DUROXIDE_GUARDED_BY(mutex_);
  std::unique_ptr<change_watch> watch_ DUROXIDE_GUARDED_BY(mutex_);  // made with the first wait, and kept
  bool stopping_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::thread thread_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::internal
