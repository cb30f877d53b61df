// Times as numbers.
#pragma once

#include <chrono>

namespace duroxide::bench {

inline double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

inline double milliseconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

inline double milliseconds_since(std::chrono::steady_clock::time_point began) {
  return milliseconds(std::chrono::steady_clock::now() - began);
}

}  // namespace duroxide::bench
