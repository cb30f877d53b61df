// Threads for calls that block, and the queue before them.
#pragma once

#include "duroxide/detail/mutex.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

namespace duroxide::http {

// Any thread may submit. Jobs must not throw.
class pool {
public:
  pool(std::size_t threads, std::size_t queue_limit);
  pool(const pool&) = delete;
  pool& operator=(const pool&) = delete;
  ~pool();  // runs what has been submitted

  // False, and nothing is done, if the queue is full.
  [[nodiscard]] bool submit(std::function<void()> job) DUROXIDE_EXCLUDES(mutex_);

private:
  void work() DUROXIDE_EXCLUDES(mutex_);

  const std::size_t queue_limit_;
  detail::mutex mutex_;
  detail::condition_variable changed_;
  std::deque<std::function<void()>> queue_ DUROXIDE_GUARDED_BY(mutex_);
  bool is_ending_ DUROXIDE_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace duroxide::http
