// The workers of the incarnation that lives now, so that others can ask how busy they are.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "actors/activity/workers.hpp"

#include <memory>

namespace duroxide::internal {

class workers_in_use {
public:
  void set(std::weak_ptr<workers> now) {
    const detail::lock_guard lock(mutex_);
    workers_ = std::move(now);
  }
  std::shared_ptr<workers> get() const {
    const detail::lock_guard lock(mutex_);
    return workers_.lock();
  }

private:
  mutable detail::mutex mutex_;
  std::weak_ptr<workers> workers_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::internal
