#include "api/http/pool.hpp"

#include <utility>

namespace duroxide::http {

pool::pool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

pool::~pool() {
  {
    const detail::lock_guard lock(mutex_);
    is_ending_ = true;
    changed_.notify_all();
  }
  for (std::thread& each : threads_) each.join();
}

bool pool::submit(std::function<void()> job) {
  const detail::lock_guard lock(mutex_);
  if (queue_.size() >= queue_limit_) return false;
  queue_.push_back(std::move(job));
  changed_.notify_one();
  return true;
}

void pool::work() {
  for (;;) {
    std::function<void()> job;
    {
      detail::unique_lock lock(mutex_);
      while (queue_.empty() && !is_ending_) changed_.wait(lock);
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job();
  }
}

}  // namespace duroxide::http
