// Hears of changes of the store.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/provider.hpp"

#include <functional>
#include <memory>
#include <thread>

namespace duroxide::internal {

// Waits on a watch, on a thread of its own if the watch must be waited on. After it has told of a change it
// tells nothing more before `go_on`, so that a store that changes without a pause costs the owner of the
// listener no more than it asks for.
class listener {
public:
  // `heard` is called on whichever thread hears of it, and must not block.
  listener(std::unique_ptr<change_watch> watch, std::function<void()> heard);
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;
  ~listener();

  void go_on();

private:
  void listen() DUROXIDE_EXCLUDES(mutex_);
  void tell() DUROXIDE_EXCLUDES(mutex_);

  std::unique_ptr<change_watch> watch_;
  std::function<void()> heard_;
  detail::mutex mutex_;
  detail::condition_variable may_go_on_;
  bool told_ DUROXIDE_GUARDED_BY(mutex_) = false;
  bool missed_ DUROXIDE_GUARDED_BY(mutex_) = false;  // something changed since it told
  bool stopping_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace duroxide::internal
