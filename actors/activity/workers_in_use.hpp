// The workers of the incarnation that lives now, for whoever wants to know how busy they are.
#pragma once

#include "actors/activity/workers.hpp"

#include <memory>
#include <mutex>

namespace duroxide::internal {

class workers_in_use {
public:
  void set(std::weak_ptr<workers> now) {
    std::lock_guard lock(mutex_);
    workers_ = std::move(now);
  }
  std::shared_ptr<workers> get() const {
    std::lock_guard lock(mutex_);
    return workers_.lock();
  }

private:
  mutable std::mutex mutex_;
  std::weak_ptr<workers> workers_;
};

}  // namespace duroxide::internal
