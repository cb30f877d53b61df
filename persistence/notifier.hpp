// Wakes the threads of this process that wait for changes.
#pragma once

#include "duroxide/detail/mutex.hpp"

#include <memory>
#include <vector>

namespace duroxide::persistence {

// An event that stays set until it is taken: a number in the kernel, so that it can be polled beside other
// things.
class event_fd {
public:
  // Throws store_failure if the process has no descriptors left.
  event_fd();
  event_fd(const event_fd&) = delete;
  event_fd& operator=(const event_fd&) = delete;
  ~event_fd();

  // From any thread.
  void set() noexcept;
  // Resets the event; says whether it was set.
  bool take() noexcept;
  int descriptor() const noexcept { return descriptor_; }

private:
  int descriptor_;
};

// Any thread may call.
class notifier {
public:
  // `listener` is set with every ring for as long as somebody holds it.
  void add(const std::shared_ptr<event_fd>& listener);
  void ring();

private:
  detail::mutex mutex_;
  std::vector<std::weak_ptr<event_fd>> listeners_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::persistence
