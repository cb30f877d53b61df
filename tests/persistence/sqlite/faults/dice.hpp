// Chance that is the same everywhere: the standard's distributions differ from library to library.
#pragma once

#include <cstdint>
#include <random>

namespace duroxide::persistence_tests {

class dice {
public:
  explicit dice(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool once_in(std::uint64_t times) { return below(times) == 0; }

private:
  std::mt19937_64 random_;
};

}  // namespace duroxide::persistence_tests
