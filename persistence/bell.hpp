// Wakes the threads of this process that wait for changes.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace duroxide::persistence {

// An event that stays set until it is taken: a number in the kernel, so that it can be polled beside other
// things.
class wake_event {
public:
  // Throws store_failure if the process has no descriptors left.
  wake_event();
  wake_event(const wake_event&) = delete;
  wake_event& operator=(const wake_event&) = delete;
  ~wake_event();

  // From any thread.
  void set() noexcept;
  // Resets the event; says whether it was set.
  bool take() noexcept;
  int descriptor() const noexcept { return descriptor_; }

private:
  int descriptor_;
};

// Any thread may call.
class bell {
public:
  // `listener` is set with every ring for as long as somebody holds it.
  void add(const std::shared_ptr<wake_event>& listener);
  void ring();

private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<wake_event>> listeners_;
};

}  // namespace duroxide::persistence
