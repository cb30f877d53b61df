// How many requests of clients are on their way at one time.
#pragma once

#include "duroxide/detail/mutex.hpp"

#include <cstddef>
#include <deque>
#include <functional>

namespace duroxide::internal {

// Any thread may call. A request that is let in is done at once, by the thread that lets it in; it must not block.
class admission {
public:
  // More than a client can mean to have waiting.
  static constexpr std::size_t waiting_for_each = 100;

  explicit admission(std::size_t limit) : limit_(limit) {}
  admission(const admission&) = delete;
  admission& operator=(const admission&) = delete;

  // Does `request` now, or when others have left. False: so many wait already that this one may not.
  bool enter(std::function<void()> request) {
    {
      const detail::lock_guard lock(mutex_);
      if (waiting_.size() >= limit_ * waiting_for_each) return false;
      waiting_.push_back(std::move(request));
    }
    admit();
    return true;
  }

  // A request that was let in is over.
  void leave() {
    {
      const detail::lock_guard lock(mutex_);
      --inside_;
    }
    admit();
  }

  std::size_t waiting() const {
    const detail::lock_guard lock(mutex_);
    return waiting_.size();
  }

private:
  // One at a time, and never one within another: a request may be over before it returns.
  void admit() DUROXIDE_EXCLUDES(mutex_) {
    detail::unique_lock lock(mutex_);
    while (!admitting_ && !waiting_.empty() && inside_ < limit_) {
      std::function<void()> next = std::move(waiting_.front());
      waiting_.pop_front();
      ++inside_;
      admitting_ = true;
      lock.unlock();
      next();
      lock.lock();
      admitting_ = false;
    }
  }

  const std::size_t limit_;
  mutable detail::mutex mutex_;
  std::size_t inside_ DUROXIDE_GUARDED_BY(mutex_) = 0;
  bool admitting_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::deque<std::function<void()>> waiting_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::internal
