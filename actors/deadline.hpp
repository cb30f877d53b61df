// A time by which something should be done.
#pragma once

#include "actors/clock.hpp"

#include <algorithm>
#include <chrono>

namespace duroxide::internal {

class deadline {
public:
  explicit deadline(duration from_now) : end_(steady_in(from_now)) {}

  // What is left of it, and a moment at the least, for who is done already to say so.
  duration rest() const {
    auto left = std::chrono::ceil<duration>(end_ - steady_now());
    return std::max<duration>(left, a_moment);
  }

private:
  static constexpr duration a_moment{100};

  steady_time end_;
};

}  // namespace duroxide::internal
