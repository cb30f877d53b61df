// A page that costs much, made at most every few seconds.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/time.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace duroxide::http {

// Any thread may ask it; others wait while one makes it.
class kept_page {
public:
  explicit kept_page(duration kept_for) : kept_for_(kept_for) {}

  std::string get(const std::function<std::string()>& make) DUROXIDE_EXCLUDES(mutex_) {
    const detail::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (text_.empty() || now - made_ >= kept_for_) {
      text_ = make();
      made_ = now;
    }
    return text_;
  }

private:
  const duration kept_for_;
  detail::mutex mutex_;
  std::string text_ DUROXIDE_GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point made_ DUROXIDE_GUARDED_BY(mutex_){};
};

}  // namespace duroxide::http
