// A time by which something should be done.
#pragma once

#include "duroxide/time.hpp"

#include <algorithm>
#include <chrono>

namespace duroxide::internal {

class deadline {
public:
  explicit deadline(duration from_now) : at_(std::chrono::steady_clock::now() + from_now) {}

  // What is left of it, and a moment at the least, for who is done already to say so.
  duration rest() const {
    auto left = std::chrono::ceil<duration>(at_ - std::chrono::steady_clock::now());
    return std::max<duration>(left, a_moment);
  }

private:
  static constexpr duration a_moment{100};

  std::chrono::steady_clock::time_point at_;
};

}  // namespace duroxide::internal
