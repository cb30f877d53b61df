// How far a run is, for whoever watches it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace duroxide::bench {

// A bar on the standard error output while this object lives, if that is a terminal; else nothing. One thread
// at a time.
class progress {
public:
  explicit progress(std::string what);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  ~progress();

  // Draws at most ten times a second; may be called more often. `of` 0: nobody knows how many there are.
  void show(std::size_t done, std::size_t total);

  // A line for whoever reads the standard error output, above the bar that may be there.
  static void say(const std::string& line);

private:
  using clock = std::chrono::steady_clock;

  const std::string what_;
  const bool is_watched_;
  const clock::time_point began_ = clock::now();
  clock::time_point drawn_;
};

}  // namespace duroxide::bench
