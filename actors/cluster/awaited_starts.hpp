// Instances that clients wait for, and that do not exist as far as anybody here knows.
#pragma once

#include "duroxide/detail/mutex.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace duroxide::internal {

// A dispatcher learns of a start by its message, which comes from the store only when it is nearly due: one with a
// long delay is looked for when something has been written. Any thread may call.
class awaited_starts : public std::enable_shared_from_this<awaited_starts> {
public:
  // The instance counts for as long as the answer is held. It may be added several times.
  std::shared_ptr<void> add(const std::string& instance) {
    {
      const detail::lock_guard lock(mutex_);
      ++waits_[instance];
    }
    return {nullptr, [self = shared_from_this(), instance](void*) { self->remove(instance); }};
  }

  bool any() const {
    const detail::lock_guard lock(mutex_);
    return !waits_.empty();
  }
  // Each once.
  std::vector<std::string> all() const {
    const detail::lock_guard lock(mutex_);
    std::vector<std::string> found;
    found.reserve(waits_.size());
    for (const auto& [instance, count] : waits_) found.push_back(instance);
    return found;
  }

private:
  void remove(const std::string& instance) {
    const detail::lock_guard lock(mutex_);
    const auto known = waits_.find(instance);
    if (--known->second == 0) waits_.erase(known);
  }

  mutable detail::mutex mutex_;
  std::map<std::string, std::size_t> waits_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::internal
